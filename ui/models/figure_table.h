#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace wordsight::ui {

/// Figures in rows and columns as they are shown and taken along. The first column names the row.
struct FigureTable {
    QString title;
    QStringList headings;
    QList<QStringList> rows;

    bool isEmpty() const { return rows.isEmpty(); }
    QString markdown() const;
    QString csv() const; ///< RFC 4180
};

} // namespace wordsight::ui
