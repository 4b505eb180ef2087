// TERAN against numbers that the authors' own code computed: every array of every set teran_tiny_*.npz in
// WORDSIGHT_PARITY.
#include <QtTest>

#include <fstream>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/npy.h"
#include "core/nn/teran2021/teran2021.h"
#include "core/train/teran/losses.h"
#include "tests/parity/reference/teran2021_scores.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace wordsight::parity;
using namespace wordsight::nn;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr double kValues = 1e-5;
constexpr double kGradients = 1e-4;

fs::path parityFolder()
{
    return qEnvironmentVariable("WORDSIGHT_PARITY", WORDSIGHT_SOURCE_DIR "/../shared/parity").toStdString();
}

torch::Tensor tensorOf(const NpyArray& array)
{
    const std::vector<std::int64_t> shape(array.shape.begin(), array.shape.end());
    if (array.dtype.starts_with("f"))
        return torch::tensor(array.toFloats()).view(shape);
    return torch::tensor(array.toInts(), torch::kInt64).view(shape);
}

Teran2021Options optionsOf(const json& file)
{
    const json& config = file.at("config");
    const json& bert = file.at("bert");
    const json& constants = file.at("model_constants");
    const json& boxes = config.at("image-model").at("pos-encoding");
    Teran2021Options o;
    o.featureDimension = config.at("image-model").at("feat-dim");
    o.dimension = config.at("model").at("embed-size");
    o.imageLayers = config.at("image-model").at("transformer-layers");
    o.textLayers = config.at("text-model").at("layers");
    o.jointLayers = config.at("model").at("layers");
    o.sharedTransformer = config.at("model").at("shared-transformer");
    o.heads = constants.at("nhead_of_every_nn.TransformerEncoderLayer");
    o.feedForward = constants.at("dim_feedforward_of_every_nn.TransformerEncoderLayer");
    o.boxes = boxes.is_null() ? BoxEncoding::None : named<BoxEncoding>(boxes.get<std::string>()).value();
    const auto aggregation = [&](const char* side) {
        return named<SetAggregation>(config.at("model").at(side).get<std::string>()).value();
    };
    o.imageAggregation = aggregation("image-aggregation");
    o.textAggregation = aggregation("text-aggregation");
    o.measure = named<GlobalMeasure>(config.at("training").at("measure").get<std::string>()).value();
    o.bert = { .vocabulary = bert.at("vocab_size"),
        .positions = bert.at("max_position_embeddings"),
        .width = bert.at("hidden_size"),
        .layers = bert.at("num_hidden_layers"),
        .heads = bert.at("num_attention_heads"),
        .feedForward = bert.at("intermediate_size") };
    return o;
}

/// One file of arrays; knows which of them were met.
class Reference {
public:
    explicit Reference(const fs::path& file)
        : m_arrays(readNpz(file))
    {
        for (const auto& [name, array] : m_arrays)
            if (name.starts_with("in/") || name.starts_with("raw/"))
                m_met.insert(name); // inputs
    }

    bool has(const std::string& name) const { return m_arrays.contains(name); }
    torch::Tensor input(const std::string& name) const { return tensorOf(m_arrays.at(name)); }

    TensorMap below(const std::string& prefix)
    {
        TensorMap tensors;
        for (const auto& [name, array] : m_arrays)
            if (name.starts_with(prefix)) {
                tensors[name.substr(prefix.size())] = tensorOf(array);
                m_met.insert(name);
            }
        return tensors;
    }

    /// Compares where the file has such an array. What is not a number there must be none here.
    void meet(const std::string& name, const torch::Tensor& found, double tolerance = kValues)
    {
        if (!has(name))
            return;
        m_met.insert(name);
        const auto expected = input(name).to(torch::kDouble);
        const auto value = found.detach().to(torch::kDouble);
        if (value.sizes() != expected.sizes()) {
            m_misses.push_back(fmt::format("{} has {} dimensions of other sizes", name, value.dim()));
            return;
        }
        const auto equal = expected.isnan().logical_and(value.isnan());
        const auto scale = expected.abs().clamp_min(1);
        const auto error = ((value - expected).abs() / scale).masked_fill(equal, 0).reshape({ -1 });
        const double worst = error.numel() == 0 ? 0 : error.max().item<double>();
        if (!(worst <= tolerance))
            m_misses.push_back(fmt::format("{} differs by {:.3g}", name, worst));
        auto& record = tolerance == kValues ? m_worstValue : m_worstGradient;
        if (!(worst <= record.first))
            record = { worst, name };
    }

