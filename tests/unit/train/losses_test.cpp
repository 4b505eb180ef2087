#include <QtTest>

#include <cmath>

#include <torch/torch.h>

#include "core/train/shared/training_data.h"
#include "core/train/teran/losses.h"

using namespace wordsight;
using namespace wordsight::train;

namespace {

double value(const torch::Tensor& tensor)
{
    return tensor.item<double>();
}
bool near(double a, double b)
{
    return std::abs(a - b) < 1e-4;
}

} // namespace

class LossesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hingeTakesTheHardestNegative()
    {
        const auto scores = torch::tensor({ { 0.5f, 0.4f, 0.1f }, { 0.45f, 0.9f, 0.2f }, { 0.0f, 0.3f, 0.6f } });
        const auto owner = torch::tensor({ 0, 1, 2 }, torch::kLong);
        // Texts against an image: row 0: 0.2 + 0.4 - 0.5; rows 1 and 2: nothing. Images against a text: column 0: 0.2 +
        // 0.45 - 0.5.
        QVERIFY(near(value(hingeLoss(scores, owner, 0.2, true, true)), 0.1 + 0.15));
        const auto close = torch::tensor({ { 0.5f, 0.4f, 0.45f }, { 0.1f, 0.9f, 0.2f }, { 0.0f, 0.3f, 0.9f } });
        QVERIFY(near(value(hingeLoss(close, owner, 0.2, true, true)), 0.15));
        QVERIFY(near(value(hingeLoss(close, owner, 0.2, false, true)), 0.1 + 0.15));
    }

    void captionsOfOnePhotographAreNoNegatives()
    {
        // Two images, three texts; the first two texts are of image 0.
        const auto scores = torch::tensor({ { 0.8f, 0.75f, 0.1f }, { 0.0f, 0.0f, 0.9f } });
        const auto owner = torch::tensor({ 0, 0, 1 }, torch::kLong);
        QVERIFY(near(value(hingeLoss(scores, owner, 0.2, true, true)), 0));
        QVERIFY(value(hingeLoss(scores, owner, 0.2, true, false)) > 0.1);
        const auto masked = value(contrastiveLoss(scores * 20, owner, true, 0));
        QVERIFY(masked < 1e-4);
        QVERIFY(value(contrastiveLoss(scores * 20, owner, false, 0)) > masked + 0.1);
    }

    void contrastiveIsCrossEntropyBothWays()
    {
        const auto scores = torch::randn({ 4, 4 });
        const auto owner = torch::arange(4);
        const auto expected = 0.5
            * (torch::nn::functional::cross_entropy(scores, owner)
                + torch::nn::functional::cross_entropy(scores.t(), owner));
        QVERIFY(near(value(contrastiveLoss(scores, owner, true, 0)), value(expected)));
    }

    void groundingIsTheMassOnTheBoxes()
    {
        GroundingBatch phrases { torch::tensor({ 0 }, torch::kLong), torch::tensor({ 0 }, torch::kLong),
            torch::tensor({ { 0.5f, 0.5f } }), torch::tensor({ { 1.0f, 0.0f, 0.0f } }) };
        const auto words = torch::tensor({ { { 1.0f, 0.0f }, { 0.0f, 1.0f } } });
        const auto regions = torch::tensor({ { { 1.0f, 1.0f }, { 0.0f, 0.0f }, { 0.0f, 0.0f } } });
        const double logit = 2 * 1.0; // scale 2, mean over the words of 1 and 1
        const double expected = -std::log(std::exp(logit) / (std::exp(logit) + 2));
        QVERIFY(near(value(groundingLoss(regions, words, phrases, torch::tensor(2.0f))), expected));
        const GroundingBatch none { torch::empty({ 0 }, torch::kLong), torch::empty({ 0 }, torch::kLong),
            torch::empty({ 0, 2 }), torch::empty({ 0, 3 }) };
        QVERIFY(near(value(groundingLoss(regions, words, none, torch::tensor(2.0f))), 0));
    }

    void targetsFollowTheBoxes()
    {
        const std::vector<Box> regions { { 0, 0, 0.5f, 1 }, { 0.5f, 0, 0.5f, 1 } };
        const std::vector<Box> quarter { { 0.25f, 0, 0.25f, 1 } };
        QCOMPARE(coverageOf(regions, quarter), (std::vector<float> { 0.5f, 0 }));
        QCOMPARE(groundingTarget(regions, quarter, Coverage::Soft), (std::vector<float> { 1, 0 }));
        const std::vector<Box> right { { 0.4f, 0, 0.6f, 1 } };
        QCOMPARE(groundingTarget(regions, right, Coverage::Centre), (std::vector<float> { 0, 1 }));
        const std::vector<Box> speck { { 0.7001f, 0.3001f, 0.0001f, 0.0001f } };
        QCOMPARE(groundingTarget(regions, speck, Coverage::Soft), (std::vector<float> { 0, 1 }));
        QCOMPARE(groundingTarget(regions, speck, Coverage::Centre), (std::vector<float> { 0, 1 }));
    }

    void theTotalIsTheWeightedSum()
    {
        LossOptions options;
        options.combined = 1;
        options.words = 0.5;
        options.global = 0.25;
        options.grounding = 2;
        MatchingLoss loss(options);
        QVERIFY(near(loss->globalWeight(true), 1));
        QVERIFY(near(loss->globalWeight(false), 0));
        nn::TeranImpl::ImageOutput images { nn::unit(torch::randn({ 3, 4, 8 })), nn::unit(torch::randn({ 3, 8 })) };
        nn::TeranImpl::TextOutput texts;
        texts.words = nn::unit(torch::randn({ 3, 5, 8 }));
        texts.weights = torch::ones({ 3, 5 });
        texts.global = nn::unit(torch::randn({ 3, 8 }));
        const GroundingBatch phrases { torch::tensor({ 1 }, torch::kLong), torch::tensor({ 1 }, torch::kLong),
            torch::tensor({ { 1.0f, 0.0f, 0.0f, 0.0f, 0.0f } }), torch::tensor({ { 1.0f, 0.0f, 0.0f, 0.5f } }) };
        const auto values
            = loss->forward(images, texts, torch::ones({ 3, 5 }, torch::kBool), torch::arange(3), phrases);
        QVERIFY(near(value(values.total),
            value(values.combined) + 0.5 * value(values.words) + 0.25 * value(values.global)
                + 2 * value(values.grounding)));
        values.total.backward();
        for (const auto& scale : loss->named_parameters())
            QVERIFY2(scale.value().grad().defined() && scale.value().grad().item<double>() != 0, scale.key().c_str());
    }
};

QTEST_GUILESS_MAIN(LossesTest)
#include "losses_test.moc"
