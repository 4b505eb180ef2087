// Published checkpoints: imported in all three ways that PyTorch wrote them, then scored as the authors' evaluation
// scores.
#include <QtTest>

#include <fstream>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/align/pooling.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/npy.h"
#include "core/model/image_text_model.h"
#include "core/model/import_model.h"
#include "tests/support/weights.h"

using namespace wordsight;
using namespace wordsight::model;
namespace fs = std::filesystem;

namespace {

constexpr float kTolerance = 1e-5f;

/// What the authors call our poolings.
const std::map<align::Pooling, const char*> kPublished { { align::Pooling::MrSw, "MrSw" },
    { align::Pooling::MrAVGw, "MrAVGw" }, { align::Pooling::MwSr, "MwSr" }, { align::Pooling::Symmetric, "symm" },
    { align::Pooling::Sum, "sum" }, { align::Pooling::Mean, "mean" } };

fs::path parityFolder()
{
    return qEnvironmentVariable("WORDSIGHT_PARITY", WORDSIGHT_SOURCE_DIR "/../shared/parity").toStdString();
}

/// The word pieces of the sets: "w4" is 4, after the special ones.
void writeVocabulary(const fs::path& file, int count)
{
    std::ofstream out(file);
    for (int i = 0; i < count; ++i)
        out << (i == 0   ? "[PAD]"
                : i == 1 ? "[CLS]"
                : i == 2 ? "[SEP]"
                : i == 3 ? "[UNK]"
                         : "w" + std::to_string(i))
            << '\n';
}

/// Rows [first, first + count) of the i-th matrix of a stack.
Matrix rowsOf(const NpyArray& stack, std::size_t i, std::size_t first, std::size_t count)
{
    const auto values = stack.toFloats();
    Matrix rows(count, stack.shape[2]);
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>((i * stack.shape[1] + first) * stack.shape[2]),
        rows.data.size(), rows.data.begin());
    return rows;
}

float difference(const Matrix& a, const Matrix& b)
{
    if (a.rows != b.rows || a.cols != b.cols)
        return INFINITY;
    float most = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i)
        most = std::max(most, std::abs(a.data[i] - b.data[i]));
    return most;
}

