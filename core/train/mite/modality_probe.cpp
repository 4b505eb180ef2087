#include "core/train/modality_probe.h"

#include <vector>

#include <ATen/CPUGeneratorImpl.h>

#include "core/base/error.h"
#include "core/nn/formats/tensor_values.h"
#include "core/train/mite/modality.h"

namespace wordsight::train {

namespace {

constexpr std::int64_t kSteps = 600;
constexpr std::int64_t kBatch = 256; ///< of each kind
constexpr std::size_t kHeldOutOneIn = 5;

/// Leaves Torch's random numbers as they were found: a run that is being trained must not notice a probe.
class OwnRandomness {
public:
    explicit OwnRandomness(std::uint64_t seed)
        : m_before(at::detail::getDefaultCPUGenerator().get_state())
    {
        torch::manual_seed(seed);
    }
    ~OwnRandomness()
    {
        auto generator = at::detail::getDefaultCPUGenerator();
        generator.set_state(m_before);
    }
    OwnRandomness(const OwnRandomness&) = delete;
    OwnRandomness& operator=(const OwnRandomness&) = delete;

private:
    torch::Tensor m_before;
};

struct Split {
    torch::Tensor seen, heldOut;
};

template <class IsHeldOut> Split split(const torch::Tensor& vectors, IsHeldOut isHeldOut)
{
    std::vector<std::int64_t> seen, heldOut;
    for (std::int64_t i = 0; i < vectors.size(0); ++i)
        (isHeldOut(std::size_t(i)) ? heldOut : seen).push_back(i);
    if (seen.empty() || heldOut.empty())
        throw Error(
            ErrorKind::Usage, "There are too few photographs or sentences to tell how alike their vectors are.");
    return { vectors.index_select(0, torch::tensor(seen)), vectors.index_select(0, torch::tensor(heldOut)) };
}

torch::Tensor some(const torch::Tensor& rows)
{
    return rows.index_select(0, torch::randint(rows.size(0), { kBatch }, torch::kLong));
}

} // namespace

double modalityAccuracy(
    const Matrix& images, const Matrix& sentences, std::span<const std::size_t> owner, std::uint64_t seed)
{
    const OwnRandomness randomness(seed);
    const torch::AutoGradMode gradients(true);
    const auto photographs = split(nn::tensorOf(images), [](std::size_t i) { return i % kHeldOutOneIn == 0; });
    const auto texts = split(nn::tensorOf(sentences), [&](std::size_t m) { return owner[m] % kHeldOutOneIn == 0; });
    const ClassifierOptions options;
    ModalityClassifier classifier(std::int64_t(images.cols), options);
    torch::optim::AdamW optimizer(
        classifier->parameters(), torch::optim::AdamWOptions(options.learningRate).weight_decay(options.weightDecay));
    for (std::int64_t step = 0; step < kSteps; ++step) {
        optimizer.zero_grad();
        modalityLoss(classifier->forward(some(photographs.seen)), classifier->forward(some(texts.seen))).backward();
        optimizer.step();
    }
    const torch::NoGradGuard frozen;
    return modalityAccuracy(classifier->forward(photographs.heldOut), classifier->forward(texts.heldOut));
}

} // namespace wordsight::train
