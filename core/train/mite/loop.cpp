#include "core/train/mite/loop.h"

#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/progress_meter.h"
#include "core/train/shared/checkpoint.h"
#include "core/train/shared/ranking_losses.h"

namespace wordsight::train {

namespace fs = std::filesystem;

MiteLoop::MiteLoop(const MiteConfig& config, TrainingData& data, const TrainingRun& run, torch::Device device)
    : m_config(config)
    , m_data(data)
    , m_output(run.output)
    , m_device(device)
    , m_configuration(toJsonText(config))
    , m_stages { { { "embedding", &config.stages.embedding, &MiteLoop::embeddingStep },
          { "classifier", &config.stages.classifier, &MiteLoop::classifierStep },
          { "adversarial", &config.stages.adversarial, &MiteLoop::adversarialStep } } }
    , m_parameters(config.schedule.beta2)
    , m_classifierParameters(config.schedule.beta2)
    , m_log(run.output)
{
    torch::manual_seed(std::uint64_t(config.run.seed));
    m_network = nn::Mite(config.network);
    m_classifier = ModalityClassifier(config.network.dimension, config.classifier);
    m_network->to(device);
    m_classifier->to(device);
    m_parameters.add({ m_network.ptr() }, config.schedule.weightDecay, config.schedule.learningRate);
    m_classifierParameters.add({ m_classifier.ptr() }, config.classifier.weightDecay, config.classifier.learningRate);
    m_optimizer = m_parameters.optimizer();
    m_classifierOptimizer = m_classifierParameters.optimizer();
    m_average = std::make_unique<MovingAverage>(m_parameters.parameters(), config.schedule.ema);
    m_state.modules = { m_network.ptr(), m_classifier.ptr() };
    m_state.optimizers = { m_optimizer.get(), m_classifierOptimizer.get() };
    m_state.average = m_average.get();
    if (run.resume && fs::exists(m_output / "state.pt"))
        restore();
    else
        m_log.begin(m_configuration);
    skipEmptyStages();
}

void MiteLoop::run(const JobControl& job)
{
    std::int64_t steps = 0;
    for (const Stage& one : m_stages)
        steps += planned(one);
    ProgressMeter meter(job, steps, planDone());
    const auto perEpoch = m_data.stepsPerEpoch();
    while (m_position.stage < m_stages.size()) {
        const Stage& now = stage();
        (this->*now.step)();
        ++m_state.step;
        const auto within = m_state.step - m_position.firstStep;
        const auto label = fmt::format(
            "Training, {} stage, epoch {} of {}", now.name, (within - 1) / perEpoch + 1, now.options->epochs);
        const bool goOn = meter.advance(label, planDone());
        if (m_state.step % m_config.schedule.logEvery == 0 || within % perEpoch == 0)
            flushNotes(meter.rate());
        if (within % perEpoch == 0)
            finishEpoch();
        if (!goOn || m_state.step % m_config.schedule.saveEvery == 0 || within % perEpoch == 0)
            saveState();
        if (!goOn)
            throw Error(ErrorKind::Cancelled,
                fmt::format("Training was stopped after step {} of at most {}; resume to go on", m_state.step, steps));
    }
}

std::int64_t MiteLoop::planDone() const
{
    auto done = m_state.step - m_position.firstStep;
    for (std::size_t earlier = 0; earlier < m_position.stage; ++earlier)
        done += planned(m_stages[earlier]);
    return done;
}

double MiteLoop::rateNow() const
{
    return stage().options->rate
        * warmupThenCosine(m_state.step - m_position.firstStep, planned(stage()), m_config.schedule.warmup);
}

double MiteLoop::weightNow() const
{
    const auto& o = m_config.adversarial;
    if (o.ramp == 0)
        return o.weight;
    const double p = double(m_state.step - m_position.firstStep) / double(o.ramp * m_data.stepsPerEpoch());
    return o.weight * (2 / (1 + std::exp(-10 * p)) - 1); // Ganin and Lempitsky 2015, section 4
}

MiteLoop::Embedded MiteLoop::embed()
{
    const auto batch = m_data.load(m_data.plan(m_state.step));
    return { m_network->encodeImages(batch.regions.select(1, 0)),
        m_network->encodeTexts(batch.texts.words, batch.texts.mask), batch.owner };
}

torch::Tensor MiteLoop::tripletLoss(const Embedded& batch)
{
    const auto scores = torch::matmul(batch.images, batch.sentences.t());
    const auto& o = m_config.triplet;
    const bool hardest = o.negatives == Negatives::Hardest && m_state.step >= o.allFirst * m_data.stepsPerEpoch();
    const auto loss = hingeLoss(scores, batch.owner, o.margin, hardest, o.maskSamePhoto) / double(batch.owner.size(0));
    m_notes.add("triplet", loss.item<double>());
    return loss;
}

torch::Tensor MiteLoop::classifierLoss(const Embedded& batch)
{
    const auto images = m_classifier->forward(batch.images), sentences = m_classifier->forward(batch.sentences);
    const auto loss = modalityLoss(images, sentences);
    m_notes.add("classifier", loss.item<double>());
    m_notes.add("batchAccuracy", modalityAccuracy(images, sentences));
    return loss;
}

void MiteLoop::embeddingStep()
{
    updateEncoders(tripletLoss(embed()));
}

void MiteLoop::classifierStep()
{
    Embedded batch;
    {
        const torch::NoGradGuard frozen;
        m_network->eval();
        batch = embed();
        m_network->train();
    }
    trainClassifier(batch);
}

void MiteLoop::adversarialStep()
{
    const auto batch = embed();
    const double weight = weightNow();
    m_notes.add("adversarialWeight", weight);
    const auto triplet = tripletLoss(batch);
    if (m_config.adversarial.updates == AdversarialUpdates::Reversal) {
        m_classifierOptimizer->zero_grad();
        const auto adversarial = classifierLoss(
            { reverseGradient(batch.images, weight), reverseGradient(batch.sentences, weight), batch.owner });
        updateEncoders(triplet + adversarial);
        m_classifierOptimizer->step();
        return;
    }
    const Embedded detached { batch.images.detach(), batch.sentences.detach(), batch.owner };
    for (std::int64_t k = 0; k < m_config.adversarial.classifierSteps; ++k)
        trainClassifier(detached);
    const auto fooled = modalityLoss(m_classifier->forward(batch.images), m_classifier->forward(batch.sentences),
        m_config.adversarial.target == AdversarialTarget::Half ? 0.5 : 1);
    updateEncoders(triplet + weight * fooled);
}

void MiteLoop::trainClassifier(const Embedded& detached)
{
    m_classifierOptimizer->zero_grad();
    classifierLoss(detached).backward();
    m_classifierOptimizer->step();
}

void MiteLoop::updateEncoders(const torch::Tensor& loss)
{
    if (!std::isfinite(loss.item<double>()))
        throw Error(ErrorKind::Internal,
            fmt::format("The loss is no longer a number at step {}. Lower schedule.learningRate or adversarial.weight, "
                        "then resume from the last state.",
                m_state.step + 1));
    m_parameters.setShare(*m_optimizer, rateNow());
    m_optimizer->zero_grad();
    loss.backward();
    if (m_config.schedule.clip > 0)
        torch::nn::utils::clip_grad_norm_(m_parameters.parameters(), m_config.schedule.clip);
    m_optimizer->step();
    m_average->update(m_state.step);
}

void MiteLoop::flushNotes(double stepsPerSecond)
{
    nlohmann::json line { { "step", m_state.step }, { "stage", stage().name }, { "stepsPerSecond", stepsPerSecond } };
    line.update(m_notes.take());
    m_log.add(line);
}

void MiteLoop::finishEpoch()
{
    const auto& options = *stage().options;
    const auto epoch = (m_state.step - m_position.firstStep) / m_data.stepsPerEpoch();
    const bool last = epoch == options.epochs;
    if (!last && epoch % m_config.schedule.validateEvery != 0)
        return;
    m_average->swap();
    const auto split = embedValidation(m_network, m_data);
    const auto figures = measure(split, m_classifier);
    auto line = figures.toJson();
    line.update({ { "stage", stage().name }, { "epoch", epoch }, { "step", m_state.step } });
    m_log.add(line);
    const bool better = figures.retrieval.rsum() > m_position.bestRecall;
    m_position.bestRecall = better ? figures.retrieval.rsum() : m_position.bestRecall;
    m_position.epochsWorse = better ? 0 : m_position.epochsWorse + m_config.schedule.validateEvery;
    if (options.accuracy > 0 && figures.classifierAccuracy >= options.accuracy)
        endStage(fmt::format("the classifier's accuracy reached {:g} %", options.accuracy), figures, split);
    else if (options.patience > 0 && m_position.epochsWorse >= options.patience)
        endStage(fmt::format("{} epochs without a better sum of recalls", m_position.epochsWorse), figures, split);
    else if (last)
        endStage(fmt::format("{} epochs were done", epoch), figures, split);
    m_average->swap();
}

void MiteLoop::endStage(const std::string& reason, const ModalityFigures& figures, const EmbeddedSplit& split)
{
    auto line = figures.toJson();
    line.update({ { "stage", stage().name }, { "step", m_state.step }, { "ended", reason },
        { "freshAccuracy", freshAccuracy(split, std::uint64_t(m_config.run.seed)) } });
    m_log.add(line);
    const auto file = m_output / "checkpoints" / fmt::format("{}.safetensors", stage().name);
    writeCheckpoint(file, *m_network, {}, 1);
    fs::copy_file(
        file, m_output / "best.safetensors", fs::copy_options::overwrite_existing); // the last stage's is shipped
    m_position = { m_position.stage + 1, m_state.step, -1, 0 };
    skipEmptyStages();
}

void MiteLoop::skipEmptyStages()
{
    while (m_position.stage < m_stages.size() && stage().options->epochs == 0)
        ++m_position.stage;
}

void MiteLoop::saveState()
{
    m_state.more = nlohmann::json {
        { "stage", m_position.stage }, { "firstStep", m_position.firstStep }, { "bestRecall", m_position.bestRecall },
        { "epochsWorse", m_position.epochsWorse }, { "notes", m_notes.toJson() }
    }.dump();
    m_state.save(m_output / "state.pt", m_configuration);
}

void MiteLoop::restore()
{
    m_state.load(m_output / "state.pt", m_configuration);
    const auto more = nlohmann::json::parse(m_state.more);
    m_position = { more.at("stage"), more.at("firstStep"), more.at("bestRecall"), more.at("epochsWorse") };
    m_notes.restore(more.at("notes"));
    m_log.rewind(m_state.step);
}

} // namespace wordsight::train
