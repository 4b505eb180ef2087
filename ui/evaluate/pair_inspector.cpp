#include "ui/evaluate/pair_inspector.h"

#include <algorithm>

#include "core/engine/alignment_terms.h"
#include "core/engine/search/searcher.h"
#include "core/image/decode.h"
#include "ui/shared/paths.h"

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

const engine::BoxedPhrases& PairInspector::boxedPhrases(const engine::GroundingBoxes& boxes)
{
    if (!m_boxedPhrases || m_boxes != boxes) {
        m_boxedPhrases = engine::openBoxedPhrases(boxes);
        m_boxes = boxes;
    }
    return m_boxedPhrases;
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
    if (task.boxes == engine::GroundingBoxes())
        return {};
    const auto& images = collection(task.input).images;
    const auto image = std::ranges::find(images, pair.image, &dataset::CaptionedImage::filename);
    if (image == images.end())
        return {};
    std::vector<MarkedBox> marks;
    for (const dataset::BoxedPhrase& phrase : boxedPhrases(task.boxes)(*image))
        if (image->captions[phrase.caption] == pair.sentence)
            std::ranges::move(marked(phrase), std::back_inserter(marks));
    return marks;
}

namespace {

/// Of the words of a phrase the one that counts most: its map is shown first. -1: it has none.
int mainWord(const align::Alignment& alignment, const TextSpan& phrase)
{
    int main = -1;
    for (int w = 0; w < static_cast<int>(alignment.spans.size()); ++w)
        if (alignment.spans[w].begin >= phrase.begin && alignment.spans[w].end <= phrase.end
            && (main < 0 || alignment.weights[w] > alignment.weights[main]))
            main = w;
    return main;
}

} // namespace

InspectorSubject PairInspector::inspect(const EvaluationTask& task, const EvaluatedPair& pair)
{
    const auto model = m_models->get(pair.model);
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
    if (pair.phrase)
        subject.chosenTerm = mainWord(subject.alignment, pair.phrase->span);
    return subject;
}

} // namespace wordsight::ui
