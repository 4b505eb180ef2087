#include "ui/compare/comparison_controller.h"

#include <algorithm>

namespace wordsight::ui {

ComparisonController::ComparisonController(Pools& pools, QObject* parent)
    : QObject(parent)
{
    for (const Side side : kSides) {
        Half& half = m_sides[indexOf(side)];
        half.search = new SearchController(pools, this);
        half.inspection = new InspectionController(pools, this);
        connect(half.search, &SearchController::outcomeChanged, this, [this, side] { Q_EMIT outcomeChanged(side); });
        connect(half.search, &SearchController::failed, this,
            [this, side](const QString& message) { Q_EMIT failed(side, message); });
        connect(half.inspection, &InspectionController::failed, this,
            [this, side](const QString& message) { Q_EMIT failed(side, message); });
        connect(half.inspection, &InspectionController::ready, this, [this, side](InspectorSubject subject) {
            subject.scale = scale(side);
            Q_EMIT inspected(side, subject);
        });
    }
}

void ComparisonController::openLibrary(const std::shared_ptr<engine::LibrarySession>& library, const std::string& model)
{
    for (const Half& half : m_sides)
        half.search->openLibrary(library, model);
}

void ComparisonController::refresh()
{
    for (const Half& half : m_sides)
        half.search->refresh();
}

bool ComparisonController::isComparable() const
{
    return std::ranges::all_of(kSides,
        [this](Side side) { return outcome(side) && outcome(side)->isRanked() && !outcome(side)->hits.empty(); });
}

std::vector<RankDelta> ComparisonController::deltas(Side side) const
{
    return isComparable() ? rankDeltas(*outcome(side), *outcome(otherThan(side))) : std::vector<RankDelta>();
}

void ComparisonController::inspect(const QString& path, PhotoId photo)
{
    for (const Side side : kSides) {
        Half& half = m_sides[indexOf(side)];
        const OutcomePtr& shown = outcome(side);
        if (const auto place = shown && shown->isRanked() ? shown->placeOf(photo) : std::nullopt) {
            half.inspection->inspect(half.search->library(), shown, *place);
            continue;
        }
        half.inspection->clear();
        InspectorSubject bare;
        bare.path = path;
        Q_EMIT inspected(side, bare);
    }
}

engine::AnswerScale ComparisonController::scale(Side side) const
{
    if (!outcome(side))
        return {};
    engine::AnswerScale scale = outcome(side)->scale;
    const OutcomePtr& other = outcome(otherThan(side));
    if (!other)
        return scale;
    // Scores of two models or poolings may be tens of times apart: one side would have no bars at all.
    const bool sameMeasure
        = outcome(side)->model == other->model && outcome(side)->query.pooling == other->query.pooling;
    scale.include(sameMeasure ? other->scale : engine::AnswerScale { .heat = other->scale.heat });
    return scale;
}

bool ComparisonController::isBusy() const
{
    return std::ranges::any_of(
        m_sides, [](const Half& half) { return half.search->isBusy() || half.inspection->isBusy(); });
}

} // namespace wordsight::ui
