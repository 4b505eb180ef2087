#include "app/cli/options.h"

#include "app/composition.h"

namespace wordsight::app::cli {

void ModelOptions::addTo(CLI::App& command)
{
    name = defaultModel;
    command.add_option("--model", name, "Model by name (see `models list`) or folder")->capture_default_str();
    command.add_option("--device", device, "Where to compute")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->capture_default_str();
}

std::unique_ptr<model::ImageTextModel> ModelOptions::open() const
{
    using enum model::DeviceChoice;
    return openModel(name, device == "cpu" ? Cpu : device == "cuda" ? Cuda : Auto);
}

} // namespace wordsight::app::cli
