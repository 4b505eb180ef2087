#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/base/device_choice.h"
#include "core/base/enum_names.h"

namespace wordsight::model {

/// Every kind of model that there is. A new one is a value here, its name, and a row in architecture.cpp.
enum class Architecture { Teran, Teran2021, Mlasm, Mite, Clip, Siglip };

/// As config.json has them.
constexpr auto namesOf(Architecture)
{
    return std::to_array<std::string_view>({ "teran", "teran-2021", "mlasm", "mite", "clip", "siglip" });
}

class ImageTextModel;
struct Importer;
struct VerifiedModel;

/// What the program knows of an architecture.
struct ArchitectureTraits {
    Architecture architecture;
    /// Opens a model folder. Throws Error{ModelMismatch}.
    std::unique_ptr<ImageTextModel> (*open)(const VerifiedModel&, DeviceChoice);
    bool ownImageNetwork = false;       ///< else photographs need a backbone
    bool trainable = false;             ///< core/train has a system for it
    std::string_view importedAs;        ///< what a person calls weights of this kind that others have made
    const Importer* importer = nullptr; ///< reads them; null: nothing does
};

/// One row for each architecture, in their order.
std::span<const ArchitectureTraits> architectures();
const ArchitectureTraits& traitsOf(Architecture architecture);

/// What can be imported, as ImportRequest::architecture has it: "teran, clip, siglip".
std::string importableNames();
/// What can be trained.
std::string trainableNames();

} // namespace wordsight::model
