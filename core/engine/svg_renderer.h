#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace wordsight::engine {

/// An SVG document drawn at `zoom` pixels per unit, as PNG. Throws Error{Internal} if it is no SVG.
std::vector<std::byte> renderSvg(const std::string& svg, double zoom);

} // namespace wordsight::engine
