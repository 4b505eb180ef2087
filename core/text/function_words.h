#pragma once

#include <string_view>

namespace wordsight::text {

/// Whether a word only holds others together ("a", "on", "the"), so that nothing in a photograph is it. English; case
/// does not matter.
bool isFunctionWord(std::string_view word);

} // namespace wordsight::text
