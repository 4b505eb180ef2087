#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <vector>

#include <QElapsedTimer>
#include <QObject>

#include "core/engine/library/library_session.h"
#include "ui/shared/background_task.h"
#include "ui/shared/pools.h"

namespace wordsight::ui {

/// Brings libraries up to date in the background, one run after the other.
class IndexController : public QObject {
    Q_OBJECT
public:
    struct Run {
        std::shared_ptr<engine::LibrarySession> library;
        std::vector<std::filesystem::path> paths; ///< that a person adds; none: all folders of the library
        std::string model;                        ///< by name
        bool prune = false;                       ///< a person says: what is not there was deleted
        bool repairs = false;                     ///< before anything else
        bool operator==(const Run&) const = default;
    };

    explicit IndexController(Pools& pools, QObject* parent = nullptr);

    /// A person adds `paths` to a library, which is then brought up to date with them, for a model by name; without
    /// paths with all of its folders. Waits for what is under way; the same twice in waiting is once. Only what another
    /// library has in hand gives way: it goes on afterwards where it was.
    void start(std::shared_ptr<engine::LibrarySession> library, std::vector<std::filesystem::path> paths,
        const std::string& model);
    void start(const Run& run);
    /// Mends the library before it is brought up to date, so that what was lost is encoded again.
    void repair(std::shared_ptr<engine::LibrarySession> library, const std::string& model);
    void pause();
    void resume();
    /// Stops the run under way, and forgets all that waits.
    void cancel();
    bool isRunning() const { return m_task.isRunning() || !m_waiting.empty(); }
    bool isPaused() const { return m_task.isPaused(); }
    /// Whether a run over the library with the model is under way or waits.
    bool isPending(const std::filesystem::path& library, const std::string& model) const;
    const Run& latest() const { return m_current; }
    const std::string& model() const { return m_current.model; } ///< of the latest run

Q_SIGNALS:
    void started();
    void progressed(const wordsight::Progress& progress);
    void pausedChanged(bool paused);
    void grown(); ///< more photographs may be searchable; at most every other second
    void finished(const wordsight::engine::IndexReport& report);
    void stopped(const QString& message); ///< ended early; empty message where the person asked for it

private:
    void startNext();

    Run m_current;
    std::deque<Run> m_waiting;
    bool m_givesWay = false; ///< the run under way is being stopped for another
    QElapsedTimer m_sinceGrown;
    std::int64_t m_doneAtGrown = 0;
    BackgroundTask<engine::IndexReport> m_task;
};

} // namespace wordsight::ui
