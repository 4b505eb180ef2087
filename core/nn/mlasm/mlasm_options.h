#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/nn/shared/feature_norm.h"

namespace wordsight::nn {

/// MLASM (Jiang and Lian, ICANN 2022). The defaults are the paper's; dimensions of the inputs come from the backbones.
struct MlasmOptions {
    std::vector<std::int64_t> regionGroups { 2048 }; ///< columns of the region features by the tap they come from
    std::int64_t globalDimension = 2048;             ///< of the features of the whole photograph
    std::int64_t wordDimension = 300;
    std::int64_t dimension = 1024; ///< D of regions, words and global vectors
    std::int64_t wordLayers = 1;   ///< of the GRU
    bool bidirectional = false;    ///< the mean of two directions instead of one
    double wordDropout = 0.1;      ///< on the GRU's input
    double regionDropout = 0;      ///< on the features of regions and of the whole photograph; the paper has none
    double wordSmoothing = 9;      ///< inverse temperature of a word's attention over the regions
    double regionSmoothing = 4;    ///< of a region's over the words
    double localShare = 0.8;       ///< score = localShare · local + (1 − localShare) · global
    bool unitGlobal = false; ///< the photograph's own global vector is L2-normalised before the gate (the paper's is
                             ///< not), so that it can be kept as every model's is
    FeatureNorm inputNorm = FeatureNorm::None; ///< of the region features, group by group
    double inputScale = 0;                     ///< norm of a group after it; 0: the root of its size

    /// Strict: unknown keys and impossible values are refused by name with Error{Usage}; `where` begins the message.
    static MlasmOptions fromJson(const nlohmann::json& object, const std::string& where);
    nlohmann::json toJson() const;
    void check(const std::string& where) const;
};

template <class Fields> void describe(Fields& f, MlasmOptions& o)
{
    f("regionGroups", o.regionGroups);
    f("globalDimension", o.globalDimension);
    f("wordDimension", o.wordDimension);
    f("dimension", o.dimension);
    f("wordLayers", o.wordLayers);
    f("bidirectional", o.bidirectional);
    f("wordDropout", o.wordDropout);
    f("regionDropout", o.regionDropout);
    f("wordSmoothing", o.wordSmoothing);
    f("regionSmoothing", o.regionSmoothing);
    f("localShare", o.localShare);
    f("unitGlobal", o.unitGlobal);
    f("inputNorm", o.inputNorm);
    f("inputScale", o.inputScale);
}

} // namespace wordsight::nn
