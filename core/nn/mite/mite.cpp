#include "core/nn/mite/mite.h"

#include "core/nn/shared/json_fields.h"
#include "core/nn/shared/normalise.h"

namespace wordsight::nn {

MiteOptions MiteOptions::fromJson(const nlohmann::json& object, const std::string& where)
{
    auto options = nn::fromJson<MiteOptions>(object, where);
    options.check(where);
    return options;
}

nlohmann::json MiteOptions::toJson() const
{
    return nn::toJson(*this);
}

void MiteOptions::check(const std::string& where) const
{
    for (const auto size : { imageDimension, wordDimension, dimension, hidden })
        if (size < 1)
            throw Error(ErrorKind::Usage, where + ": dimensions must be positive");
    for (const auto share : { imageDropout, wordDropout, stateDropout })
        if (share < 0 || share >= 1)
            throw Error(ErrorKind::Usage, where + ": dropout must lie in [0, 1)");
}

MiteImpl::MiteImpl(const MiteOptions& o)
    : m_options(o)
{
    m_image = register_module("image_projection", torch::nn::Linear(o.imageDimension, o.dimension));
    const auto gru = torch::nn::GRUOptions(o.wordDimension, o.hidden).batch_first(true);
    m_forwards = register_module("gru", torch::nn::GRU(gru));
    if (o.bidirectional)
        m_backwards = register_module("gru_backwards", torch::nn::GRU(gru));
    m_text = register_module("text_projection", torch::nn::Linear(o.hidden, o.dimension));
}

torch::Tensor MiteImpl::pool(const torch::Tensor& regions) const
{
    return normaliseGroups(regions, { m_options.imageDimension }, m_options.regionNorm, 0).mean(1);
}

torch::Tensor MiteImpl::encodeImages(const torch::Tensor& features)
{
    const auto normalised = normaliseGroups(features, { m_options.imageDimension }, m_options.imageNorm, 0);
    return unit(m_image->forward(torch::dropout(normalised, m_options.imageDropout, is_training())));
}

torch::Tensor MiteImpl::encodeTexts(const torch::Tensor& words, const torch::Tensor& mask)
{
    const auto present = mask.to(torch::kFloat);
    const auto lengths = mask.sum(1); // words stand without gaps, padding behind them
    auto input = words * present.unsqueeze(-1);
    if (is_training() && m_options.wordDropout > 0)
        input = input * (torch::rand_like(present) >= m_options.wordDropout).unsqueeze(-1);
    auto state = read(m_forwards, input, lengths, false);
    if (m_backwards)
        state = 0.5 * (state + read(m_backwards, input, lengths, true));
    const auto vectors = unit(m_text->forward(torch::dropout(state, m_options.stateDropout, is_training())));
    return vectors * (lengths > 0).unsqueeze(-1);
}

torch::Tensor MiteImpl::read(
    torch::nn::GRU& gru, const torch::Tensor& words, const torch::Tensor& lengths, bool backwards)
{
    auto input = words;
    if (backwards) {
        const auto places = torch::arange(words.size(1), lengths.options()).unsqueeze(0);
        const auto mirrored
            = (lengths.unsqueeze(1) - 1 - places).clamp_min(0); // what lies beyond the end is never read
        input = words.gather(1, mirrored.unsqueeze(-1).expand_as(words));
    }
    // Packed, nothing is computed for padding: half the time, for captions of a batch differ in length.
    const auto packed
        = torch::nn::utils::rnn::pack_padded_sequence(input, lengths.clamp_min(1).to(torch::kCPU), true, false);
    return std::get<1>(gru->forward_with_packed_input(packed)).select(0, 0);
}

} // namespace wordsight::nn
