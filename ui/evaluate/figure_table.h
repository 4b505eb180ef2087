#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace wordsight::ui {

/// Figures in rows and columns as they are shown, and in full as they are taken along. The first column names the row.
struct FigureTable {
    QString title;
    QStringList headings;
    QList<QStringList> rows;
    QString markdown;
    QString csv;

    bool isEmpty() const { return rows.isEmpty(); }
};

} // namespace wordsight::ui
