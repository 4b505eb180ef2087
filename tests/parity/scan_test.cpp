// Cross attention against the numbers of SCAN's own code, every array of every set scan_tiny_*.
#include <QtTest>

#include "core/nn/mlasm/scan_attention.h"
#include "core/train/teran/losses.h"
#include "tests/support/parity_sets.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::nn;
using wordsight::tests::ParitySet;

namespace {

constexpr double kValues = 1e-5;
constexpr double kGradients = 1e-4;

const std::map<std::string, AffinityNorm> kNorms { { "clipped_l2norm", AffinityNorm::ClippedL2 },
    { "l2norm", AffinityNorm::L2 }, { "clipped", AffinityNorm::Clipped }, { "softmax", AffinityNorm::Softmax },
    { "no_norm", AffinityNorm::None } };
const std::map<std::string, Aggregation> kAggregations { { "LogSumExp", Aggregation::LogSumExp },
    { "Mean", Aggregation::Mean }, { "Max", Aggregation::Max }, { "Sum", Aggregation::Sum } };

std::vector<std::string> split(const std::string& path)
{
    std::vector<std::string> parts;
    for (const auto& part : QString::fromStdString(path).split('/'))
        parts.push_back(part.toStdString());
    return parts;
}

/// "t2i" or "i2t" with its options, which an array's name and the set's JSON give.
struct Direction {
    bool wordsLook = true;
    CrossAttentionOptions options;
};

Direction directionOf(
    const ParitySet& set, const std::string& direction, const std::string& norm, const std::string& aggregation)
{
    const auto& config = set.json.at("config");
    Direction result { direction == "t2i", {} };
    result.options.norm = kNorms.at(norm);
    result.options.aggregation = kAggregations.at(aggregation);
    result.options.slope = config.at("leaky_relu_slope").get<double>();
    result.options.smoothing = config.at(direction).at("lambda_softmax").get<double>();
    result.options.sharpness = config.at(direction).at("lambda_lse").get<double>();
    return result;
}

/// All images against one caption of n words, or against all captions padded: the two ways that the product uses.
struct Sides {
    torch::Tensor images, words, mask;
};

Attended attendOf(const Sides& sides, const Direction& direction)
{
    const auto affinities = torch::matmul(sides.images, sides.words.transpose(1, 2));
    const auto regions = AttentionSide::of(sides.images), words = AttentionSide::of(sides.words, sides.mask);
    return direction.wordsLook ? attend(affinities, regions, words, direction.options)
                               : attend(affinities.transpose(1, 2), words, regions, direction.options);
}

torch::Tensor scoresOf(const Sides& sides, const Direction& direction)
{
    const auto queryMask = direction.wordsLook ? sides.mask : torch::Tensor();
    return aggregate(attendOf(sides, direction).similarities, queryMask, direction.options);
}

} // namespace

class ScanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void meetsEveryArray_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& file : tests::parityFiles("scan_tiny_"))
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }

    void meetsEveryArray()
    {
        QFETCH(QString, file);
        const ParitySet set(file.toStdString());
        m_images = set.tensor("in/images");
        m_captions = set.tensor("in/captions");
        m_lengths = set.tensor("in/cap_len");
        for (const auto& name : set.names()) {
            const auto parts = split(name);
            if (parts[0] == "attn" || parts[0] == "ctx")
                checkOneCaption(set, name, parts);
            else if (parts[0] == "score")
                checkScores(set, name, parts);
            else if (parts[0] == "loss")
                checkLoss(set, parts);
            if (QTest::currentTestFailed())
                return;
        }
        for (const auto& name : set.notAsked())
            QFAIL(qPrintable(
                QString("%1 holds an array that this test does not know: %2").arg(file, QString::fromStdString(name))));
    }

    void thereIsASet()
    {
        QVERIFY2(!tests::parityFiles("scan_tiny_").empty(),
            "No scan_tiny_*.npz was found; WORDSIGHT_PARITY names their folder.");
    }

