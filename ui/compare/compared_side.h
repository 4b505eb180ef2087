#pragma once

#include <memory>

#include <QSplitter>
#include <QWidget>

#include "ui/inspector/inspection_state.h"
#include "ui/search/results_model.h"

class QComboBox;
class QLabel;
class QStackedWidget;

namespace wordsight::ui {

class ContributionsView;
class MessagePage;
class PhotoPyramid;
class PhotoView;
class ResultsView;

/// One half of a comparison: what it ranks by, the photographs as it ranks them, and the chosen one under its heatmap.
class ComparedSide : public QWidget {
    Q_OBJECT
public:
    /// `name` tells the halves apart: "left", "right".
    ComparedSide(const QString& name, ThumbnailLoader& thumbnails, QWidget* parent = nullptr);

    QComboBox* choice() const { return m_choice; }
    void showOutcome(const OutcomePtr& found);
    void setDeltas(std::vector<RankDelta> deltas) { m_results.setDeltas(std::move(deltas)); }
    void showMessage(const QString& title, const QString& text, const QString& action = {});
    /// Without a signal; where the photograph is not among the hits, none is chosen.
    void select(PhotoId photo);
    const engine::ExplainedHit* first() const { return m_results.hit(m_results.index(0)); }
    bool ranks(PhotoId photo) const { return m_results.indexOf(photo).isValid(); }
    ResultsModel& results() { return m_results; }

    InspectionState& state() { return m_state; }
    PhotoView& photo() { return *m_photo; }

Q_SIGNALS:
    void photoChosen(const QString& path, wordsight::PhotoId photo);
    void acted(); ///< what the message offers

private:
    void build(const QString& name);

    ResultsModel m_results;
    InspectionState m_state;
    QComboBox* m_choice;
    QLabel* m_note;
    MessagePage* m_message;
    ResultsView* m_grid;
    QStackedWidget* m_pages;
    PhotoView* m_photo;
    ContributionsView* m_contributions;
    std::unique_ptr<QSplitter> m_splitter; ///< last: the views go before the model and the state that they read
};

} // namespace wordsight::ui
