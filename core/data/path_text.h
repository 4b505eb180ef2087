#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace wordsight {

/// A path as JSON and CSV have it: as it is; where it is no UTF-8, which neither may hold, as an absolute file URI
/// ("file:///photos/caf%E9.jpg"), so that whoever reads it can open the file.
std::string pathText(const std::filesystem::path& path);

/// The path that a text names: what pathText() wrote, any file URI of this machine, or else the text itself.
std::filesystem::path pathOf(std::string_view text);

} // namespace wordsight
