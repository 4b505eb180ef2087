#include <QtTest>

#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/image_text_model.h"
#include "core/model/pair_scorer.h"
#include "core/train/trainer.h"
#include "tests/support/tiny_dataset.h"
#include "tests/support/training_run.h"

using namespace wordsight;
using namespace wordsight::test;

namespace {

json configuration()
{
    return {
        { "system", "mlasm" },
        { "name", "tiny" },
        { "seed", 3 },
        { "features", { { "inputSide", 64 }, { "taps", "head" }, { "words", "contextual" } } },
        { "network",
            { { "dimension", 16 }, { "bidirectional", true }, { "unitGlobal", true }, { "inputNorm", "l2" },
                { "regionDropout", 0.2 } } },
        { "data",
            { { "dataset", "dataset.json" }, { "images", WORDSIGHT_SOURCE_DIR "/resources/samples" },
                { "entities", "entities" }, { "cache", "cache" } } },
        { "schedule",
            { { "epochs", 3 }, { "vectorEpochs", 1 }, { "batch", 4 }, { "captionsPerImage", 2 }, { "warmup", 2 },
                { "learningRate", 1e-3 }, { "ema", 0.5 }, { "logEvery", 1 }, { "saveEvery", 2 }, { "validateEvery", 2 },
                { "validationPart", 3 } } },
    };
}

constexpr double kTolerance = 1e-4;

} // namespace

/// Runs of a few steps on the sample photographs.
class MlasmTrainerTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<TinyDataset> m_data;
    fs::path m_config;

private Q_SLOTS:
    void initTestCase()
    {
        model::setComputeThreads(1);
        m_data = std::make_unique<TinyDataset>(fs::path(m_folder.path().toStdString()));
        m_config = m_data->write("tiny.json", configuration().dump());
        train::train(test::run(m_config, m_data->output("unbroken")), {});
    }

    void theLogTellsLossesAndFigures()
    {
        const auto lines = logOf(m_data->output("unbroken"));
        QCOMPARE(losses(m_data->output("unbroken")).size(), std::size_t(9));
        const auto& last = lines.back();
        QCOMPARE(last["epoch"].get<int>(), 3);
        QCOMPARE(last["images"].get<int>(), 3); // a part of them, and all at the end
        QCOMPARE(last["whole"]["images"].get<int>(), kValidationImages);
        QVERIFY(last["whole"]["pairs"]["i2t"].contains("r1"));
        QCOMPARE(last["whole"]["pointing"]["phrases"].get<int>(), kValidationImages);
    }

    void theModelScoresPairs()
    {
        const auto model = model::openModel(m_data->output("unbroken"), test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->info().architecture, std::string("mlasm"));
        QVERIFY(model->pairScorer() != nullptr);
        const std::vector<image::Image> pictures(
            2, image::Image { 64, 64, std::vector<std::uint8_t>(64 * 64 * 3, 100) });
        const std::vector<std::string> sentences { "two words", "" };
        const auto encoded = model->encodeImages(pictures);
        const auto texts = model->encodeTexts(sentences);
        QCOMPARE(texts[0].words.rows, std::size_t(2));
        QCOMPARE(texts[0].global.size(), std::size_t(16));
        auto& scorer = *model->pairScorer();
        const Matrix scores = scorer.scores(*scorer.prepare(encoded), texts);
        QCOMPARE(scores.rows, std::size_t(2));
        for (const float score : scores.data)
            QVERIFY(std::isfinite(score));
        QCOMPARE(scores(0, 0), scores(1, 0));
    }

    void aResumedRunEqualsAnUnbrokenOne()
    {
        const auto run = m_data->output("broken");
        QCOMPARE(runWithInterruptions(m_config, run), std::string());
        QVERIFY(same(losses(run), losses(m_data->output("unbroken")), kTolerance));
    }

    void mistakesInTheConfigurationAreNamed_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("message");
        QTest::newRow("unknown option") << R"({"schedule": {"epoch": 3}})"
                                        << "vectorEpochs";
        QTest::newRow("another system's") << R"({"loss": {"kind": "hinge"}})"
                                          << "loss";
        QTest::newRow("vectors that cannot be kept") << R"({"network": {"unitGlobal": false}})"
                                                     << "unitGlobal";
        QTest::newRow("margin") << R"({"margin": 0})"
                                << "margin";
    }

    void mistakesInTheConfigurationAreNamed()
    {
        QFETCH(QString, patch);
        QFETCH(QString, message);
        auto config = configuration();
        config.merge_patch(json::parse(patch.toStdString()));
        try {
            train::train(test::run(m_data->write("wrong.json", config.dump()), m_data->output("wrong")), {});
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
            QVERIFY2(QString(error.what()).contains(message), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(MlasmTrainerTest)
#include "mlasm_trainer_test.moc"
