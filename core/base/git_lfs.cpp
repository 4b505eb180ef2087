#include "core/base/git_lfs.h"

#include <cstring>
#include <string_view>

namespace wordsight {

bool isGitLfsPointer(std::span<const std::byte> bytes)
{
    constexpr std::string_view beginning = "version https://git-lfs.github.com/spec/";
    return bytes.size() >= beginning.size() && std::memcmp(bytes.data(), beginning.data(), beginning.size()) == 0;
}

} // namespace wordsight
