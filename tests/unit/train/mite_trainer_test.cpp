// MITE's training in its stages, on a tiny data set: what it logs, and that it goes on from a stop in any of them.
#include <QtTest>

#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/model/image_text_model.h"
#include "core/train/trainer.h"
#include "tests/support/stopping.h"
#include "tests/support/tiny_dataset.h"
#include "tests/support/training_run.h"

using namespace wordsight;
using namespace wordsight::test;

namespace {

constexpr int kStepsPerEpoch = 3;

json configuration()
{
    return {
        { "system", "mite" },
        { "name", "tiny mite" },
        { "seed", 5 },
        { "features", { { "inputSide", 64 }, { "taps", "head" }, { "words", "static" } } },
        { "network",
            { { "dimension", 16 }, { "hidden", 12 }, { "imageDropout", 0.2 }, { "wordDropout", 0.1 },
                { "stateDropout", 0.2 } } },
        { "data",
            { { "dataset", "dataset.json" }, { "images", WORDSIGHT_SOURCE_DIR "/resources/samples" },
                { "cache", "cache" } } },
        { "classifier", { { "hidden", 8 }, { "dropout", 0.1 } } },
        { "adversarial", { { "weight", 0.5 }, { "ramp", 1 } } },
        { "stages",
            { { "embedding", { { "epochs", 2 } } }, { "classifier", { { "epochs", 2 } } },
                { "adversarial", { { "epochs", 2 } } } } },
        { "schedule",
            { { "batch", 4 }, { "warmup", 2 }, { "learningRate", 1e-2 }, { "ema", 0.5 }, { "logEvery", 1 },
                { "saveEvery", 2 } } },
    };
}

constexpr int kSteps = 6 * kStepsPerEpoch;

/// The log without what depends on the clock.
std::vector<json> timeless(const fs::path& run)
{
    auto lines = logOf(run);
    for (auto& line : lines)
        line.erase("stepsPerSecond");
    return lines;
}

} // namespace

class MiteTrainerTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<TinyDataset> m_data;
    fs::path m_config;

    fs::path train(const std::string& name, const json& patch)
    {
        auto config = configuration();
        config.merge_patch(patch);
        train::train(test::run(m_data->write(name + ".json", config.dump()), m_data->output(name)), {});
        return m_data->output(name);
    }

