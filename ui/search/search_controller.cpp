#include "ui/search/search_controller.h"
#include "ui/shared/error_text.h"

namespace wordsight::ui {

SearchController::SearchController(Pools& pools, QObject* parent)
    : QObject(parent)
    , m_task(pools.search)
    , m_pages(pools.search)
{
    m_question.limit = kPageLength;
    m_pages.done = [this](const std::shared_ptr<const engine::AnswerPage>& page) { Q_EMIT explained(page); };
    m_pages.failed = [this](const Error& error) {
        if (error.kind() != ErrorKind::Cancelled)
            Q_EMIT failed(errorText(error), error.hint());
    };
    m_task.done = [this](SearchOutcome found) {
        m_pages.cancel(); // of what was found before
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
            Q_EMIT failed(errorText(error), error.hint());
    };
}

void SearchController::openLibrary(std::shared_ptr<engine::LibrarySession> library, const std::string& model)
{
    m_library = std::move(library);
    m_conversation = std::make_shared<engine::Conversation>();
    m_question.model = model;
    m_found.reset();
    update();
}

void SearchController::ask(const QString& sentence, std::vector<TermWeight> weights)
{
    const std::string text = sentence.trimmed().toStdString();
    m_question.asked = text.empty() ? engine::Asked(engine::Browse {}) : engine::Sentence { text, std::move(weights) };
    update();
}

void SearchController::setModel(const std::string& model, std::optional<align::Pooling> pooling)
{
    if (m_question.model == model && m_question.pooling == pooling)
        return;
    m_question.model = model;
    m_question.pooling = pooling;
    update();
}

void SearchController::setFilter(const store::PhotoFilter& filter)
{
    if (m_question.filter == filter)
        return;
    m_question.filter = filter;
    update();
}

void SearchController::setWeights(std::vector<TermWeight> weights)
{
    if (auto* sentence = std::get_if<engine::Sentence>(&m_question.asked)) {
        sentence->weights = std::move(weights);
        update();
    }
}

void SearchController::explain(std::size_t first)
{
    if (m_library && m_found)
        m_pages.start([library = m_library, found = m_found, first](const JobControl&) {
            return std::make_shared<const engine::AnswerPage>(library->explainPage(*found, first, kPageLength));
        });
}

void SearchController::refresh()
{
    // A library that grows faster than it is searched must not starve the search.
    if (m_task.isRunning())
        m_stale = true;
    else
        update();
}

void SearchController::update()
{
    if (!m_library)
        return;
    m_task.start([library = m_library, conversation = m_conversation, question = m_question](
                     const JobControl& job) { return library->ask(question, *conversation, job.stop); });
    Q_EMIT busyChanged(true);
}

} // namespace wordsight::ui
