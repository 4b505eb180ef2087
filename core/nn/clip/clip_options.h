#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/enum_names.h"

namespace wordsight::nn {

enum class ClipFamily { Clip, Siglip };

constexpr auto namesOf(ClipFamily)
{
    return std::to_array<std::string_view>({ "clip", "siglip" });
}

/// By the names of transformers.
enum class ClipActivation { QuickGelu, Gelu, GeluTanh };

constexpr auto namesOf(ClipActivation)
{
    return std::to_array<std::string_view>({ "quick_gelu", "gelu", "gelu_pytorch_tanh" });
}

/// Which position's state stands for the sentence.
enum class ClipTextPooling {
    First,   ///< the first that holds endId
    Highest, ///< the one of the highest id (published CLIP configurations with eos_token_id 2)
    Last,    ///< the last (SigLIP)
};

constexpr auto namesOf(ClipTextPooling)
{
    return std::to_array<std::string_view>({ "first", "highest", "last" });
}

/// How photographs are stretched to a square.
enum class ClipResampling { Bicubic, Bilinear };

constexpr auto namesOf(ClipResampling)
{
    return std::to_array<std::string_view>({ "bicubic", "bilinear" });
}

/// What the last block of the image tower computes for the patches that become regions; the pooled vector is always the
/// published one. h = norm(x), q, k, v per head, s = 1 / sqrt(width of a head).
enum class ClipRegions {
    SelfValue, ///< every patch attends to itself alone; residual and MLP as ever (MaskCLIP: Zhou et al., ECCV 2022)
    Clearclip, ///< softmax(s q qᵀ) v, no residual, no MLP (Lan et al., ECCV 2024)
    Naclip, ///< softmax(s k kᵀ + Gaussian of the distance between patches) v, likewise (Hajimiri et al., WACV 2025)
};

constexpr auto namesOf(ClipRegions)
{
    return std::to_array<std::string_view>({ "self-value", "clearclip", "naclip" });
}

/// One of the two transformers. The defaults are those of the Hugging Face configuration of CLIP ViT-B/32.
struct ClipTowerOptions {
    std::int64_t width = 512;
    std::int64_t layers = 12;
    std::int64_t heads = 8;
    std::int64_t feedForward = 2048;
    ClipActivation activation = ClipActivation::QuickGelu;
    double normEpsilon = 1e-5;
};

struct ClipTextOptions : ClipTowerOptions {
    std::int64_t vocabulary = 49408;
    std::int64_t positions = 77;
    ClipTextPooling pooling = ClipTextPooling::First;
    std::int64_t endId = 49407;
    bool lowerCase = true;        ///< SigLIP: the tokenizer's do_lower_case
    bool dropPunctuation = false; ///< SigLIP 2 as OpenCLIP feeds it; SigLIP's own tokenizer always does
};

struct ClipVisionOptions : ClipTowerOptions {
    std::int64_t side = 224;
    std::int64_t patch = 32;
    std::vector<double> mean { 0.48145466, 0.4578275, 0.40821073 }; ///< of the pixels in [0, 1]
    std::vector<double> deviation { 0.26862954, 0.26130258, 0.27577711 };
    ClipResampling resampling = ClipResampling::Bicubic;

    std::int64_t grid() const { return side / patch; } ///< patches in a row; what is left over at the edge is not seen
};

/// CLIP (Radford et al., ICML 2021) and SigLIP (Zhai et al., ICCV 2023). What the families differ in without an option:
/// CLIP has a causal text transformer, a class token, a norm before the image layers and two projections without bias;
/// SigLIP sees all of a padded sentence, pools patches by attention, and projects the sentence alone.
struct ClipOptions {
    ClipFamily family = ClipFamily::Clip;
    std::int64_t dimension = 512;
    double wordWeight = 0.2; ///< what all words together may add to the score, the whole sentence being 1
    ClipRegions regions = ClipRegions::SelfValue;
    /// Sentences with {} in a word's place, whose vectors are averaged to the word's; none: the word by itself.
    std::vector<std::string> wordPrompts;
    ClipTextOptions text;
    ClipVisionOptions vision;

    bool siglip() const { return family == ClipFamily::Siglip; }
    /// Strict: unknown keys and impossible values are refused by name with Error{Usage}; `where` begins the message.
    static ClipOptions fromJson(const nlohmann::json& object, const std::string& where);
    nlohmann::json toJson() const;
    void check(const std::string& where) const;
};

template <class Fields> void describeTower(Fields& f, ClipTowerOptions& o)
{
    f("width", o.width);
    f("layers", o.layers);
    f("heads", o.heads);
    f("feedForward", o.feedForward);
    f("activation", o.activation);
    f("normEpsilon", o.normEpsilon);
}

template <class Fields> void describe(Fields& f, ClipTextOptions& o)
{
    describeTower(f, o);
    f("vocabulary", o.vocabulary);
    f("positions", o.positions);
    f("pooling", o.pooling);
    f("endId", o.endId);
    f("lowerCase", o.lowerCase);
    f("dropPunctuation", o.dropPunctuation);
}

template <class Fields> void describe(Fields& f, ClipVisionOptions& o)
{
    describeTower(f, o);
    f("side", o.side);
    f("patch", o.patch);
    f("mean", o.mean);
    f("deviation", o.deviation);
    f("resampling", o.resampling);
}

template <class Fields> void describe(Fields& f, ClipOptions& o)
{
    f("family", o.family);
    f("dimension", o.dimension);
    f("wordWeight", o.wordWeight);
    f("regions", o.regions);
    f("wordPrompts", o.wordPrompts);
    f("text", o.text);
    f("vision", o.vision);
}

} // namespace wordsight::nn
