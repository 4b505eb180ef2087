#pragma once

#include <QWidget>

#include "ui/inspector/inspection_state.h"

namespace wordsight::ui {

/// What the region pointed at says of every word: their cosines, highest first, and which words have it as their best
/// region. Lies over the photograph and lets the mouse through.
class RegionCard : public QWidget {
    Q_OBJECT
public:
    RegionCard(const InspectionState& state, QWidget* parent);

    /// Fits itself to the region pointed at and into `room`, away from `cursor`.
    void place(const QRect& room, QPoint cursor);

    struct Line {
        int term = 0;
        float cosine = 0;
        bool best = false; ///< no other region is better for the term
    };
    const std::vector<Line>& lines() const { return m_lines; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void collect();
    int lineHeight() const;

    const InspectionState& m_state;
    std::vector<Line> m_lines;
};

} // namespace wordsight::ui
