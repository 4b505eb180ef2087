#pragma once

#include <filesystem>

namespace wordsight::ui {

/// Where the library of a folder of photographs lies unless the person chose: in the user's data location, named
/// after the folder. The same folder always has the same library.
std::filesystem::path libraryFor(const std::filesystem::path& photographs);

bool isLibrary(const std::filesystem::path& folder);

} // namespace wordsight::ui
