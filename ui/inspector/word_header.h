#pragma once

#include <QHeaderView>

#include "ui/inspector/inspection_state.h"

namespace wordsight::ui {

/// The matrix's head: words underlined in their colours, with the sorting marked, telling which one is pointed at.
class WordHeader : public QHeaderView {
    Q_OBJECT
public:
    WordHeader(const InspectionState& state, QWidget* parent);

Q_SIGNALS:
    void pointedAt(int section); ///< -1: none

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;
    bool viewportEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    const InspectionState& m_state;
};

} // namespace wordsight::ui
