#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/align/heatmap.h"
#include "core/data/box.h"
#include "core/data/matrix.h"
#include "core/data/text_span.h"

namespace wordsight::eval {

/// The map of a phrase over the photograph: the sum of the maps of the words that it holds, wholly or in part.
/// alignment [R × W], spans [W], boxes [R]. Nothing where it holds no word (the sentence was cut before it).
std::optional<align::Heatmap> phraseMap(
    const Matrix& alignment, std::span<const TextSpan> spans, std::span<const Box> boxes, TextSpan phrase);

/// Where that map is highest.
std::optional<align::Peak> phrasePeak(
    const Matrix& alignment, std::span<const TextSpan> spans, std::span<const Box> boxes, TextSpan phrase);

/// "small", "medium" or "large" after COCO's limits of 32² and 96² pixels, taken as shares of a photograph of 640 ×
/// 480: the largest of the boxes covers less than 1/300 of the photograph, less than 3/100, or more.
std::string_view sizeClass(std::span<const Box> boxes);

/// Whether the point lies inside one of the boxes.
bool pointsInside(const align::Peak& peak, std::span<const Box> boxes);

/// The pointing game (Zhang et al. 2016) over boxed phrases, in percent, with what pointing blindly would reach.
struct PointingResult {
    std::size_t phrases = 0;
    double pointing = 0;
    double baselineCenter = 0; ///< always the middle of the photograph
    double baselineRandom = 0; ///< expected hit of a region drawn at random
    std::map<std::string, double> byType;
    std::map<std::string, std::size_t> phrasesByType;
};

/// Collects phrases one by one. Not thread-safe.
class PointingTally {
public:
    /// No peak is a miss; `regions`: the model's boxes (for the random baseline).
    void add(const std::string& type, const std::optional<align::Peak>& peak, std::span<const Box> boxes,
        std::span<const Box> regions);
    PointingResult result() const;

private:
    struct Count {
        std::size_t phrases = 0, hits = 0;
    };
    std::map<std::string, Count> m_byType;
    std::size_t m_center = 0;
    double m_random = 0;
};

} // namespace wordsight::eval
