#pragma once

#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/train/shared/training_data.h"
#include "core/train/teran/config.h"

namespace wordsight::train {

/// Photographs of what the data set does not show. A class that the image network was pretrained to tell (a row of its
/// classifier) is pasted into a rectangle of a photograph's region features, and the sentence names the class: a
/// sentence and a box for each of a thousand nouns, without a photograph of any.
class PastedClasses {
public:
    /// `options.names`: one a line, in the order of the classifier's rows. Throws Error{UnreadableInput, Usage}.
    PastedClasses(const ClassOptions& options, const nn::TeranOptions& network, const model::WeightsFolder& weights,
        torch::Device device);

    /// options.pasted of the batch's photographs (all, if there are fewer), each with one class, its sentence and its
    /// phrase's box. No gradient flows to the batch. Randomness is Torch's.
    Batch paste(const Batch& batch, FeatureSource& features) const;

private:
    /// [C, R] 1 inside a random rectangle of each grid of R regions.
    torch::Tensor rectangles(std::int64_t count, std::int64_t regions) const;

    const ClassOptions m_options;
    const nn::FeatureNorm m_norm;
    const double m_scale;
    std::vector<std::string> m_names;
    torch::Tensor m_rows; ///< [classes, head] what speaks for a class, at least 0, length 1
};

} // namespace wordsight::train
