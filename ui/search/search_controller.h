#pragma once

#include <QObject>

#include "ui/search/search_worker.h"
#include "ui/shared/background_task.h"
#include "ui/shared/pools.h"
#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// Keeps what is found in step with the library, the sentence and the person's weights, in the background.
/// The latest question wins.
class SearchController : public QObject {
    Q_OBJECT
public:
    SearchController(Pools& pools, std::shared_ptr<ModelCache> models, QObject* parent = nullptr);

    /// With a model by name.
    void openLibrary(const std::filesystem::path& folder, const std::string& model);
    /// Weights given here belong to words of the sentence; others count 1.
    void ask(const QString& sentence, std::vector<TermWeight> weights);
    /// Another model, by name, and another pooling than the model's own where one is given.
    void setModel(const std::string& model, std::optional<align::Pooling> pooling = {});
    /// Re-ranks from the kept maxima.
    void setWeights(std::vector<TermWeight> weights);
    /// The library has grown.
    void refresh();

    /// What was found last; null while there is none.
    const OutcomePtr& outcome() const { return m_found; }
    bool isBusy() const { return m_task.isRunning(); }

Q_SIGNALS:
    void outcomeChanged();
    void busyChanged(bool busy);
    void failed(const QString& message);

private:
    void update();

    std::shared_ptr<SearchWorker> m_worker;
    SearchRequest m_request;
    OutcomePtr m_found;
    bool m_stale = false;
    BackgroundTask<SearchOutcome> m_task;
};

} // namespace wordsight::ui
