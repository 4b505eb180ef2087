#include "ui/compare/comparison_controller.h"

#include <algorithm>

#include "ui/shared/paths.h"

namespace wordsight::ui {

ComparisonController::ComparisonController(Pools& pools, const std::shared_ptr<ModelCache>& models, QObject* parent)
    : QObject(parent)
{
    for (const Side side : kSides) {
        Half& half = m_sides[indexOf(side)];
        half.search = new SearchController(pools, models, this);
        half.inspection = new InspectionController(pools, this);
        connect(half.search, &SearchController::outcomeChanged, this, [this, side] { Q_EMIT outcomeChanged(side); });
        connect(half.search, &SearchController::failed, this,
            [this, side](const QString& message) { Q_EMIT failed(side, message); });
        connect(half.inspection, &InspectionController::failed, this,
            [this, side](const QString& message) { Q_EMIT failed(side, message); });
        connect(half.inspection, &InspectionController::ready, this,
            [this, side](const InspectorSubject& subject) { Q_EMIT inspected(side, subject); });
    }
}

void ComparisonController::openLibrary(const std::filesystem::path& folder, const std::string& model)
{
    for (const Half& half : m_sides)
        half.search->openLibrary(folder, model);
}

void ComparisonController::refresh()
{
    for (const Half& half : m_sides)
        half.search->refresh();
}

bool ComparisonController::isComparable() const
{
    return std::ranges::all_of(kSides, [this](Side side) {
        return outcome(side) && !outcome(side)->sentence.empty() && !outcome(side)->hits.empty();
    });
}

std::vector<RankDelta> ComparisonController::deltas(Side side) const
{
    return isComparable() ? rankDeltas(*outcome(side), *outcome(otherThan(side))) : std::vector<RankDelta>();
}

void ComparisonController::inspect(const QString& path)
{
    for (const Side side : kSides) {
        Half& half = m_sides[indexOf(side)];
        const std::filesystem::path wanted = toPath(path);
        int row = -1;
        if (const OutcomePtr& shown = outcome(side); shown && !shown->sentence.empty()) {
            const auto hit = std::ranges::find(shown->hits, wanted, [](const auto& each) { return each.photo.path; });
            row = hit == shown->hits.end() ? -1 : static_cast<int>(hit - shown->hits.begin());
        }
        if (row >= 0) {
            half.inspection->inspect(outcome(side), row);
            continue;
        }
        half.inspection->clear();
        InspectorSubject bare;
        bare.path = path;
        Q_EMIT inspected(side, bare);
    }
}

bool ComparisonController::isBusy() const
{
    return std::ranges::any_of(
        m_sides, [](const Half& half) { return half.search->isBusy() || half.inspection->isBusy(); });
}

} // namespace wordsight::ui
