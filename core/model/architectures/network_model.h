#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/architectures/architectures.h"
#include "core/model/image_text_model.h"
#include "core/nn/backbones/backbones.h"
#include "core/nn/formats/safetensors.h"
#include "core/nn/shared/batched_encoding.h"
#include "core/nn/shared/compute_device.h"
#include "core/nn/shared/json_fields.h"

namespace wordsight::model {

/// The network's options of a model folder; `check` may refuse them by nn::refuseIf(). Throws Error{ModelMismatch}
/// naming the file.
template <class Options, class Check> Options optionsOf(const VerifiedModel& model, Check check)
{
    const auto file = model.folder / "config.json";
    try {
        const auto options
            = nn::fromJson<Options>(nlohmann::json::parse(model.config.network), file.string() + ": network");
        if constexpr (requires { options.check(std::string()); })
            options.check(file.string() + ": network");
        check(options, file.string());
        return options;
    } catch (const Error& error) {
        throw Error(ErrorKind::ModelMismatch, fmt::format("{}.", error.what()));
    }
}

template <class Options> Options optionsOf(const VerifiedModel& model)
{
    return optionsOf<Options>(model, [](const Options&, const std::string&) {});
}

/// A model that is one network on one device: what all architectures have in common. Which regions there are, and what
/// it takes, the architecture says in `m_info`.
template <class Network> class NetworkModel : public ImageTextModel {
public:
    const ModelInfo& info() const final { return m_info; }
    std::string device() const final { return nn::describe(m_device); }

protected:
    template <class Options>
    NetworkModel(const VerifiedModel& model, const Options& options, torch::Device device)
        : m_network(options)
        , m_device(device)
        , m_info { .name = model.config.name,
            .architecture = std::string(nameOf(model.config.architecture)),
            .fingerprint = fingerprintOf(model.config),
            .description = model.config.description,
            .dimension = static_cast<int>(options.dimension),
            .globalWeight = model.config.globalWeight,
            .pooling = model.config.pooling }
        , m_weights(model.folder / "model.safetensors")
    {
        nn::assignParameters(*m_network, nn::readSafetensors(m_weights), device, m_weights.string());
        m_network->eval();
    }

    /// All items in order, at most `atOnce` at a time; on the CPU from then on where the device's memory is too small.
    template <class T, class Encode> void inBatches(std::span<const T> items, std::size_t atOnce, Encode encode)
    {
        nn::inBatches(
            items, atOnce, encode, [&] { return m_device; }, [&] { moveTo(torch::kCPU); });
    }

    /// The same for a function that appends the encodings of a batch.
    template <class Encoding, class T, class Encode>
    std::vector<Encoding> encodingsOf(std::span<const T> items, std::size_t atOnce, Encode encode)
    {
        std::vector<Encoding> encodings;
        inBatches(items, atOnce, [&](std::span<const T> batch) { encode(batch, encodings); });
        return encodings;
    }

    virtual void moveTo(torch::Device device)
    {
        m_device = device;
        m_network->to(device);
    }

    Network m_network;
    torch::Device m_device;
    ModelInfo m_info;
    std::filesystem::path m_weights;
};

/// One whose network takes what the shared backbones say of photographs and sentences.
template <class Network> class BackboneModel : public NetworkModel<Network> {
protected:
    template <class Options>
    BackboneModel(const VerifiedModel& model, const Options& options, torch::Device device)
        : NetworkModel<Network>(model, options, device)
        , m_backbones(imageBackboneOf(model), (model.weights.path / model.config.textBackbone.path).parent_path(),
              model.config.features, device)
    {
        const auto tensors = nn::readSafetensors(this->m_weights);
        for (const auto& [name, module] :
            m_backbones.modules()) // the folder holds those of their weights that were tuned
            nn::replaceParameters(*module, nn::tensorsBelow(tensors, name + "."), device, this->m_weights.string());
        this->m_info.boxes = m_backbones.boxes();
        if (takesPhotographs(model.config))
            this->m_info.photographs = { .side = model.config.features.inputSide };
    }

    void moveTo(torch::Device device) override
    {
        m_backbones.to(device);
        NetworkModel<Network>::moveTo(device);
    }

    nn::Backbones m_backbones;

private:
    static std::filesystem::path imageBackboneOf(const VerifiedModel& model)
    {
        const auto& named = model.config.imageBackbone.path;
        return named.empty() ? named : model.weights.path / named;
    }
};

} // namespace wordsight::model
