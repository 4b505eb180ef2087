#include "core/model/architecture.h"

#include <vector>

#include <fmt/ranges.h>

#include "core/model/architectures/architectures.h"
#include "core/model/importers/importers.h"

namespace wordsight::model {
namespace {

constexpr Importer kTeranCheckpoint { whyNotTeran, readTeran };
constexpr Importer kHuggingFaceFolder { whyNotClip, readClip };

constexpr auto kArchitectures = std::to_array<ArchitectureTraits>({
    { .architecture = Architecture::Teran, .open = openTeran, .trainable = true },
    { .architecture = Architecture::Teran2021,
        .open = openTeran2021,
        .importedAs = "teran",
        .importer = &kTeranCheckpoint },
    { .architecture = Architecture::Mlasm, .open = openMlasm, .trainable = true },
    { .architecture = Architecture::Mite, .open = openMite, .trainable = true },
    { .architecture = Architecture::Clip,
        .open = openClip,
        .ownImageNetwork = true,
        .importedAs = "clip",
        .importer = &kHuggingFaceFolder },
    { .architecture = Architecture::Siglip,
        .open = openClip,
        .ownImageNetwork = true,
        .importedAs = "siglip",
        .importer = &kHuggingFaceFolder },
});
static_assert(kArchitectures.size() == namesOf(Architecture {}).size());

} // namespace

std::span<const ArchitectureTraits> architectures()
{
    return kArchitectures;
}

const ArchitectureTraits& traitsOf(Architecture architecture)
{
    return kArchitectures[static_cast<std::size_t>(architecture)];
}

std::string importableNames()
{
    std::vector<std::string_view> names;
    for (const ArchitectureTraits& traits : kArchitectures)
        if (traits.importer != nullptr)
            names.push_back(traits.importedAs);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string trainableNames()
{
    std::vector<std::string_view> names;
    for (const ArchitectureTraits& traits : kArchitectures)
        if (traits.trainable)
            names.push_back(nameOf(traits.architecture));
    return fmt::format("{}", fmt::join(names, ", "));
}

} // namespace wordsight::model
