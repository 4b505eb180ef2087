#pragma once

#include <QWidget>

namespace wordsight::ui {

/// One line of text, cut in the middle where there is no room for it; the whole text is its tool tip.
class ElidedLabel : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    void setText(const QString& text, const QString& toolTip);
    const QString& text() const { return m_text; }
    QSize sizeHint() const override { return { fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height() }; }
    QSize minimumSizeHint() const override { return { 40, fontMetrics().height() }; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

} // namespace wordsight::ui
