#include "ui/evaluate/evaluation_controller.h"
#include "ui/shared/error_text.h"

namespace wordsight::ui {

namespace {

constexpr std::size_t kMisses = 20; // as many as failures of retrieval

EvaluationOutcome evaluate(
    const EvaluationTask& task, const engine::ModelFactory& open, const std::string& name, const JobControl& job)
{
    job.tell({ .stage = "Opening the model", .secondsRemaining = {} });
    job.throwIfStopped();
    const std::unique_ptr<model::ImageTextModel> model = open(name);
    EvaluationOutcome outcome;
    outcome.model = name;
    if (task.retrieval) {
        engine::RetrievalOptions options;
        options.protocol = task.protocol;
        outcome.retrieval = engine::evaluateRetrieval(*model, task.input, options, job);
    }
    if (task.grounding)
        outcome.grounding = engine::evaluateGrounding(*model, task.input, task.boxes, kMisses, job);
    return outcome;
}

} // namespace

EvaluationController::EvaluationController(
    Pools& pools, engine::ModelFactory open, std::shared_ptr<engine::ModelCache> cache, QObject* parent)
    : QObject(parent)
    , m_openModel(std::move(open))
    , m_inspector(std::make_shared<PairInspector>(std::move(cache)))
    , m_task(pools.evaluation)
    , m_inspection(pools.search)
{
    m_task.progressed
        = [this](const Progress& progress) { Q_EMIT progressed(QString::fromStdString(m_models[m_at]), progress); };
    m_task.done = [this](EvaluationOutcome outcome) {
        m_outcomes.push_back(std::move(outcome));
        ++m_at;
        Q_EMIT outcomesChanged();
        next();
    };
    m_task.failed = [this](const Error& error) {
        Q_EMIT stopped(error.kind() == ErrorKind::Cancelled ? QString() : errorText(error));
    };
    m_inspection.done = [this](const InspectorSubject& subject) { Q_EMIT inspected(subject); };
    m_inspection.failed = [this](const Error& error) {
        if (error.kind() != ErrorKind::Cancelled)
            Q_EMIT inspectionFailed(errorText(error));
    };
}

void EvaluationController::start(const EvaluationTask& task, std::vector<std::string> models)
{
    m_asked = task;
    m_models = std::move(models);
    m_outcomes.clear();
    m_at = 0;
    Q_EMIT outcomesChanged();
    next();
}

void EvaluationController::next()
{
    if (m_at == m_models.size()) {
        Q_EMIT finished();
        return;
    }
    m_task.start([open = m_openModel, task = m_asked, model = m_models[m_at]](
                     const JobControl& job) { return evaluate(task, open, model, job); });
}

void EvaluationController::cancel()
{
    m_task.cancel();
}

void EvaluationController::inspect(const EvaluatedPair& pair)
{
    m_inspection.start([inspector = m_inspector, task = m_asked, pair](const JobControl& job) {
        job.throwIfStopped();
        return inspector->inspect(task, pair);
    });
}

} // namespace wordsight::ui
