// CLIP, SigLIP and SigLIP 2 in both layouts against what transformers and open_clip say of small random models
// (scripts/golden_clip.py and scripts/golden_open_clip.py made both).
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/data/npy.h"
#include "core/image/transform.h"
#include "core/model/image_text_model.h"
#include "core/nn/backbones/pixels.h"
#include "core/nn/clip/clip.h"
#include "core/nn/clip/clip_configuration.h"
#include "core/nn/clip/clip_tokenizers.h"
#include "core/nn/clip/open_clip.h"
#include "core/nn/formats/hugging_face_weights.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::nn;
namespace fs = std::filesystem;
using Arrays = std::map<std::string, NpyArray>;

namespace {

constexpr double kTolerance = 1e-4;
const fs::path kGolden = fs::path(WORDSIGHT_SOURCE_DIR) / "tests/data/parity";

torch::Tensor floats(const NpyArray& array)
{
    return torch::tensor(array.toFloats()).view(std::vector<std::int64_t>(array.shape.begin(), array.shape.end()));
}

std::string textOf(const NpyArray& bytes)
{
    return { reinterpret_cast<const char*>(bytes.bytes.data()), bytes.bytes.size() };
}

image::Image imageOf(const NpyArray& pixels)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(pixels.bytes.data());
    return { static_cast<int>(pixels.shape[1]), static_cast<int>(pixels.shape[0]),
        { bytes, bytes + pixels.bytes.size() } };
}

double maxError(const torch::Tensor& found, const torch::Tensor& expected)
{
    return found.sizes() == expected.sizes() ? (found - expected).abs().max().item<double>() : INFINITY;
}

int countOf(const Arrays& arrays, const std::string& prefix)
{
    int count = 0;
    while (arrays.contains(prefix + std::to_string(count)))
        ++count;
    return count;
}

std::string spelled(const std::vector<std::int64_t>& ids)
{
    std::string text;
    for (const auto id : ids)
        text += std::to_string(id) + " ";
    return text;
}

/// A folder read as an import reads it, and its golden numbers.
struct Reference {
    explicit Reference(const QString& name, ClipRegions regions = ClipRegions::SelfValue)
        : folder(kGolden / name.toStdString())
        , arrays(readNpz(folder.string() + ".npz"))
    {
        TensorMap tensors;
        if (isOpenClip(folder)) {
            OpenClip model = readOpenClip(folder);
            options = model.options;
            tensors = std::move(model.tensors);
        } else {
            options = clipOptionsOf(folder);
            tensors = huggingFaceWeights(folder).tensors;
        }
        options.regions = regions;
        network = Clip(options);
        assignParameters(*network, tensors, torch::kCPU, folder.string());
        logitScale = tensors.at("logit_scale").to(torch::kFloat32).item<float>();
        if (tensors.contains("logit_bias"))
            logitBias = tensors.at("logit_bias").to(torch::kFloat32).item<float>();
    }

    const NpyArray& array(const std::string& name, int i) const { return arrays.at(name + "_" + std::to_string(i)); }
    torch::Tensor ids(int i) const { return torch::tensor(array("ids", i).toInts()).unsqueeze(0); }
    torch::Tensor pixels(int i) const { return floats(array("pixel_values", i)).unsqueeze(0); }
    int sentences() const { return countOf(arrays, "sentence_"); }
    int images() const { return countOf(arrays, "pixels_"); }

    fs::path folder;
    ClipOptions options;
    Clip network = nullptr;
    Arrays arrays;
    float logitScale = 0;
    float logitBias = 0;
};

} // namespace

Q_DECLARE_METATYPE(wordsight::nn::ClipRegions)