/// What importing says, or "" where it succeeds.
std::string complaint(const ImportRequest& request)
{
    try {
        importModel(request);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TeranImportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!fs::exists(parityFolder() / "teran_ckpt_A.pth.tar"))
            QSKIP("No checkpoints teran_ckpt_A*.pth.tar: name their folder in WORDSIGHT_PARITY.");
        m_arrays = readNpz(parityFolder() / "teran_tiny_A.npz");
        const auto description = nlohmann::json::parse(std::ifstream(parityFolder() / "teran_tiny_A.json"));
        m_captions = description.at("captions").get<std::vector<std::string>>();
        writeVocabulary(folder() / "vocab.txt", 120);
    }

    void everyFormatGivesThePublishedScores_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* name : { "teran_ckpt_A.pth.tar", "teran_ckpt_A_cudatags.pth.tar", "teran_ckpt_A_zip.pth.tar" })
            QTest::newRow(name) << QString(name);
    }

    void everyFormatGivesThePublishedScores()
    {
        QFETCH(QString, file);
        const auto imported = importModel(request(file.toStdString(), file.toStdString()));
        QCOMPARE(imported.architecture, std::string("teran-2021"));
        const auto model = openModel(imported.folder, test::weights(), DeviceChoice::Cpu);
        QCOMPARE(model->info().featureDimension.value(), 96u);
        QVERIFY(!model->info().photographs);
        QVERIFY(model->info().regions == RegionKind::PerPhotograph);
        QCOMPARE(model->info().pooling, align::Pooling::MrSw);
        const auto images = model->encodeFeatures(features());
        const auto texts = model->encodeTexts(m_captions);
        vectorsAreThePublished(images, texts);
        for (const auto& [pooling, name] : kPublished)
            QVERIFY2(evaluated(*model, images, texts, pooling) < kTolerance, name);
        QVERIFY_EXCEPTION_THROWN(model->encodeImages({}), Error);
    }

    void wordsStandWhereTheyWereWritten()
    {
        const auto imported = importModel(request("teran_ckpt_A.pth.tar", "words"));
        const auto model = openModel(imported.folder, test::weights(), DeviceChoice::Cpu);
        const std::string sentence = "w17 w30 w29";
        const auto text = model->encodeTexts({ &sentence, 1 }).front();
        QCOMPARE(text.texts, (std::vector<std::string> { "w17", "w30" })); // the authors leave the last piece out
        QCOMPARE(text.spans[1].begin, 4u);
        QCOMPARE(text.spans[1].end, 7u);
        const std::string word = "w17";
        QCOMPARE(model->encodeTexts({ &word, 1 }).front().texts.size(), 1u); // but a sentence of one keeps it

        auto whole = request("teran_ckpt_A.pth.tar", "whole");
        whole.asPublished = false;
        const auto ours = openModel(importModel(whole).folder, test::weights(), DeviceChoice::Cpu);
        QCOMPARE(ours->encodeTexts({ &sentence, 1 }).front().texts.size(), 3u);
    }

    void featuresOfAnotherKindAreRefused()
    {
        const auto model = openModel(
            importModel(request("teran_ckpt_A.pth.tar", "checks")).folder, test::weights(), DeviceChoice::Cpu);
        const std::vector<RegionFeatures> narrow { { Matrix(3, 95), {}, {} } };
        QVERIFY_EXCEPTION_THROWN(model->encodeFeatures(narrow), Error);
        const std::vector<RegionFeatures> unboxed { { Matrix(3, 96), {}, {} } };
        QCOMPARE(model->encodeFeatures(unboxed).front().regions.rows, 3u); // without boxes retrieval runs all the same
    }

    void namesAndVocabulariesAreChecked()
    {
        const auto good = request("teran_ckpt_A.pth.tar", "once");
        QCOMPARE(complaint(good), std::string());
        QVERIFY(complaint(good).find("There is a model \"once\" already") != std::string::npos);
        auto again = good;
        again.replace = true;
        QCOMPARE(complaint(again), std::string());
        for (const char* name : { "", ".", "..", "a/b", ".hidden" }) {
            auto bad = good;
            bad.name = name;
            QVERIFY2(complaint(bad).find("cannot be the name") != std::string::npos, name);
        }
        auto other = request("teran_ckpt_A.pth.tar", "other");
        other.vocabulary = folder() / "short.txt";
        writeVocabulary(other.vocabulary, 119);
        QVERIFY2(complaint(other).find("has 119 word pieces, but the BERT of") != std::string::npos,
            complaint(other).c_str());
        other.vocabulary = folder() / "absent.txt";
        QVERIFY(complaint(other).find("absent.txt") != std::string::npos);
        other = request("teran_ckpt_A.pth.tar", "other");
        other.textHeads = 7;
        QVERIFY(complaint(other).find("7 attention heads do not divide") != std::string::npos);
        QVERIFY(!fs::exists(other.models / "other"));
        removeModel(good.models, "once");
        QVERIFY(!fs::exists(good.models / "once"));
        QVERIFY_EXCEPTION_THROWN(removeModel(good.models, "once"), Error);
    }

    /// However much of a checkpoint is there, the models folder holds whole models only.
    void cutCheckpointsLeaveNothing()
    {
        const std::string whole = readTextFile(parityFolder() / "teran_ckpt_A.pth.tar");
        for (const double part : { 0.0001, 0.01, 0.3, 0.9, 0.99999 }) {
            std::ofstream(folder() / "cut.pth.tar", std::ios::binary)
                << whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size())));
            auto cut = request("teran_ckpt_A.pth.tar", "cut");
            cut.source = folder() / "cut.pth.tar";
            QVERIFY(complaint(cut).find("cut.pth.tar") != std::string::npos);
        }
        for (const auto& entry : fs::directory_iterator(folder() / "models"))
            QVERIFY2(fs::exists(entry.path() / "config.json") && entry.path().filename().string().front() != '.',
                entry.path().c_str());
    }

