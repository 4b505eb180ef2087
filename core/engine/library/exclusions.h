#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace wordsight::engine {

/// Patterns of what a person wants left out below `base`: as a shell matches names, in any case of letters. Without a
/// slash a pattern is held against every name ("*.gif", "Screenshots"), with one against the way from `base`
/// ("2019/*", where * stands for slashes, too); with a slash at its end it is of folders only ("drafts/").
struct Exclusions {
    std::filesystem::path base;
    std::vector<std::string> patterns;

    bool match(const std::filesystem::path& path, bool isFolder) const;
};

/// The patterns of a .wordsightignore, a line each; empty lines and those that begin with # are none. A file without
/// patterns leaves out its whole folder. Throws Error{UnreadableInput}.
Exclusions readExclusions(const std::filesystem::path& file);

/// Folders in which other programs and systems keep what is no photograph of a person's: previews, recycled files.
bool isKeptByOthers(const std::filesystem::path& folder);

} // namespace wordsight::engine
