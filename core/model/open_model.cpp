#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "core/align/pooling.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/image_text_model.h"
#include "core/model/internal/compute_device.h"
#include "core/model/internal/frozen_features.h"
#include "core/model/internal/safetensors.h"
#include "core/model/internal/teran.h"
#include "core/model/model_config.h"

namespace wordsight::model {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSentencesAtOnce = 256;
constexpr std::size_t kImagesAtOnce = 64;

Matrix matrixOf(const torch::Tensor& tensor)
{
    const auto plain = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    Matrix matrix(static_cast<std::size_t>(plain.size(0)), static_cast<std::size_t>(plain.size(1)));
    std::copy_n(plain.data_ptr<float>(), plain.numel(), matrix.data.begin());
    return matrix;
}

std::vector<float> vectorOf(const torch::Tensor& tensor)
{
    const auto plain = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

/// What the vectors of a model depend on, and nothing else: renaming a model does not part it from its libraries.
std::string fingerprintOf(const ModelConfig& config)
{
    const std::string identity =
        fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", config.architecture, config.features.inputSide, config.features.taps, config.features.words,
                    config.network, config.imageBackbone.sha256, config.textBackbone.sha256, config.weightsSha256);
    return contentHash(std::as_bytes(std::span(identity))).substr(0, 16);
}

class TeranModel final : public ImageTextModel {
public:
    TeranModel(const ModelConfig& config, const fs::path& folder, torch::Device device)
        : m_backbones(weightsFolder() / config.imageBackbone.path,
                      (weightsFolder() / config.textBackbone.path).parent_path(), config.features, device),
          m_network(networkOptions(config, folder))
    {
        const auto weights = folder / "model.safetensors";
        const auto tensors = readSafetensors(weights);
        assignParameters(*m_network, tensors, device, weights.string());
        for (const auto& [name, module] : m_backbones.modules()) // trained end to end: the folder holds the tuned ones
            if (const auto tuned = tensorsBelow(tensors, name + "."); !tuned.empty())
                assignParameters(*module, tuned, device, weights.string());
        m_network->eval();
        m_boxes = boxesOf(m_backbones.boxes());
        m_info = {.name = config.name,
                  .architecture = config.architecture,
                  .fingerprint = fingerprintOf(config),
                  .description = config.description,
                  .dimension = static_cast<int>(m_network->options().dimension),
                  .boxes = m_backbones.boxes(),
                  .globalWeight = config.globalWeight,
                  .pooling = config.pooling,
                  .inputSide = config.features.inputSide};
    }

    const ModelInfo& info() const override { return m_info; }
    std::string device() const override { return describe(m_backbones.device()); }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        std::vector<ImageEncoding> encodings;
        inBatches(images, kImagesAtOnce, [&](auto batch) { encode(batch, encodings); });
        return encodings;
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<TextEncoding> encodings;
        inBatches(sentences, kSentencesAtOnce, [&](auto batch) { encode(batch, encodings); });
        return encodings;
    }

private:
    static TeranOptions networkOptions(const ModelConfig& config, const fs::path& folder)
    {
        try {
            return TeranOptions::fromJson(nlohmann::json::parse(config.network), "network");
        } catch (const Error& error) {
            throw Error(ErrorKind::ModelMismatch, fmt::format("{}: {}", (folder / "config.json").string(), error.what()));
        }
    }

    static torch::Tensor boxesOf(const std::vector<Box>& boxes)
    {
        auto corners = torch::empty({static_cast<std::int64_t>(boxes.size()), 4});
        for (std::size_t i = 0; i < boxes.size(); ++i)
            corners[static_cast<std::int64_t>(i)] = torch::tensor({boxes[i].x, boxes[i].y, boxes[i].w, boxes[i].h});
        return regionBoxes(corners);
    }

