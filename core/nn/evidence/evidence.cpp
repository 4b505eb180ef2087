#include "core/nn/evidence/evidence.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/formats/pickle_reader.h"

namespace wordsight::nn {

namespace {

constexpr double kOwnShare = 0.5; // of a region in what is said of it; the rest is the whole photograph's
constexpr std::int64_t kClasses = 1000;

torch::Tensor named(const TensorMap& tensors, const char* name, const std::string& source)
{
    const auto found = tensors.find(name);
    if (found == tensors.end())
        throw Error(ErrorKind::ModelMismatch, fmt::format("{} holds no {}.", source, name));
    return found->second;
}

std::vector<image::Lab> centresOf(const torch::Tensor& tensor, const std::string& source)
{
    if (tensor.dim() != 2 || tensor.size(1) != 3)
        throw Error(ErrorKind::ModelMismatch, fmt::format("{}: colour_centres must be rows of three.", source));
    const auto values = tensor.to(torch::kFloat).contiguous();
    std::vector<image::Lab> centres;
    for (const float* at = values.data_ptr<float>(); at < values.data_ptr<float>() + values.numel(); at += 3)
        centres.push_back({ at[0], at[1], at[2] });
    return centres;
}

/// own [B,R,X], whole [B,1,X] → what is said of each region.
torch::Tensor mixed(const torch::Tensor& own, const torch::Tensor& whole)
{
    return kOwnShare * own + (1 - kOwnShare) * whole;
}

} // namespace

Evidence::Evidence(const EvidenceOptions& options, const std::filesystem::path& imageWeights,
    const std::filesystem::path& words, const TensorMap& tensors, const std::string& source, int grid,
    torch::Device device)
    : m_options(options)
    , m_words(words)
    , m_colours(centresOf(named(tensors, "colour_centres", source), source), grid)
    , m_grid(grid)
{
    m_classCodes = tensorNamed(tensors, "class_codes", { kClasses, options.classes }, source);
    m_colourCodes = tensorNamed(
        tensors, "colour_codes", { static_cast<std::int64_t>(m_colours.centres()), options.colours }, source);
    m_wordRows = tensorNamed(tensors, "word_rows", { m_words.count(), options.total() + 1 }, source);
    const auto checkpoint = readTorchTensors(imageWeights);
    m_classifier = tensorNamed(
        checkpoint, "_fc.weight", { kClasses, EfficientNetLite2Impl::kHeadChannels }, imageWeights.string());
    m_bias = tensorNamed(checkpoint, "_fc.bias", { kClasses }, imageWeights.string());
    m_network->load(checkpoint, imageWeights.string());
    to(device);
}

void Evidence::to(torch::Device device)
{
    m_network->to(device);
    for (auto* tensor : { &m_classifier, &m_bias, &m_classCodes })
        *tensor = tensor->to(device);
}

torch::Tensor Evidence::classes(const torch::Tensor& stride16)
{
    const auto cells = m_network->head(stride16).permute({ 0, 2, 3, 1 }).flatten(1, 2);
    const auto logits = torch::linear(mixed(cells, cells.mean(1, true)), m_classifier, m_bias);
    return torch::matmul(torch::softmax(logits, -1).sqrt(), m_classCodes);
}

torch::Tensor Evidence::colours(std::span<const image::Image> photographs) const
{
    const auto count = static_cast<std::int64_t>(photographs.size());
    const auto centres = static_cast<std::int64_t>(m_colours.centres());
    const std::int64_t cells = std::int64_t { m_grid } * m_grid;
    const auto shares = torch::empty({ count, cells, centres }), coverage = torch::empty({ count, cells, 1 });
    for (std::int64_t i = 0; i < count; ++i) {
        const auto found = m_colours(photographs[static_cast<std::size_t>(i)]);
        std::ranges::copy(found.shares, shares.data_ptr<float>() + i * cells * centres);
        std::ranges::copy(found.coverage, coverage.data_ptr<float>() + i * cells);
    }
    const auto whole = shares.sum(1, true) / coverage.sum(1, true).clamp_min(1e-3);
    return torch::matmul(mixed(shares, whole).sqrt(), m_colourCodes);
}

torch::Tensor Evidence::regions(const torch::Tensor& stride16, std::span<const image::Image> photographs)
{
    return torch::cat({ classes(stride16), colours(photographs).to(stride16.device()) }, 2);
}

WordEvidence Evidence::words(std::span<const std::string> words) const
{
    const auto rows = m_words.find(words);
    WordEvidence found { torch::zeros({ static_cast<std::int64_t>(rows.size()), m_options.total() }),
        std::vector<float>(rows.size()) };
    for (std::size_t w = 0; w < rows.size(); ++w)
        if (rows[w] >= 0) {
            const auto row = m_wordRows[rows[w]];
            found.vectors[static_cast<std::int64_t>(w)] = row.narrow(0, 0, m_options.total());
            found.baselines[w] = row[m_options.total()].item<float>();
        }
    return found;
}

} // namespace wordsight::nn
