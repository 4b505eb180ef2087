#pragma once

#include <memory>

#include <QObject>

#include "core/engine/library/library_session.h"
#include "ui/shared/background_task.h"
#include "ui/shared/pools.h"
#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// Keeps what is found in step with the library, the question and the person's weights, in the background.
/// The latest question wins.
class SearchController : public QObject {
    Q_OBJECT
public:
    explicit SearchController(Pools& pools, QObject* parent = nullptr);

    /// With a model by name.
    void openLibrary(std::shared_ptr<engine::LibrarySession> library, const std::string& model);
    /// Without a word every photograph is shown. Weights given here belong to words of the sentence; others count 1.
    void ask(const QString& sentence, std::vector<TermWeight> weights);
    /// Another model, by name, and another pooling than the model's own where one is given.
    void setModel(const std::string& model, std::optional<align::Pooling> pooling = {});
    void setFilter(const store::PhotoFilter& filter);
    /// Re-ranks from the kept scores.
    void setWeights(std::vector<TermWeight> weights);
    /// The library has grown.
    void refresh();

    /// More of what was found last; explained() brings it: from a place on, as many as are explained at a time. The
    /// latest wish wins.
    void explain(std::size_t first);
    const std::shared_ptr<engine::LibrarySession>& library() const { return m_library; }

    /// What was found last; null while there is none.
    const OutcomePtr& outcome() const { return m_found; }
    /// Whether that is the answer to what was asked last.
    bool isCurrent() const { return m_found && m_found->question == m_question; }
    bool isBusy() const { return m_task.isRunning() || m_pages.isRunning(); }

Q_SIGNALS:
    void outcomeChanged();
    /// Of the outcome of now.
    void explained(const std::shared_ptr<const wordsight::engine::AnswerPage>& page);
    void busyChanged(bool busy);
    void failed(const QString& message, wordsight::Hint hint);

private:
    void update();

    std::shared_ptr<engine::LibrarySession> m_library;
    std::shared_ptr<engine::Conversation> m_conversation; ///< with m_library, on the search thread
    engine::Question m_question;
    OutcomePtr m_found;
    bool m_stale = false;
    BackgroundTask<SearchOutcome> m_task;
    BackgroundTask<std::shared_ptr<const engine::AnswerPage>> m_pages;
};

} // namespace wordsight::ui
