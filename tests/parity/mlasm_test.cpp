// MLASM against the numbers of its authors' own code, every array of every set mlasm_tiny_*. The authors take the
// global vectors from the attention of the true pair, at test time as well; this test does the same where an array
// needs it, the product never does: it has to meet derived/.
#include <QtTest>

#include "core/eval/retrieval.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/mlasm/mlasm.h"
#include "core/train/teran/losses.h"
#include "tests/support/parity_sets.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::nn;
using wordsight::tests::ParitySet;

namespace {

constexpr double kValues = 1e-5;
constexpr double kGradients = 1e-4;

/// The authors' names and ours. The fusion layers that they make and never use are left out.
const std::map<std::string, std::string> kParts {
    { "img_enc/fc.", "image_projection." },
    { "img_enc/fc_attn_i.", "image_context." },
    { "img_enc/fusion.gate0.", "gate." },
    { "cap_enc/fc_text.", "text_context." },
    { "region_enc/fc_region.", "region_projection." },
    { "word_enc/rnn.", "word_layers." },
};
constexpr const char* kEmbedding = "word_enc/embed.weight";

/// Our name of the authors' parameter; empty where we have none.
std::string ourName(const std::string& theirs)
{
    for (const auto& [prefix, ours] : kParts)
        if (theirs.starts_with(prefix))
            return ours + theirs.substr(prefix.size());
    return {};
}

torch::Tensor l2norm(const torch::Tensor& x)
{
    return x / (x.norm(2, -1, true) + 1e-8);
}

/// A network with a set's weights, and what it says of a set's inputs.
class Run {
public:
    explicit Run(const ParitySet& set)
        : m_set(set)
        , m_network(optionsOf(set))
    {
        auto parameters = m_network->named_parameters();
        m_embedding = set.tensor(std::string("sd/") + kEmbedding).requires_grad_();
        const torch::NoGradGuard guard;
        for (const auto& name : set.names("sd/"))
            if (const auto ours = ourName(name.substr(3)); !ours.empty())
                parameters[ours].copy_(set.tensor(name));
        m_network->eval();
    }

    Mlasm& network() { return m_network; }
    torch::Tensor& embedding() { return m_embedding; }

    /// Images × captions. `prefix` "in/" or "eval/".
    void forward(const std::string& prefix)
    {
        regions = m_set.tensor(prefix + "regions").requires_grad_();
        whole = m_set.tensor(prefix + "cnn_features").requires_grad_();
        const auto ids = m_set.tensor(prefix + "token_ids");
        const auto mask = torch::arange(ids.size(1)).unsqueeze(0) < m_set.tensor(prefix + "lengths").unsqueeze(1);
        images = m_network->encodeImages(regions, whole);
        texts = m_network->encodeTexts(torch::embedding(m_embedding, ids), mask);
        const auto rows = regions.size(0), columns = ids.size(0);
        pairs = m_network->scorePairs(
            { images.regions.repeat_interleave(columns, 0), images.global.repeat_interleave(columns, 0),
                images.gram.repeat_interleave(columns, 0) },
            { texts.words.repeat({ rows, 1, 1 }), texts.mask.repeat({ rows, 1 }) });
        grid = { rows, columns };
    }

    torch::Tensor matrix(const torch::Tensor& values) const { return values.view(grid); }

    /// Row k of [pairs, D]: caption k with its own image, each image having `captions` in a row.
    torch::Tensor ofTruePairs(const torch::Tensor& values) const
    {
        const auto caption = torch::arange(grid[1]);
        return values.index_select(0, caption.floor_divide(grid[1] / grid[0]) * grid[1] + caption);
    }

    double ratio() const { return m_set.json.at("config").at("ratio").get<double>(); }

    torch::Tensor regions, whole;
    MlasmImpl::ImageOutput images;
    MlasmImpl::TextOutput texts;
    MlasmImpl::PairOutput pairs;
    std::vector<std::int64_t> grid;

private:
    static MlasmOptions optionsOf(const ParitySet& set)
    {
        const auto& config = set.json.at("config");
        MlasmOptions options;
        options.regionGroups = { set.tensor("in/regions").size(2) };
        options.globalDimension = set.tensor("in/cnn_features").size(1);
        options.wordDimension = config.at("word_dim").get<std::int64_t>();
        options.dimension = config.at("embed_size").get<std::int64_t>();
        options.wordLayers = config.at("num_layers").get<std::int64_t>();
        options.localShare = config.at("ratio").get<double>();
        return options;
    }

    const ParitySet& m_set;
    Mlasm m_network;
    torch::Tensor m_embedding;
};

} // namespace

class MlasmParityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thereIsASet()
    {
        QVERIFY2(!tests::parityFiles("mlasm_tiny_").empty(),
            "No mlasm_tiny_*.npz was found; WORDSIGHT_PARITY names their folder.");
    }

    void meetsEveryArray_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& file : tests::parityFiles("mlasm_tiny_"))
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }

    void meetsEveryArray()
    {
        QFETCH(QString, file);
        const ParitySet set(file.toStdString());
        QCOMPARE(set.json.at("config").at("cross_attn").get<std::string>(), std::string("all"));
        for (const auto& unused : set.json.at("parameters_without_gradient"))
            set.leaveOut("sd/" + unused.get<std::string>());
        Run run(set);
        run.forward("in/");
        checkForward(set, run);
        checkLeaking(set, run);
        run.forward("eval/");
        checkEvaluation(set, run);
        for (const auto& name : set.notAsked())
            QFAIL(qPrintable(
                QString("%1 holds an array that this test does not know: %2").arg(file, QString::fromStdString(name))));
    }

