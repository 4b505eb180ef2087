#include "core/nn/teran2021/teran2021.h"

#include <fmt/format.h>

namespace wordsight::nn {
namespace {

/// Holds modules under a name and computes nothing.
struct Group2021 : torch::nn::Module { };

torch::nn::Sequential twoLayers(std::int64_t in, std::int64_t hidden, std::int64_t out)
{
    return torch::nn::Sequential(torch::nn::Linear(in, hidden), torch::nn::ReLU(), torch::nn::Linear(hidden, out));
}

PipelineOptions layerOptions(const Teran2021Options& o)
{
    PipelineOptions layer; // post-norm and ReLU, as the paper has them
    layer.heads = o.heads;
    layer.feedForward = o.feedForward;
    layer.layerDropout = o.dropout;
    return layer;
}

/// [B, S] bool: positions before each length.
torch::Tensor presence(const torch::Tensor& lengths, std::int64_t positions)
{
    return torch::arange(positions, lengths.options()).unsqueeze(0) < lengths.unsqueeze(1);
}

/// Without an epsilon: the authors' global vectors have none.
torch::Tensor overNorm(const torch::Tensor& x)
{
    return x / x.pow(2).sum(1, true).sqrt();
}

void tell(const Teran2021Impl::Observer& observer, const std::string& name, const torch::Tensor& value)
{
    if (observer)
        observer(name, value);
}

} // namespace

Aggregation2021Impl::Aggregation2021Impl(std::int64_t width, SetAggregation kind)
    : m_kind(kind)
{
    if (kind == SetAggregation::Gated) {
        const auto gated = register_module("gated_aggr", std::make_shared<Group2021>());
        m_gate = gated->register_module("gate_fn", twoLayers(width, width, 1));
        m_node = gated->register_module("node_fn", twoLayers(width, width, width));
    }
    if (kind == SetAggregation::Gru)
        m_gru = register_module("gru_aggr", torch::nn::GRU(torch::nn::GRUOptions(width, width).batch_first(true)));
    if (kind == SetAggregation::SumAndMap)
        m_map = register_module("map", twoLayers(width, width, width));
}

torch::Tensor Aggregation2021Impl::forward(
    const torch::Tensor& sequence, const torch::Tensor& present, const torch::Tensor& lengths)
{
    if (m_kind == SetAggregation::First)
        return sequence.select(1, 0);
    if (m_kind == SetAggregation::Gated) {
        const auto gate = torch::sigmoid(m_gate->forward(sequence)).masked_fill(present.logical_not().unsqueeze(2), 0);
        return torch::bmm(gate.transpose(1, 2), m_node->forward(sequence)).squeeze(1);
    }
    if (m_kind == SetAggregation::Gru) { // padding follows the words, so the state after the last word has not seen it
        const auto states = std::get<0>(m_gru->forward(sequence));
        const auto last = (lengths - 1).view({ -1, 1, 1 }).expand({ -1, 1, states.size(2) });
        return states.gather(1, last).squeeze(1);
    }
    const auto sum = sequence.masked_fill(present.logical_not().unsqueeze(2), 0).sum(1);
    return m_map ? m_map->forward(sum) : sum;
}

Teran2021Impl::Teran2021Impl(const Teran2021Options& o)
    : m_options(o)
{
    const auto text = register_module("txt_enc", std::make_shared<Group2021>());
    const auto image = register_module("img_enc", std::make_shared<Group2021>());
    const auto layer = layerOptions(o);
    m_bert = text->register_module("bert_model", Bert(o.bert));
    if (o.textLayers > 0)
        m_textLayers
            = text->register_module("transformer_encoder", EncoderStack(o.textLayers, o.bert.width, layer, false));
    m_textMean = text->register_module("map", torch::nn::Linear(o.bert.width, o.dimension));
    m_imageLayers
        = image->register_module("transformer_encoder", EncoderStack(o.imageLayers, o.featureDimension, layer, false));
    m_imageMean = image->register_module("fc", torch::nn::Linear(o.featureDimension, o.dimension));
    if (o.boxes != BoxEncoding::None) {
        const auto boxes = image->register_module("pos_encoding_image", std::make_shared<Group2021>());
        if (o.boxes == BoxEncoding::ProjectAndSum)
            m_boxSum = boxes->register_module("map", torch::nn::Linear(5, o.featureDimension));
        else
            m_boxProcess = boxes->register_module(
                "map", twoLayers(o.featureDimension + 5, o.featureDimension, o.featureDimension));
    }
    m_imageProjection = register_module("img_proj", torch::nn::Linear(o.featureDimension, o.dimension));
    m_textProjection = register_module("cap_proj", torch::nn::Linear(o.bert.width, o.dimension));
    m_textJoint = register_module("transformer_encoder_1", EncoderStack(o.jointLayers, o.dimension, layer, false));
    m_imageJoint = o.sharedTransformer
        ? m_textJoint
        : register_module("transformer_encoder_2", EncoderStack(o.jointLayers, o.dimension, layer, false));
    m_imageAggregation = register_module("image_aggregation", Aggregation2021(o.dimension, o.imageAggregation));
    m_textAggregation = register_module("text_aggregation", Aggregation2021(o.dimension, o.textAggregation));
}

torch::Tensor Teran2021Impl::addBoxes(const torch::Tensor& features, const torch::Tensor& corners)
{
    const auto size = corners.narrow(2, 2, 2) - corners.narrow(2, 0, 2);
    const auto boxes = torch::cat({ corners, size.prod(2, true) }, 2); // x1, y1, x2, y2, area
    return m_boxSum ? features + m_boxSum->forward(boxes) : m_boxProcess->forward(torch::cat({ features, boxes }, 2));
}

torch::Tensor Teran2021Impl::run(EncoderStack& stack, torch::Tensor x, const torch::Tensor& present,
    const std::string& name, const Observer& observer)
{
    auto layers = stack->layers();
    for (std::size_t i = 0; i < layers->size(); ++i) {
        x = layers[i]->as<EncoderLayer>()->forward(x, present);
        tell(observer, fmt::format("layer/{}.layers.{}", name, i), x);
    }
    return x;
}

Teran2021Impl::Output Teran2021Impl::finish(torch::Tensor sequence, Aggregation2021& aggregation,
    const torch::Tensor& present, const torch::Tensor& lengths, const std::string& side, const Observer& observer)
{
    tell(observer, side + "_te_out", sequence);
    const auto aggregated = aggregation->forward(sequence, present, lengths);
    tell(observer, side + "_aggr_raw", aggregated);
    if (aggregation->clearsPadding())
        sequence = sequence.masked_fill(present.logical_not().unsqueeze(2), 0);
    const auto global = overNorm(aggregated);
    return { unit(sequence), m_options.measure == GlobalMeasure::Order ? global.abs() : global };
}

void Teran2021Impl::tellMean(const torch::Tensor& x, torch::nn::Linear& map, const char* name, const Observer& observer)
{
    if (!observer)
        return;
    const auto mean = map->forward(x.mean(1));
    observer(name, m_options.measure == GlobalMeasure::Order ? mean.abs() : mean);
}

Teran2021Impl::Output Teran2021Impl::encodeImages(
    const torch::Tensor& features, const torch::Tensor& corners, const torch::Tensor& lengths, const Observer& observer)
{
    const auto present = presence(lengths, features.size(1));
    auto x = features;
    if (m_options.boxes != BoxEncoding::None)
        tell(observer, "pos_encoding_out", x = addBoxes(features, corners));
    x = run(m_imageLayers, x, present, "img_enc.transformer_encoder", observer);
    tell(observer, "img_enc_out", x);
    tellMean(x, m_imageMean, "img_enc_mapped_mean", observer);
    x = m_imageProjection->forward(x);
    tell(observer, "img_proj", x);
    x = run(m_imageJoint, x, present, m_options.sharedTransformer ? "transformer_encoder_1" : "transformer_encoder_2",
        observer);
    return finish(x, m_imageAggregation, present, lengths, "img", observer);
}

Teran2021Impl::Output Teran2021Impl::encodeTexts(
    const torch::Tensor& ids, const torch::Tensor& lengths, const Observer& observer)
{
    const auto present = presence(lengths, ids.size(1));
    const auto states = m_bert->hiddenStates(ids, present);
    for (std::size_t i = 0; i < states.size(); ++i)
        tell(observer, fmt::format("bert_hidden_{}", i), states[i]);
    auto x = states.back();
    if (m_textLayers)
        x = run(m_textLayers, x, present, "txt_enc.transformer_encoder", observer);
    tell(observer, "txt_enc_out", x);
    tellMean(x, m_textMean, "txt_enc_mapped_mean", observer);
    x = m_textProjection->forward(x);
    tell(observer, "cap_proj", x);
    x = run(m_textJoint, x, present, "transformer_encoder_1", observer);
    return finish(x, m_textAggregation, present, lengths, "cap", observer);
}

} // namespace wordsight::nn
