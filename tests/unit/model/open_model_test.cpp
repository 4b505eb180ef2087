// Model folders: opened with the real backbones, encoded with, and refused where a file is not what it should be.
#include <QtTest>

#include <cmath>
#include <fstream>
#include <map>
#include <numeric>

#include <dlfcn.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/model/image_text_model.h"
#include "core/model/model_config.h"
#include "core/nn/formats/safetensors.h"
#include "core/nn/teran/teran.h"
#include "tests/support/weights.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::nn;
namespace fs = std::filesystem;

namespace {

image::Image picture(int width, int height, int seed)
{
    image::Image image { width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3)) };
    for (std::size_t i = 0; i < image.rgb.size(); ++i)
        image.rgb[i] = static_cast<std::uint8_t>((i * i / 97 + i / 3 * static_cast<std::size_t>(seed)) % 256);
    return image;
}

float norm(std::span<const float> vector)
{
    float sum = 0;
    for (const float value : vector)
        sum += value * value;
    return std::sqrt(sum);
}

float maxDifference(std::span<const float> a, std::span<const float> b)
{
    float most = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

std::string complaint(const fs::path& folder, DeviceChoice device = DeviceChoice::Cpu)
{
    try {
        openModel(folder, test::weights(), device);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::ModelMismatch ? error.what() : std::string("another kind: ") + error.what();
    }
    return {};
}

} // namespace

class OpenModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
        TeranOptions options;
        options.dimension = 64;
        options.image.layers = options.text.layers = 1;
        options.image.global = options.text.global = GlobalVector::Cls;
        torch::manual_seed(1);
        Teran network(options);
        TensorMap tensors;
        for (const auto& item : network->named_parameters())
            tensors[item.key()] = item.value().detach();
        writeSafetensors(m_folder / "model.safetensors", toHalf(tensors));
        m_config = configOfPinnedBackbones();
        m_config.name = "small";
        m_config.features.inputSide = 96;
        m_config.network = options.toJson().dump();
        m_config.globalWeight = 2;
        m_config.weightsSha256 = sha256OfFile(m_folder / "model.safetensors");
        writeConfig();
    }

    void saysWhatItIs()
    {
        const auto model = openModel(m_folder, test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->info().name, std::string("small"));
        QCOMPARE(model->info().architecture, std::string("teran"));
        QCOMPARE(model->info().dimension, 64);
        QCOMPARE(model->info().boxes.size(), 9u);
        QCOMPARE(model->info().photographs.value().side, 96);
        QCOMPARE(model->info().globalWeight, 2.0f);
        QCOMPARE(model->info().pooling, align::Pooling::MrAVGw);
        QVERIFY(model->info().regions == RegionKind::SameForAll && !model->info().featureDimension);
        QCOMPARE(model->info().fingerprint.size(), 16u);
        QCOMPARE(model->device(), std::string("CPU"));
    }

    void fingerprintFollowsWhatVectorsDependOn()
    {
        const auto before = openModel(m_folder, test::weights(), DeviceChoice::Cpu)->info().fingerprint;
        m_config.description = "another description";
        m_config.globalWeight = 1;
        writeConfig();
        QCOMPARE(openModel(m_folder, test::weights(), DeviceChoice::Cpu)->info().fingerprint, before);
        m_config.features.inputSide = 128;
        writeConfig();
        QVERIFY(openModel(m_folder, test::weights(), DeviceChoice::Cpu)->info().fingerprint != before);
    }

    /// More photographs than one batch takes, of every shape; order is kept and no batch changes a result.
    void encodesPhotographs()
    {
        const auto model = openModel(m_folder, test::weights(), DeviceChoice::Cpu);
        std::vector<image::Image> images;
        for (int i = 0; i < 70; ++i)
            images.push_back(picture(40 + 3 * (i % 7), 90 - i % 5, i));
        const auto encodings = model->encodeImages(images);
        QCOMPARE(encodings.size(), images.size());
        for (const auto& encoding : encodings) {
            QCOMPARE(encoding.regions.rows, 9u);
            QCOMPARE(encoding.regions.cols, 64u);
            QVERIFY(std::abs(norm(encoding.global) - 1) < 1e-4f);
            for (std::size_t r = 0; r < 9; ++r)
                QVERIFY(std::abs(norm(encoding.regions.row(r)) - 1) < 1e-4f);
        }
        for (const std::size_t i : { std::size_t { 0 }, std::size_t { 33 }, std::size_t { 69 } }) {
            const auto alone = model->encodeImages({ &images[i], 1 });
            QVERIFY(maxDifference(alone[0].regions.data, encodings[i].regions.data) < 1e-4f);
            QVERIFY(maxDifference(alone[0].global, encodings[i].global) < 1e-4f);
        }
        QVERIFY(maxDifference(encodings[0].global, encodings[1].global) > 1e-3f);
        QVERIFY(model->encodeImages({}).empty());
    }

    void encodesSentences()
    {
        const auto model = openModel(m_folder, test::weights(), DeviceChoice::Cpu);
        std::vector<std::string> sentences { "A dog's ball, please!", "", "?!", "Ein Mädchen läuft 🐕 狗",
            std::string(5000, 'x') };
        std::string endless;
        for (int i = 0; i < 300; ++i)
            endless += "dog ";
        sentences.push_back(endless);
        const auto encodings = model->encodeTexts(sentences);
        QCOMPARE(encodings.size(), sentences.size());
        QCOMPARE(encodings[0].texts, (std::vector<std::string> { "A", "dog's", "ball", "please" }));
        QCOMPARE(encodings[1].words.rows, 0u);
        QCOMPARE(encodings[2].words.rows, 0u);
        QVERIFY(encodings[5].truncated && !encodings[0].truncated);
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const auto& encoding = encodings[i];
            QCOMPARE(encoding.words.rows, encoding.texts.size());
            QCOMPARE(encoding.spans.size(), encoding.texts.size());
            QCOMPARE(encoding.weights.size(), encoding.texts.size());
            QVERIFY(std::abs(norm(encoding.global) - 1) < 1e-4f);
            for (std::size_t w = 0; w < encoding.words.rows; ++w) {
                QVERIFY(std::abs(norm(encoding.words.row(w)) - 1) < 1e-4f);
                QCOMPARE(sentences[i].substr(encoding.spans[w].begin, encoding.spans[w].end - encoding.spans[w].begin),
                    encoding.texts[w]);
            }
            const auto alone = model->encodeTexts({ &sentences[i], 1 });
            QVERIFY(maxDifference(alone[0].words.data, encoding.words.data) < 1e-4f);
            QVERIFY(maxDifference(alone[0].global, encoding.global) < 1e-4f);
        }
        QVERIFY(model->encodeTexts({}).empty());
    }

    /// A model with evidence encodes as it did, with dimensions after its own that only words of the table meet; and
    /// function words meet nothing and weigh nothing.
    void evidenceComesAfterWhatIsLearnt()
    {
        const std::vector<std::string> sentences { "a dog on the red grass" };
        const std::vector<image::Image> images { picture(50, 60, 1), picture(60, 50, 2), picture(70, 70, 3),
            picture(64, 64, 4), picture(90, 40, 5) };
        const auto plain = openModel(m_folder, test::weights(), DeviceChoice::Cpu);
        const auto imagesBefore = plain->encodeImages(images);
        const auto textBefore = plain->encodeTexts(sentences).front();

        auto options = nlohmann::json::parse(m_config.network);
        options["evidence"] = { { "classes", 4 }, { "colours", 2 } };
        options["quietFunctionWords"] = true;
        m_config.network = options.dump();
        writeConfig();
        QVERIFY2(complaint(m_folder).find("file of words") != std::string::npos, complaint(m_folder).c_str());
        const fs::path words = m_folder / "class_words.tsv";
        writeFileAtomically(words, "dog\t0\nred\t1\n");
        m_config.otherFiles = { { words.filename(), sha256OfFile(words) } };
        auto tensors = readSafetensors(m_folder / "model.safetensors");
        tensors["evidence.class_codes"] = torch::randn({ 1000, 4 });
        tensors["evidence.colour_codes"] = torch::eye(2);
        tensors["evidence.colour_centres"] = torch::tensor({ 50.f, 70.f, 50.f, 30.f, 0.f, 0.f }).view({ 2, 3 });
        tensors["evidence.word_rows"] = torch::arange(14, torch::kFloat).view({ 2, 7 });
        const fs::path grown = m_folder / "grown.safetensors"; // the other is mapped
        writeSafetensors(grown, tensors);
        fs::rename(grown, m_folder / "model.safetensors");
        m_config.weightsSha256 = sha256OfFile(m_folder / "model.safetensors");
        writeConfig();

        const auto model = openModel(m_folder, test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->info().dimension, 70);
        const auto encodings = model->encodeImages(images);
        QCOMPARE(encodings.size(), images.size());
        for (std::size_t i = 0; i < images.size(); ++i) {
            QCOMPARE(encodings[i].regions.cols, 70u);
            for (std::size_t r = 0; r < 9; ++r) {
                const auto region = encodings[i].regions.row(r);
                QVERIFY(maxDifference(region.first(64), imagesBefore[i].regions.row(r)) < 1e-4f);
                QVERIFY(norm(region.subspan(64)) > 0.01f);
            }
            QVERIFY(maxDifference(std::span(encodings[i].global).first(64), imagesBefore[i].global) < 1e-4f);
            QCOMPARE(norm(std::span(encodings[i].global).subspan(64)), 0.0f);
        }

        const auto text = model->encodeTexts(sentences).front();
        QCOMPARE(text.texts, textBefore.texts);
        QCOMPARE(text.functionWords, (std::vector<bool> { true, false, true, true, false, false }));
        for (const std::size_t w : { 0u, 2u, 3u }) {
            QCOMPARE(norm(text.words.row(w)), 0.0f);
            QCOMPARE(text.weights[w], 0.0f);
        }
        // Three of six count, so each would be half of what it was in their mean; and they share what all weighed.
        const auto& before = textBefore.weights;
        const float share = std::reduce(before.begin(), before.end()) / (before[1] + before[4] + before[5]) / 2;
        QVERIFY(share > 0.55f);
        const std::map<std::size_t, std::vector<float>> rows { { 1, { 0, 1, 2, 3, 4, 5, 6 } },
            { 4, { 7, 8, 9, 10, 11, 12, 13 } }, { 5, { 0, 0, 0, 0, 0, 0, 0 } } };
        for (const auto& [w, row] : rows) { // what a word is longer by, it weighs more
            QVERIFY(std::abs(norm(text.words.row(w)) - 1) < 1e-5f);
            const float length = std::sqrt(1 + std::pow(norm(std::span(row).first(6)), 2.0f));
            QVERIFY(std::abs(text.weights[w] - before[w] * share * length) < 1e-3f);
            QVERIFY(std::abs(text.baselines[w] * length - row[6]) < 1e-4f);
            for (std::size_t d = 0; d < 64; ++d)
                QVERIFY(std::abs(text.words(w, d) * length - textBefore.words(w, d)) < 1e-4f);
            for (std::size_t d = 64; d < 70; ++d)
                QVERIFY(std::abs(text.words(w, d) * length - row[d - 64]) < 1e-4f);
        }
        for (const std::size_t w : { 0u, 2u, 3u })
            QCOMPARE(text.baselines[w], 0.0f);
        QCOMPARE(text.global.size(), std::size_t(70));
    }

    /// Two models in two threads share nothing.
    void modelsAreIndependent()
    {
        const auto first = openModel(m_folder, test::weights(), DeviceChoice::Cpu);
        const auto second = openModel(m_folder, test::weights(), DeviceChoice::Cpu);
        const std::vector<image::Image> images { picture(50, 60, 1), picture(60, 50, 2) };
        std::vector<ImageEncoding> other;
        std::thread thread([&] { other = second->encodeImages(images); });
        const auto own = first->encodeImages(images);
        thread.join();
        for (std::size_t i = 0; i < images.size(); ++i)
            QVERIFY(maxDifference(own[i].regions.data, other[i].regions.data) < 1e-5f);
    }

    void changedWeightsAreRefused()
    {
        std::fstream file(m_folder / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-1, std::ios::end);
        file.put('x');
        file.close();
        const auto said = complaint(m_folder);
        QVERIFY2(said.find("model.safetensors") != std::string::npos && said.find("SHA-256") != std::string::npos,
            said.c_str());
    }

    void missingFilesAreNamed()
    {
        fs::remove(m_folder / "model.safetensors");
        QVERIFY(complaint(m_folder).find("model.safetensors is missing") != std::string::npos);
        fs::remove(m_folder / "config.json");
        QVERIFY(complaint(m_folder).find("config.json") != std::string::npos);
        QVERIFY(complaint(m_folder / "absent").find("absent") != std::string::npos);
    }

    void anotherBackboneIsRefused()
    {
        m_config.vocabulary.sha256[0] = m_config.vocabulary.sha256[0] == '0' ? '1' : '0';
        writeConfig();
        QVERIFY(complaint(m_folder).find("vocab.txt") != std::string::npos);
    }

    void misfitsAreNamed_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("named");
        QTest::newRow("architecture") << "/architecture"
                                      << "\"unheard-of\""
                                      << "unheard-of";
        QTest::newRow("pooling") << "/pooling"
                                 << "\"most\""
                                 << "most";
        QTest::newRow("format") << "/format"
                                << "9"
                                << "format";
        QTest::newRow("side") << "/features/inputSide"
                              << "100"
                              << "inputSide";
        QTest::newRow("taps") << "/features/taps"
                              << "\"tail\""
                              << "tail";
        QTest::newRow("option") << "/network/colour"
                                << "1"
                                << "colour";
        QTest::newRow("dimension") << "/network/dimension"
                                   << "128"
                                   << "expected [128";
        QTest::newRow("type") << "/name"
                              << "[]"
                              << "config.json";
    }

    void misfitsAreNamed()
    {
        QFETCH(QString, path);
        QFETCH(QString, value);
        QFETCH(QString, named);
        auto json = nlohmann::json::parse(m_config.toJson());
        json[nlohmann::json::json_pointer(path.toStdString())] = nlohmann::json::parse(value.toStdString());
        writeFileAtomically(m_folder / "config.json", json.dump());
        const auto said = complaint(m_folder);
        QVERIFY2(said.find(named.toStdString()) != std::string::npos, said.c_str());
    }

    void noJsonIsNamed()
    {
        writeFileAtomically(m_folder / "config.json", std::string_view("{\"format\": 1,"));
        QVERIFY(complaint(m_folder).find("config.json is not a model configuration") != std::string::npos);
    }

    void deepJsonIsRefusedNotCopied()
    {
        auto text = m_config.toJson();
        const auto at = text.find("\"network\": ") + 11;
        text.replace(at, text.find('\n', at) - at, std::string(100'000, '[') + std::string(100'000, ']') + ",");
        writeFileAtomically(m_folder / "config.json", text);
        const auto said = complaint(m_folder);
        QVERIFY2(
            said.find("config.json is not a model configuration: it is nested more than 64 deep") != std::string::npos,
            said.c_str());
    }

    void pinnedBackbonesAreTheManifests()
    {
        const auto manifest
            = nlohmann::json::parse(readTextFile(fs::path(WORDSIGHT_SOURCE_DIR) / "models/manifest.json"));
        std::map<std::string, PinnedFile> pinned { { "image", m_config.imageBackbone },
            { "text", m_config.textBackbone }, { "vocabulary", m_config.vocabulary } };
        QCOMPARE(manifest.at("backbones").size(), pinned.size());
        for (const auto& entry : manifest.at("backbones")) {
            const PinnedFile& file = pinned.at(entry.at("role").get<std::string>());
            QCOMPARE(entry.at("file").get<std::string>(), file.path.string());
            QCOMPARE(entry.at("sha256").get<std::string>(), file.sha256);
            QCOMPARE(entry.at("bytes").get<std::uintmax_t>(), fs::file_size(test::weights().path / file.path));
            verify({ test::weights().path / file.path, file.sha256 });
        }
    }

    void cudaWithoutDeviceSaysWhy()
    {
        if (void* driver = dlopen("libcuda.so.1", RTLD_LAZY)) {
            dlclose(driver);
            QSKIP("This machine has an NVIDIA driver.");
        }
        const auto said = complaint(m_folder, DeviceChoice::Cuda);
        QVERIFY2(said.find("libcuda.so.1") != std::string::npos, said.c_str());
        QCOMPARE(openModel(m_folder, test::weights(), DeviceChoice::Auto)->device(), std::string("CPU"));
    }

private:
    void writeConfig() { writeFileAtomically(m_folder / "config.json", m_config.toJson()); }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
    ModelConfig m_config;
};

QTEST_GUILESS_MAIN(OpenModelTest)
#include "open_model_test.moc"
