#include "core/image/isolated/serve.h"

#include <cerrno>
#include <cstring>
#include <new>

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libheif/heif.h>

#include "core/base/error.h"
#include "core/image/in_process.h"
#include "core/image/isolated/decoder_protocol.h"

namespace wordsight::image {
namespace {

/// The next request and the descriptor that came with it; false where there is none any more.
bool receive(int socket, DecoderRequest& request, int& descriptor)
{
    iovec part { &request, sizeof request };
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t got = 0;
    while ((got = ::recvmsg(socket, &message, MSG_WAITALL)) < 0 && errno == EINTR) { }
    const cmsghdr* handed = CMSG_FIRSTHDR(&message);
    if (got != static_cast<ssize_t>(sizeof request) || handed == nullptr || handed->cmsg_type != SCM_RIGHTS)
        return false;
    std::memcpy(&descriptor, CMSG_DATA(handed), sizeof descriptor);
    return true;
}

bool send(int socket, const void* bytes, std::size_t count)
{
    const auto* next = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t sent = ::send(socket, next, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        next += sent;
        count -= static_cast<std::size_t>(sent);
    }
    return true;
}

/// The bytes of a request, for as long as it lasts.
class Mapped {
public:
    Mapped(int descriptor, std::size_t size)
        : m_size(size)
        , m_begin(size == 0
                  ? nullptr
                  : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | (size < kLarge ? MAP_POPULATE : 0), descriptor, 0))
    {
        ::close(descriptor);
        if (m_begin == MAP_FAILED)
            throw std::bad_alloc();
    }
    ~Mapped()
    {
        if (m_begin != nullptr)
            ::munmap(m_begin, m_size);
    }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;
    void letGo() const
    {
        if (m_size >= kLarge)
            ::madvise(m_begin, m_size, MADV_DONTNEED);
    }
    std::span<const std::byte> bytes() const { return { static_cast<const std::byte*>(m_begin), m_size }; }

private:
    static constexpr std::size_t kLarge = std::size_t { 32 } << 20;
    std::size_t m_size;
    void* m_begin;
};

bool answer(int socket, const DecoderRequest& request, int descriptor)
{
    Photograph photograph;
    std::string message;
    try {
        const Mapped mapped(descriptor, request.bytes);
        photograph = readInProcess(mapped.bytes(), { request.pixels, request.metadata, request.size },
            { .minSide = request.minSide, .maxPixels = request.maxPixels, .letGo = [&] { mapped.letGo(); } });
    } catch (const std::bad_alloc&) {
        message = "There is not enough memory to decode it.";
    } catch (const std::exception& error) {
        message = error.what();
    }
    DecoderReply reply;
    reply.failed = message.empty() ? 0 : 1;
    if (reply.failed != 0)
        photograph = {};
    const std::string takenAt = photograph.metadata.takenAt.value_or(""),
                      camera = photograph.metadata.camera.value_or("");
    reply.pixelWidth = photograph.pixels.width;
    reply.pixelHeight = photograph.pixels.height;
    reply.width = photograph.width;
    reply.height = photograph.height;
    reply.orientation = photograph.metadata.orientation;
    reply.hasTakenAt = photograph.metadata.takenAt.has_value();
    reply.hasCamera = photograph.metadata.camera.has_value();
    reply.messageBytes = static_cast<std::uint32_t>(message.size());
    reply.takenAtBytes = static_cast<std::uint32_t>(takenAt.size());
    reply.cameraBytes = static_cast<std::uint32_t>(camera.size());
    reply.noteBytes = static_cast<std::uint32_t>(photograph.note.size());
    reply.pixelBytes = photograph.pixels.rgb.size();
    return send(socket, &reply, sizeof reply) && send(socket, message.data(), message.size())
        && send(socket, takenAt.data(), takenAt.size()) && send(socket, camera.data(), camera.size())
        && send(socket, photograph.note.data(), photograph.note.size())
        && send(socket, photograph.pixels.rgb.data(), photograph.pixels.rgb.size());
}

} // namespace

void serveDecoding(int socket, int seconds)
{
    DecoderRequest request;
    int descriptor = -1;
    while (receive(socket, request, descriptor)) {
        ::alarm(static_cast<unsigned>(seconds) + 10);
        if (!answer(socket, request, descriptor))
            return;
        ::alarm(0);
    }
}

void prepareDecoders()
{
    heif_init(nullptr); // its plug-ins are files
}

} // namespace wordsight::image
