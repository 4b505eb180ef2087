#include "core/engine/evaluation/grounding.h"

#include <fmt/format.h>

#include "core/align/alignment.h"
#include "core/base/error.h"
#include "core/base/progress_meter.h"
#include "core/dataset/entities.h"

namespace wordsight::engine {

eval::PointingResult evaluateGrounding(model::ImageTextModel& model, const EvaluationInput& input,
    const std::filesystem::path& entities, const ProgressCallback& progress)
{
    if (!std::filesystem::is_directory(entities / "Annotations"))
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} has no folder Annotations: it is not in the layout of Flickr30k Entities.", entities.string()));
    const Collection collection = readCollection(input, progress);
    const std::vector<dataset::CaptionedImage>& images = collection.images;
    const std::vector<model::ImageEncoding> encodings = encodeImages(model, collection, progress);
    const std::vector<model::TextEncoding> captions = encodeCaptions(model, collection.captions, progress);
    ProgressMeter meter(progress, images.size());
    eval::PointingTally tally;
    for (std::size_t i = 0, first = 0; i < images.size(); first += images[i].captions.size(), meter.advanceOrThrow("Pointing at phrases", ++i)) {
        const std::vector<Box>& boxes = model.info().boxes.empty() ? encodings[i].boxes : model.info().boxes;
        if (boxes.size() != encodings[i].regions.rows)
            throw Error(ErrorKind::UnreadableInput,
                fmt::format("{} cannot be pointed at: {}", images[i].filename, align::noPlaces));
        std::vector<Matrix> alignments;
        for (std::size_t c = first; c < first + images[i].captions.size(); ++c)
            alignments.push_back(align::alignmentMatrix(encodings[i].regions, captions[c].words));
        for (const dataset::BoxedPhrase& phrase : dataset::readEntities(entities, images[i])) {
            const auto& spans = captions[first + phrase.caption].spans;
            const auto peak = eval::phrasePeak(alignments[phrase.caption], spans, boxes, phrase.span);
            tally.add(phrase.type, peak, phrase.boxes, boxes);
        }
    }
    return tally.result();
}

} // namespace wordsight::engine