private:
    static void compare(
        const ParitySet& set, const std::string& name, const torch::Tensor& found, double tolerance = kValues)
    {
        QVERIFY2(set.has(name), qPrintable(QString("%1 has no array %2").arg(set.name.c_str(), name.c_str())));
        const double error = set.error(name, found);
        QVERIFY2(error <= tolerance,
            qPrintable(QString("%1: %2 differs by %3").arg(set.name.c_str(), name.c_str()).arg(error)));
    }

    /// What the product computes: local scores, and the global ones of every pair from its own attention.
    static void checkForward(const ParitySet& set, Run& run)
    {
        const auto& pairs = run.pairs;
        compare(set, "inter/region_emb", run.images.regions);
        compare(set, "inter/word_emb", run.texts.words);
        compare(set, "inter/word_emb_mean_unused", l2norm(run.texts.words.mean(1)));
        compare(set, "local/i2t", run.matrix(pairs.imageToText));
        compare(set, "local/t2i", run.matrix(pairs.textToImage));
        compare(set, "local/sum", run.matrix(pairs.local));
        const std::vector<std::int64_t> vectors { run.grid[0], run.grid[1], run.images.regions.size(2) };
        compare(set, "derived/img_global", pairs.imageGlobal.view(vectors));
        compare(set, "derived/cap_global", pairs.textGlobal.view(vectors));
        compare(set, "derived/global_sim", run.matrix(pairs.global));
        compare(set, "derived/final", run.matrix(pairs.score));
        compare(set, "derived/final", run.network()->scoreAll(run.images, run.texts));
        compare(set, "derived/loss", lossOf(set, run.matrix(pairs.score)));
    }

    /// The authors' training loss and its gradients: contexts of true pairs alone.
    static void checkLeaking(const ParitySet& set, Run& run)
    {
        const auto imageContext = run.ofTruePairs(run.pairs.imageContext),
                   textContext = run.ofTruePairs(run.pairs.textContext);
        const auto imageGlobal = run.network()->imageGlobal(run.images.global, imageContext);
        const auto textGlobal = run.network()->textGlobal(textContext);
        const auto global = imageGlobal.matmul(textGlobal.t());
        const auto score = run.ratio() * run.matrix(run.pairs.local) + (1 - run.ratio()) * global;
        const auto loss = lossOf(set, score);
        compare(set, "leak/ctx_img", imageContext);
        compare(set, "leak/ctx_txt", textContext);
        compare(set, "out/img_global", imageGlobal);
        compare(set, "out/cap_global", textGlobal);
        compare(set, "out/global_sim", global);
        compare(set, "out/final", score);
        compare(set, "out/loss", loss);
        loss.backward();
        compare(set, "grad/regions", run.regions.grad(), kGradients);
        compare(set, "grad/cnn_features", run.whole.grad(), kGradients);
        const auto parameters = run.network()->named_parameters();
        const auto gradientOf = [&](const std::string& theirs) {
            return theirs == kEmbedding ? run.embedding().grad() : parameters[ourName(theirs)].grad();
        };
        for (const auto& name : set.names("grad_norm/"))
            compare(set, name, gradientOf(name.substr(10)).norm(), kGradients);
        for (const auto& name : set.names("grad/"))
            if (name.find('/', 5) != std::string::npos)
                compare(set, name, gradientOf(name.substr(5)), kGradients);
    }

    /// The authors' evaluation, where caption vectors have seen their own photograph and photographs their first
    /// caption; and ours.
    static void checkEvaluation(const ParitySet& set, Run& run)
    {
        const auto perImage = run.grid[1] / run.grid[0];
        const auto owner = torch::arange(run.grid[1]).floor_divide(perImage);
        const auto imageGlobal = run.network()->imageGlobal(
            run.images.global.index_select(0, owner), run.ofTruePairs(run.pairs.imageContext));
        const auto textGlobal = run.network()->textGlobal(run.ofTruePairs(run.pairs.textContext));
        const auto global = imageGlobal.slice(0, 0, run.grid[1], perImage).matmul(textGlobal.t());
        const auto score = run.ratio() * run.matrix(run.pairs.local) + (1 - run.ratio()) * global;
        compare(set, "eval/img_global_all", imageGlobal);
        compare(set, "eval/cap_global", textGlobal);
        compare(set, "eval/local", run.matrix(run.pairs.local));
        compare(set, "eval/global", global);
        compare(set, "eval/final", score);
        compare(set, "derived/eval_global", run.matrix(run.pairs.global));
        compare(set, "derived/eval_final", run.matrix(run.pairs.score));
        compare(set, "derived/eval_final", run.network()->scoreAll(run.images, run.texts));
        const auto owners = vectorOf(owner);
        const auto result
            = eval::retrieval(matrixOf(score.detach()), std::vector<std::size_t>(owners.begin(), owners.end()));
        const auto metrics = [](const eval::Recalls& r) {
            return torch::tensor({ r.r1, r.r5, r.r10, r.medr, r.meanr }, torch::kFloat);
        };
        compare(set, "eval/i2t_metrics", metrics(result.i2t));
        compare(set, "eval/t2i_metrics", metrics(result.t2i));
    }

    static torch::Tensor lossOf(const ParitySet& set, const torch::Tensor& scores)
    {
        return train::hingeLoss(
            scores, torch::arange(scores.size(0)), set.json.at("config").at("margin").get<double>(), true, true);
    }
};

QTEST_APPLESS_MAIN(MlasmParityTest)
#include "mlasm_test.moc"
