#include "core/engine/library/exclusions.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fnmatch.h>

#include "core/base/file.h"

namespace wordsight::engine {

namespace {

constexpr int kAnyCase = FNM_CASEFOLD;

bool matches(const std::string& pattern, const std::string& text)
{
    return ::fnmatch(pattern.c_str(), text.c_str(), kAnyCase) == 0;
}

std::string trimmed(std::string_view line)
{
    constexpr auto blanks = " \t\r";
    const auto begin = line.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string()
                                           : std::string(line.substr(begin, line.find_last_not_of(blanks) - begin + 1));
}

} // namespace

bool Exclusions::match(const std::filesystem::path& path, bool isFolder) const
{
    if (patterns.empty())
        return false;
    const std::string name = path.filename().native();
    const std::string way = path.lexically_relative(base).native();
    return std::ranges::any_of(patterns, [&](std::string pattern) {
        if (pattern.ends_with('/')) {
            if (!isFolder)
                return false;
            pattern.pop_back();
        }
        if (pattern.find('/') == std::string::npos)
            return matches(pattern, name);
        return matches(pattern.starts_with('/') ? pattern.substr(1) : pattern, way);
    });
}

Exclusions readExclusions(const std::filesystem::path& file)
{
    Exclusions exclusions { file.parent_path(), {} };
    const std::string text = readTextFile(file);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = trimmed(std::string_view(text).substr(begin, end - begin));
        if (!line.empty() && !line.starts_with('#'))
            exclusions.patterns.push_back(line);
        begin = end + 1;
    }
    if (exclusions.patterns.empty())
        exclusions.patterns.emplace_back("*");
    return exclusions;
}

bool isKeptByOthers(const std::filesystem::path& folder)
{
    // Synology, QNAP, Windows, ext4, macOS's archives, Nextcloud. Hidden folders are left out as such.
    static constexpr std::array<const char*, 10> names { "@eaDir", "#recycle", "#snapshot", "@Recycle",
        "@Recently-Snapshot", "$RECYCLE.BIN", "System Volume Information", "lost+found", "__MACOSX", "appdata_*" };
    const std::string name = folder.filename().native();
    return std::ranges::any_of(names, [&](const char* pattern) { return matches(pattern, name); });
}

} // namespace wordsight::engine
