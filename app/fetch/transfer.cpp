#include "app/fetch/transfer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <curl/curl.h>
#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/error.h"

namespace wordsight::fetch {
namespace {

constexpr std::size_t kLongestAnswer = 16 << 20;
constexpr long kRedirects = 8;

std::string serverOf(const std::string& url)
{
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
    char* host = nullptr;
    if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK
        || curl_url_get(parts.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return url;
    std::string name = host;
    curl_free(host);
    return name;
}

std::string waitText(curl_off_t seconds)
{
    if (seconds <= 0)
        return "Try again later.";
    return seconds < 120 ? fmt::format("Try again in {} seconds.", seconds)
                         : fmt::format("Try again in {} minutes.", (seconds + 59) / 60);
}

} // namespace

struct Transfer::Handle {
    CURL* easy = curl_easy_init();
    ~Handle() { curl_easy_cleanup(easy); }
};

/// Where what is received goes, and why it could not.
struct Transfer::Sink {
    Transfer* transfer = nullptr;
    CURL* easy = nullptr;
    std::string* text = nullptr; ///< else to the file
    int file = -1;
    std::uint64_t from = 0, reached = 0, limit = kLongestAnswer;
    const std::function<void(std::uint64_t)>* told = nullptr;
    int writeError = 0;
    bool tooMuch = false;
    std::string hubError; ///< the header X-Error-Code: RepoNotFound, GatedRepo, EntryNotFound

    std::size_t take(const char* data, std::size_t size)
    {
        if (reached + size > limit) {
            tooMuch = true;
            return 0;
        }
        if (text != nullptr) {
            text->append(data, size);
            reached += size;
            return size;
        }
        for (std::size_t done = 0; done < size;) {
            const ssize_t written = ::write(file, data + done, size - done);
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0) {
                writeError = written < 0 ? errno : ENOSPC;
                return 0;
            }
            done += static_cast<std::size_t>(written);
            reached += static_cast<std::uint64_t>(written);
        }
        (*told)(reached);
        return size;
    }
};

Transfer::Transfer(std::string token, Patience patience, std::function<bool()> stopped)
    : m_handle(std::make_unique<Handle>())
    , m_token(std::move(token))
    , m_patience(patience)
    , m_stopped(std::move(stopped))
{
    if (m_handle->easy == nullptr)
        throw Error(ErrorKind::Internal, "libcurl cannot be started.");
}

Transfer::~Transfer() = default;

int Transfer::perform(const std::string& url, Sink& sink)
{
    CURL* easy = m_handle->easy;
    curl_easy_reset(easy);
    sink.transfer = this;
    sink.easy = easy;
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "wordsight-fetch");
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kRedirects);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    // What was asked for under encryption is not taken without.
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, std::max(1L, m_patience.seconds / 2));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, m_patience.seconds);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (!m_token.empty()) { // libcurl keeps it from other servers that a redirect leads to
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, m_token.c_str());
    }
    if (sink.from > 0)
        curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(sink.from));
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(
        easy, CURLOPT_WRITEFUNCTION,
        +[](char* data, std::size_t, std::size_t size, void* to) { return static_cast<Sink*>(to)->take(data, size); });
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &sink);
    curl_easy_setopt(
        easy, CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t, std::size_t size, void* to) {
            constexpr std::string_view name = "x-error-code:";
            const std::string_view line(data, size);
            if (size > name.size() && ::strncasecmp(data, name.data(), name.size()) == 0) {
                const auto begin = line.find_first_not_of(' ', name.size());
                const auto end = line.find_last_not_of("\r\n ");
                if (begin != std::string_view::npos && end >= begin)
                    static_cast<Sink*>(to)->hubError = line.substr(begin, end - begin + 1);
            }
            return size;
        });
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &sink);
    curl_easy_setopt(
        easy, CURLOPT_XFERINFOFUNCTION, +[](void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
            return static_cast<Sink*>(to)->transfer->m_stopped() ? 1 : 0;
        });
    return curl_easy_perform(easy);
}