    /// Encodes all items in order, `atOnce` at a time. Where a graphics card has too little memory the batches get
    /// smaller, and in the end the work moves to the CPU for good.
    template <class T, class Encode>
    void inBatches(std::span<const T> items, std::size_t atOnce, Encode encode)
    {
        const c10::InferenceMode frozen;
        for (std::size_t done = 0; done < items.size();) {
            const auto batch = items.subspan(done, std::min(atOnce, items.size() - done));
            try {
                encode(batch);
                done += batch.size();
            } catch (const c10::OutOfMemoryError&) {
                if (m_backbones.device().is_cpu())
                    throw Error(ErrorKind::Io, "There is not enough memory to encode. Close other programs and try again.");
                atOnce = batch.size() / 2;
                if (atOnce == 0) {
                    spdlog::warn("The graphics card has too little memory; continuing on the CPU.");
                    moveToCpu();
                    atOnce = 1;
                }
            }
        }
    }

    void moveToCpu()
    {
        const c10::InferenceMode writable(false);
        m_backbones.to(torch::kCPU);
        m_network->to(torch::kCPU);
    }

    void encode(std::span<const image::Image> images, std::vector<ImageEncoding>& encodings)
    {
        const auto device = m_backbones.device();
        const auto output = m_network->encodeImages(m_backbones.regionFeatures(images), m_boxes.to(device));
        const auto regions = output.regions.to(torch::kCPU);
        const auto global = output.global.defined() ? output.global.to(torch::kCPU) : torch::Tensor();
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(images.size()); ++i)
            encodings.push_back({matrixOf(regions[i]), global.defined() ? vectorOf(global[i]) : std::vector<float>()});
    }

    void encode(std::span<const std::string> sentences, std::vector<TextEncoding>& encodings)
    {
        const auto features = m_backbones.wordFeatures(sentences);
        const auto output = m_network->encodeTexts(features.words, features.mask, features.sentence);
        const auto words = output.words.to(torch::kCPU);
        const auto weights = output.weights.to(torch::kCPU);
        const auto global = output.global.defined() ? output.global.to(torch::kCPU) : torch::Tensor();
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            const auto& tokens = features.tokens[i];
            const auto count = static_cast<std::int64_t>(tokens.words.size());
            TextEncoding encoding;
            encoding.words = matrixOf(words[row].slice(0, 0, count));
            encoding.weights = vectorOf(weights[row].slice(0, 0, count));
            if (output.baselines.defined())
                encoding.baselines = vectorOf(output.baselines[row].slice(0, 0, count));
            encoding.global = global.defined() ? vectorOf(global[row]) : std::vector<float>();
            encoding.truncated = tokens.truncated;
            for (const text::Word& word : tokens.words) {
                encoding.texts.push_back(word.text);
                encoding.spans.push_back(word.span);
            }
            encodings.push_back(std::move(encoding));
        }
    }

    FrozenBackbones m_backbones;
    Teran m_network;
    torch::Tensor m_boxes;
    ModelInfo m_info;
};

void check(const ModelConfig& config, const fs::path& folder)
{
    if (config.architecture != "teran")
        throw Error(ErrorKind::ModelMismatch,
                    fmt::format("{}: this program knows no architecture \"{}\".", folder.string(), config.architecture));
    if (!align::poolingNamed(config.pooling))
        throw Error(ErrorKind::ModelMismatch,
                    fmt::format("{}: there is no pooling \"{}\".", folder.string(), config.pooling));
    for (const PinnedFile& file : filesOf(config, folder))
        verify(file);
}

} // namespace

std::unique_ptr<ImageTextModel> openModel(const fs::path& folder, DeviceChoice choice)
{
    const ModelConfig config = readModelConfig(folder);
    check(config, folder);
    return std::make_unique<TeranModel>(config, folder, computeDevice(choice));
}

void setComputeThreads(int threads)
{
    torch::set_num_threads(std::max(threads, 1));
}

} // namespace wordsight::model
