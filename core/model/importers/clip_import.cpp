#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/importers/importers.h"
#include "core/nn/clip/clip.h"
#include "core/nn/clip/clip_configuration.h"
#include "core/nn/clip/clip_tokenizers.h"
#include "core/nn/formats/hugging_face_weights.h"

namespace wordsight::model {

using namespace nn;
namespace {

namespace fs = std::filesystem;

/// The tensors that the network is made of, as they are stored; what else a file holds stays behind.
TensorMap tensorsFor(const ClipOptions& options, const HuggingFaceWeights& weights)
{
    const Clip network(options);
    TensorMap tensors;
    for (const auto& item : network->named_parameters()) {
        tensorNamed(weights.tensors, item.key(), item.value().sizes(), weights.file.string());
        const torch::Tensor& stored = weights.tensors.at(item.key());
        if (!stored.is_floating_point())
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("{}: {} holds no floating-point numbers; quantised weights cannot be read.",
                    weights.file.string(), item.key()));
        tensors[item.key()] = stored;
    }
    return tensors;
}

} // namespace

std::string whyNotClip(const fs::path& source)
{
    if (!fs::is_directory(source))
        return "it is no folder with a config.json";
    try {
        clipFamilyOf(source);
        return {};
    } catch (const Error& error) {
        std::string reason = error.what();
        if (reason.ends_with('.'))
            reason.pop_back();
        return reason;
    }
}

Import readClip(const ImportRequest& request)
{
    const ClipOptions options = clipOptionsOf(request.source);
    if (!request.architecture.empty() && request.architecture != nameOf(options.family))
        throw Error(ErrorKind::ModelMismatch,
            fmt::format(
                "{} is a {} folder, not {}.", request.source.string(), nameOf(options.family), request.architecture));
    openClipTokenizer(request.source, options);
    Import import;
    import.tensors = tensorsFor(options, huggingFaceWeights(request.source));
    for (const std::string& name : clipTokenizerFiles(request.source, options.family))
        import.files.push_back({ name, request.source / name });
    const auto& vision = options.vision;
    import.config.architecture = options.siglip() ? Architecture::Siglip : Architecture::Clip;
    import.config.description
        = fmt::format("{} of {} and {} layers, {} patches of {} × {} pixels", options.siglip() ? "SigLIP" : "CLIP",
            vision.layers, options.text.layers, vision.grid() * vision.grid(), vision.patch, vision.patch);
    import.config.licence = "see where the weights came from";
    import.config.network = options.toJson().dump();
    import.config.pooling = align::Pooling::MrAVGw;
    import.config.globalWeight = 1;
    return import;
}

} // namespace wordsight::model
