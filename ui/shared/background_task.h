#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>
#include <QtConcurrent/QtConcurrentRun>

#include "core/base/error.h"
#include "core/base/job_control.h"

namespace wordsight::ui {

/// One piece of work at a time on a pool; its callbacks run on the thread that owns this object.
/// Starting again cancels what runs and forgets its result: the latest wins. Exactly one of done and failed is
/// called for the latest start, also after cancel() (done if the work returned something all the same, else failed
/// with ErrorKind::Cancelled). Destroying the task cancels, forgets and does not wait: `work` must own what it uses.
template <class T> class BackgroundTask {
public:
    /// What the work reports reaches the window at most 30 times per second; while paused, it waits in report().
    using Work = std::function<T(const JobControl&)>;

    explicit BackgroundTask(QThreadPool& pool)
        : m_pool(pool)
    {
        QObject::connect(&m_watcher, &QFutureWatcherBase::finished, &m_watcher, [this] { finish(); });
        QObject::connect(&m_watcher, &QFutureWatcherBase::progressValueChanged, &m_watcher, [this] { passOn(); });
    }
    ~BackgroundTask()
    {
        m_watcher.disconnect();
        cancel();
    }
    BackgroundTask(const BackgroundTask&) = delete;
    BackgroundTask& operator=(const BackgroundTask&) = delete;

    std::function<void(T)> done;
    std::function<void(const Error&)> failed;
    std::function<void(const Progress&)> progressed;

    void start(Work work)
    {
        cancel();
        auto state = std::make_shared<State>();
        m_state = state;
        m_watcher.setFuture(QtConcurrent::run(&m_pool, [state, work = std::move(work)](QPromise<void>& promise) {
            int tick = 0;
            const auto report = [&](const Progress& progress) {
                {
                    std::lock_guard lock(state->mutex);
                    state->progress = progress;
                }
                // Qt passes on at most 25 values per second.
                promise.setProgressValue(++tick);
                promise.suspendIfRequested();
            };
            try {
                state->value.emplace(work({ report, state->stop.get_token() }));
            } catch (const Error& error) {
                state->error = error;
            } catch (const std::exception& error) {
                state->error = Error(ErrorKind::Internal, error.what());
            }
        }));
    }

    void cancel()
    {
        if (m_state)
            m_state->stop.request_stop();
        m_watcher.future().cancel();
    }
    void pause() { m_watcher.suspend(); }
    void resume() { m_watcher.resume(); }
    bool isPaused() const { return m_watcher.isSuspending() || m_watcher.isSuspended(); }
    bool isRunning() const { return m_state != nullptr; }

private:
    struct State {
        std::stop_source stop;
        std::mutex mutex;
        Progress progress;
        std::optional<T> value;
        std::optional<Error> error;
    };

    void passOn()
    {
        if (!m_state || !progressed)
            return;
        std::unique_lock lock(m_state->mutex);
        const Progress progress = m_state->progress;
        lock.unlock();
        progressed(progress);
    }

    void finish()
    {
        const std::shared_ptr<State> state = std::exchange(m_state, nullptr);
        if (!state)
            return;
        if (state->value && done)
            done(std::move(*state->value));
        else if (!state->value && failed)
            failed(state->error.value_or(Error(ErrorKind::Cancelled, "Stopped.")));
    }

    QThreadPool& m_pool;
    QFutureWatcher<void> m_watcher;
    std::shared_ptr<State> m_state;
};

} // namespace wordsight::ui
