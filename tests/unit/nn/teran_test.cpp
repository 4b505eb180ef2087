#include <QtTest>

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "core/align/alignment.h"
#include "core/base/error.h"
#include "core/nn/shared/batched_pooling.h"
#include "core/nn/shared/padded_regions.h"
#include "core/nn/teran/teran.h"

using namespace wordsight;
using namespace wordsight::nn;

namespace {

TeranOptions smallOptions()
{
    TeranOptions options;
    options.regionGroups = { 8, 4 };
    options.wordGroups = { 6, 6 };
    options.sentenceDimension = 6;
    options.dimension = 16;
    for (auto* pipeline : { &options.image, &options.text }) {
        pipeline->inputNorm = FeatureNorm::SqrtL2;
        pipeline->projection = ProjectionKind::Residual;
        pipeline->hidden = 10;
        pipeline->heads = 2;
        pipeline->feedForward = 20;
        pipeline->global = GlobalVector::Features;
    }
    return options;
}

struct Inputs {
    torch::Tensor features = torch::randn({ 3, 5, 12 });
    torch::Tensor boxes = regionBoxes(torch::rand({ 5, 4 }) / 2);
    torch::Tensor words = torch::randn({ 4, 7, 12 });
    torch::Tensor mask = torch::tensor({ 7, 1, 0, 4 }).unsqueeze(1) > torch::arange(7).unsqueeze(0);
    torch::Tensor sentence = torch::randn({ 4, 6 });
};

double difference(const torch::Tensor& a, const torch::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

Matrix toMatrix(const torch::Tensor& tensor)
{
    const auto values = tensor.contiguous();
    Matrix matrix(std::size_t(values.size(0)), std::size_t(values.size(1)));
    std::copy_n(values.data_ptr<float>(), matrix.data.size(), matrix.data.begin());
    return matrix;
}

std::vector<float> toVector(const torch::Tensor& tensor)
{
    const auto values = tensor.contiguous();
    return { values.data_ptr<float>(), values.data_ptr<float>() + values.numel() };
}

} // namespace

class TeranTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(7); }

    void vectorsAreNormalisedAndMasked_data()
    {
        QTest::addColumn<QString>("global");
        QTest::addColumn<int>("layers");
        QTest::addColumn<int>("joint");
        QTest::addColumn<bool>("local");
        for (const char* global : { "cls", "mean", "attention", "features" })
            QTest::newRow(global) << global << 2 << 1 << false;
        QTest::newRow("gated layers") << "features" << 1 << 0 << true;
        QTest::newRow("no layers") << "mean" << 0 << 0 << false;
    }

    void vectorsAreNormalisedAndMasked()
    {
        QFETCH(QString, global);
        QFETCH(int, layers);
        QFETCH(int, joint);
        QFETCH(bool, local);
        auto options = smallOptions();
        options.salience = options.baseline = true;
        options.jointLayers = joint;
        for (auto* pipeline : { &options.image, &options.text }) {
            pipeline->global = named<GlobalVector>(global.toStdString()).value();
            pipeline->layers = layers;
            pipeline->local = local;
            pipeline->width = layers > 0 ? 24 : 0;
        }
        Teran network(options);
        network->eval();
        const Inputs in;
        const auto image = network->encodeImages(in.features, in.boxes);
        const auto text = network->encodeTexts(in.words, in.mask, in.sentence);
        QCOMPARE(image.regions.sizes(), torch::IntArrayRef({ 3, 5, 16 }));
        QVERIFY(difference(image.regions.norm(2, -1), torch::ones({ 3, 5 })) < 1e-5);
        QVERIFY(difference(image.global.norm(2, -1), torch::ones({ 3 })) < 1e-5);
        QCOMPARE(text.words.sizes(), torch::IntArrayRef({ 4, 7, 16 }));
        QVERIFY(difference(text.words.norm(2, -1), in.mask.to(torch::kFloat)) < 1e-5);
        QVERIFY(difference(text.weights.sum(1), in.mask.sum(1).to(torch::kFloat)) < 1e-4);
        QVERIFY(text.global.isfinite().all().item<bool>());
        QCOMPARE(text.baselines.sizes(), torch::IntArrayRef({ 4, 7 }));
    }

    void regionsStayLocalWithoutLayers()
    {
        Teran network(smallOptions());
        network->eval();
        const Inputs in;
        auto changed = in.features.clone();
        changed[0][2] = torch::randn({ 12 });
        const auto before = network->encodeImages(in.features, in.boxes).regions;
        const auto after = network->encodeImages(changed, in.boxes).regions;
        QVERIFY(difference(before[0][2], after[0][2]) > 1e-3);
        QVERIFY(difference(before[0][1], after[0][1]) == 0);
        auto mixing = smallOptions();
        mixing.image.layers = 1;
        Teran mixed(mixing);
        mixed->eval();
        QVERIFY(difference(mixed->encodeImages(in.features, in.boxes).regions[0][1],
                    mixed->encodeImages(changed, in.boxes).regions[0][1])
            > 1e-5);
    }

    void paddingDoesNotMatter()
    {
        auto options = smallOptions();
        options.text.layers = 2;
        options.text.global = options.image.global = GlobalVector::Attention;
        Teran network(options);
        network->eval();
        const Inputs in;
        const auto padded = network->encodeTexts(in.words, in.mask, in.sentence);
        const auto alone = network->encodeTexts(
            in.words.slice(0, 3, 4).slice(1, 0, 4), torch::ones({ 1, 4 }, torch::kBool), in.sentence.slice(0, 3, 4));
        QVERIFY(difference(padded.words[3].slice(0, 0, 4), alone.words[0]) < 1e-5);
        QVERIFY(difference(padded.global[3], alone.global[0]) < 1e-5);
    }

    void sharedJointLayersAreOneSetOfWeights()
    {
        auto options = smallOptions();
        options.jointLayers = 2;
        const auto count = [](const Teran& network) {
            std::int64_t sum = 0;
            for (const auto& parameter : network->parameters())
                sum += parameter.numel();
            return sum;
        };
        const auto none = count(Teran(smallOptions()));
        const auto shared = count(Teran(options));
        options.jointShared = false;
        QCOMPARE(count(Teran(options)) - none, 2 * (shared - none));
    }

    // Against PyTorch's own layer, which has the same names of parameters.
    void layersAreTransformers()
    {
        PipelineOptions options;
        options.heads = 4;
        options.feedForward = 20;
        EncoderLayer ours(16, options);
        torch::nn::TransformerEncoderLayer theirs(torch::nn::TransformerEncoderLayerOptions(16, 4).dim_feedforward(20));
        ours->eval();
        theirs->eval();
        const torch::NoGradGuard guard;
        for (auto& parameter : theirs->named_parameters()) {
            parameter.value().normal_(0, 0.3);
            ours->named_parameters()[parameter.key()].copy_(parameter.value());
        }
        const auto x = torch::randn({ 2, 6, 16 });
        const auto mask = torch::tensor({ 6, 3 }).unsqueeze(1) > torch::arange(6).unsqueeze(0);
        const auto expected = theirs->forward(x.transpose(0, 1), {}, mask.logical_not()).transpose(0, 1);
        const auto valid = mask.unsqueeze(-1);
        QVERIFY(difference(ours->forward(x, mask) * valid, expected * valid) < 1e-5);
    }

    void poolingsAreThoseOfTheExplanation_data()
    {
        QTest::addColumn<QString>("pooling");
        for (const char* pooling : { "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" })
            QTest::newRow(pooling) << pooling;
    }

    void poolingsAreThoseOfTheExplanation()
    {
        QFETCH(QString, pooling);
        const auto kind = align::poolingNamed(pooling.toStdString()).value();
        const Inputs in;
        const auto regions = unit(torch::randn({ 3, 5, 16 }));
        TeranImpl::TextOutput texts;
        texts.words = unit(torch::randn({ 4, 7, 16 })) * in.mask.unsqueeze(-1);
        texts.weights = (torch::rand({ 4, 7 }) + 0.5) * in.mask;
        texts.baselines = torch::randn({ 4, 7 }) * in.mask;
        const auto scores = poolAlignments(regions, texts, in.mask, kind);
        for (int t : { 0, 1, 3 })
            for (int i = 0; i < 3; ++i) {
                const auto count = in.mask[t].sum().item<std::int64_t>();
                align::Alignment alignment;
                alignment.matrix
                    = align::alignmentMatrix(toMatrix(regions[i]), toMatrix(texts.words[t].slice(0, 0, count)));
                alignment.weights = toVector(texts.weights[t].slice(0, 0, count));
                alignment.baselines = toVector(texts.baselines[t].slice(0, 0, count));
                alignment.pooling = kind;
                QVERIFY(std::abs(scores[i][t].item<float>() - align::score(alignment)) < 1e-4);
            }
        QVERIFY(scores.isfinite().all().item<bool>());
    }

    // The maximum's gradient reaches the region that attains it, and no other.
    void poolingHasTheRightGradient()
    {
        const auto regions = torch::randn({ 2, 3, 4 }, torch::kDouble).to(torch::kFloat).requires_grad_();
        TeranImpl::TextOutput texts;
        texts.words = torch::randn({ 2, 3, 4 }).requires_grad_();
        texts.weights = torch::rand({ 2, 3 }) + 0.5;
        const auto mask = torch::ones({ 2, 3 }, torch::kBool);
        const auto direction = torch::randn({ 2, 2 });
        (poolAlignments(regions, texts, mask, align::Pooling::MrAVGw) * direction).sum().backward();
        const auto plainRegions = regions.detach().clone().requires_grad_();
        const auto plainWords = texts.words.detach().clone().requires_grad_();
        const auto plain = torch::einsum("ird,twd->itrw", { plainRegions, plainWords }).amax(2) * texts.weights;
        (plain.mean(2) * direction).sum().backward();
        QVERIFY(difference(regions.grad(), plainRegions.grad()) < 1e-5);
        QVERIFY(difference(texts.words.grad(), plainWords.grad()) < 1e-5);
    }

    void unknownOptionsAreRefusedByName()
    {
        try {
            TeranOptions::fromJson({ { "dimension", 8 }, { "image", { { "layer", 2 } } } }, "network");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
            const QString message = error.what();
            QVERIFY2(message.contains("network.image") && message.contains("\"layer\"") && message.contains("layers"),
                error.what());
        }
        QVERIFY_THROWS_EXCEPTION(Error, TeranOptions::fromJson({ { "dimension", "wide" } }, "network"));
        QVERIFY_THROWS_EXCEPTION(Error, TeranOptions::fromJson({ { "image", { { "global", "most" } } } }, "network"));
        const auto options = TeranOptions::fromJson(smallOptions().toJson(), "network");
        QCOMPARE(options.toJson(), smallOptions().toJson());
    }
};

QTEST_GUILESS_MAIN(TeranTest)
#include "teran_test.moc"
