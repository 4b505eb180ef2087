#include "core/nn/clip/open_clip.h"

#include <cmath>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/clip/foreign_configuration.h"
#include "core/nn/clip/open_clip_names.h"
#include "core/nn/formats/hugging_face_weights.h"

namespace wordsight::nn {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kConfiguration = "open_clip_config.json";
constexpr auto kWeights = std::to_array<std::string_view>({ "open_clip_model", "open_clip_pytorch_model" });

/// What one part of a configuration may hold; published ones of 2024 have it below "model_cfg".
struct Configuration {
    fs::path file;
    json model, preprocessing, text, vision;
};

json objectIn(const json& object, const char* key, const fs::path& file)
{
    if (!object.contains(key) || object.at(key).is_null())
        return json::object();
    if (!object.at(key).is_object())
        throw refusedConfiguration(file, fmt::format("{} is no object", key));
    return object.at(key);
}

Configuration configurationOf(const fs::path& folder)
{
    Configuration c { folder / kConfiguration, {}, {}, {}, {} };
    const json all = readForeignJson(c.file);
    c.model = all.contains("model_cfg") ? objectIn(all, "model_cfg", c.file) : all;
    c.preprocessing = objectIn(all, "preprocess_cfg", c.file);
    c.text = objectIn(c.model, "text_cfg", c.file);
    c.vision = objectIn(c.model, "vision_cfg", c.file);
    return c;
}

/// Parts that OpenCLIP can put into a transformer and this program has not: refused where they are switched on.
void refuseExtras(const ForeignFields& fields)
{
    for (const char* key : { "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn",
             "scale_fc", "final_ln_after_pool", "attentional_pool", "no_ln_pre", "embed_cls" })
        fields.expect(key, false);
    if (fields.has("ls_init_value"))
        throw fields.wrong("ls_init_value", "asks for a scale in every layer, which this program does not compute");
}

void readNormAndActivation(const ForeignFields& fields, const fs::path& file, bool quick, ClipTowerOptions& tower)
{
    tower.activation = quick ? ClipActivation::QuickGelu : ClipActivation::Gelu;
    if (fields.has("norm_kwargs"))
        ForeignFields(fields.at("norm_kwargs"), file, "norm_kwargs.").read("eps", tower.normEpsilon);
    if (!fields.has("act_kwargs"))
        return;
    std::string approximate = "none";
    const ForeignFields activation(fields.at("act_kwargs"), file, "act_kwargs.");
    activation.read("approximate", approximate);
    if (approximate != "none" && approximate != "tanh")
        throw activation.wrong("approximate", fmt::format("is \"{}\"; known are none and tanh", approximate));
    if (approximate == "tanh")
        tower.activation = ClipActivation::GeluTanh;
}

void readTower(const ForeignFields& fields, const fs::path& file, bool quick, ClipTowerOptions& tower)
{
    double ratio = 4;
    fields.read("width", tower.width);
    fields.read("layers", tower.layers);
    fields.read("mlp_ratio", ratio);
    tower.feedForward = std::llround(std::floor(static_cast<double>(tower.width) * ratio));
    readNormAndActivation(fields, file, quick, tower);
    refuseExtras(fields);
}

void readText(const Configuration& c, bool quick, ClipOptions& o)
{
    const ForeignFields text(c.text, c.file, "text_cfg.");
    if (text.has("hf_model_name"))
        throw text.wrong("hf_model_name",
            fmt::format("names {} as the text network; this program has OpenCLIP's own alone",
                text.at("hf_model_name").dump()));
    o.text.width = 512;
    o.text.layers = 12;
    o.text.heads = 8;
    readTower(text, c.file, quick, o.text);
    text.read("heads", o.text.heads);
    text.read("context_length", o.text.positions);
    text.read("vocab_size", o.text.vocabulary);
    text.expect("proj_type", std::string("linear"));
    std::string pooling = "argmax";
    text.read("pool_type", pooling);
    if (o.siglip()) {
        text.expect("no_causal_mask", true);
        text.expect("proj_bias", true);
        if (text.has("tokenizer_kwargs")) {
            std::string cleaning;
            ForeignFields(text.at("tokenizer_kwargs"), c.file, "text_cfg.tokenizer_kwargs.").read("clean", cleaning);
            o.text.dropPunctuation = cleaning == "canonicalize";
        }
        if (pooling != "last")
            throw text.wrong("pool_type", fmt::format("is \"{}\"; this program computes only \"last\"", pooling));
        return;
    }
    text.expect("no_causal_mask", false);
    text.expect("proj_bias", false);
    if (pooling == "eos") {
        o.text.pooling = ClipTextPooling::First;
        o.text.endId = 2;
        text.read("eos_id", o.text.endId);
    } else if (pooling == "argmax") {
        o.text.pooling = ClipTextPooling::Highest;
    } else {
        throw text.wrong("pool_type", fmt::format("is \"{}\"; this program computes only argmax and eos", pooling));
    }
}

void readSide(const ForeignFields& vision, ClipOptions& o)
{
    if (!vision.has("image_size"))
        return;
    const json& side = vision.at("image_size");
    if (!side.is_array()) {
        vision.read("image_size", o.vision.side);
        return;
    }
    std::vector<std::int64_t> sides;
    vision.read("image_size", sides);
    if (sides.size() != 2 || sides[0] != sides[1])
        throw vision.wrong("image_size", fmt::format("is {}; photographs must become a square", side.dump()));
    o.vision.side = sides[0];
}

void readPlainVision(const Configuration& c, bool quick, ClipOptions& o)
{
    const ForeignFields vision(c.vision, c.file, "vision_cfg.");
    if (vision.has("layers") && !vision.at("layers").is_number())
        throw vision.wrong("layers", "describes a ResNet; this program has vision transformers alone");
    readTower(vision, c.file, quick, o.vision);
    std::int64_t headWidth = 64;
    vision.read("head_width", headWidth);
    o.vision.heads = headWidth > 0 ? o.vision.width / headWidth : 0;
    o.vision.patch = 16;
    vision.read("patch_size", o.vision.patch);
    vision.expect("pool_type", std::string("tok"));
    vision.expect("pos_embed_type", std::string("learnable"));
}

const torch::Tensor& tensorAt(const TensorMap& tensors, const std::string& name, std::int64_t dim, const fs::path& file)
{
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.dim() != dim)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format(
                "{} has no tensor {} of {} dimensions, which a vision tower of timm has.", file.string(), name, dim));
    return found->second;
}

