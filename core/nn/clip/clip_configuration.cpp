#include "core/nn/clip/clip_configuration.h"

#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/nn/clip/foreign_configuration.h"

namespace wordsight::nn {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// text_config or vision_config; published files of 2022 have the real values in text_config_dict.
json section(const json& config, const std::string& name, const fs::path& file)
{
    for (const std::string& key : { name + "_dict", name })
        if (config.contains(key) && !config.at(key).is_null()) {
            if (!config.at(key).is_object())
                throw refusedConfiguration(file, key + " is no object");
            return config.at(key);
        }
    return json::object();
}

void readTower(const ForeignFields& fields, ClipTowerOptions& o)
{
    fields.read("hidden_size", o.width);
    fields.read("num_hidden_layers", o.layers);
    fields.read("num_attention_heads", o.heads);
    fields.read("intermediate_size", o.feedForward);
    fields.read("layer_norm_eps", o.normEpsilon);
    std::string activation(nameOf(o.activation));
    fields.read("hidden_act", activation);
    const auto known = named<ClipActivation>(activation);
    if (!known)
        throw fields.wrong(
            "hidden_act", fmt::format("is \"{}\"; known are {}", activation, fmt::join(namesOf(o.activation), ", ")));
    o.activation = *known;
}

/// What the classes of transformers start from.
ClipOptions defaultsOf(ClipFamily family)
{
    ClipOptions o;
    o.family = family;
    o.vision.width = 768;
    o.vision.heads = 12;
    o.vision.feedForward = 3072;
    if (!o.siglip())
        return o;
    static_cast<ClipTowerOptions&>(o.text) = { 768, 12, 12, 3072, ClipActivation::GeluTanh, 1e-6 };
    static_cast<ClipTowerOptions&>(o.vision) = o.text;
    o.text.vocabulary = 32000;
    o.text.positions = 64;
    o.text.pooling = ClipTextPooling::Last;
    o.vision.patch = 16;
    o.vision.mean = o.vision.deviation = { 0.5, 0.5, 0.5 };
    return o;
}

void readNetwork(const fs::path& file, const json& config, ClipOptions& o)
{
    const json textConfig = section(config, "text_config", file);
    const json visionConfig = section(config, "vision_config", file);
    const ForeignFields text(textConfig, file, "text_config.");
    const ForeignFields vision(visionConfig, file, "vision_config.");
    readTower(text, o.text);
    readTower(vision, o.vision);
    text.read("vocab_size", o.text.vocabulary);
    text.read("max_position_embeddings", o.text.positions);
    vision.read("image_size", o.vision.side);
    vision.read("patch_size", o.vision.patch);
    vision.expect("num_channels", std::int64_t { 3 });
    if (o.siglip()) {
        vision.expect("vision_use_head", true);
        o.dimension = o.text.width;
        text.read("projection_size", o.dimension);
        return;
    }
    text.read("eos_token_id", o.text.endId);
    if (o.text.endId == 2) // the legacy rule of transformers: such files name a wrong id; the end is the highest one
        o.text.pooling = ClipTextPooling::Highest;
    ForeignFields(config, file).read("projection_dim", o.dimension);
}

/// A side given as a number, as {height, width} or as {shortest_edge}; nothing where it is not given.
std::optional<std::int64_t> sideOf(const ForeignFields& fields, const char* key, const fs::path& file)
{
    if (!fields.has(key))
        return std::nullopt;
    const json& value = fields.at(key);
    std::int64_t side = 0;
    if (!value.is_object()) {
        fields.read(key, side);
        return side;
    }
    const ForeignFields sides(value, file, std::string(key) + ".");
    if (sides.has("shortest_edge")) {
        sides.read("shortest_edge", side);
        return side;
    }
    std::int64_t width = 0;
    sides.read("height", side);
    sides.read("width", width);
    if (side != width)
        throw fields.wrong(key, fmt::format("is {}; photographs must become a square", value.dump()));
    return side;
}

void readPreprocessing(const fs::path& file, const json& config, ClipOptions& o)
{
    const ForeignFields fields(config, file);
    fields.expect("do_resize", true);
    fields.expect("do_rescale", true);
    if (double factor = 1.0 / 255; fields.read("rescale_factor", factor), std::abs(factor * 255 - 1) > 1e-6)
        throw fields.wrong("rescale_factor", fmt::format("is {}; this program computes only 1/255", factor));
    int resample = 3;
    fields.read("resample", resample);
    if (resample != 2 && resample != 3)
        throw fields.wrong("resample", fmt::format("is {}; this program has 2 (bilinear) and 3 (bicubic)", resample));
    o.vision.resampling = resample == 3 ? ClipResampling::Bicubic : ClipResampling::Bilinear;
    bool crops = !o.siglip(), normalises = true;
    fields.read("do_center_crop", crops);
    fields.read("do_normalize", normalises);
    const char* key = crops && fields.has("crop_size") ? "crop_size" : "size";
    if (const auto side = sideOf(fields, key, file); side && *side != o.vision.side)
        throw fields.wrong(key, fmt::format("is {}, but the network takes {}", *side, o.vision.side));
    fields.read("image_mean", o.vision.mean);
    fields.read("image_std", o.vision.deviation);
    if (!normalises) {
        o.vision.mean = { 0, 0, 0 };
        o.vision.deviation = { 1, 1, 1 };
    }
}

/// preprocessor_config.json, else the part about images of processor_config.json, which alone newer versions of
/// transformers write.
std::pair<fs::path, json> preprocessingOf(const fs::path& folder)
{
    const fs::path own = folder / "preprocessor_config.json", shared = folder / "processor_config.json";
    if (!fs::exists(own) && fs::exists(shared)) {
        const json config = readForeignJson(shared);
        if (config.contains("image_processor") && config.at("image_processor").is_object())
            return { shared, config.at("image_processor") };
    }
    return { own, readForeignJson(own) };
}

} // namespace

ClipFamily clipFamilyOf(const fs::path& folder)
{
    const fs::path file = folder / "config.json";
    const json config = readForeignJson(file);
    if (!config.contains("model_type") || !config.at("model_type").is_string())
        throw refusedConfiguration(file, "it names no model_type, so this is not a folder in the Hugging Face layout");
    const std::string type = config.at("model_type");
    if (const auto family = named<ClipFamily>(type))
        return *family;
    throw refusedConfiguration(
        file, fmt::format("its model_type is \"{}\"; this program reads \"clip\" and \"siglip\"", type));
}

ClipOptions clipOptionsOf(const fs::path& folder)
{
    const fs::path file = folder / "config.json";
    ClipOptions options = defaultsOf(clipFamilyOf(folder));
    readNetwork(file, readForeignJson(file), options);
    const auto [preprocessor, preprocessing] = preprocessingOf(folder);
    readPreprocessing(preprocessor, preprocessing, options);
    if (const fs::path tokenizer = folder / "tokenizer_config.json"; options.siglip() && fs::exists(tokenizer)) {
        const json config = readForeignJson(tokenizer);
        ForeignFields(config, tokenizer).read("do_lower_case", options.text.lowerCase);
    }
    try {
        options.check("network");
    } catch (const Error& error) {
        throw refusedConfiguration(file, error.what());
    }
    return options;
}

} // namespace wordsight::nn
