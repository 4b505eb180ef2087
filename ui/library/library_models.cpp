#include "ui/library/library_models.h"

#include <algorithm>

#include "ui/library/library_location.h"

namespace wordsight::ui {

LibraryModels::LibraryModels(Pools& pools, const engine::ModelSource& models, QObject* parent)
    : QObject(parent)
    , m_installed(models.installed)
    , m_task(pools.pictures)
{
    m_task.done = [this](std::vector<ModelChoice> choices) {
        m_choices = std::move(choices);
        Q_EMIT changed();
    };
}

void LibraryModels::read(const std::filesystem::path& library)
{
    m_library = library;
    m_task.start([installed = m_installed, library](const JobControl&) {
        if (library.empty() || !isLibrary(library))
            return modelChoices(installed(), {}, 0);
        const auto opened = store::Library::open(library, store::Library::Mode::ReadOnly);
        return modelChoices(installed(), opened.models(), opened.photoCount());
    });
}

const ModelChoice* LibraryModels::find(const std::string& name) const
{
    const auto found = std::ranges::find(m_choices, name, [](const ModelChoice& choice) { return choice.model.name; });
    return found == m_choices.end() ? nullptr : &*found;
}

} // namespace wordsight::ui
