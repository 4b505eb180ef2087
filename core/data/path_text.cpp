#include "core/data/path_text.h"

#include <charconv>

#include <fmt/format.h>

#include "core/data/utf8.h"

namespace wordsight {

namespace {

constexpr std::string_view kScheme = "file://";

bool standsForItself(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
        || std::string_view("/-._~").find(static_cast<char>(c)) != std::string_view::npos;
}

} // namespace

std::string pathText(const std::filesystem::path& path)
{
    if (isUtf8(path.native()))
        return path.native();
    std::string uri(kScheme);
    const std::filesystem::path whole = std::filesystem::absolute(path);
    for (const char c : whole.native())
        uri += standsForItself(static_cast<unsigned char>(c)) ? std::string(1, c)
                                                              : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return uri;
}

std::filesystem::path pathOf(std::string_view text)
{
    if (!text.starts_with("file:///"))
        return text;
    const std::string_view coded = text.substr(kScheme.size());
    std::string path;
    for (std::size_t i = 0; i < coded.size(); ++i) {
        unsigned int byte = 0;
        const char* digits = coded.data() + i + 1;
        if (coded[i] == '%' && i + 2 < coded.size()
            && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            path += static_cast<char>(byte);
            i += 2;
        } else {
            path += coded[i];
        }
    }
    return path;
}

} // namespace wordsight
