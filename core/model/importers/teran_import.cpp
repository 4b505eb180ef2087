// Published TERAN checkpoints: {epoch, model, optimizer, scheduler, opt, config, Eiters}, as torch.save wrote them.
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/align/pooling.h"
#include "core/base/error.h"
#include "core/model/importers/importers.h"
#include "core/nn/formats/pickle_reader.h"
#include "core/nn/shared/json_fields.h"
#include "core/nn/teran2021/teran2021.h"
#include "core/text/tokenizer.h"

namespace wordsight::model {

using namespace nn;
namespace {

constexpr const char* kPrefix = "img_txt_enc.";

/// The checkpoint's own configuration. A missing or strange entry is refused by its name.
class PublishedConfig {
public:
    PublishedConfig(const PickleValue& root, std::string file)
        : m_root(root)
        , m_file(std::move(file))
    {
    }

    template <class T> T get(std::string_view section, std::string_view key) const
    {
        const PickleValue* value = find(section, key);
        if (const T* found = value == nullptr ? nullptr : std::get_if<T>(&value->data))
            return *found;
        throw wrong(fmt::format("its configuration has no usable {}.{}", section, key));
    }

    std::string text(std::string_view section, std::string_view key) const
    {
        return std::string(get<std::string_view>(section, key));
    }

    /// Whether the entry is there and not None.
    bool has(std::string_view section, std::string_view key) const
    {
        const PickleValue* value = find(section, key);
        return value != nullptr && !std::holds_alternative<std::monostate>(value->data);
    }

    bool flag(std::string_view section, std::string_view key) const
    {
        const PickleValue* value = find(section, key);
        const bool* set = value == nullptr ? nullptr : std::get_if<bool>(&value->data);
        return set != nullptr && *set;
    }

    /// One of the values that this program can build.
    template <NamedEnum E> E choice(std::string_view section, std::string_view key) const
    {
        const auto value = text(section, key);
        if (const auto known = named<E>(value))
            return *known;
        throw cannotBuild(section, key, value, fmt::format("{}", fmt::join(namesOf(E {}), ", ")));
    }

    void mustBe(std::string_view section, std::string_view key, std::string_view only) const
    {
        if (const auto value = text(section, key); value != only)
            throw cannotBuild(section, key, value, only);
    }

    Error cannotBuild(
        std::string_view section, std::string_view key, std::string_view value, std::string_view known) const
    {
        return wrong(fmt::format("its {}.{} is \"{}\"; this program can build: {}", section, key, value, known));
    }

    Error wrong(const std::string& reason) const
    {
        return Error(ErrorKind::ModelMismatch,
            fmt::format("{} is no TERAN checkpoint that can be imported: {}.", m_file, reason));
    }

private:
    const PickleValue* find(std::string_view section, std::string_view key) const
    {
        const PickleValue* part = m_root.find("config");
        part = part == nullptr ? nullptr : part->find(section);
        return part == nullptr ? nullptr : part->find(key);
    }