private:
    fs::path folder() const { return m_folder.path().toStdString(); }

    ImportRequest request(const std::string& file, const std::string& name) const
    {
        ImportRequest request;
        request.source = parityFolder() / file;
        request.architecture = "teran";
        request.weights = test::weights();
        request.name = name;
        request.models = folder() / "models";
        request.vocabulary = folder() / "vocab.txt";
        return request;
    }

    std::vector<RegionFeatures> features() const
    {
        const auto lengths = m_arrays.at("in/feat_len").toInts();
        std::vector<RegionFeatures> images;
        for (std::size_t i = 0; i < lengths.size(); ++i) {
            const auto count = static_cast<std::size_t>(lengths[i] - 1);
            RegionFeatures image { rowsOf(m_arrays.at("in/features"), i, 1, count), {}, {} };
            const Matrix corners = rowsOf(m_arrays.at("in/boxes"), i, 1, count);
            for (std::size_t r = 0; r < count; ++r)
                image.boxes.push_back(
                    { corners(r, 0), corners(r, 1), corners(r, 2) - corners(r, 0), corners(r, 3) - corners(r, 1) });
            images.push_back(std::move(image));
        }
        return images;
    }

    void vectorsAreThePublished(const std::vector<ImageEncoding>& images, const std::vector<TextEncoding>& texts) const
    {
        const auto words = m_arrays.at("in/cap_len").toInts();
        for (std::size_t i = 0; i < images.size(); ++i) {
            QVERIFY(difference(images[i].regions, rowsOf(m_arrays.at("out/img_set"), i, 1, images[i].regions.rows))
                < kTolerance);
            QCOMPARE(images[i].boxes.size(), images[i].regions.rows);
        }
        for (std::size_t t = 0; t < texts.size(); ++t) {
            QCOMPARE(texts[t].words.rows, static_cast<std::size_t>(words[t] - 3));
            QVERIFY(
                difference(texts[t].words, rowsOf(m_arrays.at("out/cap_set"), t, 1, texts[t].words.rows)) < kTolerance);
        }
    }

    /// The largest difference from the authors' evaluation.
    float evaluated(const ImageTextModel& model, std::vector<ImageEncoding> images, std::vector<TextEncoding> texts,
        align::Pooling pooling) const
    {
        const auto expected = m_arrays.at(std::string("eval/sim/") + kPublished.at(pooling)).toFloats();
        float most = 0;
        for (auto& image : images)
            model.padAsPublished(image);
        for (auto& text : texts)
            model.padAsPublished(text, pooling);
        for (std::size_t i = 0; i < images.size(); ++i)
            for (std::size_t t = 0; t < texts.size(); ++t) {
                Matrix alignment(images[i].regions.rows, texts[t].words.rows);
                for (std::size_t r = 0; r < alignment.rows; ++r)
                    for (std::size_t w = 0; w < alignment.cols; ++w)
                        alignment(r, w) = std::inner_product(images[i].regions.row(r).begin(),
                            images[i].regions.row(r).end(), texts[t].words.row(w).begin(), 0.0f);
                most = std::max(most,
                    std::abs(align::score(alignment, texts[t].weights, pooling) - expected[i * texts.size() + t]));
            }
        return most;
    }

    QTemporaryDir m_folder;
    std::map<std::string, NpyArray> m_arrays;
    std::vector<std::string> m_captions;
};

QTEST_GUILESS_MAIN(TeranImportTest)
#include "teran_import_test.moc"
