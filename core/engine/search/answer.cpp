#include "core/engine/search/answer.h"

namespace wordsight::engine {

std::string Answer::sentence() const
{
    const auto* sentence = std::get_if<Sentence>(&question.asked);
    return sentence ? sentence->text : std::string();
}

align::Alignment alignmentOf(const Answer& answer, const ExplainedHit& hit)
{
    return alignStored(*answer.index, hit.photo.id, answer.query, answer.pairs.get());
}

} // namespace wordsight::engine
