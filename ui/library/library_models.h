#pragma once

#include <filesystem>

#include <QObject>

#include "core/engine/library/model_source.h"
#include "ui/library/model_choice.h"
#include "ui/shared/background_task.h"
#include "ui/shared/pools.h"

namespace wordsight::ui {

/// Which models are installed and how much of the open library each has seen, read in the background.
class LibraryModels : public QObject {
    Q_OBJECT
public:
    LibraryModels(Pools& pools, const engine::ModelSource& models, QObject* parent = nullptr);

    /// An empty path: no library is open.
    void read(const std::filesystem::path& library);
    void refresh() { read(m_library); }

    const std::vector<ModelChoice>& choices() const { return m_choices; }
    /// The choice of that name; null where there is none.
    const ModelChoice* find(const std::string& name) const;
    bool isBusy() const { return m_task.isRunning(); }

Q_SIGNALS:
    void changed();

private:
    std::function<std::vector<engine::InstalledModel>()> m_installed;
    std::filesystem::path m_library;
    std::vector<ModelChoice> m_choices;
    BackgroundTask<std::vector<ModelChoice>> m_task;
};

} // namespace wordsight::ui
