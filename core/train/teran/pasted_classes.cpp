#include "core/train/teran/pasted_classes.h"

#include <array>
#include <cmath>
#include <fstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/shared/normalise.h"
#include "core/train/shared/open_backbones.h"

namespace wordsight::train {

namespace {

constexpr std::array kSentences { "{1}", "{0} {1}", "a photo of {0} {1}", "there is {0} {1} in the picture",
    "{0} {1} outside" }; ///< article, noun
constexpr double kFaintest
    = 0.3; ///< share of a pasted region's features that is the class's; the rest is the photograph's

std::vector<std::string> linesOf(const std::string& file)
{
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    if (lines.empty())
        throw Error(ErrorKind::UnreadableInput, fmt::format("{} holds no names of classes.", file));
    return lines;
}

std::string article(const std::string& noun)
{
    return std::string("aeiou").find(char(std::tolower(static_cast<unsigned char>(noun.front())))) == std::string::npos
        ? "a"
        : "an";
}

std::int64_t below(std::int64_t count)
{
    return torch::randint(count, { 1 }).item<std::int64_t>();
}

} // namespace

PastedClasses::PastedClasses(const ClassOptions& options, const nn::TeranOptions& network,
    const model::WeightsFolder& weights, torch::Device device)
    : m_options(options)
    , m_norm(network.image.inputNorm)
    , m_scale(network.image.inputScale)
    , m_names(linesOf(options.names))
    , m_rows(classifierRows(weights))
{
    if (m_rows.size(0) != std::int64_t(m_names.size()))
        throw Error(ErrorKind::Usage,
            fmt::format("{} holds {} names; the image network tells {} classes.", options.names, m_names.size(),
                m_rows.size(0)));
    m_rows = nn::unit(m_rows.clamp_min(0)).to(device);
}

torch::Tensor PastedClasses::rectangles(std::int64_t count, std::int64_t regions) const
{
    const auto side = std::int64_t(std::lround(std::sqrt(double(regions))));
    auto inside = torch::zeros({ count, side, side });
    for (std::int64_t i = 0; i < count; ++i) {
        const auto least = std::max<std::int64_t>(1, side / 4);
        const auto width = least + below(side - least + 1), height = least + below(side - least + 1);
        inside[i].narrow(0, below(side - height + 1), height).narrow(1, below(side - width + 1), width).fill_(1);
    }
    return inside.view({ count, regions }).to(m_rows.device());
}

Batch PastedClasses::paste(const Batch& batch, FeatureSource& features) const
{
    const torch::NoGradGuard guard;
    const auto count = std::min(m_options.pasted, batch.regions.size(0)), width = m_rows.size(1);
    const auto chosen = torch::randperm(std::int64_t(m_names.size())).narrow(0, 0, count);
    Batch out;
    out.epoch = batch.epoch;
    out.boxes = batch.boxes;
    out.regions
        = batch.regions
              .index_select(0, torch::randperm(batch.regions.size(0)).narrow(0, 0, count).to(batch.regions.device()))
              .clone();
    const auto inside = rectangles(count, out.regions.size(1));

    // Prepared features are square roots of directions: their squares can be mixed as activations can.
    auto head = out.regions.narrow(2, 0, width);
    const auto strength
        = (kFaintest + (1 - kFaintest) * torch::rand({ count, 1, 1 })).to(head.device()) * inside.unsqueeze(2);
    const auto mixed = (1 - strength) * nn::unit(head.square())
        + strength * m_rows.index_select(0, chosen.to(head.device())).unsqueeze(1);
    head.copy_(nn::normaliseGroups(mixed, { width }, m_norm, m_scale));

    const auto nounOf = [&](std::int64_t photograph) -> const std::string& {
        return m_names[std::size_t(chosen[photograph].item<std::int64_t>())];
    };
    std::vector<std::string> sentences;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto& noun = nounOf(i);
        const auto form = std::size_t(below(std::int64_t(kSentences.size())));
        sentences.push_back(fmt::format(fmt::runtime(kSentences[form]), article(noun), noun));
    }
    const auto described = features.describe(sentences);
    out.texts = described.features;
    out.owner = torch::arange(count, torch::kLong).to(m_rows.device());
    auto words = torch::zeros({ count, out.texts.mask.size(1) });
    for (std::int64_t i = 0; i < count; ++i) {
        const auto& noun = nounOf(i);
        const auto begin = sentences[std::size_t(i)].find(noun);
        for (const auto w : wordsWithin(described.spans[std::size_t(i)], { begin, begin + noun.size() }))
            words[i][w] = 1;
    }
    words = words / words.sum(1, true).clamp_min(1);
    out.phrases = { out.owner, out.owner, words.to(m_rows.device()), inside };
    return out;
}

} // namespace wordsight::train
