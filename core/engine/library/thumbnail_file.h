#pragma once

#include <filesystem>

#include "core/image/image.h"

namespace wordsight::engine {

/// Writes the small picture of a photograph, and the folder that it lies in. Throws Error{Io}.
void writeThumbnail(const image::Image& photograph, const std::filesystem::path& file);

} // namespace wordsight::engine
