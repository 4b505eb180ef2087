#pragma once

#include <QAbstractButton>

#include "core/search/query.h"

namespace wordsight::ui {

/// A term of the query and what it is worth. Click or Space mutes and unmutes; Shift+click or "-" turns it against;
/// the wheel and Up/Down change the weight in steps; "0" or Home resets; the context menu has all of it.
class TermChip : public QAbstractButton {
    Q_OBJECT
public:
    TermChip(std::size_t index, const search::Term& term, QWidget* parent = nullptr);

    search::TermKind kind() const { return m_kind; }
    const std::string& label() const { return m_label; }
    bool unknown() const { return m_unknown; }
    bool isFunctionWord() const { return m_functionWord; }
    std::size_t index() const { return m_index; } ///< of its term in the query
    float weight() const { return m_weight; }
    void setWeight(float weight); ///< from outside: no signal
    /// Shown as pointed at, because its heatmap or its row is.
    void setHighlighted(bool highlighted);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void weightChanged(float weight);
    void hovered(bool inside);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void change(float weight);
    void toggleMuted();
    void step(int steps);
    void describe();
    QString weightText() const;
    QString shownText() const;

    std::size_t m_index;
    search::TermKind m_kind;
    std::string m_label;
    bool m_unknown;
    bool m_functionWord;
    float m_weight;
    float m_beforeMuting = 1;
    bool m_highlighted = false;
    int m_wheelRest = 0;
};

} // namespace wordsight::ui
