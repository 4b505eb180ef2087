#include "core/train/shared/run_state.h"

#include <algorithm>
#include <sstream>

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace wordsight::train {

MovingAverage::MovingAverage(std::vector<torch::Tensor> parameters, double decay)
    : m_parameters(std::move(parameters))
    , m_decay(decay)
{
    if (m_decay > 0)
        for (const auto& parameter : m_parameters)
            m_averages.push_back(parameter.detach().clone());
}

void MovingAverage::update(std::int64_t step)
{
    const torch::NoGradGuard guard;
    const double decay = std::min(m_decay, double(1 + step) / double(10 + step));
    for (std::size_t i = 0; i < m_averages.size(); ++i)
        m_averages[i].lerp_(m_parameters[i], 1 - decay);
}

void MovingAverage::swap()
{
    const torch::NoGradGuard guard;
    for (std::size_t i = 0; i < m_averages.size(); ++i) {
        const auto held = m_parameters[i].detach().clone();
        m_parameters[i].copy_(m_averages[i]);
        m_averages[i].copy_(held);
    }
}

void RunState::save(const std::filesystem::path& file, const std::string& configuration)
{
    torch::serialize::OutputArchive archive;
    for (std::size_t i = 0; i < modules.size(); ++i) {
        torch::serialize::OutputArchive part(archive.compilation_unit());
        modules[i]->save(part);
        archive.write(fmt::format("module{}", i), part);
    }
    for (std::size_t i = 0; i < optimizers.size(); ++i) {
        torch::serialize::OutputArchive part(archive.compilation_unit());
        optimizers[i]->save(part);
        archive.write(fmt::format("optimizer{}", i), part);
    }
    for (std::size_t i = 0; i < average->averages().size(); ++i)
        archive.write(fmt::format("average{}", i), average->averages()[i], true);
    archive.write("random", at::detail::getDefaultCPUGenerator().get_state());
    archive.write("step", c10::IValue(step));
    archive.write("bestCriterion", c10::IValue(bestCriterion));
    archive.write("bestEpoch", c10::IValue(bestEpoch));
    archive.write("more", c10::IValue(more));
    archive.write("configuration", c10::IValue(configuration));
    std::ostringstream out;
    archive.save_to(out);
    writeFileAtomically(file, out.str());
}

void RunState::load(const std::filesystem::path& file, const std::string& configuration)
{
    const auto bytes = readFile(file);
    try {
        torch::serialize::InputArchive archive;
        archive.load_from(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        c10::IValue value;
        archive.read("configuration", value);
        if (value.toStringRef() != configuration)
            throw Error(ErrorKind::Usage,
                fmt::format(
                    "{} is the state of a run with another configuration. Use that one, or another output folder.",
                    file.string()));
        for (std::size_t i = 0; i < modules.size(); ++i) {
            torch::serialize::InputArchive part;
            archive.read(fmt::format("module{}", i), part);
            modules[i]->load(part);
        }
        for (std::size_t i = 0; i < optimizers.size(); ++i) {
            torch::serialize::InputArchive part;
            archive.read(fmt::format("optimizer{}", i), part);
            optimizers[i]->load(part);
        }
        for (std::size_t i = 0; i < average->averages().size(); ++i) {
            torch::Tensor held;
            archive.read(fmt::format("average{}", i), held, true);
            average->averages()[i].copy_(held);
        }
        torch::Tensor random;
        archive.read("random", random);
        auto generator = at::detail::getDefaultCPUGenerator();
        generator.set_state(random);
        archive.read("more", value);
        more = value.toStringRef();
        archive.read("step", value);
        step = value.toInt();
        archive.read("bestCriterion", value);
        bestCriterion = value.toDouble();
        archive.read("bestEpoch", value);
        bestEpoch = value.toInt();
    } catch (const c10::Error& error) {
        throw Error(ErrorKind::UnreadableInput,
            fmt::format(
                "{} is damaged: {}. Delete it to start the run again.", file.string(), error.what_without_backtrace()));
    }
}

} // namespace wordsight::train
