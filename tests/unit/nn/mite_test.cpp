// MITE's network, its modality classifier, and the measures of the gap between both clouds.
#include <QtTest>

#include <cmath>
#include <random>

#include <torch/torch.h>

#include "core/base/error.h"
#include "core/eval/modality.h"
#include "core/nn/mite/mite.h"
#include "core/train/mite/modality.h"
#include "core/train/modality_probe.h"

using namespace wordsight;

namespace {

double difference(const torch::Tensor& a, const torch::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

/// Rows around `centre` in every dimension, spread `spread` along the first axis and 1 along the others.
Matrix cloud(std::size_t rows, std::size_t columns, float centre, float spread, unsigned seed)
{
    std::minstd_rand random(seed);
    std::normal_distribution<float> normal;
    Matrix matrix(rows, columns);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c)
            matrix(r, c) = centre + normal(random) * (c == 0 ? spread : 1);
    return matrix;
}

std::vector<std::size_t> owners(std::size_t photographs, std::size_t each)
{
    std::vector<std::size_t> owner;
    for (std::size_t i = 0; i < photographs * each; ++i)
        owner.push_back(i / each);
    return owner;
}

} // namespace

class MiteTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { torch::set_num_threads(1); } // matrices are too small to share

    void aSentenceIsTheSameAloneAndInABatch_data()
    {
        QTest::addColumn<bool>("bidirectional");
        QTest::newRow("one direction") << false;
        QTest::newRow("both") << true;
    }

    void aSentenceIsTheSameAloneAndInABatch()
    {
        QFETCH(bool, bidirectional);
        const torch::NoGradGuard frozen;
        torch::manual_seed(1);
        nn::MiteOptions options;
        options.wordDimension = 6;
        options.imageDimension = 10;
        options.dimension = 8;
        options.hidden = 5;
        options.bidirectional = bidirectional;
        options.wordDropout = options.stateDropout = options.imageDropout = 0.5; // none in eval mode
        nn::Mite network(options);
        network->eval();
        const auto words = torch::randn({ 3, 4, 6 });
        const auto mask = torch::tensor({ 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0 }).view({ 3, 4 }).to(torch::kBool);
        const auto batch = network->encodeTexts(words, mask);
        QVERIFY(difference(batch[0], network->encodeTexts(words.narrow(0, 0, 1), mask.narrow(0, 0, 1))[0]) < 1e-6);
        QVERIFY(difference(batch[1],
                    network->encodeTexts(words.slice(0, 1, 2).slice(1, 0, 2), mask.slice(0, 1, 2).slice(1, 0, 2))[0])
            < 1e-6);
        QVERIFY(
            std::abs(batch[0].norm().item<double>() - 1) < 1e-5 && std::abs(batch[1].norm().item<double>() - 1) < 1e-5);
        QCOMPARE(batch[2].abs().sum().item<double>(), 0.0); // no word: nothing to go by
        const auto turned = words.index_select(1, torch::tensor({ 1, 0, 2, 3 }));
        QVERIFY(difference(batch[1], network->encodeTexts(turned, mask)[1]) > 1e-4); // the order of words counts
        const auto images = network->encodeImages(torch::rand({ 2, 10 }));
        QVERIFY(difference(images.norm(2, 1), torch::ones({ 2 })) < 1e-5);
        QVERIFY(difference(
                    network->encodeImages(torch::ones({ 1, 10 })), network->encodeImages(torch::full({ 1, 10 }, 7.0)))
            < 1e-5);
    }

    void regionsAreNormalisedThenAveraged()
    {
        nn::MiteOptions options;
        options.imageDimension = 4;
        const auto regions = torch::tensor({ 4.0f, 0.0f, 0.0f, 0.0f, 0.0f, 9.0f, 0.0f, 16.0f }).view({ 1, 2, 4 });
        QVERIFY(difference(nn::Mite(options)->pool(regions)[0], torch::tensor({ 2.0f, 4.5f, 0.0f, 8.0f })) < 1e-6);
        options.regionNorm = nn::FeatureNorm::SqrtL2; // norms of 2, the root of the size
        QVERIFY(difference(nn::Mite(options)->pool(regions)[0], torch::tensor({ 1.0f, 0.6f, 0.0f, 0.8f })) < 1e-6);
    }

    void backwardsIsForwardsOnTheMirroredSentence()
    {
        const torch::NoGradGuard frozen;
        nn::MiteOptions options;
        options.wordDimension = 4;
        options.bidirectional = true;
        nn::Mite network(options);
        network->eval();
        for (auto& item : network->named_parameters())
            if (item.key().starts_with("gru_backwards."))
                item.value().copy_(network->named_parameters()["gru." + item.key().substr(14)]);
        const auto words = torch::randn({ 1, 5, 4 });
        const auto mask = torch::tensor({ 1, 1, 1, 0, 0 }).view({ 1, 5 }).to(torch::kBool);
        const auto mirrored = torch::cat({ words.slice(1, 0, 3).flip(1), words.slice(1, 3) }, 1);
        QVERIFY(difference(network->encodeTexts(words, mask), network->encodeTexts(mirrored, mask)) < 1e-6);
    }

    void aReversedGradientPointsTheOtherWay()
    {
        auto x = torch::tensor({ 1.0f, 2.0f }, torch::requires_grad());
        const auto y = train::reverseGradient(x, 0.25);
        QCOMPARE(difference(x.detach(), y.detach()), 0.0);
        (3 * y).sum().backward();
        QVERIFY(difference(x.grad(), torch::full({ 2 }, -0.75)) < 1e-6);
    }

    void theModalityLossWeighsBothKindsAlike()
    {
        const auto photographs = torch::tensor({ -2.0f }), sentences = torch::tensor({ 2.0f, 2.0f, 2.0f, -2.0f });
        const auto right = std::log1p(std::exp(-2.0)), wrong = std::log1p(std::exp(2.0));
        const auto near = [](const torch::Tensor& value, double expected) {
            return std::abs(value.item<double>() - expected) < 1e-5;
        };
        QVERIFY(near(train::modalityLoss(photographs, sentences), 0.5 * (right + (3 * right + wrong) / 4)));
        QVERIFY(near(train::modalityLoss(photographs, sentences, 1), 0.5 * (wrong + (3 * wrong + right) / 4)));
        QVERIFY(near(train::modalityLoss(photographs, sentences, 0.5), 0.5 * (right + wrong)));
        QVERIFY(near(train::modalityLoss(torch::zeros({ 2 }), torch::zeros({ 3 }), 0.5), std::log(2.0)));
        QCOMPARE(train::modalityAccuracy(photographs, sentences), 87.5);
        QCOMPARE(train::modalityAccuracy(torch::zeros({ 2 }), torch::zeros({ 3 })), 50.0);
    }

    void aFreshClassifierFindsWhatTellsTheCloudsApart()
    {
        const auto owner = owners(200, 3);
        const auto photographs = cloud(200, 16, 0.5f, 1, 1);
        const double apart = train::modalityAccuracy(photographs, cloud(600, 16, -0.5f, 1, 2), owner);
        QVERIFY2(apart > 95, qPrintable(QString::number(apart)));
        const double alike = train::modalityAccuracy(photographs, cloud(600, 16, 0.5f, 1, 3), owner);
        QVERIFY2(alike > 35 && alike < 65, qPrintable(QString::number(alike)));
    }

    void aProbeIsRepeatableAndLeavesNoTrace()
    {
        const auto owner = owners(30, 1);
        const auto a = cloud(30, 4, 0.2f, 1, 1), b = cloud(30, 4, -0.2f, 1, 2);
        torch::manual_seed(3);
        const auto expected = torch::rand({ 2 });
        torch::manual_seed(3);
        const double first = train::modalityAccuracy(a, b, owner);
        QVERIFY(torch::equal(torch::rand({ 2 }), expected));
        QCOMPARE(train::modalityAccuracy(a, b, owner), first);
        QVERIFY_THROWS_EXCEPTION(
            Error, train::modalityAccuracy(cloud(1, 4, 0, 1, 1), cloud(1, 4, 0, 1, 1), owners(1, 1)));
    }

    void centroidsAreMeans()
    {
        Matrix a(2, 2), b(1, 2);
        a.data = { 0, 0, 2, 0 };
        b.data = { 1, 3 };
        QCOMPARE(eval::centroidDistance(a, b), 3.0);
        QCOMPARE(eval::centroidDistance(a, Matrix(0, 2)), 0.0);
    }

    void thePlaneShowsTheLargestSpreads()
    {
        // Two clouds apart along the first axis, spread along the second, of different sizes.
        auto a = cloud(300, 6, 0, 0.1f, 1), b = cloud(900, 6, 0, 0.1f, 2);
        for (Matrix* matrix : { &a, &b })
            for (std::size_t r = 0; r < matrix->rows; ++r) {
                (*matrix)(r, 0) += matrix == &a ? -4.0f : 4.0f;
                (*matrix)(r, 1) *= 2;
            }
        const auto plane = eval::principalPlane(a, b);
        QVERIFY(
            std::abs(plane.centre[0]) < 0.05f); // halfway between the means, though one cloud is three times the other
        QVERIFY(plane.axes(0, 0) > 0.99f);      // sentences lie on the positive side
        QVERIFY(std::abs(plane.axes(1, 1)) > 0.95f);
        float across = 0;
        for (std::size_t d = 0; d < 6; ++d)
            across += plane.axes(0, d) * plane.axes(1, d);
        QVERIFY(std::abs(across) < 1e-5f);
        const double expected = (16 + 0.01 + 4) / (16 + 0.01 + 4 + 4);
        QVERIFY2(std::abs(plane.share - expected) < 0.03, qPrintable(QString::number(plane.share)));
        const auto points = plane.project(b);
        double mean = 0;
        for (std::size_t r = 0; r < points.rows; ++r)
            mean += points(r, 0) / double(points.rows);
        QVERIFY(std::abs(mean - 4) < 0.1);
        QVERIFY(eval::principalPlane(a, b).axes.data == plane.axes.data);
    }
};

QTEST_GUILESS_MAIN(MiteTest)
#include "mite_test.moc"
