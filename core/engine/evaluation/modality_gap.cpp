#include "core/engine/evaluation/modality_gap.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/progress_meter.h"
#include "core/eval/modality.h"
#include "core/search/batch.h"
#include "core/train/modality_probe.h"

namespace wordsight::engine {

namespace {

/// The global vectors as rows.
template <class Encoding> Matrix globalsOf(const std::vector<Encoding>& encodings, const model::ModelInfo& info)
{
    Matrix globals(0, static_cast<std::size_t>(info.dimension));
    for (const Encoding& encoding : encodings) {
        if (encoding.global.empty())
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("The model {} has no vector of a whole photograph or sentence, so there are no two clouds "
                            "to compare.",
                    info.name));
        globals.data.insert(globals.data.end(), encoding.global.begin(), encoding.global.end());
        ++globals.rows;
    }
    return globals;
}

eval::RetrievalResult retrieve(const Matrix& images, const Matrix& sentences, std::span<const std::size_t> owner)
{
    std::vector<Matrix> photographs;
    for (std::size_t i = 0; i < images.rows; ++i) {
        const auto row = images.row(i);
        photographs.emplace_back(1, images.cols).data.assign(row.begin(), row.end());
    }
    return eval::retrieval(search::maxSim(photographs, sentences), owner);
}

} // namespace

ModalityGap modalityGap(model::ImageTextModel& model, const EvaluationInput& input, const JobControl& job)
{
    Collection collection = readCollection(input, job);
    const Matrix images = globalsOf(encodeImages(model, collection, job), model.info());
    const Matrix sentences = globalsOf(encodeCaptions(model, collection.captions, job), model.info());

    ProgressMeter meter(job, 3);
    const auto done = [&, stage = "Comparing both clouds"](int steps) { meter.advanceOrThrow(stage, steps); };
    done(0);
    ModalityGap gap;
    gap.model = model.info().name;
    gap.retrieval = retrieve(images, sentences, collection.owner);
    done(1);
    gap.classifierAccuracy = train::modalityAccuracy(images, sentences, collection.owner);
    gap.centroidDistance = eval::centroidDistance(images, sentences);
    done(2);
    const eval::PrincipalPlane plane = eval::principalPlane(images, sentences);
    gap.images = plane.project(images);
    gap.sentences = plane.project(sentences);
    gap.planeShare = plane.share;
    for (const dataset::CaptionedImage& image : collection.images)
        gap.imageNames.push_back(image.filename);
    gap.captions = std::move(collection.captions);
    gap.owner = std::move(collection.owner);
    done(3);
    return gap;
}

} // namespace wordsight::engine
