#include "app/cli/options.h"

#include "app/cli/console.h"
#include "app/composition.h"
#include "core/data/path_text.h"

namespace wordsight::app::cli {

namespace {

void addDevice(CLI::App& command, std::string& device)
{
    command.add_option("--device", device, "Where to compute")
        ->check(CLI::IsMember({ "auto", "cpu", "cuda" }))
        ->capture_default_str();
}

DeviceChoice deviceNamed(const std::string& device)
{
    using enum DeviceChoice;
    return device == "cpu" ? Cpu : device == "cuda" ? Cuda : Auto;
}

} // namespace

void addPooling(CLI::App& command, std::string& pooling, const std::string& help)
{
    const auto names = align::poolingNames();
    command.add_option("--pooling", pooling, help)
        ->check(CLI::IsMember(std::vector<std::string>(names.begin(), names.end()), CLI::ignore_case));
}

CLI::Validator positiveCount()
{
    return CLI::Validator(
        [](const std::string& text) {
            const bool digits
                = !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
            return digits && text.find_first_not_of('0') != std::string::npos
                ? std::string()
                : text + " must be a whole number from 1 to 999999999";
        },
        "COUNT");
}

CLI::Validator namedPath()
{
    return CLI::Validator(
        [](std::string& text) {
            if (text.empty())
                return std::string("the name is empty");
            text = pathOf(text).native();
            return std::string();
        },
        "PATH");
}

void ModelOptions::addTo(CLI::App& command)
{
    name = defaultModel;
    command.add_option("--model", name, "Model by name (see `models list`) or folder")->capture_default_str();
    addDevice(command, device);
}

std::unique_ptr<model::ImageTextModel> ModelOptions::open() const
{
    return openModel(name, deviceNamed(device));
}

engine::LibrarySession ModelOptions::session(
    const std::filesystem::path& library, engine::LibrarySession::IfMissing ifMissing) const
{
    const engine::ModelSource source = modelSource(deviceNamed(device));
    return { library, source, std::make_shared<engine::ModelCache>(source.open), ifMissing };
}

void ModelsOptions::addTo(CLI::App& command)
{
    names = { defaultModel };
    command
        .add_option("--model", names, "Model by name (see `models list`) or folder; again for every model to compare")
        ->allow_extra_args(false)
        ->capture_default_str();
    addDevice(command, device);
}

std::unique_ptr<model::ImageTextModel> ModelsOptions::open(const std::string& name) const
{
    return openModel(name, deviceNamed(device));
}

void FeatureOptions::addTo(CLI::App& command)
{
    auto* named = command.add_option("--features", features,
        "Features of the photographs, computed elsewhere: folder with bu_att and bu_box, bottom-up .tsv, or precomp "
        "folder");
    command
        .add_option(
            "--dataset", dataset, "Karpathy split file that says what the features call each photograph, and its size")
        ->needs(named);
}

std::optional<engine::PhotographFeatures> FeatureOptions::open() const
{
    if (features.empty())
        return std::nullopt;
    const auto images = dataset.empty() ? std::vector<dataset::CaptionedImage>() : dataset::readKarpathy(dataset);
    return engine::PhotographFeatures(dataset::openRegions(features, consoleJob()), images);
}

} // namespace wordsight::app::cli
