// MLASM's network and its pair scorer on small random weights; equality with the authors' numbers: tests/parity.
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/architectures/mlasm_scorer.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/mlasm/mlasm.h"
#include "core/train/mlasm/triplets.h"
#include "core/train/teran/losses.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::nn;

namespace {

constexpr std::int64_t kImages = 5, kRegions = 6, kTexts = 7, kWords = 8;

MlasmOptions smallOptions()
{
    MlasmOptions options;
    options.regionGroups = { 9, 4 };
    options.globalDimension = 13;
    options.wordDimension = 10;
    options.dimension = 12;
    options.unitGlobal = true;
    return options;
}

Mlasm smallNetwork(const MlasmOptions& options = smallOptions())
{
    torch::manual_seed(3);
    Mlasm network(options);
    network->eval();
    return network;
}

/// Sentences of 0, 1, 2, ... words.
torch::Tensor maskOf(std::int64_t texts)
{
    return torch::arange(kWords).unsqueeze(0) < torch::arange(texts).unsqueeze(1);
}

struct Inputs {
    torch::Tensor regions = torch::randn({ kImages, kRegions, 13 });
    torch::Tensor mask = maskOf(kTexts);
    torch::Tensor words = torch::randn({ kTexts, kWords, 10 }) * mask.unsqueeze(2);
};

MlasmImpl::TextOutput rowsOf(const MlasmImpl::TextOutput& texts, const torch::Tensor& rows)
{
    return { texts.words.index_select(0, rows), texts.mask.index_select(0, rows) };
}

double distance(const torch::Tensor& a, const torch::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

ImageEncoding encodingOf(const MlasmImpl::ImageOutput& images, std::int64_t row)
{
    return { matrixOf(images.regions[row]), vectorOf(images.global[row]), {} };
}

TextEncoding encodingOf(const MlasmImpl::TextOutput& texts, std::int64_t row)
{
    TextEncoding encoding;
    encoding.words = matrixOf(texts.words[row].narrow(0, 0, texts.mask[row].sum().item<std::int64_t>()));
    return encoding;
}

} // namespace

class MlasmTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void permutingTheCaptionsChangesNoPairsScore()
    {
        const torch::NoGradGuard guard;
        auto network = smallNetwork();
        const Inputs inputs;
        const auto images = network->encodeImages(inputs.regions);
        const auto order = torch::randperm(kTexts);
        const auto plain = network->scoreAll(images, network->encodeTexts(inputs.words, inputs.mask));
        const auto shuffled = network->scoreAll(
            images, network->encodeTexts(inputs.words.index_select(0, order), inputs.mask.index_select(0, order)));
        QVERIFY(distance(plain.index_select(1, order), shuffled) < 1e-6);
        for (std::int64_t t = 0; t < kTexts; ++t) { // nor does leaving all others out, or the padding that they bring
            const auto length = std::max<std::int64_t>(1, t);
            const auto alone = network->encodeTexts(
                inputs.words.narrow(0, t, 1).narrow(1, 0, length), inputs.mask.narrow(0, t, 1).narrow(1, 0, length));
            QVERIFY(distance(network->scoreAll(images, alone).select(1, 0), plain.select(1, t)) < 1e-6);
        }
    }

    void photographsDoNotMeetEither()
    {
        const torch::NoGradGuard guard;
        auto network = smallNetwork();
        const Inputs inputs;
        const auto texts = network->encodeTexts(inputs.words, inputs.mask);
        const auto all = network->scoreAll(network->encodeImages(inputs.regions), texts);
        const auto one = network->scoreAll(network->encodeImages(inputs.regions.narrow(0, 2, 1)), texts);
        QVERIFY(distance(all.narrow(0, 2, 1), one) < 1e-6);
    }

    void variantsScoreAlikeEitherWay_data()
    {
        QTest::addColumn<bool>("bidirectional");
        QTest::addColumn<int>("layers");
        QTest::addColumn<bool>("unitGlobal");
        QTest::newRow("the paper's") << false << 1 << false;
        QTest::newRow("both directions, two layers") << true << 2 << true;
    }

    void variantsScoreAlikeEitherWay()
    {
        QFETCH(bool, bidirectional);
        QFETCH(int, layers);
        QFETCH(bool, unitGlobal);
        const torch::NoGradGuard guard;
        auto options = smallOptions();
        options.bidirectional = bidirectional;
        options.wordLayers = layers;
        options.unitGlobal = unitGlobal;
        auto network = smallNetwork(options);
        const Inputs inputs;
        const auto images = network->encodeImages(inputs.regions);
        const auto texts = network->encodeTexts(inputs.words, inputs.mask);
        const auto grid = network->scoreAll(images, texts);
        for (std::int64_t i = 0; i < kImages; ++i) { // one photograph, all sentences, padded
            const MlasmImpl::ImageOutput one { images.regions.narrow(0, i, 1), images.global.narrow(0, i, 1),
                images.gram.narrow(0, i, 1) };
            const auto pairs = network->scorePairs(one, texts);
            QVERIFY(distance(pairs.score, grid[i]) < 1e-6);
            QVERIFY(pairs.score.isfinite().all().item<bool>()); // the sentence without words among them
        }
    }

