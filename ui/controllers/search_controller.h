#pragma once

#include <QObject>

#include "ui/controllers/found.h"
#include "ui/controllers/search_worker.h"
#include "ui/tasks/background_task.h"
#include "ui/tasks/pools.h"

namespace wordsight::ui {

/// Keeps what is found in step with the library, the sentence and the person's weights, in the background.
/// The latest question wins.
class SearchController : public QObject {
    Q_OBJECT
public:
    SearchController(Pools& pools, std::shared_ptr<ModelShelf> models, QObject* parent = nullptr);

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
    const FoundPtr& found() const { return m_found; }
    bool isBusy() const { return m_task.isRunning(); }

Q_SIGNALS:
    void foundChanged();
    void busyChanged(bool busy);
    void failed(const QString& message);

private:
    void update();

    std::shared_ptr<SearchWorker> m_worker;
    SearchRequest m_request;
    FoundPtr m_found;
    bool m_stale = false;
    BackgroundTask<Found> m_task;
};

} // namespace wordsight::ui
