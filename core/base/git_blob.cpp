#include "core/base/git_blob.h"

#include <array>
#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace wordsight {

std::string gitBlobHashOfFile(const std::filesystem::path& file)
{
    const auto content = readFile(file); // what is large is not named in this way
    const std::string head = fmt::format("blob {}", content.size());
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest {};
    unsigned int length = 0;
    if (EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) != 1
        || EVP_DigestUpdate(context.get(), head.c_str(), head.size() + 1) != 1 // with its zero byte
        || EVP_DigestUpdate(context.get(), content.data(), content.size()) != 1
        || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1)
        throw Error(ErrorKind::Internal, fmt::format("Cannot make a hash of {}.", file.string()));
    std::string hex;
    for (unsigned int i = 0; i < length; ++i)
        hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

} // namespace wordsight
