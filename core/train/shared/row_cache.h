#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/base/job_control.h"
#include "core/dataset/captions.h"
#include "core/image/image.h"
#include "core/train/shared/feature_source.h"

namespace wordsight::train {

/// The folder below `request.cache` for what backbones say of these photographs and captions, made if it is not there.
/// Its name is a hash of all that this depends on, `kind` among it. Throws Error{Io}.
std::filesystem::path cacheFolder(
    const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images, const std::string& kind);

/// Makes a file of a cache folder, where it is not there yet: `fill` writes it under another name, which may hold what
/// an interrupted run has left. One process at a time per folder. Throws Error{Io}, and what `fill` throws.
void fillOnce(const std::filesystem::path& file, const std::function<void(const std::filesystem::path& partial)>& fill);

/// View `view` of the photographs [first, last). Throws Error{UnreadableInput}.
std::vector<image::Image> photographs(const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images,
    std::int64_t first, std::int64_t last, std::int64_t view);

/// [count, shape...] in half precision, memory-mapped from `file`; where that is not there, computed by `compute(first,
/// last)` → [last − first, shape...] and written row by row (fillOnce()), so that an interrupted run continues where it
/// stopped. Throws Error{Io, UnreadableInput, Cancelled}.
torch::Tensor cachedRows(const std::filesystem::path& file, std::int64_t count, const std::vector<std::int64_t>& shape,
    const std::string& stage, const std::function<torch::Tensor(std::int64_t, std::int64_t)>& compute,
    const JobControl& job);

/// cachedRows() of every view that the request asks for, in `folder`/`name`.f16, `name`-view1.f16 and so on. `above`:
/// what is kept of decoded photographs, [images, shape...].
std::vector<torch::Tensor> cachedViews(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, const std::filesystem::path& folder, const std::string& name,
    const std::vector<std::int64_t>& shape, const std::function<torch::Tensor(std::span<const image::Image>)>& above,
    const JobControl& job);

/// Row rows[i] of views[view[i]], as one tensor; no `view`: of the first.
torch::Tensor gatherRows(
    const std::vector<torch::Tensor>& views, std::span<const std::int64_t> rows, std::span<const std::int64_t> view);

} // namespace wordsight::train
