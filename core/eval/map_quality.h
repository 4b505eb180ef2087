#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/align/heatmap.h"
#include "core/data/box.h"

namespace wordsight::eval {

/// What is left of the maps above a threshold, the mean over phrases. Below, M is the part of the photograph where the
/// map, stretched to 0…1 over the photograph, is at least the threshold, and B the part that the boxes cover.
struct MapAtThreshold {
    double threshold = 0;
    double massInside = 0; ///< Σ map over M ∩ B / Σ map over M, in percent: the energy-based pointing game (Wang et al.
                           ///< 2020, Score-CAM, section 4.3), which they take at threshold 0
    double iou = 0;      ///< |M ∩ B| / |M ∪ B|, in percent
    double accuracy = 0; ///< percent of the phrases whose IoU is at least ½ (Choe et al. 2020, with B as it is drawn
                         ///< and M as it is instead of the box around its largest part)
};

/// How far maps lie on the boxes, beside where they peak.
struct MapQuality {
    double inside = 0;  ///< mean of the stretched map over B, over phrases that have a part outside their boxes
    double outside = 0; ///< the same over the rest of the photograph
    std::vector<MapAtThreshold> curve; ///< thresholds 0, 0.05, … 0.95
};

/// Collects phrases one by one. Not thread-safe.
class MapQualityTally {
public:
    MapQualityTally();
    /// An even map counts as 0 everywhere; so does a phrase without a map: give it an empty one.
    void add(const align::Heatmap& map, std::span<const Box> boxes);
    MapQuality result() const;

private:
    std::size_t m_phrases = 0;
    std::size_t m_withOutside = 0;
    MapQuality m_sum;
};

} // namespace wordsight::eval
