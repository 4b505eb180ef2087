#include "core/train/internal/trainer_loop.h"

#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/progress_meter.h"
#include "core/model/internal/safetensors.h"
#include "core/train/internal/autocast.h"
#include "core/train/internal/checkpoint.h"

namespace wordsight::train {

namespace fs = std::filesystem;

namespace {

/// The weights that a run starts from, by their names in a checkpoint; nothing where it starts from random ones.
model::TensorMap initialTensors(const TrainingConfig& config)
{
    if (config.initial.empty())
        return {};
    const fs::path named = config.initial;
    return model::readSafetensors(fs::is_directory(named) ? named / "model.safetensors" : named);
}

model::Teran seededNetwork(const TrainingConfig& config)
{
    torch::manual_seed(std::uint64_t(config.seed));
    model::Teran network(config.network);
    if (const auto tensors = initialTensors(config); !tensors.empty())
        model::assignParameters(*network, tensors, torch::kCPU, config.initial);
    return network;
}

std::vector<torch::Tensor> trainableParameters(const torch::nn::Module& module)
{
    auto parameters = module.parameters();
    std::erase_if(parameters, [](const torch::Tensor& parameter) { return !parameter.requires_grad(); });
    return parameters;
}

} // namespace

TrainerLoop::TrainerLoop(const TrainingConfig& config, TrainingData& data, const TrainingRun& run, torch::Device device)
    : m_config(config), m_data(data), m_output(run.output), m_device(device), m_configuration(toJsonText(config)),
      m_network(seededNetwork(config)), m_loss(config.loss), m_parameters(config.schedule.beta2), m_log(run.output),
      m_steps(config.schedule.epochs * data.stepsPerEpoch())
{
    m_network->to(device);
    m_loss->to(device);
    m_state.modules = {m_network.ptr(), m_loss.ptr()};
    const auto& s = config.schedule;
    m_parameters.add(m_state.modules, s.weightDecay, s.learningRate);
    const auto initial = initialTensors(config);
    for (const auto& [name, module] : data.features().trainable()) {
        model::replaceParameters(*module, model::tensorsBelow(initial, name + "."), device, config.initial);
        m_state.modules.push_back(module);
        if (const auto tuned = trainableParameters(*module); !tuned.empty())
            m_parameters.add(tuned, 0, name == "image_backbone" ? config.tuning.imageRate : config.tuning.textRate);
    }
    m_optimizer = m_parameters.optimizer();
    m_average = std::make_unique<MovingAverage>(m_parameters.parameters(), s.ema);
    m_state.optimizers = {m_optimizer.get()};
    m_state.average = m_average.get();
    if (run.resume && fs::exists(m_output / "state.pt")) {
        m_state.load(m_output / "state.pt", m_configuration);
        m_log.rewind(m_state.step);
    } else {
        m_log.begin(m_configuration);
    }
}

double TrainerLoop::rateAt(std::int64_t step) const
{
    return warmupThenCosine(step, m_steps, m_config.schedule.warmup);
}

void TrainerLoop::run(const ProgressCallback& progress)
{
    ProgressMeter meter(progress, m_steps, m_state.step);
    const auto perEpoch = m_data.stepsPerEpoch();
    while (m_state.step < m_steps) {
        step();
        const auto stage = fmt::format("Training, epoch {} of {}", (m_state.step - 1) / perEpoch + 1, m_config.schedule.epochs);
        const bool goOn = meter.advance(stage, m_state.step);
        if (m_state.step % m_config.schedule.logEvery == 0)
            flushLosses(meter.rate());
        if (m_state.step % perEpoch == 0)
            finishEpoch();
        if (!goOn || m_state.step % m_config.schedule.saveEvery == 0 || m_state.step % perEpoch == 0)
            saveState();
        if (!goOn)
            throw Error(ErrorKind::Cancelled, fmt::format("Training was stopped after step {} of {}; resume to go on", m_state.step, m_steps));
    }
}

void TrainerLoop::step()
{
    m_parameters.setShare(*m_optimizer, rateAt(m_state.step));
    m_optimizer->zero_grad();
    LossValues values;
    {
        const auto batch = m_data.load(m_data.plan(m_state.step));
        const Autocast autocast(m_device.type(), m_config.schedule.bf16);
        const auto images = m_network->encodePrepared(batch.regions, batch.boxes, batch.mask);
        const auto texts = m_network->encodeTexts(batch.texts.words, batch.texts.mask, batch.texts.sentence);
        values = m_loss->forward(images, texts, batch.texts.mask, batch.owner, batch.phrases);
    }
    if (!std::isfinite(values.total.item<double>()))
        throw Error(ErrorKind::Internal,
                    fmt::format("The loss is no longer a number at step {}. Lower schedule.learningRate or set schedule.bf16 to false, then resume from the last state.", m_state.step + 1));
    values.total.backward();
    if (m_config.schedule.clip > 0)
        torch::nn::utils::clip_grad_norm_(m_parameters.parameters(), m_config.schedule.clip);
    m_optimizer->step();
    m_average->update(m_state.step);
    ++m_state.step;
    ++m_summed;
    const auto add = [&](const char* name, const torch::Tensor& value) {
        if (value.defined())
            m_sums[name] += value.item<double>();
    };
    add("loss", values.total);
    add("combined", values.combined);
    add("words", values.words);
    add("global", values.global);
    add("grounding", values.grounding);
}

void TrainerLoop::flushLosses(double stepsPerSecond)
{
    nlohmann::json line {{"step", m_state.step}, {"learningRate", m_config.schedule.learningRate * rateAt(m_state.step - 1)}, {"stepsPerSecond", stepsPerSecond}};
    for (const auto& [name, sum] : m_sums)
        line[name] = sum / double(m_summed);
    m_sums.clear();
    m_summed = 0;
    m_log.add(line);
}

void TrainerLoop::finishEpoch()
{
    const auto epoch = m_state.step / m_data.stepsPerEpoch();
    const bool last = m_state.step == m_steps;
    const bool validated = last || epoch % m_config.schedule.validateEvery == 0;
    m_average->swap();
    const double globalWeight = m_loss->globalWeight(m_config.network.image.global != "none");
    const auto file = m_output / "checkpoints" / fmt::format("epoch-{:03}.safetensors", epoch);
    writeCheckpoint(file, *m_network, m_data.features().trainable(), globalWeight);
    if (validated) {
        const auto pooling = align::poolingNamed(m_config.loss.pooling).value();
        const auto result = validate(m_network, m_data, pooling, globalWeight, m_device, m_config.schedule.bf16);
        auto line = result.toJson();
        line["epoch"] = epoch;
        line["step"] = m_state.step;
        line["globalWeight"] = globalWeight;
        line["criterion"] = result.criterion(m_config.schedule.selectPointing);
        if (result.criterion(m_config.schedule.selectPointing) > m_state.bestCriterion) {
            m_state.bestCriterion = result.criterion(m_config.schedule.selectPointing);
            m_state.bestEpoch = epoch;
            fs::copy_file(file, m_output / "best.safetensors", fs::copy_options::overwrite_existing);
        }
        line["bestEpoch"] = m_state.bestEpoch;
        m_log.add(line);
    }
    m_average->swap();
}

void TrainerLoop::saveState() { m_state.save(m_output / "state.pt", m_configuration); }

} // namespace wordsight::train
