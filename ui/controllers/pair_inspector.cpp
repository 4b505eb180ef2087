#include "ui/controllers/pair_inspector.h"

#include <algorithm>

#include "core/dataset/entities.h"
#include "core/engine/alignment_terms.h"
#include "core/engine/searcher.h"
#include "core/image/decode.h"
#include "ui/models/paths.h"

namespace wordsight::ui {

const engine::Collection& PairInspector::collection(const engine::EvaluationInput& input)
{
    const bool same = m_collection && m_input.dataset == input.dataset && m_input.images == input.images
        && m_input.split == input.split;
    if (!same) {
        m_collection = engine::readCollection(input);
        m_input = input;
    }
    return *m_collection;
}

std::vector<MarkedBox> PairInspector::marks(const EvaluationTask& task, const EvaluatedPair& pair)
{
    const auto marked = [&pair](const dataset::BoxedPhrase& phrase) {
        std::vector<MarkedBox> marks;
        const std::string words = pair.sentence.substr(phrase.span.begin, phrase.span.end - phrase.span.begin);
        for (const Box& box : phrase.boxes)
            marks.push_back({ box, QString::fromStdString(words), phrase.span });
        return marks;
    };
    if (pair.phrase)
        return marked(*pair.phrase);
    if (task.boxes.entities.empty())
        return {};
    const auto& images = collection(task.input).images;
    const auto image = std::ranges::find(images, pair.image, &dataset::CaptionedImage::filename);
    if (image == images.end())
        return {};
    std::vector<MarkedBox> marks;
    for (const dataset::BoxedPhrase& phrase : dataset::readEntities(task.boxes.entities, *image))
        if (image->captions[phrase.caption] == pair.sentence)
            std::ranges::move(marked(phrase), std::back_inserter(marks));
    return marks;
}

InspectorSubject PairInspector::inspect(const EvaluationTask& task, const EvaluatedPair& pair)
{
    const auto model = m_models->take(pair.model);
    dataset::CaptionedImage named;
    named.filename = pair.image;
    const std::filesystem::path file = dataset::imageFile(task.input.images, named);
    const search::Query query = engine::parseQuery(*model, pair.sentence);
    InspectorSubject subject;
    subject.path = toQString(file);
    subject.sentence = QString::fromStdString(pair.sentence);
    subject.rank = pair.rank;
    subject.alignment
        = engine::alignImage(*model, image::decodeFile(file, { .minSide = model->info().inputSide }), query);
    subject.terms = engine::explainedTerms(subject.alignment);
    subject.score = align::score(subject.alignment);
    subject.marks = marks(task, pair);
    return subject;
}

} // namespace wordsight::ui