    void wordsHaveTheirSharesOfTheLocalScore()
    {
        const torch::NoGradGuard guard;
        auto network = smallNetwork();
        const Inputs inputs;
        const auto images = network->encodeImages(inputs.regions);
        const auto pairs = network->scorePairs(
            images, rowsOf(network->encodeTexts(inputs.words, inputs.mask), torch::arange(kImages)));
        QVERIFY(distance(pairs.wordShares.sum(1), pairs.local) < 1e-6);
        QVERIFY(distance(pairs.attention.sum(1), torch::ones({ kImages, kWords })) < 1e-6);
        QVERIFY(distance(0.8 * pairs.local + 0.2 * pairs.global, pairs.score) < 1e-6);
        QVERIFY(distance(pairs.wordShares.masked_select(maskOf(kImages).logical_not()), torch::zeros({})) == 0);
    }

    // Only the hardest negatives are scored with gradients: value and gradients are those of all pairs scored so.
    void theTripletLossIsThatOfAllPairs_data()
    {
        QTest::addColumn<bool>("mask");
        QTest::newRow("captions of one photograph are no negatives") << true;
        QTest::newRow("they are") << false;
    }

    void theTripletLossIsThatOfAllPairs()
    {
        QFETCH(bool, mask);
        auto network = smallNetwork();
        const Inputs inputs;
        const auto owner = torch::tensor({ 0, 1, 2, 3, 4, 4, 1 });
        const auto lossAndGradients = [&](auto loss) {
            network->zero_grad();
            loss(network->encodeImages(inputs.regions), network->encodeTexts(inputs.words, inputs.mask)).backward();
            std::vector<torch::Tensor> gradients;
            for (const auto& parameter : network->parameters())
                gradients.push_back(parameter.grad().clone());
            return gradients;
        };
        double sparse = 0, full = 0;
        const auto found = lossAndGradients([&](const auto& images, const auto& texts) {
            const auto loss = train::tripletLoss(network, images, texts, owner, 0.2, mask);
            sparse = loss.template item<double>();
            return loss;
        });
        const auto expected = lossAndGradients([&](const auto& images, const auto& texts) {
            std::vector<torch::Tensor> rows;
            for (std::int64_t i = 0; i < kImages; ++i)
                rows.push_back(network
                                   ->scorePairs({ images.regions.narrow(0, i, 1), images.global.narrow(0, i, 1),
                                                    images.gram.narrow(0, i, 1) },
                                       texts)
                                   .score);
            const auto loss = train::hingeLoss(torch::stack(rows), owner, 0.2, true, mask);
            full = loss.template item<double>();
            return loss;
        });
        QVERIFY(full > 0.1);
        QVERIFY(std::abs(sparse - full) < 1e-5);
        for (std::size_t p = 0; p < found.size(); ++p)
            QVERIFY(distance(found[p], expected[p]) < 1e-5);
    }

    void theScorerWorksOnEncodings()
    {
        const torch::NoGradGuard guard;
        auto network = smallNetwork();
        const Inputs inputs;
        const auto images = network->encodeImages(inputs.regions);
        const auto texts = network->encodeTexts(inputs.words, inputs.mask);
        std::vector<ImageEncoding> photographs;
        std::vector<TextEncoding> sentences;
        for (std::int64_t i = 0; i < kImages; ++i)
            photographs.push_back(encodingOf(images, i));
        for (std::int64_t t = 0; t < kTexts; ++t)
            sentences.push_back(encodingOf(texts, t));
        MlasmScorer scorer(network);
        const auto prepared = scorer.prepare(photographs);
        QCOMPARE(prepared->size(), std::size_t(kImages));
        const Matrix scores = scorer.scores(*prepared, sentences);
        QVERIFY(distance(tensorOf(scores), network->scoreAll(images, texts)) < 1e-6);
        for (std::int64_t t = 0; t < kTexts; ++t) {
            const auto pairs = scorer.explain(*prepared, sentences[std::size_t(t)]);
            QCOMPARE(pairs.size(), std::size_t(kImages));
            for (std::size_t i = 0; i < pairs.size(); ++i) {
                QCOMPARE(pairs[i].wordScores.size(), std::size_t(t));
                QCOMPARE(pairs[i].attention.cols, std::size_t(t));
                QVERIFY(pairs[i].score
                    == std::accumulate(pairs[i].wordScores.begin(), pairs[i].wordScores.end(), 0.0f) + pairs[i].rest);
                QVERIFY(std::abs(pairs[i].score - scores(i, std::size_t(t))) < 1e-6f);
            }
        }
        photographs[1].regions = Matrix(kRegions, 11);
        QVERIFY_THROWS_EXCEPTION(Error, scorer.prepare(photographs));
        QCOMPARE(scorer.prepare({})->size(), std::size_t(0));
    }

    void impossibleOptionsAreRefusedByName_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("named");
        QTest::newRow("share") << R"({"localShare": 1.5})"
                               << "localShare";
        QTest::newRow("smoothing") << R"({"wordSmoothing": 0})"
                                   << "wordSmoothing";
        QTest::newRow("dropout") << R"({"regionDropout": 1})"
                                 << "regionDropout";
        QTest::newRow("unknown") << R"({"ratio": 0.8})"
                                 << "ratio";
    }

    void impossibleOptionsAreRefusedByName()
    {
        QFETCH(QString, json);
        QFETCH(QString, named);
        try {
            MlasmOptions::fromJson(nlohmann::json::parse(json.toStdString()), "network");
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(named), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(MlasmTest)
#include "mlasm_test.moc"
