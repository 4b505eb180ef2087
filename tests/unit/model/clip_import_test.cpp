// Folders in the Hugging Face layout: imported as they are, and refused by name where something is wrong with them.
#include <QtTest>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/npy.h"
#include "core/model/image_text_model.h"
#include "core/model/import_model.h"
#include "core/nn/formats/safetensors.h"
#include "tests/support/weights.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::nn;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const fs::path kGolden = fs::path(WORDSIGHT_SOURCE_DIR) / "tests/data/parity";

void edit(const fs::path& file, const std::string& pointer, const json& value)
{
    json content = json::parse(readTextFile(file));
    content[json::json_pointer(pointer)] = value;
    writeFileAtomically(file, content.dump());
}

float dot(std::span<const float> a, std::span<const float> b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0f);
}

} // namespace

Q_DECLARE_METATYPE(std::function<void(const fs::path&)>)

class ClipImportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        setComputeThreads(1);
        m_temporary = std::make_unique<QTemporaryDir>();
        m_root = m_temporary->path().toStdString();
        m_models = m_root / "models";
    }

    void becomesAModel_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("regions");
        QTest::addColumn<float>("cell");
        QTest::newRow("CLIP") << "clip_tiny"
                              << "clip" << 16 << 0.25f;
        QTest::newRow("CLIP in shards, fp16") << "clip_tiny_gelu"
                                              << "clip" << 9 << 1 / 3.0f;
        QTest::newRow("SigLIP, pixels left over") << "siglip_tiny"
                                                  << "siglip" << 9 << 14 / 45.0f;
        QTest::newRow("SigLIP 2, processor_config.json alone") << "siglip2_tiny"
                                                               << "siglip" << 9 << 1 / 3.0f;
        QTest::newRow("OpenCLIP's container") << "open_clip_tiny"
                                              << "clip" << 16 << 0.25f;
        QTest::newRow("OpenCLIP's container, timm's tower") << "open_clip_siglip2_tiny"
                                                            << "siglip" << 9 << 1 / 3.0f;
    }

    void becomesAModel()
    {
        QFETCH(QString, source);
        QFETCH(QString, architecture);
        QFETCH(int, regions);
        QFETCH(float, cell);
        const auto imported = importModel(request(kGolden / source.toStdString()));
        QCOMPARE(imported.architecture, architecture.toStdString());
        const auto model = openModel(imported.folder, test::weights(), DeviceChoice::Cpu);
        const auto& info = model->info();
        QCOMPARE(info.name, std::string("tried"));
        QCOMPARE(info.boxes.size(), static_cast<std::size_t>(regions));
        QCOMPARE(info.boxes[0], (Box { 0, 0, cell, cell }));
        QVERIFY(info.boxes.back().x + info.boxes.back().w < 1.0001f);
        QCOMPARE(info.globalWeight, 1.0f);

        const auto arrays = readNpz((kGolden / source.toStdString()).string() + ".npz");
        const auto expected = arrays.at("text_embeds").toFloats();
        const auto dimension = static_cast<std::size_t>(info.dimension);
        std::vector<std::string> sentences;
        for (int i = 0; arrays.contains("sentence_" + std::to_string(i)); ++i) {
            const auto& bytes = arrays.at("sentence_" + std::to_string(i)).bytes;
            sentences.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
        const auto encodings = model->encodeTexts(sentences);
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const auto& text = encodings[i];
            const auto own = std::span(expected).subspan(i * dimension, dimension);
            QVERIFY2(std::abs(dot(text.global, own) / std::sqrt(dot(own, own)) - 1) < 1e-5f, sentences[i].c_str());
            QCOMPARE(text.words.rows, text.texts.size());
            for (std::size_t w = 0; w < text.words.rows; ++w) {
                QVERIFY(std::abs(dot(text.words.row(w), text.words.row(w)) - 1) < 1e-4f);
                QCOMPARE(
                    sentences[i].substr(text.spans[w].begin, text.spans[w].end - text.spans[w].begin), text.texts[w]);
            }
        }
        const auto bytes = arrays.at("pixels_0");
        const auto* pixels = reinterpret_cast<const std::uint8_t*>(bytes.bytes.data());
        const int side = info.photographs.value().side;
        const image::Image image { side, side, { pixels, pixels + bytes.bytes.size() } };
        const auto encoding = model->encodeImages({ &image, 1 }).front();
        const auto embeds = arrays.at("image_embeds").toFloats();
        const auto own = std::span(embeds).first(dimension);
        QVERIFY(std::abs(dot(encoding.global, own) / std::sqrt(dot(own, own)) - 1) < 1e-5f);
        QCOMPARE(encoding.regions.rows, static_cast<std::size_t>(regions));
    }

    /// A network that a training program has wrapped in one more name, beside tensors that nobody asked for.
    void wrappedNamesAndUnusedTensors()
    {
        const fs::path folder = m_root / "source";
        fs::copy(kGolden / "clip_tiny", folder, fs::copy_options::recursive);
        TensorMap tensors, wrapped { { "step", torch::ones({ 1 }, torch::kInt64) } };
        for (const auto& [name, tensor] : readSafetensors(folder / "model.safetensors")) {
            tensors[name] = tensor;
            wrapped["module." + name] = tensor;
        }
        writeSafetensors(folder / "model.safetensors", wrapped);
        const auto model = openModel(importModel(request(folder)).folder, test::weights(), DeviceChoice::Cpu);
        auto plain = request(kGolden / "clip_tiny");
        plain.name = "plain";
        const auto original = openModel(importModel(plain).folder, test::weights(), DeviceChoice::Cpu);
        const std::vector<std::string> sentences { "a black dog" };
        QCOMPARE(model->encodeTexts(sentences)[0].global, original->encodeTexts(sentences)[0].global);
    }

    /// A word is the mean of its prompts, as sentences of their own.
    void wordsAreAveragedOverPrompts()
    {
        const auto folder = importModel(request(kGolden / "clip_tiny")).folder;
        const auto model = openModel(folder, test::weights(), DeviceChoice::Cpu);
        const json network = json::parse(readTextFile(folder / "config.json")).at("network");
        QCOMPARE(network.at("regions"), json("naclip"));
        std::vector<std::string> sentences { "a dog" };
        for (const std::string prompt : network.at("wordPrompts"))
            sentences.push_back(std::string(prompt).replace(prompt.find("{}"), 2, "dog"));
        QCOMPARE(sentences.size(), std::size_t(8));
        const auto encodings = model->encodeTexts(sentences);
        std::vector<float> mean(encodings[0].global.size());
        for (std::size_t p = 1; p < encodings.size(); ++p)
            std::ranges::transform(mean, encodings[p].global, mean.begin(), std::plus<>());
        const auto dog = encodings[0].words.row(1);
        QVERIFY(std::abs(dot(dog, mean) / std::sqrt(dot(mean, mean)) - 1) < 1e-5f);
        QVERIFY(std::abs(dot(dog, dog) - 1) < 1e-5f);
    }

    /// Without prompts a word is the sentence that it is alone, in whatever sentence and call it comes.
    void wordsAreTextsOfTheirOwn()
    {
        const auto folder = importModel(request(kGolden / "clip_tiny")).folder;
        edit(folder / "config.json", "/network/wordPrompts", json::array());
        const auto model = openModel(folder, test::weights(), DeviceChoice::Cpu);
        const std::vector<std::string> first { "a black dog runs" }, second { "dog", "The dog's dog", "狗 dog!" };
        const auto known = model->encodeTexts(first);
        const auto encodings = model->encodeTexts(second);
        QCOMPARE(encodings[1].texts, (std::vector<std::string> { "The", "dog's", "dog" }));
        QCOMPARE(encodings[2].texts, (std::vector<std::string> { "狗", "dog" }));
        for (const auto word :
            { known[0].words.row(2), encodings[0].words.row(0), encodings[1].words.row(2), encodings[2].words.row(1) })
            QVERIFY(std::abs(dot(word, encodings[0].global) - 1) < 1e-5f);
        QVERIFY(dot(encodings[1].words.row(1), encodings[0].global) < 0.9999f);
    }

    void misfitsAreNamed_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<std::function<void(const fs::path&)>>("harm");
        QTest::addColumn<QStringList>("named");
        const auto row = [](const char* name, const char* source, std::function<void(const fs::path&)> harm,
                             QStringList named) { QTest::newRow(name) << source << harm << named; };
        const auto without
            = [](const char* file) { return [=](const fs::path& folder) { fs::remove(folder / file); }; };
        const auto with = [](const char* file, const char* pointer, json value) {
            return [=](const fs::path& folder) { edit(folder / file, pointer, value); };
        };
        row("no config", "clip_tiny", without("config.json"), { "config.json is missing" });
        row("no preprocessing", "clip_tiny", without("preprocessor_config.json"),
            { "preprocessor_config.json is missing" });
        row("no weights", "clip_tiny", without("model.safetensors"), { "has no weights", "pytorch_model.bin" });
        row("no merges", "clip_tiny", without("merges.txt"), { "merges.txt", "tokenizer.json" });
        row("no tokenizer.json", "clip_tiny_gelu", without("tokenizer.json"), { "has no tokenizer" });
        row("no SentencePiece", "siglip_tiny", without("spiece.model"), { "spiece.model" });
        row("no shard", "clip_tiny_gelu", without("model-00002-of-00002.safetensors"),
            { "model-00002-of-00002.safetensors", "not in the folder" });
        row("another model", "clip_tiny", with("config.json", "/model_type", "blip"),
            { "config.json", "\"blip\"", "siglip" });
        row("no model type", "clip_tiny", with("config.json", "/model_type", nullptr), { "model_type" });
        row("activation", "clip_tiny", with("config.json", "/vision_config/hidden_act", "relu6"),
            { "vision_config.hidden_act", "relu6" });
        row("heads", "clip_tiny", with("config.json", "/text_config/num_attention_heads", 5),
            { "5 heads", "width 24" });
        row("width", "clip_tiny", with("config.json", "/text_config/intermediate_size", 50),
            { "fc1.weight has shape [48, 24], expected [50, 24]" });
        row("projection", "clip_tiny", with("config.json", "/projection_dim", 20),
            { "projection.weight has shape [28," });
        row("more layers", "siglip_tiny", with("config.json", "/vision_config/num_hidden_layers", 3),
            { "vision_model.encoder.layers.2", "is missing" });
        row("no head", "siglip_tiny", with("config.json", "/vision_config/vision_use_head", false),
            { "vision_use_head" });
        row("grey images", "clip_tiny", with("config.json", "/vision_config/num_channels", 1), { "num_channels" });
        row("wrong type", "clip_tiny", with("config.json", "/text_config/hidden_size", "wide"),
            { "text_config.hidden_size", "\"wide\"" });
        row("end of sentence", "clip_tiny_gelu", with("config.json", "/text_config/eos_token_id", 5),
            { "eos_token_id" });
        row("small vocabulary", "clip_tiny", with("config.json", "/text_config/vocab_size", 100),
            { "pieces, its network 100" });
        row("crop", "clip_tiny", with("preprocessor_config.json", "/crop_size", 224),
            { "preprocessor_config.json", "crop_size is 224", "32" });
        row("oblong", "siglip_tiny", with("preprocessor_config.json", "/size/width", 60), { "square" });
        row("resampling", "clip_tiny", with("preprocessor_config.json", "/resample", 0), { "resample is 0" });
        row("deviation", "siglip_tiny", with("preprocessor_config.json", "/image_std", json { 0, 1, 1 }),
            { "deviations" });
        row("part outside", "clip_tiny_gelu",
            with("model.safetensors.index.json", "/weight_map/logit_scale", "../elsewhere.safetensors"),
            { "elsewhere" });
        row("cut off", "clip_tiny", [](const fs::path& folder) { fs::resize_file(folder / "model.safetensors", 4000); },
            { "model.safetensors" });
        row("no pickle", "clip_tiny",
            [](const fs::path& folder) {
                fs::remove(folder / "model.safetensors");
                writeFileAtomically(folder / "pytorch_model.bin", std::string_view("no weights"));
            },
            { "pytorch_model.bin" });
        row("integers", "siglip_tiny",
            [](const fs::path& folder) {
                auto tensors = readSafetensors(folder / "model.safetensors");
                tensors["text_model.head.bias"] = torch::zeros(24, torch::kInt8);
                writeSafetensors(folder / "model.safetensors", TensorMap(tensors));
            },
            { "text_model.head.bias", "quantised" });
        row("weights that are no numbers", "siglip_tiny",
            [](const fs::path& folder) {
                auto tensors = readSafetensors(folder / "model.safetensors");
                auto bias = tensors["text_model.head.bias"].clone();
                bias[3] = std::numeric_limits<float>::quiet_NaN();
                tensors["text_model.head.bias"] = bias;
                writeSafetensors(folder / "model.safetensors", TensorMap(tensors));
            },
            { "weights that are not numbers", "text_model.head.bias" });
        row("odd merge", "clip_tiny",
            [](const fs::path& folder) { std::ofstream(folder / "merges.txt", std::ios::app) << "a b c\n"; },
            { "merges.txt", "\"a b c\"" });
        row("tokenizer of another kind", "siglip2_tiny", with("tokenizer.json", "/model/type", "Unigram"),
            { "has no tokenizer that can be read" });
        row("normaliser", "siglip2_tiny", with("tokenizer.json", "/normalizer/content", "_"),
            { "tokenizer.json", "normalizer" });
        row("begins sentences", "siglip2_tiny",
            with("tokenizer.json", "/post_processor/single",
                json::parse(R"([{"SpecialToken":{"id":"<bos>"}},{"Sequence":{"id":"A"}}])")),
            { "tokenizer.json", "<eos>" });
        row("OpenCLIP: a ResNet", "open_clip_tiny",
            with("open_clip_config.json", "/model_cfg/vision_cfg/layers", json { 3, 4, 6, 3 }),
            { "vision_cfg.layers", "ResNet" });
        row("OpenCLIP: another text network", "open_clip_tiny",
            with("open_clip_config.json", "/model_cfg/text_cfg/hf_model_name", "xlm-roberta-base"),
            { "text_cfg.hf_model_name", "xlm-roberta-base" });
        row("OpenCLIP: another trunk", "open_clip_siglip2_tiny",
            with("open_clip_config.json", "/model_cfg/vision_cfg/timm_model_name", "fastvit_mci2"),
            { "timm_model_name", "fastvit_mci2" });
        row("OpenCLIP: part that is not computed", "open_clip_tiny",
            with("open_clip_config.json", "/model_cfg/vision_cfg/qk_norm", true), { "vision_cfg.qk_norm is true" });
        row("OpenCLIP: more layers", "open_clip_tiny", with("open_clip_config.json", "/model_cfg/text_cfg/layers", 3),
            { "text_model.encoder.layers.2", "is missing" });
        row("OpenCLIP: no weights", "open_clip_tiny", without("open_clip_model.safetensors"),
            { "has no weights", "open_clip_pytorch_model.bin" });
        row("Git's note in place of a file", "clip_tiny",
            [](const fs::path& folder) {
                writeFileAtomically(folder / "model.safetensors",
                    std::string_view("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 605143316\n"));
            },
            { "model.safetensors is only Git's note", "git lfs pull" });
        row("no model of SentencePiece", "siglip_tiny",
            [](const fs::path& folder) { writeFileAtomically(folder / "spiece.model", std::string_view("pieces")); },
            { "spiece.model is not a SentencePiece model" });
    }

    void misfitsAreNamed()
    {
        QFETCH(QString, source);
        QFETCH(std::function<void(const fs::path&)>, harm);
        QFETCH(QStringList, named);
        const fs::path folder = m_root / "source";
        fs::copy(kGolden / source.toStdString(), folder, fs::copy_options::recursive);
        harm(folder);
        std::string said;
        try {
            importModel(request(folder));
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::ModelMismatch || error.kind() == ErrorKind::UnreadableInput);
            said = error.what();
        }
        for (const QString& name : named)
            QVERIFY2(QString::fromStdString(said).contains(name), said.c_str());
        QVERIFY2(said.find(folder.string()) != std::string::npos, said.c_str());
        QVERIFY(!fs::exists(m_models) || fs::is_empty(m_models));
    }

    void anotherArchitectureThanAskedFor()
    {
        auto asked = request(kGolden / "clip_tiny");
        asked.architecture = "siglip";
        QVERIFY_THROWS_EXCEPTION(Error, importModel(asked));
    }

private:
    ImportRequest request(const fs::path& source) const
    {
        ImportRequest request;
        request.source = source;
        request.name = "tried";
        request.models = m_models;
        request.weights = test::weights();
        return request;
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_root;
    fs::path m_models;
};

QTEST_GUILESS_MAIN(ClipImportTest)
#include "clip_import_test.moc"
