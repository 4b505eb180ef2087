#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/engine/hits_export.h"

using namespace wordsight;
using namespace wordsight::engine;

class HitsExportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tables();
    void json();
    void refusals();

private:
    static search::Query query();
    static std::vector<ExplainedHit> hits();
    void write(const std::string& name) const { exportHits("a \"dog\"", query(), hits(), 1.5, path(name)); }
    std::filesystem::path path(const std::string& name) const { return m_folder.filePath("").toStdString() + name; }
    std::string written(const std::string& name) const { return readTextFile(path(name)); }

    QTemporaryDir m_folder;
};

search::Query HitsExportTest::query()
{
    search::Query query;
    query.terms = { { .label = "dog" }, { .kind = search::TermKind::Global, .weight = -0.5f, .label = "a \"dog\"" } };
    return query;
}

std::vector<ExplainedHit> HitsExportTest::hits()
{
    ExplainedHit hit { 1, {}, 0.75f, {} };
    hit.photo.path = "/p/q, \"é\".jpg";
    hit.terms = {
        { .label = "dog", .kind = search::TermKind::Word, .contribution = 1, .box = Box { 0.25f, 0, 0.5f, 1 } },
        { .label = "a \"dog\"", .kind = search::TermKind::Global, .contribution = -0.25f, .box = Box { 0, 0, 1, 1 } }
    };
    return { hit };
}

void HitsExportTest::tables()
{
    write("hits.CSV");
    QCOMPARE(written("hits.CSV"),
        std::string("rank,path,score,dog,whole sentence\r\n1,\"/p/q, \"\"é\"\".jpg\",0.75,1,-0.25\r\n"));
}

void HitsExportTest::json()
{
    write("hits.json");
    const QJsonObject root = QJsonDocument::fromJson(QByteArray::fromStdString(written("hits.json"))).object();
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

void HitsExportTest::refusals()
{
    QVERIFY_THROWS_EXCEPTION(Error, write("hits.xls"));
    QVERIFY(!std::filesystem::exists(path("hits.xls")));
    QVERIFY_THROWS_EXCEPTION(Error, write("nowhere/at/all/hits.csv"));
}

QTEST_GUILESS_MAIN(HitsExportTest)
#include "hits_export_test.moc"
