// A CLIP and a SigLIP folder with small random weights, all the way: import, index, search, align.
#include <cmath>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

class ClipCliTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_photos;
    int m_count = 0;

    static void models()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<int>("regions");
        QTest::newRow("CLIP") << "clip_tiny" << 16;
        QTest::newRow("SigLIP") << "siglip_tiny" << 9;
    }
    QString library(const QString& model) const { return m_folder.filePath("library of " + model); }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("WORDSIGHT_MODELS", m_folder.filePath("models").toUtf8());
        m_photos = m_folder.filePath("photos");
        QVERIFY(QDir().mkpath(m_photos));
        m_count = copySamples(m_photos, 12);
        QCOMPARE(m_count, 12);
    }

    void importsAndIndexes_data() { models(); }
    void importsAndIndexes()
    {
        QFETCH(QString, source);
        const auto imported = cli(
            { "models", "import", WORDSIGHT_SOURCE_DIR "/tests/data/parity/" + source, "--name", source, "--json" });
        QVERIFY2(imported.exitCode == 0, imported.errors);
        QVERIFY(QFile::exists(imported.json()["folder"].toString() + "/model.safetensors"));
        QCOMPARE(cli({ "models", "verify", source }).exitCode, 0);
        const auto indexed = cli({ "index", m_photos, "--library", library(source), "--model", source, "--json" });
        QVERIFY2(indexed.exitCode == 0, indexed.errors);
        QCOMPARE(indexed.json()["added"].toInt(), m_count);
    }

    /// The explanation is the score: the whole sentence at weight 1, all words together at 0.2.
    void searches_data() { models(); }
    void searches()
    {
        QFETCH(QString, source);
        const QString sentence = "a dog's ball, on the grass!";
        const auto found
            = cli({ "search", "--library", library(source), "--model", source, sentence, "-k", "100", "--json" });
        QVERIFY2(found.exitCode == 0, found.errors);
        QStringList words;
        for (const QJsonValue word : found.json()["words"].toArray())
            if (word["kind"] == "word") {
                words << word["text"].toString();
                QVERIFY(std::abs(word["model_weight"].toDouble() - 0.2) < 1e-6);
            } else {
                QCOMPARE(word["weight"].toDouble(), 1.0);
            }
        QCOMPARE(words, QStringList({ "a", "dog's", "ball", "on", "the", "grass" }));
        const auto hits = found.json()["hits"].toArray();
        QCOMPARE(hits.size(), m_count);
        for (const QJsonValue hit : hits) {
            double sum = 0;
            for (const QJsonValue word : hit["words"].toArray())
                sum += word["contribution"].toDouble();
            QVERIFY(std::abs(sum - hit["score"].toDouble()) < 1e-4);
        }
    }

    void aligns_data() { models(); }
    void aligns()
    {
        QFETCH(QString, source);
        QFETCH(int, regions);
        const QString photo = m_photos + "/" + QDir(m_photos).entryList(QDir::Files).first();
        for (const char* suffix : { "json", "svg" }) {
            const QString out = m_folder.filePath(source + "." + suffix);
            const auto aligned = cli({ "align", photo, "two dogs", "--model", source, "--out", out });
            QVERIFY2(aligned.exitCode == 0, aligned.errors);
            QVERIFY(QFile(out).size() > 500);
        }
        QFile file(m_folder.filePath(source + ".json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto json = QJsonDocument::fromJson(file.readAll());
        QCOMPARE(json["matrix"].toArray().size(), regions);
        QCOMPARE(json["boxes"].toArray().size(), regions);
        QCOMPARE(json["matrix"][0].toArray().size(), 2);
    }

    void foreignFoldersAreRefused()
    {
        const QString source = m_folder.filePath("bert");
        QVERIFY(QDir().mkpath(source));
        QFile config(source + "/config.json");
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(R"({"model_type": "bert"})");
        config.close();
        const auto refused = cli({ "models", "import", source, "--name", "bert" });
        QCOMPARE(refused.exitCode, 4);
        QVERIFY2(refused.errors.contains("\"bert\"") && refused.errors.contains("siglip"), refused.errors);
        QVERIFY(!QFile::exists(m_folder.filePath("models/bert")));
    }
};

QTEST_GUILESS_MAIN(ClipCliTest)
#include "clip_test.moc"
