#include "core/train/shared/figures.h"

#include "core/align/heatmap.h"
#include "core/nn/formats/tensor_values.h"

namespace wordsight::train {

namespace {

constexpr int kRaster = 64; ///< side of the raster on which a map's peak is looked for

} // namespace

nlohmann::json recallsJson(const eval::RetrievalResult& r)
{
    const auto side = [](const eval::Recalls& s) {
        return nlohmann::json { { "r1", s.r1 }, { "r5", s.r5 }, { "r10", s.r10 }, { "medr", s.medr },
            { "meanr", s.meanr } };
    };
    return { { "i2t", side(r.i2t) }, { "t2i", side(r.t2i) }, { "rsum", r.rsum() } };
}

nlohmann::json pointingJson(const eval::PointingResult& r)
{
    return { { "phrases", r.phrases }, { "pointing", r.pointing }, { "baselineCenter", r.baselineCenter },
        { "baselineRandom", r.baselineRandom }, { "byType", r.byType } };
}

void addPhrases(
    eval::PointingTally& tally, const TrainingData& data, std::int64_t caption, const torch::Tensor& alignment)
{
    const auto& boxes = data.features().boxes();
    for (const auto& phrase : data.phrases(caption)) {
        const auto map
            = nn::vectorOf(alignment.index_select(1, torch::tensor(phrase.words).to(alignment.device())).sum(1));
        tally.add(phrase.type, align::peak(align::rasterize(map, boxes, kRaster, kRaster)), phrase.boxes, boxes);
    }
}

} // namespace wordsight::train
