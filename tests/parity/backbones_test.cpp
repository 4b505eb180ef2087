// The backbones against golden outputs of the reference packages (scripts/golden.py made them).
#include <QtTest>

#include <cstdlib>

#include "core/data/npy.h"
#include "core/model/model_config.h"
#include "core/nn/backbones/backbones.h"
#include "core/nn/formats/pickle_reader.h"
#include "core/nn/formats/safetensors.h"
#include "tests/support/weights.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::nn;

namespace {

constexpr double kTolerance = 1e-4;
const std::filesystem::path kGolden = std::filesystem::path(WORDSIGHT_SOURCE_DIR) / "tests/data/parity";

std::filesystem::path weights(const PinnedFile& file)
{
    return test::weights().path / file.path;
}

torch::Tensor floats(const NpyArray& array)
{
    const std::vector<std::int64_t> shape(array.shape.begin(), array.shape.end());
    return torch::tensor(array.toFloats()).view(shape);
}

std::string textOf(const NpyArray& bytes)
{
    return { reinterpret_cast<const char*>(bytes.bytes.data()), bytes.bytes.size() };
}

double maxError(const torch::Tensor& found, const torch::Tensor& expected)
{
    return found.sizes() == expected.sizes() ? (found - expected).abs().max().item<double>() : INFINITY;
}

int countOf(const std::map<std::string, NpyArray>& arrays, const std::string& prefix)
{
    int count = 0;
    while (arrays.contains(prefix + std::to_string(count)))
        ++count;
    return count;
}

image::Image imageOf(const NpyArray& pixels)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(pixels.bytes.data());
    return { static_cast<int>(pixels.shape[1]), static_cast<int>(pixels.shape[0]),
        { bytes, bytes + pixels.bytes.size() } };
}

} // namespace

class BackbonesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_pinned = configOfPinnedBackbones();
        m_text = readNpz(kGolden / "text.npz");
        m_image = readNpz(kGolden / "image.npz");
        m_network->load(readTorchTensors(weights(m_pinned.imageBackbone)), "EfficientNet-Lite2");
        assignParameters(*m_bert, readSafetensors(weights(m_pinned.textBackbone)), torch::kCPU, "MiniLM");
    }

    void hasEnoughGoldens()
    {
        QVERIFY(countOf(m_image, "pixels_") >= 3);
        QVERIFY(countOf(m_text, "sentence_") >= 20);
    }

    void tokenIdsAreTheReferences()
    {
        const text::WordPieceTokenizer tokenizer(weights(m_pinned.vocabulary));
        for (int i = 0; i < countOf(m_text, "sentence_"); ++i) {
            const auto sentence = textOf(m_text.at("sentence_" + std::to_string(i)));
            const auto ids = tokenizer.tokenize(sentence).ids;
            const auto expected = m_text.at("ids_" + std::to_string(i)).toInts();
            QVERIFY2(std::vector<std::int64_t>(ids.begin(), ids.end()) == expected, sentence.c_str());
        }
    }

    void hiddenStatesOfSingleSentences()
    {
        const torch::NoGradGuard frozen;
        for (int i = 0; i < countOf(m_text, "sentence_"); ++i) {
            const auto hidden
                = m_bert->forward(torch::tensor(m_text.at("ids_" + std::to_string(i)).toInts()).unsqueeze(0))[0];
            compareHidden(i, hidden);
        }
    }

    /// One padded batch of all sentences: padding must change nothing.
    void hiddenStatesOfAPaddedBatch()
    {
        const torch::NoGradGuard frozen;
        const int count = countOf(m_text, "sentence_");
        auto ids = torch::zeros({ count, 128 }, torch::kInt64);
        auto mask = torch::zeros({ count, 128 }, torch::kBool);
        for (int i = 0; i < count; ++i) {
            const auto row = torch::tensor(m_text.at("ids_" + std::to_string(i)).toInts());
            ids[i].slice(0, 0, row.size(0)).copy_(row);
            mask[i].slice(0, 0, row.size(0)).fill_(true);
        }
        const auto hidden = m_bert->forward(ids, mask);
        for (int i = 0; i < count; ++i)
            compareHidden(i, hidden[i].slice(0, 0, mask[i].sum().item<std::int64_t>()));
    }

    void wordsAreMeansOfTheirPieces()
    {
        std::vector<std::string> sentences;
        for (int i = 0; i < countOf(m_text, "sentence_"); ++i)
            sentences.push_back(textOf(m_text.at("sentence_" + std::to_string(i))));
        const auto features = backbones(96, RegionTaps::Head).wordFeatures(sentences);
        for (int i = 0; i < static_cast<int>(sentences.size()); ++i) {
            const auto key = std::to_string(i);
            if (m_text.contains("rows_" + key))
                continue;
            const auto hidden = floats(m_text.at("hidden_" + key));
            QVERIFY2(maxError(features.sentence[i], hidden.mean(0)) <= kTolerance, sentences[i].c_str());
            const auto& words = features.tokens[i].words;
            QCOMPARE(features.mask[i].sum().item<std::int64_t>(), static_cast<std::int64_t>(words.size()));
            for (std::size_t w = 0; w < words.size(); ++w) {
                QVERIFY(!words[w].punctuation);
                const auto first = static_cast<std::int64_t>(words[w].firstPiece);
                const auto expected
                    = hidden.slice(0, first, first + static_cast<std::int64_t>(words[w].pieceCount)).mean(0);
                QVERIFY2(maxError(features.words[i][w], expected) <= kTolerance, words[w].text.c_str());
            }
            QCOMPARE(
                features.words[i].slice(0, static_cast<std::int64_t>(words.size())).abs().sum().item<double>(), 0.0);
        }
    }

    void imageFeatures_data()
    {
        QTest::addColumn<bool>("inference");
        QTest::newRow("packed weights") << true;
        QTest::newRow("plain, with gradients") << false;
    }

    void imageFeatures()
    {
        QFETCH(bool, inference);
        const torch::AutoGradMode gradients(!inference);
        for (int i = 0; i < countOf(m_image, "pixels_"); ++i) {
            const auto key = std::to_string(i);
            const auto image = imageOf(m_image.at("pixels_" + key));
            const auto maps = m_network->forward(imageNetPixels(image.width)({ &image, 1 }));
            QCOMPARE(maps.head.requires_grad(), !inference);
            QVERIFY2(maxError(maps.head[0], floats(m_image.at("head_" + key))) <= kTolerance, key.c_str());
            const double error = maxError(maps.stride16[0], floats(m_image.at("stride16_" + key)));
            QVERIFY2(error <= kTolerance, qPrintable(QString("image %1: error %2").arg(i).arg(error)));
        }
    }

    void regionsAreCellsOfTheMaps()
    {
        auto frozen = backbones(160, RegionTaps::HeadAndStride16);
        const auto image = imageOf(m_image.at("pixels_3"));
        const auto head = floats(m_image.at("head_3"));
        const auto fine = floats(m_image.at("stride16_3"));
        const std::vector<image::Image> batch(11, image); // more than one step of the CPU
        const auto regions = frozen.regionFeatures(batch);
        QCOMPARE(regions.sizes(), torch::IntArrayRef({ 11, 25, 1280 + 480 }));
        QCOMPARE(regions.size(2), static_cast<std::int64_t>(frozen.regionDimension()));
        for (int r = 0; r < 25; ++r) {
            const int y = r / 5, x = r % 5;
            QVERIFY(maxError(regions[10][r].slice(0, 0, 1280), head.select(1, y).select(1, x)) <= kTolerance);
            const auto cell
                = fine.slice(1, 2 * y, 2 * y + 2).slice(2, 2 * x, 2 * x + 2).permute({ 1, 2, 0 }).reshape({ -1 });
            QVERIFY(maxError(regions[10][r].slice(0, 1280), cell) <= kTolerance);
            const Box box = frozen.boxes()[r];
            QCOMPARE(box.x, static_cast<float>(x) * 0.2f);
            QCOMPARE(box.y, static_cast<float>(y) * 0.2f);
        }
    }

private:
    Backbones backbones(int side, RegionTaps taps) const
    {
        return { weights(m_pinned.imageBackbone), weights(m_pinned.textBackbone).parent_path(), { side, taps },
            torch::kCPU };
    }

    void compareHidden(int i, const torch::Tensor& hidden)
    {
        const auto key = std::to_string(i);
        auto found = hidden;
        if (const auto rows = m_text.find("rows_" + key); rows != m_text.end())
            found = hidden.index_select(0, torch::tensor(rows->second.toInts()));
        const double error = maxError(found, floats(m_text.at("hidden_" + key)));
        QVERIFY2(error <= kTolerance, qPrintable(QString("sentence %1: error %2").arg(i).arg(error)));
    }

    ModelConfig m_pinned;
    std::map<std::string, NpyArray> m_text;
    std::map<std::string, NpyArray> m_image;
    EfficientNetLite2 m_network;
    Bert m_bert;
};

QTEST_GUILESS_MAIN(BackbonesTest)
#include "backbones_test.moc"
