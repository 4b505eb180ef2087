#pragma once

#include <QTableView>

namespace wordsight::ui {

/// A table that tells which cell is under the cursor, or under the keyboard's.
class HoverTable : public QTableView {
    Q_OBJECT
public:
    explicit HoverTable(QWidget* parent = nullptr);

Q_SIGNALS:
    void pointedAt(const QModelIndex& index); ///< invalid: none

protected:
    bool viewportEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace wordsight::ui
