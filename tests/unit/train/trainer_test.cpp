#include <QtTest>

#include <cmath>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/image_text_model.h"
#include "core/train/trainer.h"
#include "tests/support/tiny_dataset.h"
#include "tests/support/training_run.h"

using namespace wordsight;
namespace fs = std::filesystem;
using nlohmann::json;
using namespace wordsight::test;

namespace {

json configuration()
{
    const json pipeline { { "inputNorm", "l2" }, { "dropout", 0.2 }, { "projection", "residual" }, { "hidden", 16 },
        { "global", "features" } };
    return {
        { "name", "tiny" },
        { "seed", 3 },
        { "features", { { "inputSide", 64 }, { "words", "contextual+static" } } },
        { "network",
            { { "dimension", 16 }, { "salience", true }, { "baseline", true }, { "image", pipeline },
                { "text", pipeline } } },
        { "data",
            { { "dataset", "dataset.json" }, { "images", WORDSIGHT_SOURCE_DIR "/resources/samples" },
                { "entities", "entities" }, { "cache", "cache" } } },
        { "loss", { { "words", 0.5 }, { "global", 0.5 }, { "grounding", 0.5 } } },
        { "schedule",
            { { "epochs", 3 }, { "batch", 4 }, { "warmup", 2 }, { "learningRate", 1e-3 }, { "ema", 0.5 },
                { "bf16", false }, { "logEvery", 1 }, { "saveEvery", 2 }, { "validateEvery", 2 } } },
    };
}

constexpr double kTolerance = 1e-5;

} // namespace

class TrainerTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<TinyDataset> m_data;
    fs::path m_config;

