#pragma once

#include <array>
#include <memory>

#include <QObject>

#include "ui/search/inspection_controller.h"
#include "ui/search/search_controller.h"
#include "ui/shared/rank_comparison.h"
#include "ui/shared/side.h"

namespace wordsight::ui {

/// Two rankings of one library, each with its own model, pooling, sentence and weights, and one photograph inspected
/// in both. The latest question of a side wins.
class ComparisonController : public QObject {
    Q_OBJECT
public:
    explicit ComparisonController(Pools& pools, QObject* parent = nullptr);

    void openLibrary(const std::shared_ptr<engine::LibrarySession>& library, const std::string& model);
    void refresh(); ///< the library has grown

    SearchController& search(Side side) { return *m_sides[indexOf(side)].search; }
    /// What a side found last; null while there is none.
    const OutcomePtr& outcome(Side side) const { return m_sides[indexOf(side)].search->outcome(); }
    /// Empty until both sides have ranked for a sentence.
    std::vector<RankDelta> deltas(Side side) const;
    bool isComparable() const;

    /// A photograph, in both rankings.
    void inspect(const QString& path, PhotoId photo);
    bool isBusy() const;

Q_SIGNALS:
    void outcomeChanged(wordsight::ui::Side side);
    void failed(wordsight::ui::Side side, const QString& message);
    /// Without terms where the photograph is not ranked on this side.
    void inspected(wordsight::ui::Side side, const wordsight::ui::InspectorSubject& subject);

private:
    /// What a side is drawn against: heat as the other is; bars, too, where both have one model and pooling.
    engine::AnswerScale scale(Side side) const;

    struct Half {
        SearchController* search;
        InspectionController* inspection;
    };
    std::array<Half, 2> m_sides;
};

} // namespace wordsight::ui
