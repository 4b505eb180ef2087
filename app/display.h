#pragma once

#include <optional>
#include <string>

namespace wordsight::app {

/// Before the first Qt object: chooses Wayland where that is all there is. Returns why no window can be shown, as a
/// sentence; without it Qt would end the program with an abort.
std::optional<std::string> prepareDisplay();

} // namespace wordsight::app
