#include "core/text/function_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace wordsight::text {

namespace {

// Sorted. Not here: what a photograph can show ("two", "behind", "not"), however badly it is learnt.
constexpr std::array<std::string_view, 60> kFunctionWords { "a", "an", "and", "are", "as", "at", "be", "been", "being",
    "both", "but", "by", "can", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "him", "his",
    "if", "in", "into", "is", "it", "its", "of", "off", "on", "onto", "or", "our", "out", "over", "she", "so", "some",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "up", "was", "were",
    "which", "while", "who", "with" };
static_assert(std::ranges::is_sorted(kFunctionWords));

} // namespace

bool isFunctionWord(std::string_view word)
{
    std::string lower(word);
    std::ranges::transform(
        lower, lower.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return std::ranges::binary_search(kFunctionWords, lower);
}

} // namespace wordsight::text
