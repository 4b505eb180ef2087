#include "ui/shared/error_text.h"

#include <QCoreApplication>

namespace wordsight::ui {
namespace {

QString advice(Hint hint)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("errorText", text); };
    using enum Hint;
    switch (hint) {
    case None:
    case ReplaceModel:
    case NameVocabulary: // importing is the command line's
        break;
    case IndexFirst:
        return tr("Open a folder of photographs to make one.");
    case RepairLibrary:
        return tr("Mend it with File > Repair library.");
    case FetchWeights:
        return tr("Run scripts/deps to fetch the weights.");
    case ScorePairs:
        return tr("MLASM can.");
    case NameDataset:
        return tr("Choose a data set.");
    case NamePhotographs:
        return tr("Choose their folder, or features of them.");
    case NameFeatures:
        return tr("Choose features of the photographs.");
    case LeaveOutFeatures:
        return tr("Choose no features.");
    }
    return {};
}

} // namespace

QString errorText(const Error& error)
{
    return QStringLiteral("%1 %2").arg(QString::fromUtf8(error.what()), advice(error.hint())).trimmed();
}

} // namespace wordsight::ui
