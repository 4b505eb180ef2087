#include "app/cli/hints.h"

namespace wordsight::app::cli {
namespace {

const char* advice(Hint hint)
{
    using enum Hint;
    switch (hint) {
    case None:
        break;
    case IndexFirst:
        return "Make one first: wordsight-cli index PHOTOS --library FOLDER";
    case RepairLibrary:
        return "Mend it: wordsight-cli library verify --repair --library FOLDER";
    case FetchWeights:
        return "Run scripts/deps to fetch the backbones, or name their folder in WORDSIGHT_DEPS.";
    case ScorePairs:
        return "MLASM can: --rerank mlasm";
    case ReplaceModel:
        return "Take another name, or --replace it.";
    case NameVocabulary:
        return "Name the vocabulary it was trained with: --vocab FILE";
    case NameDataset:
        return "Name a data set: --dataset FILE";
    case NamePhotographs:
        return "Name their folder (--images FOLDER), or features (--features PATH).";
    case NameFeatures:
        return "Name the features: --features PATH";
    case LeaveOutFeatures:
        return "Leave out --features.";
    }
    return "";
}

} // namespace

std::string withHint(std::string message, Hint hint)
{
    if (hint != Hint::None)
        message.append(" ").append(advice(hint));
    return message;
}

} // namespace wordsight::app::cli