    /// The same where the authors' code may have cleared padding before or after the array was taken.
    void meetWithOrWithoutPadding(const std::string& name, const torch::Tensor& found, const torch::Tensor& lengths)
    {
        if (!has(name))
            return;
        const auto real = (torch::arange(found.size(1)).unsqueeze(0) < lengths.unsqueeze(1)).unsqueeze(2);
        const auto expected = input(name);
        const bool cleared
            = expected.sizes() == found.sizes() && expected.masked_fill(real, 0).abs().sum().item<double>() == 0;
        meet(name, cleared ? found * real : found);
    }

    /// What does not agree, and what nobody looked at.
    std::string complaints() const
    {
        std::string all;
        for (const auto& miss : m_misses)
            all += miss + "\n";
        for (const auto& [name, array] : m_arrays)
            if (!m_met.contains(name))
                all += name + " was not checked\n";
        return all;
    }

    std::string summary() const
    {
        return fmt::format("{} arrays; largest deviation {:.2g} ({}), of a gradient {:.2g} ({})", m_arrays.size(),
            m_worstValue.first, m_worstValue.second, m_worstGradient.first, m_worstGradient.second);
    }

private:
    std::map<std::string, NpyArray> m_arrays;
    std::set<std::string> m_met;
    std::vector<std::string> m_misses;
    std::pair<double, std::string> m_worstValue { -1, "" }, m_worstGradient { -1, "" };
};

/// The authors' triplet loss: ours, without sparing other captions of a photograph.
torch::Tensor tripletLoss(const torch::Tensor& scores, double margin, bool hardest)
{
    return train::hingeLoss(scores, torch::arange(scores.size(0)), margin, hardest, false);
}

constexpr const char* kPoolings[] = { "sum", "mean", "MrSw", "MrAVGw", "MwSr", "symm", "scan-sentences" };

/// Everything that is computed from one set.
class Replay {
public:
    Replay(const json& file, Reference& reference)
        : m_file(file)
        , m_reference(reference)
        , m_network(optionsOf(file))
    {
        m_weights = tensorsBelow(reference.below("sd/"), "img_txt_enc.");
        assignParameters(*m_network, m_weights, torch::kCPU, "the set");
        m_network->eval();
        m_margin = file.at("config").at("training").at("margin");
    }

    void run()
    {
        boxes();
        forward();
        alignments();
        for (const char* name : kPoolings)
            pooling(name);
        globals();
        modelLoss();
        evaluation();
        fullBert();
        for (const char* kind : { "first", "sum", "sum-and-map", "gated", "gru" })
            aggregation(kind);
        withoutStopWords();
        degenerateLengths();
    }

private:
    void boxes()
    {
        if (!m_reference.has("raw/boxes_pixels"))
            return;
        const auto pixels = m_reference.input("raw/boxes_pixels");
        const auto size = m_reference.input("raw/image_wh").to(torch::kFloat).repeat({ 1, 2 }).unsqueeze(1);
        m_reference.meet("in/boxes", torch::constant_pad_nd(pixels / size, { 0, 0, 1, 0 }));
    }

    void forward()
    {
        m_lengths = { m_reference.input("in/feat_len"), m_reference.input("in/cap_len") };
        std::map<std::string, int> calls; // a shared transformer is run twice
        const auto observer = [&](const torch::Tensor& lengths) {
            return [&, lengths](const std::string& name, const torch::Tensor& value) {
                if (!name.starts_with("layer/transformer_encoder_") && !name.ends_with("_te_out"))
                    return m_reference.meet("inter/" + name, value);
                m_reference.meetWithOrWithoutPadding("inter/" + name, value, lengths);
                m_reference.meetWithOrWithoutPadding(
                    fmt::format("inter/{}/call{}", name, calls[name]++), value, lengths);
            };
        };
        m_texts
            = m_network->encodeTexts(m_reference.input("in/token_ids"), m_lengths.second, observer(m_lengths.second));
        const auto corners = m_reference.has("in/boxes") ? m_reference.input("in/boxes") : torch::Tensor();
        m_images = m_network->encodeImages(
            m_reference.input("in/features"), corners, m_lengths.first, observer(m_lengths.first));
        m_reference.meet("out/cap_set", m_texts.set);
        m_reference.meet("out/img_set", m_images.set);
        m_reference.meet("out/cap_global", m_texts.global);
        m_reference.meet("out/img_global", m_images.global);
    }

