#include "core/nn/shared/padded_regions.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/formats/tensor_values.h"

namespace wordsight::nn {

namespace {

void check(const RegionFeatures& photograph, std::int64_t dimension, bool withBoxes, const std::string& name)
{
    if (photograph.features.rows == 0 || static_cast<std::int64_t>(photograph.features.cols) != dimension)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("The model {} takes regions of {} features; these are {} × {}.", name, dimension,
                photograph.features.rows, photograph.features.cols));
    if (withBoxes && photograph.boxes.size() != photograph.features.rows)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("The model {} needs to know where regions lie, and these features came without boxes.", name));
}

} // namespace

torch::Tensor regionBoxes(const torch::Tensor& boxes)
{
    const auto corner = boxes.narrow(-1, 0, 2), size = boxes.narrow(-1, 2, 2);
    return torch::cat({ corner, corner + size, size.prod(-1, true) }, -1);
}

PaddedRegions paddedRegions(
    std::span<const RegionFeatures> photographs, std::int64_t dimension, bool withBoxes, const std::string& name)
{
    std::int64_t most = 1;
    for (const RegionFeatures& photograph : photographs) {
        check(photograph, dimension, withBoxes, name);
        most = std::max(most, static_cast<std::int64_t>(photograph.features.rows));
    }
    const auto count = static_cast<std::int64_t>(photographs.size());
    PaddedRegions padded { torch::zeros({ count, most, dimension }), {}, torch::zeros({ count, most }, torch::kBool) };
    if (withBoxes)
        padded.boxes = torch::zeros({ count, most, 5 });
    for (std::int64_t i = 0; i < count; ++i) {
        const RegionFeatures& photograph = photographs[static_cast<std::size_t>(i)];
        const auto regions = static_cast<std::int64_t>(photograph.features.rows);
        std::ranges::copy(photograph.features.data, padded.features[i].data_ptr<float>());
        padded.mask[i].narrow(0, 0, regions).fill_(true);
        if (withBoxes)
            padded.boxes[i].narrow(0, 0, regions).copy_(regionBoxes(tensorOf(photograph.boxes)));
    }
    return padded;
}

} // namespace wordsight::nn
