// The list of models that can be fetched, as it is shipped and as it may be damaged.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/engine/fetching/get_model.h"

using namespace wordsight;
using namespace wordsight::engine;

class CuratedModelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shippedListIsWhole()
    {
        const auto models = readCuratedModels(WORDSIGHT_SOURCE_DIR "/resources/models.json");
        QVERIFY(models.size() >= 5);
        for (const auto& model : models) {
            QVERIFY2(std::ranges::count(model.repository, '/') == 1, model.name.c_str());
            checkNewName({ {}, {}, { "/no/such/folder" }, {} }, { model.repository, model.name });
            QVERIFY(model.goodAt.ends_with('.'));
            QVERIFY(model.licence.find(": ") != std::string::npos); // its name, and what it means
            QVERIFY(model.megabytes > 100 && model.megabytes < 10'000);
            QVERIFY(model.textToImage > 30 && model.textToImage < model.imageToText && model.imageToText < 90);
            QCOMPARE(nameFor(model.repository, models), model.name);
        }
        QCOMPARE(nameFor("openai/clip-vit-base-patch32", models), "clip-vit-base-patch32");
    }

    void damagedListsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("told");
        QFile file(WORDSIGHT_SOURCE_DIR "/resources/models.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        QTest::newRow("no JSON") << whole.left(200) << QByteArray("no list of models");
        QTest::newRow("no list") << QByteArray("{}") << QByteArray("models");
        QTest::newRow("no licence") << QByteArray(whole).replace("\"licence\"", "\"license\"") << QByteArray("licence");
        QTest::newRow("empty") << QByteArray(whole).replace("\"many\"", "\"\"") << QByteArray("languages is empty");
        QTest::newRow("a name twice") << QByteArray(whole).replace("\"clip-b16\"", "\"clip-b32\"")
                                      << QByteArray("clip-b32 is there twice");
    }
    void damagedListsAreRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, told);
        const QTemporaryDir folder;
        QFile file(folder.filePath("models.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        try {
            readCuratedModels(file.fileName().toStdString());
            QFAIL("It was read.");
        } catch (const Error& error) {
            QVERIFY2(QByteArray(error.what()).contains(told), error.what());
            QVERIFY(QByteArray(error.what()).contains("models.json"));
        }
    }
};

QTEST_GUILESS_MAIN(CuratedModelsTest)
#include "curated_models_test.moc"