    Sets2021 sets(bool leaves = false) const
    {
        if (!leaves)
            return { m_images.set, m_lengths.first, m_texts.set, m_lengths.second };
        return { m_images.set.detach().clone().requires_grad_(), m_lengths.first,
            m_texts.set.detach().clone().requires_grad_(), m_lengths.second };
    }

    void alignments()
    {
        const auto all = alignments2021(sets());
        const auto padding = alignmentPadding2021(sets());
        m_reference.meet("align/before_mask", all);
        m_reference.meet("align/mask", padding.to(torch::kInt64));
        m_reference.meet("align/after_mask", all.masked_fill(padding, 0));
    }

    void pooling(const std::string& name)
    {
        const auto kind = pooling2021Named(name).value();
        m_reference.meet("sim/" + name, pooled2021(sets(), kind));
        for (const bool hardest : { true, false }) {
            const auto which = fmt::format("{}/{}", name, hardest ? "maxviol" : "sum");
            const auto leaves = sets(true);
            const auto loss = tripletLoss(pooled2021(leaves, kind), m_margin, hardest);
            m_reference.meet("loss/" + which, loss);
            loss.backward();
            m_reference.meet("grad_img_set/" + which, leaves.images.grad(), kGradients);
            m_reference.meet("grad_cap_set/" + which, leaves.texts.grad(), kGradients);
        }
    }

    void globals()
    {
        for (const std::string measure : { "dot", "cosine", "order" }) {
            const auto scores = globalSimilarity2021(m_images.global, m_texts.global, measure);
            m_reference.meet("global/sim/" + measure, scores);
            for (const bool hardest : { true, false })
                m_reference.meet(fmt::format("global/loss/{}/{}", measure, hardest ? "maxviol" : "sum"),
                    tripletLoss(scores, m_margin, hardest));
        }
    }

    /// The loss as the set's configuration has it, and its gradient by every parameter.
    void modelLoss()
    {
        const json& training = m_file.at("config").at("training");
        const bool hardest = training.at("max-violation");
        const std::string kind = training.at("loss-type");
        torch::Tensor total = torch::zeros({});
        const auto term = [&](const char* name, const torch::Tensor& scores) {
            const auto loss = tripletLoss(scores, m_margin, hardest);
            m_reference.meet(fmt::format("model_loss/{}-loss", name), loss);
            total = total + loss;
        };
        if (kind.find("alignment") != std::string::npos)
            term("alignment",
                pooled2021(sets(), pooling2021Named(training.at("alignment-mode").get<std::string>()).value()));
        if (kind.find("matching") != std::string::npos)
            term("matching",
                globalSimilarity2021(m_images.global, m_texts.global, training.at("measure").get<std::string>()));
        total.backward();
        for (const auto& item : m_network->named_parameters()) {
            const auto& grad = item.value().grad();
            const auto value = grad.defined() ? grad : torch::zeros_like(item.value());
            m_reference.meet("param_grad/img_txt_enc." + item.key(), value, kGradients);
            m_reference.meet("param_grad_norm/img_txt_enc." + item.key(), value.norm(), kGradients);
        }
    }

    void evaluation()
    {
        const auto padded = paddedForEvaluation(sets());
        m_reference.meet("eval/img_len", m_lengths.first);
        m_reference.meet("eval/cap_len", m_lengths.second);
        for (const std::string name : kPoolings)
            m_reference.meet("eval/sim/" + name, pooled2021(padded, pooling2021Named(name).value()));
    }

    /// A BERT that was cut after N layers has the same N-th states as the whole one.
    void fullBert()
    {
        auto extra = m_reference.below("bert_full_extra/");
        if (extra.empty())
            return;
        auto options = m_network->options().bert;
        const auto cut = options.layers++;
        extra.merge(tensorsBelow(m_weights, "txt_enc.bert_model."));
        Bert whole(options);
        assignParameters(*whole, extra, torch::kCPU, "the set");
        const auto ids = m_reference.input("in/token_ids");
        const auto present = torch::arange(ids.size(1)).unsqueeze(0) < m_lengths.second.unsqueeze(1);
        const auto states = whole->hiddenStates(ids, present);
        m_reference.meet(fmt::format("inter/bert_hidden_{}", cut), states[static_cast<std::size_t>(cut)]);
        m_reference.meet(fmt::format("bert_full_extra_out/hidden_{}", cut + 1), states.back());
    }

