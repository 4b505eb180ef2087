#pragma once

#include "core/model/pair_scorer.h"
#include "core/nn/mlasm/mlasm.h"

namespace wordsight::model {

/// MLASM's scores from encodings that were made before, on the device where the network is. The network must outlive
/// it.
class MlasmScorer final : public PairScorer {
public:
    explicit MlasmScorer(nn::Mlasm network)
        : m_network(std::move(network))
    {
    }
    std::unique_ptr<Photographs> prepare(std::span<const ImageEncoding> photographs) override;
    Matrix scores(const Photographs& photographs, std::span<const TextEncoding> sentences) override;
    std::vector<PairScore> explain(const Photographs& photographs, const TextEncoding& sentence) override;

private:
    nn::MlasmImpl::TextOutput textsOf(std::span<const TextEncoding> sentences) const;
    torch::Device device() const { return m_network->parameters().front().device(); }

    nn::Mlasm m_network;
};

} // namespace wordsight::model
