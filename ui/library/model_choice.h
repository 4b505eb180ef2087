#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <QString>

#include "core/engine/model_catalog.h"
#include "core/store/library.h"

namespace wordsight::ui {

/// A model as a person chooses it for a library.
struct ModelChoice {
    engine::InstalledModel model;
    bool installed = true;    ///< else only its vectors are left in the library
    std::int64_t indexed = 0; ///< photographs of the library that can be searched with it
    std::int64_t photos = 0;  ///< in the library

    bool isComplete() const { return photos > 0 && indexed >= photos; }
    bool canIndex() const { return installed && model.takesPhotographs; }
};

/// What is installed, joined with what a library of `photos` photographs has vectors of; installed ones first.
std::vector<ModelChoice> modelChoices(const std::vector<engine::InstalledModel>& installed,
    const std::vector<store::ModelSummary>& indexed, std::int64_t photos);

/// In a few words: "72 of 72 photographs", "not used here yet", or why it cannot be.
QString stateOf(const ModelChoice& choice);

} // namespace wordsight::ui
