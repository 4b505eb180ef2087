#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/base/progress.h"
#include "core/dataset/captions.h"
#include "core/image/image.h"
#include "core/train/internal/feature_source.h"

namespace wordsight::train {

/// The folder below `request.cache` for what backbones say of these photographs and captions, made if it is not there. Its
/// name is a hash of all that this depends on, `kind` among it. Throws Error{Io}.
std::filesystem::path cacheFolder(const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images, const std::string& kind);

/// Photographs [first, last), decoded, and mirrored if asked for. Throws Error{UnreadableInput}.
std::vector<image::Image> photographs(const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images,
    std::int64_t first, std::int64_t last, bool mirrored);

/// [count, shape...] in half precision, memory-mapped from `file`; where that is not there, computed by `compute(first, last)`
/// → [last − first, shape...] and written row by row, so that an interrupted run continues where it stopped.
/// Throws Error{Io, UnreadableInput, Cancelled}.
torch::Tensor cachedRows(const std::filesystem::path& file, std::int64_t count, const std::vector<std::int64_t>& shape, const std::string& stage,
    const std::function<torch::Tensor(std::int64_t, std::int64_t)>& compute, const ProgressCallback& progress);

/// Rows of `plain`, or of `mirroredRows` where mirrored[i] says so, as one tensor.
torch::Tensor gatherRows(const torch::Tensor& plain, const torch::Tensor& mirroredRows, std::span<const std::int64_t> rows, const std::vector<bool>& mirrored);

} // namespace wordsight::train
