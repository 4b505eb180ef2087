#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "core/base/error.h"
#include "ui/search/results_export.h"

using namespace wordsight;
using namespace wordsight::ui;

class ResultsExportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tables();
    void json();
    void refusals();

private:
    static SearchOutcome outcome();
    static QByteArray written(const QString& file);
};

SearchOutcome ResultsExportTest::outcome()
{
    SearchOutcome found;
    found.sentence = "a \"dog\"";
    found.query.terms = { {
                              .label = "dog",
                          },
        { .kind = search::TermKind::Global, .weight = -0.5f, .label = "a \"dog\"" } };
    engine::ExplainedHit hit { 1, {}, 0.75f, {} };
    hit.photo.path = "/p/q, \"é\".jpg";
    hit.terms = {
        { .label = "dog", .kind = search::TermKind::Word, .contribution = 1, .box = Box { 0.25f, 0, 0.5f, 1 } },
        { .label = "a \"dog\"", .kind = search::TermKind::Global, .contribution = -0.25f, .box = Box { 0, 0, 1, 1 } }
    };
    found.hits = { hit };
    return found;
}

QByteArray ResultsExportTest::written(const QString& file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

void ResultsExportTest::tables()
{
    const QTemporaryDir folder;
    exportResults(outcome(), folder.filePath("hits.csv"));
    QCOMPARE(written(folder.filePath("hits.csv")),
        QByteArray("rank,path,score,\"dog\",\"whole sentence\"\r\n1,\"/p/q, \"\"é\"\".jpg\",0.75,1,-0.25\r\n"));
}

void ResultsExportTest::json()
{
    const QTemporaryDir folder;
    exportResults(outcome(), folder.filePath("hits.json"));
    const QJsonObject root = QJsonDocument::fromJson(written(folder.filePath("hits.json"))).object();
    QCOMPARE(root["query"].toString(), "a \"dog\"");
    QCOMPARE(root["words"][1]["weight"].toDouble(), -0.5);
    QCOMPARE(root["words"][1]["kind"].toString(), "global");
    const QJsonValue hit = root["hits"][0];
    QCOMPARE(hit["rank"].toInt(), 1);
    QCOMPARE(hit["path"].toString(), QString::fromUtf8("/p/q, \"é\".jpg"));
    QCOMPARE(hit["words"][0]["box"].toArray(), (QJsonArray { 0.25, 0, 0.5, 1 }));
    QCOMPARE(hit["words"][0]["contribution"].toDouble() + hit["words"][1]["contribution"].toDouble(),
        hit["score"].toDouble());
}

void ResultsExportTest::refusals()
{
    QVERIFY_THROWS_EXCEPTION(Error, exportResults(outcome(), "/tmp/hits.xls"));
    QVERIFY_THROWS_EXCEPTION(Error, exportResults(outcome(), "/nowhere/at/all/hits.csv"));
}

QTEST_GUILESS_MAIN(ResultsExportTest)
#include "results_export_test.moc"