    const PickleValue& m_root;
    std::string m_file;
};

/// Rows and columns of a matrix of the checkpoint.
std::array<std::int64_t, 2> shapeOf(const TensorMap& tensors, const std::string& name, const PublishedConfig& config)
{
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.dim() != 2)
        throw config.wrong(fmt::format("its model has no matrix {}{}", kPrefix, name));
    return { found->second.size(0), found->second.size(1) };
}

/// How many layers `prefix`0, `prefix`1, ... there are.
std::int64_t layersBelow(const TensorMap& tensors, const std::string& prefix)
{
    std::int64_t count = 0;
    while (!tensorsBelow(tensors, fmt::format("{}{}.", prefix, count)).empty())
        ++count;
    return count;
}

void readBert(Teran2021Options& o, const TensorMap& tensors, const PublishedConfig& config, int heads)
{
    const std::string bert = "txt_enc.bert_model.";
    const auto words = shapeOf(tensors, bert + "embeddings.word_embeddings.weight", config);
    o.bert.vocabulary = words[0];
    o.bert.width = words[1];
    o.bert.positions = shapeOf(tensors, bert + "embeddings.position_embeddings.weight", config)[0];
    o.bert.layers = layersBelow(tensors, bert + "encoder.layer.");
    o.bert.feedForward = shapeOf(tensors, bert + "encoder.layer.0.intermediate.dense.weight", config)[0];
    constexpr std::int64_t usualHead = 64; // of every BERT that was published; no checkpoint says it
    o.bert.heads = heads > 0 ? heads : o.bert.width % usualHead == 0 ? o.bert.width / usualHead : 4;
    if (o.bert.width % o.bert.heads != 0)
        throw config.wrong(
            fmt::format("{} attention heads do not divide the width {} of its BERT", o.bert.heads, o.bert.width));
    o.textLayers = layersBelow(tensors, "txt_enc.transformer_encoder.layers.");
}

void refuseWhatCannotBeBuilt(const PublishedConfig& config)
{
    config.mustBe("text-model", "name", "bert");
    config.mustBe("image-model", "name", "bottomup");
    if (config.flag("text-model", "pre-extracted"))
        throw config.wrong("it was trained on words that another program encoded, and has no text encoder");
    if (config.flag("dataset", "pre-extracted-features"))
        throw config.wrong(
            "it was trained on one vector per photograph (dataset.pre-extracted-features), which have no regions");
    if (config.flag("model", "exclude-stopwords"))
        throw config.wrong("it leaves out stop words (model.exclude-stopwords), and the list it used is not in it");
}

Teran2021Options optionsOf(const TensorMap& tensors, const PublishedConfig& config, const ImportRequest& request)
{
    refuseWhatCannotBeBuilt(config);
    Teran2021Options o;
    readBert(o, tensors, config, request.textHeads);
    const auto projection = shapeOf(tensors, "img_proj.weight", config);
    o.dimension = projection[0];
    o.featureDimension = projection[1];
    o.imageLayers = layersBelow(tensors, "img_enc.transformer_encoder.layers.");
    o.jointLayers = layersBelow(tensors, "transformer_encoder_1.layers.");
    if (o.imageLayers + o.jointLayers > 0)
        o.feedForward = shapeOf(tensors,
            o.jointLayers > 0 ? "transformer_encoder_1.layers.0.linear1.weight"
                              : "img_enc.transformer_encoder.layers.0.linear1.weight",
            config)[0];
    for (const auto width : { o.dimension, o.featureDimension })
        if (width % o.heads != 0)
            throw config.wrong(
                fmt::format("its transformers are {} wide, which their {} heads do not divide", width, o.heads));
    o.sharedTransformer = config.flag("model", "shared-transformer");
    o.boxes = config.has("image-model", "pos-encoding") ? config.choice<BoxEncoding>("image-model", "pos-encoding")
                                                        : BoxEncoding::None;
    o.imageAggregation = config.choice<SetAggregation>("model", "image-aggregation");
    o.textAggregation = config.choice<SetAggregation>("model", "text-aggregation");
    o.measure = config.choice<GlobalMeasure>("training", "measure");
    o.compat = request.asPublished ? Compatibility::Teran2021 : Compatibility::None;
    return o;
}

/// The score that the authors evaluate it by: the alignment's. A checkpoint trained without one cannot be explained
/// word by word, which is what this program is for.
align::Pooling poolingOf(const PublishedConfig& config)
{
    if (config.text("training", "loss-type").find("alignment") == std::string::npos)
        throw config.wrong(
            "it was trained on global vectors alone (training.loss-type), so its words mean nothing by themselves");
    const auto mode = config.text("training", "alignment-mode"); // "MrSw", "MrAVGw", ...
    if (const auto pooling = align::poolingNamed(mode))
        return *pooling;
    throw config.cannotBuild(
        "training", "alignment-mode", mode, fmt::format("{}", fmt::join(align::poolingNames(), ", ")));
}

/// bert-base-uncased's, unless another was named; it must have a line for every row of the embeddings.
std::filesystem::path vocabularyFor(const ImportRequest& request, const Teran2021Options& options)
{
    const auto file = request.vocabulary.empty() ? request.weights.path / configOfPinnedBackbones().vocabulary.path
                                                 : request.vocabulary;
    if (!std::filesystem::is_regular_file(file))
        throw Error(ErrorKind::UnreadableInput, fmt::format("The vocabulary {} is not there.", file.string()));
    const text::WordPieceTokenizer fits(file); // throws where it is no vocabulary
    std::ifstream lines(file);
    std::int64_t count = 0;
    for (std::string line; std::getline(lines, line);)
        ++count;
    if (count != options.bert.vocabulary)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} has {} word pieces, but the BERT of {} knows {}.", file.string(), count,
                request.source.string(), options.bert.vocabulary),
            Hint::NameVocabulary);
    return file;
}

} // namespace

std::string whyNotTeran(const std::filesystem::path& source)
{
    std::array<char, 4> start {};
    if (std::filesystem::is_regular_file(source))
        std::ifstream(source, std::ios::binary).read(start.data(), start.size());
    const std::string_view magic(start.data(), start.size());
    return magic == "PK\x03\x04" || magic == "\x80\x02\x8a\x0a" ? "" : "it is no checkpoint of PyTorch";
}

Import readTeran(const ImportRequest& request)
{
    const std::string source = request.source.string();
    const PickleFile file(request.source);
    const PublishedConfig config(file.root(), source);
    const PickleValue* model = file.root().find("model");
    const auto tensors = model == nullptr ? TensorMap() : tensorsBelow(tensorsOf(*model), kPrefix);
    if (tensors.empty())
        throw config.wrong(fmt::format("it holds no model with parameters {}*", kPrefix));
    const auto options = optionsOf(tensors, config, request);

    Teran2021 network(options);
    assignParameters(*network, tensors, torch::kCPU, source);
    Import import;
    for (const auto& item : network->named_parameters())
        import.tensors[item.key()] = item.value().detach();
    import.config.architecture = Architecture::Teran2021;
    import.config.description = fmt::format("TERAN, published checkpoint {}", request.source.filename().string());
    import.config.licence = "as its source";
    import.config.network = toJson(options).dump();
    import.config.pooling = poolingOf(config);
    import.files.push_back({ "vocab.txt", vocabularyFor(request, options) });
    return import;
}

} // namespace wordsight::model
