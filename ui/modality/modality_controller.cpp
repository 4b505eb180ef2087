#include "ui/modality/modality_controller.h"
#include "ui/shared/error_text.h"

namespace wordsight::ui {

ModalityController::ModalityController(Pools& pools, engine::ModelFactory open, QObject* parent)
    : QObject(parent)
    , m_openModel(std::move(open))
    , m_task(pools.evaluation)
{
    m_task.progressed
        = [this](const Progress& progress) { Q_EMIT progressed(QString::fromStdString(m_models[m_at]), progress); };
    m_task.done = [this](engine::ModalityGap gap) {
        m_gaps[m_at++] = std::move(gap);
        Q_EMIT gapsChanged();
        next();
    };
    m_task.failed = [this](const Error& error) {
        Q_EMIT stopped(error.kind() == ErrorKind::Cancelled ? QString() : errorText(error));
    };
}

void ModalityController::start(const engine::EvaluationInput& input, const std::string& left, const std::string& right)
{
    m_input = input;
    m_models = { left, right };
    m_gaps = {};
    m_at = 0;
    Q_EMIT gapsChanged();
    next();
}

void ModalityController::next()
{
    if (m_at == 1 && m_models[1] == m_models[0]) {
        m_gaps[m_at++] = m_gaps[0];
        Q_EMIT gapsChanged();
    }
    if (m_at == m_models.size()) {
        Q_EMIT finished();
        return;
    }
    m_task.start([open = m_openModel, input = m_input, name = m_models[m_at]](const JobControl& job) {
        job.tell({ .stage = "Opening the model", .secondsRemaining = {} });
        job.throwIfStopped();
        return engine::modalityGap(*open(name), input, job);
    });
}

void ModalityController::cancel()
{
    m_task.cancel();
}

} // namespace wordsight::ui