class ClipTest : public QObject {
    Q_OBJECT

private:
    static void models()
    {
        QTest::addColumn<QString>("model");
        for (const char* name : { "clip_tiny", "clip_tiny_gelu", "siglip_tiny", "siglip2_tiny", "open_clip_tiny",
                 "open_clip_siglip2_tiny" })
            QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void initTestCase() { setComputeThreads(1); } // small networks are done before threads have met
    void tokenIds_data() { models(); }
    void tokenIds()
    {
        QFETCH(QString, model);
        const Reference reference(model);
        const auto tokenizer = openClipTokenizer(reference.folder, reference.options);
        QVERIFY(reference.sentences() >= 20);
        for (int i = 0; i < reference.sentences(); ++i) {
            const auto sentence = textOf(reference.array("sentence", i));
            auto ids = tokenizer->encode(sentence, static_cast<std::size_t>(reference.options.text.positions)).ids;
            if (reference.options.siglip())
                ids.resize(static_cast<std::size_t>(reference.options.text.positions), tokenizer->padId());
            const auto expected = reference.array("ids", i).toInts();
            const std::vector<std::int64_t> found(ids.begin(), ids.end());
            QVERIFY2(found == expected,
                (sentence + "\nfound    " + spelled(found) + "\nexpected " + spelled(expected)).c_str());
        }
    }

    void textStates_data() { models(); }
    void textStates()
    {
        QFETCH(QString, model);
        const torch::NoGradGuard frozen;
        const Reference reference(model);
        for (int i = 0; i < reference.sentences(); ++i) {
            auto hidden = reference.network->text().forward(reference.ids(i))[0];
            if (reference.arrays.contains("rows_" + std::to_string(i)))
                hidden = hidden.index_select(0, torch::tensor(reference.array("rows", i).toInts()));
            QVERIFY2(maxError(hidden, floats(reference.array("text_hidden", i))) <= kTolerance,
                textOf(reference.array("sentence", i)).c_str());
        }
    }

    void textEmbeddings_data() { models(); }
    void textEmbeddings()
    {
        QFETCH(QString, model);
        const torch::NoGradGuard frozen;
        const Reference reference(model);
        const auto expected = floats(reference.arrays.at("text_embeds"));
        for (int i = 0; i < reference.sentences(); ++i)
            QVERIFY(maxError(reference.network->encodeTexts(reference.ids(i))[0], expected[i]) <= kTolerance);
    }

    /// What fills up shorter sentences changes nothing.
    void paddedBatch_data() { models(); }
    void paddedBatch()
    {
        QFETCH(QString, model);
        const torch::NoGradGuard frozen;
        const Reference reference(model);
        QVERIFY(maxError(reference.network->encodeTexts(batchOf(reference)), floats(reference.arrays.at("text_embeds")))
            <= kTolerance);
    }

    void pixelValues_data() { models(); }
    void pixelValues()
    {
        QFETCH(QString, model);
        const Reference reference(model);
        const auto& vision = reference.options.vision;
        const PixelNormalizer normalizer(static_cast<int>(vision.side), std::span<const double, 3>(vision.mean),
            std::span<const double, 3>(vision.deviation), image::Resampling::Bicubic);
        for (int i = 0; i < reference.images(); ++i) {
            const auto image = imageOf(reference.array("pixels", i));
            QVERIFY(maxError(normalizer({ &image, 1 }), reference.pixels(i)) < 1e-5);
        }
    }

    void imageStates_data() { models(); }
    void imageStates()
    {
        QFETCH(QString, model);
        const torch::NoGradGuard frozen;
        const Reference reference(model);
        QVERIFY(reference.images() >= 3);
        const auto embeds = floats(reference.arrays.at("image_embeds"));
        for (int i = 0; i < reference.images(); ++i) {
            const auto pixels = reference.pixels(i);
            QVERIFY(maxError(reference.network->vision().forward(pixels).hidden[0],
                        floats(reference.array("image_hidden", i)))
                <= kTolerance);
            const auto output = reference.network->encodeImages(pixels);
            QVERIFY(maxError(output.global[0], embeds[i]) <= kTolerance);
            // OpenCLIP's layers cannot be asked for one position alone; its weights reach the same network.
            if (reference.arrays.contains("patches_" + std::to_string(i)))
                QVERIFY(maxError(output.patches[0], floats(reference.array("patches", i))) <= kTolerance);
        }
    }

    void regionRecipes_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<ClipRegions>("recipe");
        for (const char* model : { "clip_tiny", "clip_tiny_gelu", "siglip_tiny" })
            for (const auto recipe : { ClipRegions::Clearclip, ClipRegions::Naclip })
                QTest::addRow("%s %s", model, std::string(nameOf(recipe)).c_str()) << model << recipe;
    }

    /// scripts/golden_clip_regions.py computes them by their definitions.
    void regionRecipes()
    {
        QFETCH(QString, model);
        QFETCH(ClipRegions, recipe);
        const torch::NoGradGuard frozen;
        const Reference plain(model), reference(model, recipe);
        const auto arrays = readNpz(kGolden / "clip_regions.npz");
        for (int i = 0; i < 2; ++i) {
            const auto output = reference.network->encodeImages(reference.pixels(i));
            const auto name = model.toStdString() + "_" + std::string(nameOf(recipe)) + "_" + std::to_string(i);
            QVERIFY(maxError(output.patches[0], floats(arrays.at(name))) <= kTolerance);
            const auto as = plain.network->encodeImages(reference.pixels(i));
            QVERIFY(maxError(output.global, as.global) == 0);
            QVERIFY(maxError(output.patches, as.patches) > 0.01);
        }
    }

    void logits_data() { models(); }
    void logits()
    {
        QFETCH(QString, model);
        const torch::NoGradGuard frozen;
        const Reference reference(model);
        std::vector<torch::Tensor> pixels;
        for (int i = 0; i < reference.images(); ++i)
            pixels.push_back(reference.pixels(i));
        const auto unit = [](const torch::Tensor& vectors) { return vectors / vectors.norm(2, 1, true); };
        const auto cosines = unit(reference.network->encodeImages(torch::cat(pixels)).global)
                                 .matmul(unit(reference.network->encodeTexts(batchOf(reference))).t());
        QVERIFY(maxError(cosines * std::exp(reference.logitScale) + reference.logitBias,
                    floats(reference.arrays.at("logits_per_image")))
            <= kTolerance);
    }

    /// Byte for byte.
    void resamplingIsPillows()
    {
        const auto arrays = readNpz(kGolden / "clip_tiny.npz");
        const auto photo = imageOf(arrays.at("photo"));
        int compared = 0;
        for (const auto& [name, resampling] :
            { std::pair("bicubic_", image::Resampling::Bicubic), { "bilinear_", image::Resampling::Bilinear } })
            for (const auto& [key, array] : arrays)
                if (key.starts_with(name)) {
                    const auto expected = imageOf(array);
                    QVERIFY2(
                        image::stretch(photo, expected.width, expected.height, resampling) == expected, key.c_str());
                    ++compared;
                }
        QCOMPARE(compared, 4);
    }

private:
    static torch::Tensor batchOf(const Reference& reference)
    {
        const auto tokenizer = openClipTokenizer(reference.folder, reference.options);
        auto ids = torch::full(
            { reference.sentences(), reference.options.text.positions }, tokenizer->padId(), torch::kInt64);
        for (int i = 0; i < reference.sentences(); ++i) {
            const auto row = reference.ids(i)[0];
            ids[i].slice(0, 0, row.size(0)).copy_(row);
        }
        return ids;
    }
};

QTEST_GUILESS_MAIN(ClipTest)
#include "clip_test.moc"
