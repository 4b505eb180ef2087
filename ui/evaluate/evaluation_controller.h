#pragma once

#include <QObject>
#include <QStringList>

#include "ui/evaluate/pair_inspector.h"
#include "ui/shared/background_task.h"
#include "ui/shared/pools.h"

namespace wordsight::ui {

/// Measures models one after the other in the background. What is done stays when the rest is stopped.
class EvaluationController : public QObject {
    Q_OBJECT
public:
    /// `cache`: the models of the search thread, for looking into pairs.
    EvaluationController(
        Pools& pools, engine::ModelFactory open, std::shared_ptr<engine::ModelCache> cache, QObject* parent = nullptr);

    /// Forgets what was reached before.
    void start(const EvaluationTask& task, std::vector<std::string> models);
    void cancel();
    bool isRunning() const { return m_task.isRunning(); }
    bool isBusy() const { return m_task.isRunning() || m_inspection.isRunning(); }

    const EvaluationTask& task() const { return m_asked; }
    const std::vector<EvaluationOutcome>& outcomes() const { return m_outcomes; }

    /// Looks into a pair of the data set, also while models are measured; the latest wins.
    void inspect(const EvaluatedPair& pair);

Q_SIGNALS:
    void progressed(const QString& model, const wordsight::Progress& progress);
    void outcomesChanged();
    void finished();
    void stopped(const QString& message); ///< empty where the person asked for it
    void inspected(const wordsight::ui::InspectorSubject& subject);
    void inspectionFailed(const QString& message);

private:
    void next();

    engine::ModelFactory m_openModel;
    std::shared_ptr<PairInspector> m_inspector;
    EvaluationTask m_asked;
    std::vector<std::string> m_models;
    std::vector<EvaluationOutcome> m_outcomes;
    std::size_t m_at = 0; ///< of m_models
    BackgroundTask<EvaluationOutcome> m_task;
    BackgroundTask<InspectorSubject> m_inspection;
};

} // namespace wordsight::ui