void Transfer::fail(int code, const std::string& url, const std::string& what, const Sink& sink) const
{
    const std::string server = serverOf(url);
    const auto unreadable = [](const std::string& message) { return Error(ErrorKind::UnreadableInput, message); };
    if (m_stopped())
        throw Error(ErrorKind::Cancelled, "Fetching was stopped; what has come is kept.");
    if (sink.writeError != 0)
        throw Error(ErrorKind::Io,
            fmt::format("{} cannot be written: {}. Make room and begin again; what has come is kept.", what,
                std::strerror(sink.writeError)));
    if (sink.tooMuch)
        throw unreadable(fmt::format("{} sends more of {} than it said there is.", server, what));
    long status = 0;
    curl_off_t wait = 0;
    switch (code) {
    case CURLE_HTTP_RETURNED_ERROR:
        curl_easy_getinfo(m_handle->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(m_handle->easy, CURLINFO_RETRY_AFTER, &wait);
        if (status == 404 || sink.hubError == "RepoNotFound" || sink.hubError == "EntryNotFound")
            throw unreadable(fmt::format("{} has no {} (404).", server, what));
        if (status == 401 || status == 403)
            throw unreadable(fmt::format("{} does not hand out {} ({}): there is no such repository, or its makers "
                                         "want their terms accepted on its page first. Who has done so names the token "
                                         "of the account in HF_TOKEN.",
                server, what, status));
        if (status == 429)
            throw unreadable(fmt::format("{} has been asked too often (429). {}", server, waitText(wait)));
        throw unreadable(fmt::format("{} failed to send {} ({}). {}", server, what, status, waitText(wait)));
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        throw unreadable(fmt::format("{} cannot be found: there is no network, or the name is wrong.", server));
    case CURLE_COULDNT_CONNECT:
        throw unreadable(
            fmt::format("{} cannot be reached: there is no network, or the server does not answer.", server));
    case CURLE_TOO_MANY_REDIRECTS:
        throw unreadable(fmt::format("{} sends from one address to the next and never to {}.", server, what));
    case CURLE_OPERATION_TIMEDOUT:
        throw unreadable(fmt::format("{} sent nothing for {} seconds. What has come is kept; begin again to go on.",
            server, m_patience.seconds));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        throw unreadable(fmt::format(
            "{} cannot show that it is {}: {}.", server, server, curl_easy_strerror(static_cast<CURLcode>(code))));
    default:
        throw unreadable(fmt::format("The connection to {} broke while {} was fetched: {}. What has come is kept; "
                                     "begin again to go on.",
            server, what, curl_easy_strerror(static_cast<CURLcode>(code))));
    }
}

std::string Transfer::text(const std::string& url, const std::string& what)
{
    std::string answer;
    Sink sink;
    sink.text = &answer;
    if (const int code = perform(url, sink); code != CURLE_OK)
        fail(code, url, what, sink);
    return answer;
}

void Transfer::download(const std::string& url, const std::string& what, const std::filesystem::path& file,
    std::uint64_t bytes, const std::function<void(std::uint64_t)>& told)
{
    Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    const auto refuse = [&file] {
        throw Error(ErrorKind::Io, fmt::format("{} cannot be written: {}.", file.string(), std::strerror(errno)));
    };
    off_t size = out.get() < 0 ? -1 : ::lseek(out.get(), 0, SEEK_END);
    if (size < 0)
        refuse();
    while (static_cast<std::uint64_t>(size) < bytes) {
        Sink sink;
        sink.file = out.get();
        sink.from = sink.reached = static_cast<std::uint64_t>(size);
        sink.limit = bytes;
        sink.told = &told;
        const int code = perform(url, sink);
        if (code == CURLE_RANGE_ERROR && sink.from > 0) { // it only sends whole files
            if (::ftruncate(out.get(), 0) != 0 || (size = ::lseek(out.get(), 0, SEEK_SET)) != 0)
                refuse();
            continue;
        }
        const bool broken = code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING
            || code == CURLE_HTTP2_STREAM || code == CURLE_HTTP2;
        if (code != CURLE_OK && !(broken && sink.reached > sink.from && !m_stopped()))
            fail(code, url, what, sink);
        if (code == CURLE_OK && sink.reached < bytes)
            throw Error(ErrorKind::UnreadableInput,
                fmt::format("{} sends less of {} than it said there is.", serverOf(url), what));
        size = static_cast<off_t>(sink.reached);
    }
    if (::fdatasync(out.get()) != 0 || out.close() != 0)
        refuse();
}

} // namespace wordsight::fetch
