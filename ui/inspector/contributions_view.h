#pragma once

#include "ui/inspector/contributions_model.h"
#include "ui/inspector/hover_table.h"

namespace wordsight::ui {

/// The terms and what each adds, with bars: right of zero in favour, left of it, in red, against. Pointing at a row
/// shows its heatmap, choosing it keeps that.
class ContributionsView : public HoverTable {
    Q_OBJECT
public:
    ContributionsView(InspectionState& state, QWidget* parent = nullptr);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void reload();
    void fitColumns();
    void updateTerm(int term);
    void updateRegion(int region);

    InspectionState& m_state;
    ContributionsModel m_model;
};

} // namespace wordsight::ui
