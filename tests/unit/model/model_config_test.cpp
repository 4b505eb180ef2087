// The models that come with the program: their files are written as they were read, and name the same vector files.
#include <QtTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/architecture.h"
#include "core/model/model_config.h"

using namespace wordsight;
using namespace wordsight::model;
namespace fs = std::filesystem;

class ModelConfigTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Libraries name their vector files by these: another hash would part every library from its vectors.
    void fingerprintsStayWhatTheyWere_data()
    {
        QTest::addColumn<QString>("fingerprint");
        QTest::newRow("default") << "d9a19a3591d00678";
        QTest::newRow("mite") << "6558cfca1fa2df7b";
        QTest::newRow("mite-baseline") << "6b3508d48e77c02e";
        QTest::newRow("mlasm") << "25257ce68c4abe74";
        QTest::newRow("teran-sentences") << "ad94e0cc9b3ef35d";
        QTest::newRow("wordsight-fast") << "d0f3ef1c8c538269";
    }

    void fingerprintsStayWhatTheyWere()
    {
        QFETCH(QString, fingerprint);
        const fs::path file = fs::path(WORDSIGHT_SOURCE_DIR) / "models" / QTest::currentDataTag() / "config.json";
        const auto text = readTextFile(file);
        const auto config = ModelConfig::fromJson(text, file);
        QCOMPARE(QString::fromStdString(fingerprintOf(config)), fingerprint);
        QCOMPARE(QString::fromStdString(config.toJson()), QString::fromStdString(text));
        QVERIFY(takesPhotographs(config));
    }

    void everyArchitectureHasItsRow()
    {
        QCOMPARE(architectures().size(), namesOf(Architecture {}).size());
        for (std::size_t i = 0; i < architectures().size(); ++i) {
            const auto architecture = static_cast<Architecture>(i);
            QVERIFY(traitsOf(architecture).architecture == architecture);
            QVERIFY(traitsOf(architecture).open != nullptr);
            QCOMPARE(traitsOf(architecture).importer != nullptr, !traitsOf(architecture).importedAs.empty());
            QVERIFY(named<Architecture>(nameOf(architecture)) == architecture);
        }
        QCOMPARE(importableNames(), std::string("teran, clip, siglip"));
        QCOMPARE(trainableNames(), std::string("teran, mlasm, mite"));
    }
};

QTEST_GUILESS_MAIN(ModelConfigTest)
#include "model_config_test.moc"
