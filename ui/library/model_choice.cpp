#include "ui/library/model_choice.h"

#include <algorithm>

#include <QCoreApplication>
#include <QLocale>

namespace wordsight::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ModelChoice", text);
}

} // namespace

std::vector<ModelChoice> modelChoices(const std::vector<engine::InstalledModel>& installed,
    const std::vector<store::ModelSummary>& indexed, std::int64_t photos)
{
    std::vector<ModelChoice> choices;
    for (const engine::InstalledModel& model : installed)
        choices.push_back({ model, true, 0, photos });
    for (const store::ModelSummary& summary : indexed) {
        bool known = false;
        for (ModelChoice& choice : choices)
            if (choice.model.fingerprint == summary.fingerprint) {
                choice.indexed = summary.photos;
                known = true;
            }
        if (known)
            continue;
        ModelChoice left { {}, false, summary.photos, photos };
        left.model.name = summary.name;
        left.model.fingerprint = summary.fingerprint;
        choices.push_back(std::move(left));
    }
    return choices;
}

QString stateOf(const ModelChoice& choice)
{
    const QLocale locale;
    const auto number = [&locale](std::int64_t value) { return locale.toString(qlonglong(value)); };
    if (!choice.installed)
        return tr("%1 photographs in this library, but the model is not installed").arg(number(choice.indexed));
    if (choice.indexed > 0)
        return tr("%1 of %2 photographs").arg(number(choice.indexed), number(choice.photos));
    if (!choice.model.takesPhotographs)
        return tr("takes features from elsewhere, no photographs");
    return choice.photos > 0 ? tr("has not seen this library yet") : QString();
}

} // namespace wordsight::ui
