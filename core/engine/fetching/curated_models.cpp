#include "core/engine/fetching/curated_models.h"

#include <set>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/json.h"

namespace wordsight::engine {
namespace {

CuratedModel modelOf(const nlohmann::json& entry)
{
    CuratedModel model;
    const auto read = [&entry](const char* name, auto& value) {
        entry.at(name).get_to(value);
        if (value == std::remove_reference_t<decltype(value)>())
            throw JsonProblem(fmt::format("{} is empty", name));
    };
    read("name", model.name);
    read("repository", model.repository);
    read("goodAt", model.goodAt);
    read("languages", model.languages);
    read("licence", model.licence);
    read("megabytes", model.megabytes);
    read("gigaflops", model.gigaflops);
    read("regions", model.regions);
    read("textToImage", model.textToImage);
    read("imageToText", model.imageToText);
    read("figuresFrom", model.figuresFrom);
    return model;
}

} // namespace

std::vector<CuratedModel> readCuratedModels(const std::filesystem::path& list)
{
    try {
        std::vector<CuratedModel> models;
        std::set<std::string> names;
        const nlohmann::json document = readJsonFile(list);
        for (const auto& entry : document.at("models")) {
            models.push_back(modelOf(entry));
            if (!names.insert(models.back().name).second)
                throw JsonProblem(fmt::format("{} is there twice", models.back().name));
        }
        return models;
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} is no list of models: {}.", list.string(), plainReason(problem)));
    }
}

} // namespace wordsight::engine
