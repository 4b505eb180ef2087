#include "ui/library/index_controller.h"

#include <algorithm>

#include "core/engine/library/library_check.h"
#include "ui/shared/error_text.h"

namespace wordsight::ui {

IndexController::IndexController(Pools& pools, QObject* parent)
    : QObject(parent)
    , m_task(pools.index)
{
    m_task.progressed = [this](const Progress& progress) {
        Q_EMIT progressed(progress);
        if (progress.done != m_doneAtGrown && m_sinceGrown.hasExpired(2000)) {
            m_doneAtGrown = progress.done;
            m_sinceGrown.restart();
            Q_EMIT grown();
        }
    };
    m_task.done = [this](const engine::IndexReport& report) {
        Q_EMIT grown();
        if (!report.stopped)
            Q_EMIT finished(report);
        else if (!m_givesWay)
            Q_EMIT stopped({});
        startNext();
    };
    m_task.failed = [this](const Error& error) {
        Q_EMIT grown();
        const bool cancelled = error.kind() == ErrorKind::Cancelled;
        if (!cancelled || !m_givesWay)
            Q_EMIT stopped(cancelled ? QString() : errorText(error));
        startNext();
    };
}

void IndexController::start(
    std::shared_ptr<engine::LibrarySession> library, std::vector<std::filesystem::path> paths, const std::string& model)
{
    start({ std::move(library), std::move(paths), model, false });
}

void IndexController::repair(std::shared_ptr<engine::LibrarySession> library, const std::string& model)
{
    start({ std::move(library), {}, model, false, true });
}

void IndexController::start(const Run& run)
{
    const bool goesFirst = m_task.isRunning() && (m_givesWay || run.library->folder() != m_current.library->folder());
    if (!goesFirst) {
        if (std::ranges::find(m_waiting, run) == m_waiting.end())
            m_waiting.push_back(run);
        return startNext();
    }
    if (!m_givesWay)
        m_waiting.push_front(m_current);
    std::erase(m_waiting, run);
    m_waiting.push_front(run);
    m_givesWay = true;
    m_task.cancel();
}

bool IndexController::isPending(const std::filesystem::path& library, const std::string& model) const
{
    const auto isOf = [&](const Run& run) { return run.library->folder() == library && run.model == model; };
    return (m_task.isRunning() && isOf(m_current)) || std::ranges::any_of(m_waiting, isOf);
}

void IndexController::startNext()
{
    if (m_task.isRunning() || m_waiting.empty())
        return;
    m_givesWay = false;
    m_current = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_sinceGrown.start();
    m_doneAtGrown = 0;
    m_task.start([run = m_current](const JobControl& job) {
        if (run.repairs)
            engine::checkLibrary(run.library->folder(), engine::Repair::Yes, engine::Reading::OwnFiles, job);
        const engine::IndexSettings settings { .prune = run.prune };
        return run.paths.empty() ? run.library->index({}, run.model, job, nullptr, settings)
                                 : run.library->addAndIndex(run.paths, run.model, job, nullptr, settings);
    });
    Q_EMIT started();
}

void IndexController::pause()
{
    m_task.pause();
    Q_EMIT pausedChanged(true);
}

void IndexController::resume()
{
    m_task.resume();
    Q_EMIT pausedChanged(false);
}

void IndexController::cancel()
{
    m_waiting.clear();
    m_givesWay = false;
    m_task.cancel();
}

} // namespace wordsight::ui
