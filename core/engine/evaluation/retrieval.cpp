#include "core/engine/evaluation/retrieval.h"

#include "core/engine/evaluation/pair_scores.h"

namespace wordsight::engine {

RetrievalReport evaluateRetrieval(
    model::ImageTextModel& model, const EvaluationInput& input, const ProgressCallback& progress)
{
    const Collection collection = readCollection(input);
    const PairScores scores(model, encodeImages(model, collection, progress));
    const Matrix matrix = scores.against(encodeCaptions(model, collection.captions, progress), progress);
    return { collection.images.size(), collection.captions.size(), eval::retrieval(matrix, collection.owner),
        model.info().name, scores.description() };
}

} // namespace wordsight::engine
