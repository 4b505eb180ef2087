#include "ui/models/figure_table.h"

#include <algorithm>

namespace wordsight::ui {

namespace {

QString cell(QString text)
{
    return text.replace('|', "\\|");
}

QString field(const QString& text)
{
    const bool plain = std::ranges::none_of(text, [](QChar c) { return QStringLiteral(",\"\r\n").contains(c); });
    return plain ? text : '"' + QString(text).replace('"', "\"\"") + '"';
}

QString line(const QStringList& cells, QString (*written)(QString), const QString& between)
{
    QStringList parts;
    for (const QString& each : cells)
        parts << written(each);
    return parts.join(between);
}

} // namespace

QString FigureTable::markdown() const
{
    const auto row = [](const QStringList& cells) { return "| " + line(cells, cell, " | ") + " |\n"; };
    QString text = row(headings) + "|-";
    for (qsizetype i = 1; i < headings.size(); ++i)
        text += "|-:";
    text += "|\n";
    for (const QStringList& cells : rows)
        text += row(cells);
    return text;
}

QString FigureTable::csv() const
{
    const auto written = [](QString text) { return field(text.replace(QChar(0x2212), '-')); };
    QString text = line(headings, written, ",") + "\r\n";
    for (const QStringList& cells : rows)
        text += line(cells, written, ",") + "\r\n";
    return text;
}

} // namespace wordsight::ui
