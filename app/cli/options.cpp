#include "app/cli/options.h"

#include "app/composition.h"

namespace wordsight::app::cli {

namespace {

void addDevice(CLI::App& command, std::string& device)
{
    command.add_option("--device", device, "Where to compute")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->capture_default_str();
}

std::unique_ptr<model::ImageTextModel> openOn(const std::string& device, const std::string& name)
{
    using enum model::DeviceChoice;
    return openModel(name, device == "cpu" ? Cpu : device == "cuda" ? Cuda : Auto);
}

} // namespace

void ModelOptions::addTo(CLI::App& command)
{
    name = defaultModel;
    command.add_option("--model", name, "Model by name (see `models list`) or folder")->capture_default_str();
    addDevice(command, device);
}

std::unique_ptr<model::ImageTextModel> ModelOptions::open() const
{
    return openOn(device, name);
}

void ModelsOptions::addTo(CLI::App& command)
{
    names = {defaultModel};
    command.add_option("--model", names, "Model by name (see `models list`) or folder; again for every model to compare")
        ->allow_extra_args(false)
        ->capture_default_str();
    addDevice(command, device);
}

std::unique_ptr<model::ImageTextModel> ModelsOptions::open(const std::string& name) const
{
    return openOn(device, name);
}

} // namespace wordsight::app::cli
