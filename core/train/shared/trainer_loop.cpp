#include "core/train/shared/trainer_loop.h"

#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/progress_meter.h"

namespace wordsight::train {

namespace fs = std::filesystem;

TrainerLoop::TrainerLoop(TrainableModel& trainable, TrainingData& data, const ScheduleOptions& schedule,
    std::string configuration, const TrainingRun& run)
    : m_trainable(trainable)
    , m_data(data)
    , m_schedule(schedule)
    , m_configuration(std::move(configuration))
    , m_output(run.output)
    , m_parameters(schedule.beta2)
    , m_log(run.output)
    , m_steps(schedule.epochs * data.stepsPerEpoch())
{
    m_state.modules = trainable.modules();
    trainable.addParameters(m_parameters);
    m_optimizer = m_parameters.optimizer();
    m_average = std::make_unique<MovingAverage>(m_parameters.parameters(), schedule.ema);
    m_state.optimizers = { m_optimizer.get() };
    m_state.average = m_average.get();
    if (run.resume && fs::exists(m_output / "state.pt")) {
        m_state.load(m_output / "state.pt", m_configuration);
        m_log.rewind(m_state.step);
    } else {
        m_log.begin(m_configuration);
    }
}

void TrainerLoop::run(const JobControl& job)
{
    ProgressMeter meter(job, m_steps, m_state.step);
    const auto perEpoch = m_data.stepsPerEpoch();
    while (m_state.step < m_steps) {
        step();
        const auto stage
            = fmt::format("Training, epoch {} of {}", (m_state.step - 1) / perEpoch + 1, m_schedule.epochs);
        const bool goOn = meter.advance(stage, m_state.step);
        if (m_state.step % m_schedule.logEvery == 0)
            flushLosses(meter.rate());
        if (m_state.step % perEpoch == 0)
            finishEpoch();
        if (!goOn || m_state.step % m_schedule.saveEvery == 0 || m_state.step % perEpoch == 0)
            saveState();
        if (!goOn)
            throw Error(ErrorKind::Cancelled,
                fmt::format("Training was stopped after step {} of {}; resume to go on", m_state.step, m_steps));
    }
}

void TrainerLoop::step()
{
    m_parameters.setShare(*m_optimizer, rateAt(m_state.step));
    m_optimizer->zero_grad();
    const auto losses = m_trainable.losses(m_data.load(m_data.plan(m_state.step)));
    const auto& total = losses.at("loss");
    if (!std::isfinite(total.item<double>()))
        throw Error(ErrorKind::Internal,
            fmt::format("The loss is no longer a number at step {}. Lower schedule.learningRate or set schedule.bf16 "
                        "to false, then resume from the last state.",
                m_state.step + 1));
    total.backward();
    if (m_schedule.clip > 0)
        torch::nn::utils::clip_grad_norm_(m_parameters.parameters(), m_schedule.clip);
    m_optimizer->step();
    m_average->update(m_state.step);
    ++m_state.step;
    for (const auto& [name, value] : losses)
        m_losses.add(name, value.item<double>());
}

void TrainerLoop::flushLosses(double stepsPerSecond)
{
    nlohmann::json line { { "step", m_state.step },
        { "learningRate", m_schedule.learningRate * rateAt(m_state.step - 1) }, { "stepsPerSecond", stepsPerSecond } };
    line.update(m_losses.take());
    m_log.add(line);
}

void TrainerLoop::finishEpoch()
{
    const auto epoch = m_state.step / m_data.stepsPerEpoch();
    const bool last = m_state.step == m_steps;
    m_average->swap();
    const auto file = m_output / "checkpoints" / fmt::format("epoch-{:03}.safetensors", epoch);
    m_trainable.writeCheckpoint(file);
    if (last || epoch % m_schedule.validateEvery == 0) {
        auto [line, criterion] = m_trainable.measure(last);
        line["epoch"] = epoch;
        line["step"] = m_state.step;
        line["criterion"] = criterion;
        if (criterion > m_state.bestCriterion) {
            m_state.bestCriterion = criterion;
            m_state.bestEpoch = epoch;
            fs::copy_file(file, m_output / "best.safetensors", fs::copy_options::overwrite_existing);
        }
        line["bestEpoch"] = m_state.bestEpoch;
        m_log.add(line);
    }
    m_average->swap();
}

void TrainerLoop::saveState()
{
    m_state.save(m_output / "state.pt", m_configuration);
}

} // namespace wordsight::train
