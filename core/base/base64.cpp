#include "core/base/base64.h"

#include <algorithm>
#include <limits>

#include <openssl/evp.h>

namespace wordsight {

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