    /// Every way in which a sequence becomes one vector, whichever the set's own network has.
    void aggregation(const std::string& kind)
    {
        const auto prefix = "aggr/" + kind + "/";
        if (!m_reference.has(prefix + "img") && !m_reference.has(prefix + "cap"))
            return;
        Aggregation2021 aggregation(m_network->options().dimension, named<SetAggregation>(kind).value());
        assignParameters(*aggregation, m_reference.below(prefix + "sd/"), torch::kCPU, "the set");
        for (const auto& [side, lengths] : { std::pair("img", m_lengths.first), { "cap", m_lengths.second } }) {
            if (!m_reference.has(prefix + side))
                continue;
            const auto sequence = m_reference.input(fmt::format("inter/{}_te_out", side));
            const auto present = torch::arange(sequence.size(1)).unsqueeze(0) < lengths.unsqueeze(1);
            m_reference.meet(prefix + side, aggregation->forward(sequence, present, lengths));
        }
    }

    /// As the authors leave them out: by position, padding kept, every text cut to the shortest of the batch.
    void withoutStopWords()
    {
        if (!m_reference.has("stop/ids"))
            return;
        const auto stops = m_reference.below("stop/ids").begin()->second;
        const auto ids = m_reference.input("in/token_ids");
        const auto kept = torch::isin(ids, stops).logical_not().logical_or(ids == 0);
        const auto counts = kept.sum(1);
        std::vector<torch::Tensor> texts;
        for (std::int64_t i = 0; i < ids.size(0); ++i)
            texts.push_back(m_texts.set[i].index({ kept[i] }).slice(0, 0, counts.min().item<std::int64_t>()));
        const Sets2021 left { m_images.set, m_lengths.first, torch::stack(texts),
            counts - (ids.size(1) - m_lengths.second) };
        m_reference.meet("stop/cap_set", left.texts);
        m_reference.meet("stop/cap_len", left.textLengths);
        for (const std::string name : kPoolings)
            m_reference.meet("stop/sim/" + name, pooled2021(left, pooling2021Named(name).value()));
    }

    /// Texts of no word, and of less than none.
    void degenerateLengths()
    {
        if (!m_reference.has("edge/img_set"))
            return;
        const auto given = [this](const char* name) { return m_reference.below(name).at(""); };
        const Sets2021 edge { given("edge/img_set"), given("edge/feat_len"), given("edge/cap_set"),
            given("edge/cap_len") };
        m_reference.meet("edge/align_after_mask", alignments2021(edge).masked_fill(alignmentPadding2021(edge), 0));
        for (const std::string name : kPoolings)
            m_reference.meet("edge/sim/" + name, pooled2021(edge, pooling2021Named(name).value()));
    }

    const json& m_file;
    Reference& m_reference;
    Teran2021 m_network;
    TensorMap m_weights;
    double m_margin = 0;
    std::pair<torch::Tensor, torch::Tensor> m_lengths;
    Teran2021Impl::Output m_images, m_texts;
};

} // namespace

class TeranParityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyArrayIsMet_data()
    {
        QTest::addColumn<QString>("file");
        std::error_code none;
        std::set<fs::path> found;
        for (const auto& entry : fs::directory_iterator(parityFolder(), none))
            if (const auto name = entry.path().filename().string();
                name.starts_with("teran_tiny_") && name.ends_with(".npz"))
                found.insert(entry.path());
        for (const auto& file : found)
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
        if (found.empty())
            QTest::newRow("none") << QString();
    }

    void everyArrayIsMet()
    {
        QFETCH(QString, file);
        if (file.isEmpty())
            QSKIP("No sets teran_tiny_*.npz: name their folder in WORDSIGHT_PARITY.");
        fs::path description = file.toStdString();
        Reference reference(description);
        const auto options = json::parse(std::ifstream(description.replace_extension(".json")));
        Replay(options, reference).run();
        qInfo("%s", reference.summary().c_str());
        QVERIFY2(reference.complaints().empty(), reference.complaints().c_str());
    }
};

QTEST_GUILESS_MAIN(TeranParityTest)
#include "teran_test.moc"
