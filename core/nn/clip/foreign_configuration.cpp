#include "core/nn/clip/foreign_configuration.h"

#include "core/base/json.h"

namespace wordsight::nn {

using nlohmann::json;
namespace fs = std::filesystem;

Error refusedConfiguration(const fs::path& file, const std::string& reason)
{
    return Error(ErrorKind::ModelMismatch, fmt::format("{}: {}.", file.string(), reason));
}

json readForeignJson(const fs::path& file)
{
    if (!fs::is_regular_file(file))
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} is missing. A CLIP or SigLIP folder in the Hugging Face layout has it.", file.string()));
    try {
        json value = readJsonFile(file);
        if (!value.is_object())
            throw refusedConfiguration(file, "it is no JSON object");
        return value;
    } catch (const json::exception& error) {
        throw refusedConfiguration(file, plainReason(error));
    }
}

} // namespace wordsight::nn
