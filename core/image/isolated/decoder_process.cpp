#include "core/image/isolated/decoder_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/image/isolated/decoder_protocol.h"

namespace wordsight::image {
namespace {

constexpr std::uint32_t kLongestText = 1 << 16;

Error io(const std::string& what)
{
    return Error(ErrorKind::Io, fmt::format("{}: {}.", what, std::strerror(errno)));
}

Descriptor emptyShared()
{
    Descriptor made(::memfd_create("photograph", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (made.get() < 0)
        throw io("A photograph cannot be handed to its decoder");
    return made;
}

std::string wayOfDeath(int status)
{
    if (WIFSIGNALED(status))
        return fmt::format("Decoding it crashes the decoder (signal {}).", WTERMSIG(status));
    return "Decoding it ends the decoder.";
}

} // namespace

SharedBytes::SharedBytes(std::span<const std::byte> bytes)
    : m_descriptor(emptyShared())
{
    append(bytes);
    seal();
}

SharedBytes::SharedBytes(const InputFile& file, const std::function<void(std::span<const std::byte>)>& seen)
    : m_descriptor(emptyShared())
{
    std::vector<std::byte> part(std::size_t { 1 } << 20);
    while (const std::size_t got = file.readAt(m_size, part)) {
        const std::span<const std::byte> bytes(part.data(), got);
        seen(bytes);
        append(bytes);
    }
    seal();
}

void SharedBytes::append(std::span<const std::byte> bytes)
{
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t written = ::write(m_descriptor.get(), bytes.data() + done, bytes.size() - done);
        if (written < 0 && errno != EINTR)
            throw io("A photograph cannot be handed to its decoder");
        done += static_cast<std::size_t>(std::max<ssize_t>(written, 0));
    }
    m_size += bytes.size();
}

void SharedBytes::seal()
{
    ::fcntl(m_descriptor.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

DecoderProcess::DecoderProcess(const std::filesystem::path& program, const DecoderLimits& limits)
    : m_seconds(limits.seconds)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw io("No decoder can be started");
    m_socket = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int standard : { 0, 1, 2 })
        posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], decoderSocket);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // A process group of its own: who interrupts the program in a terminal does not mean the photographs at hand.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    std::string name = program.string(), seconds = std::to_string(limits.seconds), bytes = std::to_string(limits.bytes);
    char* arguments[] = { name.data(), seconds.data(), bytes.data(), nullptr };
    const int failed = ::posix_spawn(&m_process, name.c_str(), &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed != 0) {
        m_process = -1;
        ::close(m_socket);
        throw Error(ErrorKind::Io,
            fmt::format("{}, which decodes photographs, cannot be started: {}. Is the program installed as a whole?",
                name, std::strerror(failed)));
    }
}

DecoderProcess::~DecoderProcess()
{
    end();
    ::close(m_socket);
}

void DecoderProcess::end()
{
    if (m_process <= 0)
        return;
    ::kill(m_process, SIGKILL);
    while (::waitpid(m_process, nullptr, 0) < 0 && errno == EINTR) { }
    m_process = -1;
}

void DecoderProcess::died()
{
    int status = 0;
    while (::waitpid(m_process, &status, 0) < 0 && errno == EINTR) { }
    m_process = -1;
    throw DecoderDied(wayOfDeath(status));
}

void DecoderProcess::send(const SharedBytes& bytes, const Wanted& wanted, const DecodeOptions& options)
{
    DecoderRequest request { bytes.size(), options.maxPixels, options.minSide, wanted.pixels, wanted.metadata,
        wanted.size };
    iovec part { &request, sizeof request };
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* descriptor = CMSG_FIRSTHDR(&message);
    descriptor->cmsg_level = SOL_SOCKET;
    descriptor->cmsg_type = SCM_RIGHTS;
    descriptor->cmsg_len = CMSG_LEN(sizeof(int));
    const int handed = bytes.descriptor();
    std::memcpy(CMSG_DATA(descriptor), &handed, sizeof handed);
    ssize_t sent = 0;
    while ((sent = ::sendmsg(m_socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) { }
    if (sent != static_cast<ssize_t>(sizeof request))
        died();
}

void DecoderProcess::receive(void* into, std::size_t bytes, Clock::time_point until)
{
    auto* next = static_cast<char*>(into);
    while (bytes > 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd ready { m_socket, POLLIN, 0 };
        const int answered = left > 0 ? ::poll(&ready, 1, static_cast<int>(left)) : 0;
        if (answered < 0 && errno == EINTR)
            continue;
        if (answered == 0) {
            end();
            throw Error(ErrorKind::UnreadableInput, fmt::format("Decoding it takes longer than {} s.", m_seconds));
        }
        const ssize_t got = ::recv(m_socket, next, bytes, 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0)
            died();
        next += got;
        bytes -= static_cast<std::size_t>(got);
    }
}

std::string DecoderProcess::receiveText(std::uint32_t bytes, Clock::time_point until)
{
    std::string text(bytes, '\0');
    receive(text.data(), text.size(), until);
    return text;
}

Photograph DecoderProcess::read(const SharedBytes& bytes, const Wanted& wanted, const DecodeOptions& options)
{
    const auto until = Clock::now() + std::chrono::seconds(m_seconds);
    send(bytes, wanted, options);
    DecoderReply reply;
    receive(&reply, sizeof reply, until);
    // A helper that a photograph has taken over may say anything.
    const auto pixels = static_cast<std::int64_t>(reply.pixelWidth) * reply.pixelHeight;
    if (reply.messageBytes > kLongestText || reply.takenAtBytes > kLongestText || reply.cameraBytes > kLongestText
        || reply.noteBytes > kLongestText || reply.pixelWidth < 0 || reply.pixelHeight < 0
        || pixels > std::max<std::int64_t>(options.maxPixels, 0)
        || reply.pixelBytes != static_cast<std::uint64_t>(pixels) * 3) {
        end();
        throw Error(ErrorKind::UnreadableInput, "Decoding it breaks the decoder.");
    }
    const std::string message = receiveText(reply.messageBytes, until);
    const std::string takenAt = receiveText(reply.takenAtBytes, until);
    const std::string camera = receiveText(reply.cameraBytes, until);
    std::string note = receiveText(reply.noteBytes, until);
    if (reply.failed != 0)
        throw Error(ErrorKind::UnreadableInput, message);
    Photograph photograph;
    photograph.pixels = { reply.pixelWidth, reply.pixelHeight, std::vector<std::uint8_t>(reply.pixelBytes) };
    receive(photograph.pixels.rgb.data(), photograph.pixels.rgb.size(), until);
    photograph.metadata.orientation = reply.orientation;
    if (reply.hasTakenAt != 0)
        photograph.metadata.takenAt = takenAt;
    if (reply.hasCamera != 0)
        photograph.metadata.camera = camera;
    photograph.note = std::move(note);
    photograph.width = reply.width;
    photograph.height = reply.height;
    return photograph;
}

} // namespace wordsight::image
