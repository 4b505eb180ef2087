#include "core/engine/library/model_source.h"

#include <algorithm>

#include "core/base/error.h"

namespace wordsight::engine {

std::optional<InstalledModel> describe(const ModelSource& models, const std::string& name)
{
    const std::string& wanted = name.empty() ? models.standard : name;
    std::vector<InstalledModel> installed = models.installed();
    if (const auto found = std::ranges::find(installed, wanted, &InstalledModel::name); found != installed.end())
        return std::move(*found);
    try {
        return installedModel(wanted);
    } catch (const Error&) {
        return std::nullopt;
    }
}

} // namespace wordsight::engine
