#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/dataset/regions/region_source.h"
#include "core/model/image_text_model.h"
#include "core/train/trainer.h"
#include "tests/support/feature_files.h"
#include "tests/support/training_run.h"

using namespace wordsight;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::array things { "dog", "car", "tree", "boat", "guitar", "horse" };
constexpr std::size_t kDimension = 8;

/// What a detector might say of a thing.
std::vector<float> featuresOf(std::size_t thing, float noise)
{
    std::vector<float> features(kDimension, noise);
    features[thing] = 1;
    return features;
}

/// Two things per photograph, with up to two regions of nothing beside them.
struct Photograph {
    std::size_t first, second, extra;
    std::vector<float> features() const
    {
        std::vector<float> all = featuresOf(first, 0.01f);
        for (const auto& more : { featuresOf(second, 0.02f), std::vector<float>(extra * kDimension, 0.1f) })
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    std::size_t regions() const { return 2 + extra; }
    std::string caption() const { return std::string("a ") + things[first] + " and a " + things[second]; }
};

std::vector<Photograph> photographs()
{
    std::vector<Photograph> all;
    for (std::size_t a = 0; a < things.size(); ++a)
        for (std::size_t b = a + 1; b < things.size(); ++b)
            all.push_back({ a, b, all.size() % 3 });
    return all;
}

json configuration(const json& data, bool boxes)
{
    const json pipeline { { "inputNorm", "l2" }, { "dropout", 0 }, { "projection", "linear" }, { "layers", 1 },
        { "heads", 2 }, { "feedForward", 16 }, { "local", true }, { "global", "features" } };
    return { { "name", "foreign" }, { "seed", 5 }, { "features", { { "words", "contextual+static" } } },
        { "network", { { "dimension", 16 }, { "boxes", boxes }, { "image", pipeline }, { "text", pipeline } } },
        { "data", data }, { "loss", { { "words", 1 } } },
        { "schedule",
            { { "epochs", 40 }, { "batch", 5 }, { "warmup", 2 }, { "learningRate", 1e-2 }, { "bf16", false },
                { "validateEvery", 40 } } } };
}

} // namespace

/// Training on regions that another program found, and the model that comes of it.
class PrecomputedTrainerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void trainsOnDifferingNumbersOfRegions()
    {
        json images;
        for (const Photograph& photograph : photographs()) {
            const std::string id = std::to_string(images.size());
            std::vector<float> corners;
            for (std::size_t r = 0; r < photograph.regions(); ++r)
                corners.insert(
                    corners.end(), { 0.1f * static_cast<float>(r), 0, 0.5f + 0.1f * static_cast<float>(r), 1 });
            test::writeTeranFiles(at("features"), id, photograph.regions(), corners, photograph.features());
            images.push_back({ { "filename", id + ".jpg" }, { "split", images.size() < 10 ? "train" : "val" },
                { "sentences", { { { "raw", photograph.caption() } } } } });
        }
        write("dataset.json", json { { "images", images } });
        train({ { "dataset", "dataset.json" }, { "features", "features" }, { "cache", "cache" } }, true);

        const json last = logOf("run").back();
        QVERIFY2(last["words"]["t2i"]["r1"].get<double>() >= 80, last.dump().c_str()); // by chance 20

        const auto model = model::openModel(at("run"), test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->info().featureDimension.value(), static_cast<std::size_t>(kDimension));
        QVERIFY(!model->info().photographs);
        QVERIFY(model->info().regions == model::RegionKind::PerPhotograph && model->info().boxes.empty());
        const auto source = dataset::openRegions(at("features"));
        std::vector<RegionFeatures> batch;
        for (const char* id : { "0", "1", "2" })
            batch.push_back(*source->find({ id, {}, {} }));
        const auto together = model->encodeFeatures(batch);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto alone = model->encodeFeatures(std::span(&batch[i], 1)).front();
            QCOMPARE(together[i].regions.rows, batch[i].features.rows);
            QCOMPARE(together[i].boxes, batch[i].boxes);
            for (std::size_t e = 0; e < alone.regions.data.size(); ++e)
                QVERIFY(std::abs(alone.regions.data[e] - together[i].regions.data[e]) < 1e-5f); // padding has no say
            for (std::size_t e = 0; e < alone.global.size(); ++e)
                QVERIFY(std::abs(alone.global[e] - together[i].global[e]) < 1e-5f);
        }
        const image::Image picture { 8, 8, std::vector<std::uint8_t>(192) };
        QCOMPARE(kindThrown([&] { model->encodeImages({ &picture, 1 }); }), ErrorKind::Usage);
        batch[0].boxes.clear();
        QCOMPARE(kindThrown([&] { model->encodeFeatures(batch); }), ErrorKind::ModelMismatch);
        batch[0].features = Matrix(2, 5);
        QCOMPARE(kindThrown([&] { model->encodeFeatures(batch); }), ErrorKind::ModelMismatch);
    }

    void trainsOnAPrecompFolderAlone()
    {
        fs::create_directories(at("precomp"));
        const auto all = photographs();
        for (const auto& [split, first, end] : { std::tuple("train", 0u, 10u), { "dev", 10u, 15u } }) {
            std::vector<float> rows;
            std::string captions;
            for (std::size_t i = first; i < end; ++i) {
                const auto features = Photograph { all[i].first, all[i].second, 1 }.features();
                rows.insert(rows.end(), features.begin(), features.end());
                captions += all[i].caption() + "\n";
            }
            writeNpy(at("precomp") / (std::string(split) + "_ims.npy"),
                NpyArray::ofFloats({ end - first, 3, kDimension }, rows));
            writeFileAtomically(at("precomp") / (std::string(split) + "_caps.txt"), captions);
        }
        const json data { { "features", "precomp" }, { "cache", "cache" } };
        QCOMPARE(kindThrown([&] { train(data, true); }), ErrorKind::Usage); // no boxes to be had
        fs::remove_all(at("run"));
        train(data, false);
        QVERIFY(logOf("run").back()["words"]["t2i"]["r1"].get<double>() >= 60);
        const auto model = model::openModel(at("run"), test::weights(), DeviceChoice::Cpu);
        const RegionFeatures unplaced { Matrix(4, kDimension), {}, {} };
        QVERIFY(model->encodeFeatures({ &unplaced, 1 }).front().boxes.empty());
    }

private:
    fs::path at(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
    void write(const std::string& name, const json& value) const { writeFileAtomically(at(name), value.dump()); }

    void train(const json& data, bool boxes) const
    {
        write("config.json", configuration(data, boxes));
        train::train(test::run(at("config.json"), at("run")), {});
    }

    std::vector<json> logOf(const std::string& run) const
    {
        std::vector<json> lines;
        std::ifstream file(at(run) / "log.jsonl");
        for (std::string line; std::getline(file, line);)
            lines.push_back(json::parse(line));
        return lines;
    }

    template <class Action> static std::optional<ErrorKind> kindThrown(Action action)
    {
        try {
            action();
        } catch (const Error& error) {
            qInfo("%s", error.what());
            return error.kind();
        }
        return std::nullopt;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(PrecomputedTrainerTest)
#include "precomputed_trainer_test.moc"