/// timm's towers are named, not described: what their names stand for is read off the tensors, but for the heads.
void readTrunk(const Configuration& c, const TensorMap& tensors, const fs::path& file, ClipOptions& o)
{
    const ForeignFields vision(c.vision, c.file, "vision_cfg.");
    vision.expect("timm_pool", std::string("map"));
    vision.expect("timm_proj", std::string("none"));
    const auto& patches = tensorAt(tensors, "vision_model.embeddings.patch_embedding.weight", 4, file);
    o.vision.width = patches.size(0);
    o.vision.patch = patches.size(2);
    o.vision.feedForward = tensorAt(tensors, "vision_model.encoder.layers.0.mlp.fc1.weight", 2, file).size(0);
    o.vision.layers = 0;
    while (tensors.contains(fmt::format("vision_model.encoder.layers.{}.layer_norm1.weight", o.vision.layers)))
        ++o.vision.layers;
    const auto name = c.vision.at("timm_model_name").get<std::string>();
    o.vision.heads = name.starts_with("vit_base_") ? 12 : 16; // large, so400m and giantopt
    o.vision.activation = ClipActivation::Gelu;
    o.vision.normEpsilon = 1e-6;
}

void readPreprocessing(const Configuration& c, ClipOptions& o)
{
    const ForeignFields fields(c.preprocessing, c.file, "preprocess_cfg.");
    fields.read("mean", o.vision.mean);
    fields.read("std", o.vision.deviation);
    std::string interpolation = "bicubic";
    fields.read("interpolation", interpolation);
    if (interpolation != "bicubic" && interpolation != "bilinear")
        throw fields.wrong("interpolation", fmt::format("is \"{}\"; known are bicubic and bilinear", interpolation));
    o.vision.resampling = interpolation == "bicubic" ? ClipResampling::Bicubic : ClipResampling::Bilinear;
}

ClipFamily familyOf(const Configuration& c)
{
    const ForeignFields vision(c.vision, c.file, "vision_cfg.");
    std::string trunk;
    vision.read("timm_model_name", trunk);
    if (trunk.empty())
        return ClipFamily::Clip;
    const bool siglip = trunk.starts_with("vit_") && trunk.find("_siglip_") != std::string::npos
        && trunk.find("_gap") == std::string::npos;
    if (!siglip)
        throw vision.wrong("timm_model_name",
            fmt::format("is \"{}\"; of timm's networks this program has SigLIP's vision transformers alone", trunk));
    return ClipFamily::Siglip;
}

} // namespace

bool isOpenClip(const fs::path& folder)
{
    return fs::is_regular_file(folder / kConfiguration);
}

OpenClip readOpenClip(const fs::path& folder)
{
    const Configuration c = configurationOf(folder);
    OpenClip model;
    ClipOptions& o = model.options;
    o.family = familyOf(c);
    const ForeignFields top(c.model, c.file);
    top.read("embed_dim", o.dimension);
    bool quick = false;
    top.read("quick_gelu", quick);
    if (o.siglip()) {
        o.text.positions = 64;
        o.text.vocabulary = 32000;
        o.text.pooling = ClipTextPooling::Last;
        o.vision.mean = o.vision.deviation = { 0.5, 0.5, 0.5 };
    }
    readText(c, quick, o);
    HuggingFaceWeights stored = folderWeights(folder, kWeights);
    model.weights = stored.file;
    model.tensors = fromOpenClipNames(stored.tensors, stored.file.string());
    if (o.siglip())
        readTrunk(c, model.tensors, model.weights, o);
    else
        readPlainVision(c, quick, o);
    readSide(ForeignFields(c.vision, c.file, "vision_cfg."), o);
    readPreprocessing(c, o);
    try {
        o.check("network");
    } catch (const Error& error) {
        throw refusedConfiguration(c.file, error.what());
    }
    return model;
}

} // namespace wordsight::nn
