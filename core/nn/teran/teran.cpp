#include "core/nn/teran/teran.h"

#include <numeric>

namespace wordsight::nn {

namespace {

std::int64_t sum(const std::vector<std::int64_t>& groups)
{
    return std::accumulate(groups.begin(), groups.end(), std::int64_t { 0 });
}

Projection globalProjection(const PipelineOptions& o, std::int64_t in, std::int64_t out)
{
    return Projection(in, 0, out, o.hidden, o.globalProjection, o.globalDropout < 0 ? o.dropout : o.globalDropout);
}

/// vectors [B, S, D], mask [B, S] or undefined → [B, D], averaged with softmax weights a Linear gives.
torch::Tensor attentionPool(torch::nn::Linear& layer, const torch::Tensor& vectors, const torch::Tensor& mask)
{
    auto logits = layer->forward(vectors).to(torch::kFloat).squeeze(-1);
    if (mask.defined())
        logits = logits.masked_fill(mask.logical_not(), -1e9);
    return (torch::softmax(logits, 1).unsqueeze(-1) * vectors).sum(1);
}

/// vectors [B, R, D], mask [B, R] or undefined → their mean [B, D].
torch::Tensor maskedMean(const torch::Tensor& vectors, const torch::Tensor& mask)
{
    if (!mask.defined())
        return vectors.mean(1);
    const auto present = mask.to(vectors.dtype()).unsqueeze(-1);
    return (vectors * present).sum(1) / present.sum(1);
}

/// vectors [B, W, D], weights [B, W] that are 0 where masked → their weighted mean [B, D].
torch::Tensor weightedMean(const torch::Tensor& vectors, const torch::Tensor& weights)
{
    return (vectors * weights.unsqueeze(-1)).sum(1) / weights.sum(1, true).clamp_min(1e-6);
}

} // namespace

TeranImpl::TeranImpl(const TeranOptions& o)
    : m_options(o)
{
    const auto regions = sum(o.regionGroups), words = sum(o.wordGroups);
    const auto dimension = o.dimension;
    const auto imageWidth = o.image.width > 0 ? o.image.width : dimension;
    const auto textWidth = o.text.width > 0 ? o.text.width : dimension;

    m_imageProjection = register_module("image_projection",
        Projection(regions, o.boxes ? 5 : 0, imageWidth, o.image.hidden, o.image.projection, o.image.dropout,
            o.image.sharedDropout));
    m_textProjection = register_module("text_projection",
        Projection(words, 0, textWidth, o.text.hidden, o.text.projection, o.text.dropout, o.text.sharedDropout));
    m_imageLayers = register_module("image_layers", EncoderStack(o.image.layers, imageWidth, o.image, o.image.local));
    m_textLayers = register_module("text_layers", EncoderStack(o.text.layers, textWidth, o.text, o.text.local));
    if (o.image.width > 0)
        m_imageOut = register_module("image_out", torch::nn::Linear(imageWidth, dimension));
    if (o.text.width > 0)
        m_textOut = register_module("text_out", torch::nn::Linear(textWidth, dimension));
    m_imageJoint = register_module(
        o.jointShared ? "joint" : "image_joint", EncoderStack(o.jointLayers, dimension, o.image, o.image.local));
    m_textJoint = o.jointShared
        ? m_imageJoint
        : register_module("text_joint", EncoderStack(o.jointLayers, dimension, o.image, o.text.local));

    if (o.text.global == GlobalVector::Cls)
        m_sentenceSlot = register_module("sentence_slot", torch::nn::Linear(o.sentenceDimension, textWidth));
    if (o.image.global == GlobalVector::Attention)
        m_imageAttention = register_module("image_attention", torch::nn::Linear(dimension, 1));
    if (o.text.global == GlobalVector::Attention)
        m_textAttention = register_module("text_attention", torch::nn::Linear(dimension, 1));
    if (o.image.global == GlobalVector::Features) {
        const auto pooled = regions * (o.image.globalPool == GlobalPool::MeanMax ? 2 : 1);
        m_imageGlobal = register_module("image_global", globalProjection(o.image, pooled, dimension));
    }
    if (o.text.global == GlobalVector::Features)
        m_textGlobal = register_module(
            "text_global", globalProjection(o.text, o.sentenceDimension + words + dimension, dimension));
    if (o.salience) {
        m_salience = register_module("salience", torch::nn::Linear(words, 1));
        torch::nn::init::zeros_(m_salience->weight);
        torch::nn::init::zeros_(m_salience->bias);
    }
    if (o.baseline) {
        m_baseline = register_module("baseline", torch::nn::Linear(words, 1));
        torch::nn::init::zeros_(m_baseline->weight);
        torch::nn::init::zeros_(m_baseline->bias);
    }
}

torch::Tensor TeranImpl::prepareRegions(const torch::Tensor& features) const
{
    return normaliseGroups(features, m_options.regionGroups, m_options.image.inputNorm, m_options.image.inputScale);
}

TeranImpl::ImageOutput TeranImpl::encodeImages(
    const torch::Tensor& features, const torch::Tensor& boxes, const torch::Tensor& mask)
{
    return encodePrepared(prepareRegions(features), boxes, mask);
}

TeranImpl::ImageOutput TeranImpl::encodePrepared(
    const torch::Tensor& prepared, const torch::Tensor& boxes, const torch::Tensor& mask)
{
    const bool cls = m_options.image.global == GlobalVector::Cls;
    auto input = prepared, side = m_options.boxes ? boxes : torch::Tensor();
    const auto present = cls && mask.defined() ? torch::constant_pad_nd(mask, { 1, 0 }, true) : mask;
    if (cls) { // the reserved slot of the paper: an all-zero region with an all-zero box
        input = torch::constant_pad_nd(input, { 0, 0, 1, 0 });
        if (side.defined())
            side = torch::constant_pad_nd(side, { 0, 0, 1, 0 });
    }
    auto sequence = m_imageLayers->forward(m_imageProjection->forward(input, side), present);
    if (m_imageOut)
        sequence = m_imageOut->forward(sequence);
    sequence = m_imageJoint->forward(sequence, present);
    ImageOutput output;
    output.regions = unit(cls ? sequence.narrow(1, 1, sequence.size(1) - 1) : sequence);
    output.global = imageGlobal(prepared, sequence, output.regions, mask);
    if (mask.defined())
        output.regions = torch::where(mask.unsqueeze(-1), output.regions, output.regions.narrow(1, 0, 1));
    return output;
}

torch::Tensor TeranImpl::imageGlobal(const torch::Tensor& prepared, const torch::Tensor& sequence,
    const torch::Tensor& regions, const torch::Tensor& mask)
{
    const auto& o = m_options.image;
    if (o.global == GlobalVector::None)
        return {};
    if (o.global == GlobalVector::Cls)
        return unit(sequence.select(1, 0));
    if (o.global == GlobalVector::Mean)
        return unit(maskedMean(regions, mask));
    if (o.global == GlobalVector::Attention)
        return unit(attentionPool(m_imageAttention, regions, mask));
    auto pooled = normaliseGroups(
        maskedMean(prepared.to(torch::kFloat), mask), m_options.regionGroups, FeatureNorm::L2, o.inputScale);
    if (o.globalPool == GlobalPool::MeanMax) {
        const auto seen
            = mask.defined() ? torch::where(mask.unsqueeze(-1), prepared, prepared.narrow(1, 0, 1)) : prepared;
        pooled = torch::cat(
            { pooled, normaliseGroups(seen.amax(1), m_options.regionGroups, FeatureNorm::L2, o.inputScale) }, 1);
    }
    return unit(m_imageGlobal->forward(pooled));
}

torch::Tensor TeranImpl::wordWeights(const torch::Tensor& inputs, const torch::Tensor& mask)
{
    const auto present = mask.to(torch::kFloat);
    if (!m_salience)
        return present;
    const auto raw = m_salience->forward(inputs).to(torch::kFloat).squeeze(-1).clamp(-6, 6).exp() * present;
    return raw * present.sum(1, true) / raw.sum(1, true).clamp_min(1e-6);
}

TeranImpl::TextOutput TeranImpl::encodeTexts(
    const torch::Tensor& words, const torch::Tensor& mask, const torch::Tensor& sentence)
{
    const bool cls = m_options.text.global == GlobalVector::Cls;
    const auto inputs
        = normaliseGroups(words, m_options.wordGroups, m_options.text.inputNorm, m_options.text.inputScale);
    auto sequence = m_textProjection->forward(inputs);
    auto present = mask;
    if (cls) {
        sequence = torch::cat({ m_sentenceSlot->forward(sentence).unsqueeze(1), sequence }, 1);
        present = torch::constant_pad_nd(present, { 1, 0 }, true);
    } else { // a sentence without words has to attend to something, or its softmax is not a number
        present = present.clone();
        present.select(1, 0).fill_(true);
    }
    sequence = m_textLayers->forward(sequence, present);
    if (m_textOut)
        sequence = m_textOut->forward(sequence);
    sequence = m_textJoint->forward(sequence, present);
    TextOutput output;
    output.words = unit(cls ? sequence.narrow(1, 1, sequence.size(1) - 1) : sequence) * mask.unsqueeze(-1);
    output.weights = wordWeights(inputs, mask);
    output.global = textGlobal(inputs, sequence, output, mask, sentence);
    if (m_baseline)
        output.baselines = m_baseline->forward(inputs).to(torch::kFloat).squeeze(-1) * mask;
    return output;
}

torch::Tensor TeranImpl::textGlobal(const torch::Tensor& inputs, const torch::Tensor& sequence,
    const TextOutput& output, const torch::Tensor& mask, const torch::Tensor& sentence)
{
    const auto& o = m_options.text;
    if (o.global == GlobalVector::None)
        return {};
    if (o.global == GlobalVector::Cls)
        return unit(sequence.select(1, 0));
    if (o.global == GlobalVector::Mean)
        return unit(weightedMean(output.words, output.weights));
    if (o.global == GlobalVector::Attention)
        return unit(attentionPool(m_textAttention, output.words, mask));
    const auto bag = weightedMean(inputs.to(torch::kFloat), output.weights.detach());
    const auto pooled = torch::cat(
        {
            normaliseGroups(sentence, { m_options.sentenceDimension }, FeatureNorm::L2, o.inputScale),
            normaliseGroups(bag, m_options.wordGroups, FeatureNorm::L2, o.inputScale),
            normaliseGroups(weightedMean(output.words, output.weights), { m_options.dimension }, FeatureNorm::L2, 0),
        },
        1);
    return unit(m_textGlobal->forward(pooled));
}

} // namespace wordsight::nn
