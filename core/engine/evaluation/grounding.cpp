#include "core/engine/evaluation/grounding.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "core/align/alignment.h"
#include "core/base/error.h"
#include "core/base/progress_meter.h"
#include "core/dataset/coco.h"
#include "core/model/pair_scorer.h"

namespace wordsight::engine {

namespace {

using dataset::BoxedPhrase;
using dataset::CaptionedImage;
using model::ImageEncoding;
using model::TextEncoding;

/// What the heatmaps of the sentence's words are made from, [R × W].
Matrix mapsOf(model::ImageTextModel& model, const ImageEncoding& image, const TextEncoding& caption)
{
    if (model::PairScorer* pairs = model.pairScorer())
        return std::move(pairs->explain(*pairs->prepare({ &image, 1 }), caption).front().attention);
    return align::alignmentMatrix(image.regions, caption.words);
}

double distanceTo(const align::Peak& peak, std::span<const Box> boxes)
{
    double nearest = std::sqrt(2.0);
    for (const Box& box : boxes) {
        const float x = std::max({ box.x - peak.x, 0.0f, peak.x - box.x - box.w });
        const float y = std::max({ box.y - peak.y, 0.0f, peak.y - box.y - box.h });
        nearest = std::min(nearest, static_cast<double>(std::hypot(x, y)));
    }
    return nearest;
}

class GroundingTally {
public:
    void add(const CaptionedImage& image, const BoxedPhrase& phrase, const std::optional<align::Heatmap>& map,
        std::span<const Box> regions)
    {
        const auto peak = map ? std::optional(align::peak(*map)) : std::nullopt;
        m_byType.add(phrase.type, peak, phrase.boxes, regions);
        m_bySize.add(std::string(eval::sizeClass(phrase.boxes)), peak, phrase.boxes, regions);
        m_maps.add(map.value_or(align::Heatmap()), phrase.boxes);
        if (peak && !eval::pointsInside(*peak, phrase.boxes))
            m_misses.push_back(
                { image.filename, image.captions[phrase.caption], phrase, *peak, distanceTo(*peak, phrase.boxes) });
    }

    GroundingReport report(std::size_t misses)
    {
        std::ranges::stable_sort(m_misses, std::greater {}, &PointingMiss::distance);
        m_misses.resize(std::min(misses, m_misses.size()));
        return { {}, 0, m_byType.result(), m_bySize.result(), m_maps.result(), std::move(m_misses) };
    }

private:
    eval::PointingTally m_byType;
    eval::PointingTally m_bySize;
    eval::MapQualityTally m_maps;
    std::vector<PointingMiss> m_misses;
};

void addPhrases(model::ImageTextModel& model, const CaptionedImage& image, const ImageEncoding& encoding,
    std::span<const TextEncoding> captions, const std::vector<BoxedPhrase>& phrases, GroundingTally& tally)
{
    const std::vector<Box>& regions = encoding.boxes.empty() ? model.info().boxes : encoding.boxes;
    if (regions.size() != encoding.regions.rows)
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("{} cannot be pointed at: {}", image.filename, align::noBoxes));
    std::vector<Matrix> maps(captions.size());
    for (const BoxedPhrase& phrase : phrases) {
        Matrix& map = maps[phrase.caption];
        const TextEncoding& caption = captions[phrase.caption];
        if (map.rows == 0)
            map = mapsOf(model, encoding, caption);
        tally.add(image, phrase, eval::phraseMap(map, caption.spans, regions, phrase.span), regions);
    }
}

} // namespace

BoxedPhrases openBoxedPhrases(const GroundingBoxes& boxes)
{
    if (boxes.entities.empty() == boxes.instances.empty())
        throw Error(
            ErrorKind::Usage, "Name where the boxes are: a folder of Flickr30k Entities, or the instances of COCO.");
    if (!boxes.instances.empty())
        return [coco = std::make_shared<dataset::CocoInstances>(boxes.instances)](
                   const CaptionedImage& image) { return coco->phrases(image); };
    if (!std::filesystem::is_directory(boxes.entities / "Annotations"))
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} has no folder Annotations: it is not in the layout of Flickr30k Entities.",
                boxes.entities.string()));
    return [folder = boxes.entities](const CaptionedImage& image) { return dataset::readEntities(folder, image); };
}

GroundingReport evaluateGrounding(model::ImageTextModel& model, const EvaluationInput& input,
    const GroundingBoxes& boxes, std::size_t misses, const JobControl& job)
{
    if (!model.info().hasWords())
        throw Error(ErrorKind::Usage,
            fmt::format(
                "The model {} compares whole sentences with whole photographs: no word has a map that could point.",
                model.info().name));
    const BoxedPhrases annotations = openBoxedPhrases(boxes);
    const Collection collection = readCollection(input, job);
    const std::vector<ImageEncoding> encodings = encodeImages(model, collection, job);
    const std::vector<TextEncoding> captions = encodeCaptions(model, collection.captions, job);
    ProgressMeter meter(job, static_cast<std::int64_t>(encodings.size()));
    GroundingTally tally;
    std::size_t phrases = 0;
    for (std::size_t i = 0, first = 0; i < encodings.size(); first += collection.images[i++].captions.size()) {
        const CaptionedImage& image = collection.images[i];
        const std::vector<BoxedPhrase> boxed = annotations(image);
        phrases += boxed.size();
        addPhrases(model, image, encodings[i], std::span(captions).subspan(first, image.captions.size()), boxed, tally);
        meter.advanceOrThrow("Pointing at phrases", static_cast<std::int64_t>(i + 1));
    }
    if (phrases == 0)
        throw Error(ErrorKind::UnreadableInput,
            fmt::format(
                "None of the {} photographs has a phrase with boxes: {} and the captions do not belong together.",
                encodings.size(), (boxes.entities.empty() ? boxes.instances : boxes.entities).string()));
    GroundingReport report = tally.report(misses);
    report.model = model.info().name;
    report.images = encodings.size();
    return report;
}

} // namespace wordsight::engine
