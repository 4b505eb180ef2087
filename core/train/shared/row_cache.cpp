#include "core/train/shared/row_cache.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/folder_lock.h"
#include "core/base/hash.h"
#include "core/base/progress_meter.h"
#include "core/image/decode.h"
#include "core/model/model_config.h"
#include "core/train/shared/views.h"

namespace wordsight::train {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kRowsAtOnce = 32;

std::string cacheKey(
    const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images, const std::string& kind)
{
    const auto pinned = model::configOfPinnedBackbones();
    nlohmann::json key {
        { "format", 2 },
        { "kind", kind },
        { "backbones", { pinned.imageBackbone.sha256, pinned.textBackbone.sha256, pinned.vocabulary.sha256 } },
        { "inputSide", request.features.inputSide },
        { "taps", nameOf(request.features.taps) },
        { "words", nameOf(request.features.words) },
        { "groups", request.groups },
        { "norm", nameOf(request.norm) },
        { "scale", request.scale },
        { "images", request.images },
    };
    if (request.averaged)
        key["pooling"] = "mean";
    for (const auto& image : images)
        key["data"].push_back({ image.filename, image.captions });
    const auto text = key.dump();
    return contentHash(std::as_bytes(std::span(text))).substr(0, 16);
}

// Rows are appended to a partial file, whose size says how many there are.
void writeRows(const fs::path& partial, std::int64_t count, std::uintmax_t rowBytes, const std::string& stage,
    const std::function<torch::Tensor(std::int64_t, std::int64_t)>& compute, const JobControl& job)
{
    std::int64_t done = fs::exists(partial) ? std::int64_t(fs::file_size(partial) / rowBytes) : 0;
    if (done > 0)
        fs::resize_file(partial, done * rowBytes);
    std::ofstream out(partial, std::ios::binary | std::ios::app);
    ProgressMeter meter(job, count, done);
    while (done < count) {
        const auto last = std::min(count, done + kRowsAtOnce);
        const auto rows = compute(done, last).to(torch::kCPU, torch::kHalf).contiguous();
        out.write(static_cast<const char*>(rows.data_ptr()), std::streamsize(rows.nbytes()));
        if (!out.flush())
            throw Error(ErrorKind::Io, fmt::format("{} cannot be written. Is the disk full?", partial.string()));
        meter.advanceOrThrow(stage, done = last);
    }
}

} // namespace

fs::path cacheFolder(
    const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images, const std::string& kind)
{
    const fs::path folder = fs::path(request.cache) / cacheKey(request, images, kind);
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        throw Error(
            ErrorKind::Io, fmt::format("The feature cache {} cannot be made: {}", folder.string(), failed.message()));
    return folder;
}

void fillOnce(const fs::path& file, const std::function<void(const fs::path&)>& fill)
{
    if (fs::exists(file))
        return;
    const auto lock = lockFolder(file.parent_path());
    if (!lock)
        throw Error(ErrorKind::Io,
            fmt::format("Another training{} is filling the feature cache {}. Start again when it has.",
                lock.holder.empty() ? "" : fmt::format(" (process {})", lock.holder), file.parent_path().string()));
    if (fs::exists(file))
        return; // another was faster
    const fs::path partial = file.string() + ".part";
    fill(partial);
    fs::rename(partial, file);
}

std::vector<image::Image> photographs(const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images,
    std::int64_t first, std::int64_t last, std::int64_t view)
{
    std::vector<image::Image> decoded;
    for (auto i = first; i < last; ++i) {
        decoded.push_back(image::decodeFile(dataset::imageFile(request.images, images[i])));
        if (view > 0)
            decoded.back() = seen(viewOf(i, view), decoded.back());
    }
    return decoded;
}

torch::Tensor cachedRows(const fs::path& file, std::int64_t count, const std::vector<std::int64_t>& shape,
    const std::string& stage, const std::function<torch::Tensor(std::int64_t, std::int64_t)>& compute,
    const JobControl& job)
{
    const auto rowSize = std::accumulate(shape.begin(), shape.end(), std::int64_t(1), std::multiplies<>());
    const auto rowBytes = std::uintmax_t(rowSize) * sizeof(c10::Half);
    fillOnce(file, [&](const fs::path& partial) { writeRows(partial, count, rowBytes, stage, compute, job); });
    if (fs::file_size(file) != std::uintmax_t(count) * rowBytes)
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} has the wrong size. Delete it: it will be computed again.", file.string()));
    std::vector<std::int64_t> sizes { count };
    sizes.insert(sizes.end(), shape.begin(), shape.end());
    return torch::from_file(file.string(), false, count * rowSize, torch::kHalf).view(sizes);
}

std::vector<torch::Tensor> cachedViews(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, const fs::path& folder, const std::string& name,
    const std::vector<std::int64_t>& shape, const std::function<torch::Tensor(std::span<const image::Image>)>& above,
    const JobControl& job)
{
    std::vector<torch::Tensor> views;
    for (std::int64_t view = 0; view < request.views; ++view)
        views.push_back(cachedRows(
            folder / (view == 0 ? name + ".f16" : fmt::format("{}-view{}.f16", name, view)),
            std::int64_t(images.size()), shape,
            view == 0 ? "Encoding photographs"
                      : fmt::format("Encoding photographs, view {} of {}", view + 1, request.views),
            [&](std::int64_t first, std::int64_t last) {
                return above(photographs(request, images, first, last, view));
            },
            job));
    return views;
}

torch::Tensor gatherRows(
    const std::vector<torch::Tensor>& views, std::span<const std::int64_t> rows, std::span<const std::int64_t> view)
{
    auto sizes = views.front().sizes().vec();
    sizes[0] = std::int64_t(rows.size());
    auto out = torch::empty(sizes, torch::kHalf);
    const auto rowBytes = views.front()[0].nbytes();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& from = views.at(view.empty() ? 0 : std::size_t(view[i]));
        std::memcpy(static_cast<char*>(out.data_ptr()) + i * rowBytes,
            static_cast<const char*>(from.data_ptr()) + rows[i] * rowBytes, rowBytes);
    }
    return out;
}

} // namespace wordsight::train
