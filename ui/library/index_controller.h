#pragma once

#include <filesystem>
#include <vector>

#include <QElapsedTimer>
#include <QObject>

#include "core/engine/indexer.h"
#include "ui/shared/background_task.h"
#include "ui/shared/model_source.h"
#include "ui/shared/pools.h"

namespace wordsight::ui {

/// Brings a library up to date in the background, with a Library and a model of its own.
class IndexController : public QObject {
    Q_OBJECT
public:
    IndexController(Pools& pools, ModelFactory openModel, QObject* parent = nullptr);

    /// Goes over `paths` with a model, by name; they become roots of the library where they are folders. Without
    /// paths over the library's roots. A run that is under way is stopped first; what it committed stays.
    void start(
        const std::filesystem::path& library, std::vector<std::filesystem::path> paths, const std::string& model);
    void pause();
    void resume();
    void cancel();
    bool isRunning() const { return m_task.isRunning(); }
    bool isPaused() const { return m_task.isPaused(); }
    const std::string& model() const { return m_model; } ///< of the latest run

Q_SIGNALS:
    void started();
    void progressed(const wordsight::Progress& progress);
    void pausedChanged(bool paused);
    void grown(); ///< more photographs may be searchable; at most every other second
    void finished(const wordsight::engine::IndexReport& report);
    void stopped(const QString& message); ///< ended early; empty message where the person asked for it

private:
    ModelFactory m_openModel;
    std::string m_model;
    QElapsedTimer m_sinceGrown;
    std::int64_t m_doneAtGrown = 0;
    BackgroundTask<engine::IndexReport> m_task;
};

} // namespace wordsight::ui
