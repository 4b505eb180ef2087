#include "core/base/file.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/input_file.h"

namespace wordsight {

namespace {

std::string reason()
{
    return std::generic_category().message(errno);
}

[[noreturn]] void failWriting(const std::filesystem::path& file)
{
    throw Error(ErrorKind::Io, fmt::format("Cannot write {}: {}.", file.string(), reason()));
}

template <class Container> Container readAll(const std::filesystem::path& path)
{
    const InputFile file(path);
    Container content;
    content.resize(file.size());
    content.resize(file.readAt(0, std::as_writable_bytes(std::span(content))));
    return content;
}

} // namespace

std::string lowerSuffix(const std::filesystem::path& file)
{
    std::string suffix = file.extension().string();
    std::ranges::transform(
        suffix, suffix.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return suffix;
}

std::vector<std::byte> readFile(const std::filesystem::path& file)
{
    return readAll<std::vector<std::byte>>(file);
}

std::string readTextFile(const std::filesystem::path& file)
{
    return readAll<std::string>(file);
}

void writeFileAtomically(const std::filesystem::path& file, std::span<const std::byte> bytes, Durability durability)
{
    static std::atomic<unsigned> counter = 0;
    const std::string temporary = fmt::format("{}.{}-{}.part", file.string(), ::getpid(), ++counter);
    Descriptor descriptor(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (descriptor.get() < 0)
        failWriting(file);
    const auto giveUp = [&] {
        const int error = errno;
        ::unlink(temporary.c_str());
        errno = error;
        failWriting(file);
    };
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(descriptor.get(), bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            giveUp();
        done += static_cast<std::size_t>(wrote);
    }
    const bool synced = durability == Durability::Replaceable || ::fsync(descriptor.get()) == 0;
    if (!synced || descriptor.close() != 0 || ::rename(temporary.c_str(), file.c_str()) != 0)
        giveUp();
}

void writeFileAtomically(const std::filesystem::path& file, std::string_view text)
{
    writeFileAtomically(file, std::as_bytes(std::span(text)));
}

} // namespace wordsight