private Q_SLOTS:
    void initTestCase()
    {
        model::setComputeThreads(1); // matrices are too small to share
        m_data = std::make_unique<TinyDataset>(fs::path(m_folder.path().toStdString()));
        m_config = m_data->write("tiny.json", configuration().dump());
        train::train(test::run(m_config, m_data->output("unbroken")), {});
    }

    void everyStageAndEpochTellsItsFigures()
    {
        std::map<std::string, int> steps, epochs;
        std::vector<std::string> ended;
        for (const auto& line : logOf(m_data->output("unbroken"))) {
            if (line.contains("ended")) {
                ended.push_back(line["stage"]);
                QCOMPARE(line["ended"].get<std::string>(), std::string("2 epochs were done"));
                QVERIFY(line["freshAccuracy"] >= 0 && line["freshAccuracy"] <= 100);
            } else if (line.contains("epoch")) {
                ++epochs[line["stage"]];
            } else if (line.contains("step")) {
                ++steps[line["stage"]];
                QCOMPARE(line.contains("triplet"), line["stage"] != "classifier");
                QCOMPARE(line.contains("classifier"), line["stage"] != "embedding");
                QCOMPARE(line.contains("adversarialWeight"), line["stage"] == "adversarial");
            }
            if (line.contains("epoch") || line.contains("ended")) {
                QVERIFY(line["classifierAccuracy"] >= 0 && line["classifierAccuracy"] <= 100);
                QVERIFY(line["centroidDistance"] > 0 && line["centroidDistance"] < 2);
                QVERIFY(line["retrieval"]["i2t"].contains("r1") && line["retrieval"].contains("rsum"));
            }
        }
        QCOMPARE(ended, (std::vector<std::string> { "embedding", "classifier", "adversarial" }));
        for (const auto* stage : { "embedding", "classifier", "adversarial" }) {
            QCOMPARE(steps[stage], 2 * kStepsPerEpoch);
            QCOMPARE(epochs[stage], 2);
        }
    }

    void theAdversarialWeightRises()
    {
        double before = -1;
        for (const auto& line : logOf(m_data->output("unbroken")))
            if (line.contains("adversarialWeight")) {
                QVERIFY(line["adversarialWeight"] > before && line["adversarialWeight"] < 0.5);
                before = line["adversarialWeight"];
            }
        QVERIFY(before > 0.49); // after a ramp of one epoch
    }

    void theClassifierAloneLeavesTheEmbeddingAsItIs()
    {
        std::set<double> distances;
        for (const auto& line : logOf(m_data->output("unbroken")))
            if (line.contains("ended") && line["stage"] != "adversarial")
                distances.insert(line["centroidDistance"].get<double>());
        QCOMPARE(distances.size(), std::size_t(1));
    }

    void theModelFolderOpens()
    {
        const auto model = model::openModel(m_data->output("unbroken"), test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->info().architecture, std::string("mite"));
        QCOMPARE(model->info().dimension, 16);
        QVERIFY(!model->info().hasWords() && model->info().globalWeight == 1);
    }

    void aResumedRunEqualsAnUnbrokenOne_data()
    {
        QTest::addColumn<int>("stop");
        QTest::addColumn<QString>("stage");
        QTest::newRow("embedding") << 4 << "embedding";
        QTest::newRow("embedding's end") << 2 * kStepsPerEpoch << "embedding";
        QTest::newRow("classifier") << 2 * kStepsPerEpoch + 2 << "classifier";
        QTest::newRow("classifier's end") << 4 * kStepsPerEpoch << "classifier";
        QTest::newRow("adversarial") << 4 * kStepsPerEpoch + 4 << "adversarial";
    }

    // Stopped, and then killed two steps after the last one that was saved.
    void aResumedRunEqualsAnUnbrokenOne()
    {
        QFETCH(int, stop);
        QFETCH(QString, stage);
        const auto run = m_data->output("stopped at " + std::to_string(stop));
        const auto until = [](int steps) {
            return test::stopWhen([steps](const Progress& p) { return p.total == kSteps && p.done >= steps; });
        };
        QVERIFY_THROWS_EXCEPTION(Error, train::train(test::run(m_config, run), until(stop)));
        QCOMPARE(QString::fromStdString(logOf(run).back()["stage"].get<std::string>()), stage);
        const auto state = readFile(run / "state.pt");
        QVERIFY_THROWS_EXCEPTION(Error, train::train(test::run(m_config, run, true), until(stop + 2)));
        writeFileAtomically(run / "state.pt", state);
        train::train(test::run(m_config, run, true), {});
        const auto unbroken = m_data->output("unbroken");
        QCOMPARE(timeless(run).size(), timeless(unbroken).size());
        QVERIFY(timeless(run) == timeless(unbroken));
        QVERIFY(readFile(run / "model.safetensors") == readFile(unbroken / "model.safetensors"));
    }

    void theControlDiffersByTheAdversarialLossAlone()
    {
        const auto control = train("control", { { "adversarial", { { "weight", 0 } } } });
        const auto with = timeless(m_data->output("unbroken")), without = timeless(control);
        QCOMPARE(without.size(), with.size());
        bool differs = false;
        for (std::size_t i = 1; i < with.size(); ++i) {
            const bool earlier = with[i]["step"] <= 4 * kStepsPerEpoch;
            QVERIFY(!earlier || with[i] == without[i]);
            differs = differs || (with[i].contains("triplet") && with[i]["triplet"] != without[i]["triplet"]);
        }
        QVERIFY(differs);
    }

    void aStageEndsByItsCriterion()
    {
        const auto run = train("criteria", json::parse(R"({"stages": {"embedding": {"epochs": 9, "patience": 2},
            "classifier": {"epochs": 9, "accuracy": 1}, "adversarial": {"epochs": 0}}, "schedule": {"learningRate": 1e-9}})"));
        std::vector<json> ends;
        for (const auto& line : logOf(run))
            if (line.contains("ended"))
                ends.push_back(line);
        QCOMPARE(ends.size(), std::size_t(2));
        QCOMPARE(ends[0]["ended"].get<std::string>(), std::string("2 epochs without a better sum of recalls"));
        QCOMPARE(ends[0]["step"].get<int>(), 3 * kStepsPerEpoch);
        QCOMPARE(ends[1]["ended"].get<std::string>(), std::string("the classifier's accuracy reached 1 %"));
        QCOMPARE(ends[1]["step"].get<int>(), 4 * kStepsPerEpoch);
    }

    void otherWaysOfTrainingEnd_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::newRow("reversal") << R"({"adversarial": {"updates": "reversal"}})";
        QTest::newRow("opposite targets, three steps of the classifier")
            << R"({"adversarial": {"target": "opposite", "classifierSteps": 3, "ramp": 0}})";
        QTest::newRow("both directions, all negatives")
            << R"({"network": {"bidirectional": true, "imageNorm": "sqrt-l2"}, "triplet": {"negatives": "all", "maskSamePhoto": false}, "schedule": {"captionsPerImage": 2}})";
    }

    void otherWaysOfTrainingEnd()
    {
        QFETCH(QString, patch);
        const auto run = train(QTest::currentDataTag(), json::parse(patch.toStdString()));
        for (const auto& line : logOf(run)) {
            if (line.contains("triplet"))
                QVERIFY(std::isfinite(line["triplet"].get<double>()));
            if (line.contains("batchAccuracy"))
                QVERIFY(line["batchAccuracy"] >= 0 && line["batchAccuracy"] <= 100);
        }
        QCOMPARE(model::openModel(run, test::weights(), DeviceChoice::Cpu)->info().dimension, 16);
    }

    void mistakesInTheConfigurationAreNamed_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("message");
        QTest::newRow("unknown option") << R"({"stages": {"embeding": {}}})"
                                        << "embedding";
        QTest::newRow("features") << R"({"features": {"taps": "head+s16"}})"
                                  << "\"head\"";
        QTest::newRow("criterion") << R"({"stages": {"embedding": {"accuracy": 99}}})"
                                   << "accuracy";
        QTest::newRow("nothing to do")
            << R"({"stages": {"embedding": {"epochs": 0}, "classifier": {"epochs": 0}, "adversarial": {"epochs": 0}}})"
            << "left out";
        QTest::newRow("updates") << R"({"adversarial": {"updates": "sometimes"}})"
                                 << "alternating";
        QTest::newRow("network") << R"({"network": {"stateDropout": 1}})"
                                 << "dropout";
    }

    void mistakesInTheConfigurationAreNamed()
    {
        QFETCH(QString, patch);
        QFETCH(QString, message);
        try {
            train("wrong", json::parse(patch.toStdString()));
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(message), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(MiteTrainerTest)
#include "mite_trainer_test.moc"
