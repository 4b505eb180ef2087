#include "ui/search/search_controller.h"
#include "ui/shared/error_text.h"

namespace wordsight::ui {

SearchController::SearchController(Pools& pools, std::shared_ptr<ModelCache> models, QObject* parent)
    : QObject(parent)
    , m_worker(std::make_shared<SearchWorker>(std::move(models)))
    , m_task(pools.search)
{
    m_task.done = [this](SearchOutcome found) {
        m_found = std::make_shared<const SearchOutcome>(std::move(found));
        Q_EMIT outcomeChanged();
        if (std::exchange(m_stale, false))
            refresh();
        else
            Q_EMIT busyChanged(false);
    };
    m_task.failed = [this](const Error& error) {
        m_stale = false;
        Q_EMIT busyChanged(false);
        if (error.kind() != ErrorKind::Cancelled)
            Q_EMIT failed(errorText(error));
    };
}

void SearchController::openLibrary(const std::filesystem::path& folder, const std::string& model)
{
    m_request.question.model = model;
    m_request.library = folder;
    ++m_request.libraryVersion;
    m_found.reset();
    update();
}

void SearchController::ask(const QString& sentence, std::vector<TermWeight> weights)
{
    m_request.question.sentence = sentence.trimmed().toStdString();
    setWeights(std::move(weights));
}

void SearchController::setModel(const std::string& model, std::optional<align::Pooling> pooling)
{
    if (m_request.question.model == model && m_request.question.pooling == pooling)
        return;
    m_request.question.model = model;
    m_request.question.pooling = pooling;
    update();
}

void SearchController::setWeights(std::vector<TermWeight> weights)
{
    m_request.weights = std::move(weights);
    update();
}

void SearchController::refresh()
{
    // A library that grows faster than it is searched must not starve the search.
    if (m_task.isRunning()) {
        m_stale = true;
        return;
    }
    ++m_request.libraryVersion;
    update();
}

void SearchController::update()
{
    if (m_request.library.empty())
        return;
    m_task.start([worker = m_worker, request = m_request](TaskControl& control) {
        return worker->run(request, [&control] { return control.stopRequested(); });
    });
    Q_EMIT busyChanged(true);
}

} // namespace wordsight::ui
