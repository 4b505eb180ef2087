#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/importers/importers.h"
#include "core/nn/clip/clip.h"
#include "core/nn/clip/clip_configuration.h"
#include "core/nn/clip/clip_tokenizers.h"
#include "core/nn/clip/open_clip.h"
#include "core/nn/formats/hugging_face_weights.h"

namespace wordsight::model {

using namespace nn;
namespace {

namespace fs = std::filesystem;

/// The seven of 80 that CLIP's authors found to be enough for ImageNet (their notebook
/// Prompt_Engineering_for_ImageNet).
constexpr auto kWordPrompts = std::to_array<const char*>({ "itap of a {}.", "a bad photo of the {}.", "a origami {}.",
    "a photo of the large {}.", "a {} in a video game.", "art of the {}.", "a photo of the small {}." });

/// A folder of either layout. Where it is both, the Hugging Face layout counts: it says more.
struct Source {
    ClipOptions options;
    HuggingFaceWeights weights;
};

bool isHuggingFace(const fs::path& folder)
{
    try {
        clipFamilyOf(folder);
        return true;
    } catch (const Error&) {
        return false;
    }
}

Source sourceOf(const fs::path& folder)
{
    if (!isOpenClip(folder) || isHuggingFace(folder))
        return { clipOptionsOf(folder), huggingFaceWeights(folder) };
    OpenClip model = readOpenClip(folder);
    return { std::move(model.options), { std::move(model.weights), std::move(model.tensors) } };
}

/// The tensors that the network is made of, as they are stored; what else a file holds stays behind.
TensorMap tensorsFor(const Source& source)
{
    const Clip network(source.options);
    const std::string file = source.weights.file.string();
    TensorMap tensors;
    for (const auto& item : network->named_parameters()) {
        tensorNamed(source.weights.tensors, item.key(), item.value().sizes(), file);
        const torch::Tensor& stored = source.weights.tensors.at(item.key());
        if (!stored.is_floating_point())
            throw Error(ErrorKind::ModelMismatch,
                fmt::format(
                    "{}: {} holds no floating-point numbers; quantised weights cannot be read.", file, item.key()));
        tensors[item.key()] = stored;
    }
    return tensors;
}

} // namespace

std::string whyNotClip(const fs::path& source)
{
    if (!fs::is_directory(source))
        return "it is no folder with a config.json";
    if (isOpenClip(source))
        return {};
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
    Source source = sourceOf(request.source);
    ClipOptions& options = source.options;
    options.wordPrompts = { kWordPrompts.begin(), kWordPrompts.end() };
    if (!options.siglip())
        options.regions = ClipRegions::Naclip;
    if (!request.architecture.empty() && request.architecture != nameOf(options.family))
        throw Error(ErrorKind::ModelMismatch,
            fmt::format(
                "{} is a {} folder, not {}.", request.source.string(), nameOf(options.family), request.architecture));
    openClipTokenizer(request.source, options);
    Import import;
    import.tensors = tensorsFor(source);
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
