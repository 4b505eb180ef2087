#include "ui/controllers/results_export.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include "core/base/error.h"
#include "ui/models/paths.h"
#include "ui/models/term_label.h"

namespace wordsight::ui {

namespace {

QByteArray quoted(const QString& text)
{
    return '"' + QString(text).replace('"', "\"\"").toUtf8() + '"';
}

QByteArray csv(const Found& found)
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

QString kindOf(search::TermKind kind)
{
    return kind == search::TermKind::Word ? "word" : "global";
}

QByteArray json(const Found& found)
{
    QJsonArray asked;
    for (const search::Term& term : found.query.terms)
        asked.append(QJsonObject { { "text", QString::fromStdString(term.label) }, { "weight", term.weight },
            { "model_weight", term.modelWeight }, { "kind", kindOf(term.kind) } });
    QJsonArray hits;
    for (const engine::ExplainedHit& hit : found.hits) {
        QJsonArray words;
        for (const engine::ExplainedTerm& term : hit.terms)
            words.append(QJsonObject { { "text", QString::fromStdString(term.label) },
                { "contribution", term.contribution }, { "kind", kindOf(term.kind) },
                { "box", term.box ? QJsonValue(QJsonArray { term.box->x, term.box->y, term.box->w, term.box->h }) : QJsonValue() } });
        hits.append(QJsonObject { { "rank", qint64(hit.rank) }, { "path", toQString(hit.photo.path) },
            { "score", hit.score }, { "words", words } });
    }
    return QJsonDocument(QJsonObject { { "query", QString::fromStdString(found.sentence) }, { "words", asked },
                             { "hits", hits }, { "elapsed_ms", found.milliseconds } })
        .toJson();
}

} // namespace

void exportResults(const Found& found, const QString& file)
{
    const QString suffix = QFileInfo(file).suffix().toLower();
    if (suffix != "csv" && suffix != "json")
        throw Error(ErrorKind::Usage,
            QString("Results are written as .csv or .json, not as %1.").arg(file).toStdString());
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(suffix == "csv" ? csv(found) : json(found)) < 0 || !out.commit())
        throw Error(ErrorKind::Io, QString("%1 cannot be written: %2.").arg(file, out.errorString()).toStdString());
}

} // namespace wordsight::ui
