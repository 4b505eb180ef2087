#include "ui/search/results_export.h"

#include <QFileInfo>
#include <QSaveFile>

#include "core/base/error.h"
#include "core/engine/hits_export.h"
#include "ui/shared/paths.h"
#include "ui/shared/term_label.h"

namespace wordsight::ui {

namespace {

QByteArray quoted(const QString& text)
{
    return '"' + QString(text).replace('"', "\"\"").toUtf8() + '"';
}

QByteArray csv(const SearchOutcome& found)
{
    QByteArray text = "rank,path,score";
    for (const search::Term& term : found.query.terms)
        text += ',' + quoted(termLabel(term.kind, term.label));
    text += "\r\n";
    for (const engine::ExplainedHit& hit : found.hits) {
        text += QByteArray::number(qulonglong(hit.rank)) + ',' + quoted(toQString(hit.photo.path)) + ','
            + QByteArray::number(hit.score, 'g', 7);
        for (const engine::ExplainedTerm& term : hit.terms)
            text += ',' + QByteArray::number(term.contribution, 'g', 7);
        text += "\r\n";
    }
    return text;
}

} // namespace

void exportResults(const SearchOutcome& found, const QString& file)
{
    const QString suffix = QFileInfo(file).suffix().toLower();
    if (suffix != "csv" && suffix != "json")
        throw Error(
            ErrorKind::Usage, QString("Results are written as .csv or .json, not as %1.").arg(file).toStdString());
    const QByteArray text = suffix == "csv"
        ? csv(found)
        : QByteArray::fromStdString(engine::hitsJson(found.sentence, found.query, found.hits, found.milliseconds));
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(text) < 0 || !out.commit())
        throw Error(ErrorKind::Io, QString("%1 cannot be written: %2.").arg(file, out.errorString()).toStdString());
}

} // namespace wordsight::ui