private:
    void compare(const ParitySet& set, const std::string& name, const torch::Tensor& found, double tolerance) const
    {
        const double error = set.error(name, found);
        QVERIFY2(error <= tolerance,
            qPrintable(QString("%1: %2 differs by %3").arg(set.name.c_str(), name.c_str()).arg(error)));
    }

    /// Caption c cut to its words, for every image.
    Sides against(std::int64_t caption) const
    {
        const auto length = m_lengths[caption].item<std::int64_t>();
        return { m_images, m_captions[caption].narrow(0, 0, length).unsqueeze(0), {} };
    }

    /// Images × captions in pairs, captions padded.
    Sides allPairs(const torch::Tensor& images, const torch::Tensor& captions) const
    {
        const auto count = captions.size(0);
        const auto mask = torch::arange(captions.size(1)).unsqueeze(0) < m_lengths.narrow(0, 0, count).unsqueeze(1);
        return { images.repeat_interleave(count, 0), captions.repeat({ images.size(0), 1, 1 }),
            mask.repeat({ images.size(0), 1 }) };
    }

    // attn/t2i/cap0/clipped_l2norm, ctx/...: the reference's axes are [image, context, query] and [image, query, d].
    void checkOneCaption(const ParitySet& set, const std::string& name, const std::vector<std::string>& parts) const
    {
        const auto direction = directionOf(set, parts.at(1), parts.at(3), "Mean");
        const auto sides = against(std::stoll(parts.at(2).substr(3)));
        const auto weights = attendOf(sides, direction).weights;
        const auto contexts = direction.wordsLook ? sides.images : sides.words;
        compare(set, name, parts[0] == "attn" ? weights : torch::matmul(weights.transpose(1, 2), contexts), kValues);
    }

    // score/t2i/LogSumExp/clipped_l2norm
    void checkScores(const ParitySet& set, const std::string& name, const std::vector<std::string>& parts) const
    {
        const auto direction = directionOf(set, parts.at(1), parts.at(3), parts.at(2));
        const auto padded
            = scoresOf(allPairs(m_images, m_captions), direction).view({ m_images.size(0), m_captions.size(0) });
        compare(set, name, padded, kValues);
        std::vector<torch::Tensor> columns;
        for (std::int64_t c = 0; c < m_captions.size(0); ++c)
            columns.push_back(scoresOf(against(c), direction));
        compare(set, name, torch::stack(columns, 1), kValues);
    }

    // loss/t2i/LogSumExp/clipped_l2norm/maxviol and, where there are, its gradients
    void checkLoss(const ParitySet& set, const std::vector<std::string>& parts) const
    {
        const auto direction = directionOf(set, parts.at(1), parts.at(3), parts.at(2));
        const auto count = std::min(m_images.size(0), m_captions.size(0));
        const auto images = m_images.narrow(0, 0, count).clone().requires_grad_();
        const auto captions = m_captions.narrow(0, 0, count).clone().requires_grad_();
        const auto scores = scoresOf(allPairs(images, captions), direction).view({ count, count });
        const auto loss = train::hingeLoss(scores, torch::arange(count),
            set.json.at("config").at("margin").get<double>(), parts.at(4) == "maxviol", true);
        const auto rest = "/" + parts[1] + "/" + parts[2] + "/" + parts[3] + "/" + parts[4];
        compare(set, "loss" + rest, loss, kValues);
        if (!set.has("grad_images" + rest) && !set.has("grad_captions" + rest))
            return;
        loss.backward();
        compare(set, "grad_images" + rest, images.grad(), kGradients);
        compare(set, "grad_captions" + rest, captions.grad(), kGradients);
    }

    torch::Tensor m_images, m_captions, m_lengths;
};

QTEST_APPLESS_MAIN(ScanTest)
#include "scan_test.moc"
