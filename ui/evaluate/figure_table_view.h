#pragma once

#include <QWidget>

#include "ui/evaluate/figure_table.h"

class QLabel;
class QTableWidget;

namespace wordsight::ui {

/// A table of figures with its title, to be read and to be copied as Markdown or CSV.
class FigureTableView : public QWidget {
    Q_OBJECT
public:
    /// `name` tells tables apart.
    explicit FigureTableView(const QString& name, QWidget* parent = nullptr);
    void setTable(const FigureTable& table); ///< an empty one hides

private:
    void copy(const QString& text);

    FigureTable m_table;
    QLabel* m_title;
    QLabel* m_copied;
    QTableWidget* m_cells;
};

} // namespace wordsight::ui
