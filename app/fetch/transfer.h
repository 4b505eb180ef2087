#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace wordsight::fetch {

struct Patience {
    long seconds = 60; ///< without a byte, then a connection is given up; half of it for making one
};

/// One connection after the other, by libcurl. Every failure is an Error with a sentence that names the server and what
/// can be done; Error{Cancelled} once `stopped` says so.
class Transfer {
public:
    Transfer(std::string token, Patience patience, std::function<bool()> stopped);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// The answer to one request, at most 16 MiB.
    std::string text(const std::string& url, const std::string& what);

    /// Fetches up to `bytes` bytes into `file`, behind what is there already. `told` is called with the size that the
    /// file has reached. What has come stays in the file, whatever happens. A connection that breaks is made again as
    /// long as each one has brought something.
    void download(const std::string& url, const std::string& what, const std::filesystem::path& file,
        std::uint64_t bytes, const std::function<void(std::uint64_t)>& told);

private:
    struct Handle;
    struct Sink;

    int perform(const std::string& url, Sink& sink);
    [[noreturn]] void fail(int code, const std::string& url, const std::string& what, const Sink& sink) const;

    std::unique_ptr<Handle> m_handle;
    std::string m_token;
    Patience m_patience;
    std::function<bool()> m_stopped;
};

} // namespace wordsight::fetch