private Q_SLOTS:
    void initTestCase()
    {
        model::setComputeThreads(1); // matrices are too small to share
        m_data = std::make_unique<TinyDataset>(fs::path(m_folder.path().toStdString()));
        m_config = m_data->write("tiny.json", configuration().dump());
        train::train(test::run(m_config, m_data->output("unbroken")), {});
    }

    void theLogTellsLossesAndFigures()
    {
        const auto lines = logOf(m_data->output("unbroken"));
        QCOMPARE(losses(m_data->output("unbroken")).size(), std::size_t(9));
        QCOMPARE(lines.front()["configuration"]["name"].get<std::string>(), std::string("tiny"));
        const auto& last = lines.back();
        QCOMPARE(last["epoch"].get<int>(), 3);
        for (const char* key : { "combined", "words", "global" })
            QVERIFY(last[key]["i2t"].contains("r1") && last[key].contains("rsum"));
        QCOMPARE(last["pointing"]["phrases"].get<int>(), kValidationImages);
        for (int epoch : { 1, 2, 3 })
            QVERIFY(fs::exists(
                m_data->output("unbroken") / "checkpoints" / ("epoch-00" + std::to_string(epoch) + ".safetensors")));
    }

    void theModelFolderOpens()
    {
        const auto folder = m_data->output("exported");
        train::exportModelFolder(m_data->output("unbroken"), folder);
        const auto model = model::openModel(folder, test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->info().name, std::string("tiny"));
        QCOMPARE(model->info().dimension, 16);
        QVERIFY(model->info().globalWeight > 0);
        const std::vector<std::string> sentences { "two words" };
        QCOMPARE(model->encodeTexts(sentences).front().words.rows, std::size_t(2));
        QVERIFY(fs::exists(folder / "log.jsonl"));
    }

    void theSameSeedGivesTheSameRun()
    {
        train::train(test::run(m_config, m_data->output("again")), {});
        QVERIFY(same(losses(m_data->output("again")), losses(m_data->output("unbroken")), kTolerance));
        auto other = configuration();
        other["seed"] = 4;
        train::train(test::run(m_data->write("other.json", other.dump()), m_data->output("other")), {});
        QVERIFY(!same(losses(m_data->output("other")), losses(m_data->output("unbroken")), kTolerance));
    }

    void aResumedRunEqualsAnUnbrokenOne()
    {
        const auto run = m_data->output("broken");
        QCOMPARE(runWithInterruptions(m_config, run), std::string());
        QVERIFY(same(losses(run), losses(m_data->output("unbroken")), kTolerance));
        const auto figures = [](const fs::path& folder) { return logOf(folder).back()["criterion"].get<double>(); };
        QVERIFY(std::abs(figures(run) - figures(m_data->output("unbroken"))) < 1e-3);
    }

    void aRunIsNotOverwrittenByAccident()
    {
        try {
            train::train(test::run(m_config, m_data->output("unbroken")), {});
            QFAIL("overwritten");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
        }
    }

    // A cache that was cut short is completed: a mark in what there was is still there afterwards.
    void aHalfFilledCacheIsContinued()
    {
        const auto folder = fs::directory_iterator(m_data->output("cache"))->path();
        const auto whole = readFile(folder / "regions.f16");
        const auto row = whole.size() / (kTrainImages + kValidationImages);
        auto partial = std::vector(whole.begin(), whole.begin() + std::ptrdiff_t(row * 10 + 17));
        partial.front() ^= std::byte { 1 };
        writeFileAtomically(folder / "regions.f16.part", partial);
        fs::remove(folder / "regions.f16");
        train::train(test::run(m_config, m_data->output("continued")), {});
        auto completed = readFile(folder / "regions.f16");
        QCOMPARE(completed.front(), partial.front());
        completed.front() = whole.front();
        QVERIFY(completed == whole);
        writeFileAtomically(folder / "regions.f16", whole);
    }

    void otherLossesAndNetworksTrain_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::newRow("hinge, hardest") << R"({"loss": {"kind": "hinge", "globalWeight": 1, "pooling": "mrsw"}})";
        QTest::newRow("hinge, all, unmasked")
            << R"({"loss": {"kind": "hinge", "negatives": "all", "maskSamePhoto": false, "globalWeight": 1, "pooling": "symm"}})";
        QTest::newRow("two captions, mirrored, bf16")
            << R"({"data": {"views": 2}, "schedule": {"captionsPerImage": 2, "bf16": true}})";
        QTest::newRow("the paper's network")
            << R"({"network": {"dimension": 16, "jointLayers": 2, "image": {"layers": 1, "width": 24, "global": "cls"}, "text": {"layers": 1, "width": 24, "global": "cls"}}})";
        QTest::newRow("the paper's losses")
            << R"({"loss": {"kind": "hinge", "pooling": "mrsw", "combined": 0, "words": 1, "global": 1, "maskSamePhoto": false}})";
        QTest::newRow("pasted classes") << QStringLiteral(
            R"({"network": {"image": {"inputNorm": "sqrt-l2"}}, "classes": {"names": "%1/models/imagenet_classes.txt", "pasted": 3}})")
                                               .arg(WORDSIGHT_SOURCE_DIR);
        QTest::newRow("tuned backbones")
            << R"({"backbone": "tuned", "initial": "unbroken", "data": {"views": 2}, "tuning": {"textLayers": 1}, "schedule": {"batch": 2}})";
    }

    void otherLossesAndNetworksTrain()
    {
        QFETCH(QString, patch);
        auto config = configuration();
        config["schedule"]["epochs"] = 1;
        config.merge_patch(json::parse(patch.toStdString()));
        const std::string name = QTest::currentDataTag();
        train::train(test::run(m_data->write("variant.json", config.dump()), m_data->output(name)), {});
        for (const double loss : losses(m_data->output(name)))
            QVERIFY(std::isfinite(loss));
        QVERIFY(fs::exists(m_data->output(name) / "best.safetensors"));
        const auto model = model::openModel(m_data->output(name), test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->encodeTexts(std::vector<std::string> { "one" }).front().words.rows, std::size_t(1));
        const auto weights = readTextFile(m_data->output(name) / "model.safetensors");
        const bool tuned = config.value("backbone", "frozen") == "tuned";
        QCOMPARE(weights.find("\"image_backbone.") != std::string::npos, tuned);
        QCOMPARE(weights.find("\"text_backbone.encoder.layer.5") != std::string::npos, tuned);
        QCOMPARE(weights.find("\"text_backbone.encoder.layer.4"), std::string::npos);
    }

    void anExplodingLossStopsTheRun()
    {
        auto config = configuration();
        config["schedule"]["learningRate"] = 1e30;
        config["schedule"]["clip"] = 0;
        try {
            train::train(test::run(m_data->write("exploding.json", config.dump()), m_data->output("exploding")), {});
            QFAIL("went on");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("no longer a number"), error.what());
        }
    }

    void mistakesInTheConfigurationAreNamed_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("message");
        QTest::newRow("unknown option") << R"({"schedule": {"epoch": 3}})"
                                        << "epochs";
        QTest::newRow("unset variable") << R"({"data": {"images": "${WORDSIGHT_NOT_SET}/x"}})"
                                        << "WORDSIGHT_NOT_SET";
        QTest::newRow("no boxes") << R"({"data": {"entities": ""}})"
                                  << "data.entities";
        QTest::newRow("no views") << R"({"data": {"views": 0}})"
                                  << "data.views";
        QTest::newRow("missing data set") << R"({"data": {"dataset": "nowhere.json"}})"
                                          << "nowhere.json";
        QTest::newRow("missing first stage") << R"({"initial": "nowhere"})"
                                             << "Train that one first.";
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
            QVERIFY2(QString(error.what()).contains(message), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TrainerTest)
#include "trainer_test.moc"
