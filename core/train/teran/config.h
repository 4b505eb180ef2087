#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/align/pooling.h"
#include "core/nn/teran/teran_options.h"
#include "core/train/shared/loss_options.h"
#include "core/train/shared/run_options.h"

namespace wordsight::train {

enum class LossKind {
    Contrastive, ///< InfoNCE both ways
    Hinge,       ///< triplets
};

constexpr auto namesOf(LossKind)
{
    return std::to_array<std::string_view>({ "contrastive", "hinge" });
}

enum class BackboneUse {
    Frozen, ///< features are cached once
    Tuned,  ///< the upper layers are trained along (TuningOptions)
};

constexpr auto namesOf(BackboneUse)
{
    return std::to_array<std::string_view>({ "frozen", "tuned" });
}

struct LossOptions {
    LossKind kind = LossKind::Contrastive;
    align::Pooling pooling = align::Pooling::MrAVGw; ///< how an alignment becomes the words' score
    double combined = 1;                             ///< weights of the terms: on words + globalWeight · global,
    double words = 0;                                ///< on the words' score alone,
    double global = 0;                               ///< on the global score alone,
    double grounding = 0;                            ///< on the boxes of phrases
    double globalWeight = 0;                         ///< in the combined score; 0: learnt (contrastive only)
    double margin = 0.2;
    Negatives negatives = Negatives::Hardest;
    bool maskSamePhoto = true; ///< captions of one photograph are no negatives of each other
    double labelSmoothing = 0;
    double wordsScale = 15; ///< inverse temperatures to start from; learnt
    double globalScale = 15;
    double groundingScale = 15;
    Coverage coverage = Coverage::Soft; ///< target cells of the grounding loss
};

/// ImageNet's classes pasted into photographs (PastedClasses).
struct ClassOptions {
    std::string names;         ///< file of the classes' names; empty: none are pasted
    double weight = 0.3;       ///< of their loss, which has the terms of all others
    std::int64_t pasted = 128; ///< photographs per step
};

struct TeranConfig {
    RunOptions run { .system = model::Architecture::Teran, .name = "default" };
    BackboneUse backbone = BackboneUse::Frozen;
    TuningOptions tuning;
    std::string initial; ///< a model folder or checkpoint of the same network to start from; empty: random weights
    nn::TeranOptions network;
    LossOptions loss;
    ClassOptions classes;
    ScheduleOptions schedule;
};

/// Reads and checks a configuration; unknown keys, wrong types and impossible values are refused by name.
/// Throws Error{Usage, UnreadableInput}.
TeranConfig readTeranConfig(const std::filesystem::path& file);
/// The same without looking for the data.
TeranConfig parseTeranConfig(const std::string& text, const std::string& where);
/// As it was written, with every default filled in.
std::string toJsonText(const TeranConfig& config);

} // namespace wordsight::train
