#include "core/base/base64.h"

#include <algorithm>
#include <limits>

#include <openssl/evp.h>

namespace wordsight {

std::string encodeBase64(std::span<const std::byte> bytes)
{
    // EVP_EncodeBlock counts in int and ends its text with a zero. Whole groups of three encode alike in any order of
    // calls, so that bytes of any number go through in pieces.
    constexpr std::size_t piece = 3 << 20;
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4 + 1);
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size()))) {
        const auto part = bytes.first(std::min(piece, bytes.size()));
        const std::size_t begin = text.size();
        text.resize(begin + (part.size() + 2) / 3 * 4 + 1);
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data() + begin),
            reinterpret_cast<const unsigned char*>(part.data()), static_cast<int>(part.size()));
        text.pop_back();
    }
    return text;
}

std::optional<std::vector<std::byte>> decodeBase64(std::string_view text)
{
    const std::size_t padding = text.size() - std::min(text.find('='), text.size());
    if (text.size() % 4 != 0 || padding > 2 || (padding == 2 && text.back() != '=')
        || text.size() > std::numeric_limits<int>::max())
        return std::nullopt;
    std::vector<std::byte> bytes(text.size() / 4 * 3);
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length
        != static_cast<int>(bytes.size())) // invalid, or less than all of it: OpenSSL passes over blanks at the ends
        return std::nullopt;
    bytes.resize(bytes.size() - padding);
    return bytes;
}

} // namespace wordsight
