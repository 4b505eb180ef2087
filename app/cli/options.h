#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/engine/library/library_session.h"
#include "core/engine/photograph_features.h"
#include "core/model/image_text_model.h"

namespace wordsight::app::cli {

/// For options that count things: "must be a whole number from 1 on".
CLI::Validator positiveCount();

/// Of a path, to be added with transform(): not empty; a file URI, as JSON has it for names that are no UTF-8, is the
/// path that it stands for.
CLI::Validator namedPath();

/// The options of every command that works with a model.
struct ModelOptions {
    std::string name;
    std::string device = "auto";

    void addTo(CLI::App& command);
    std::unique_ptr<model::ImageTextModel> open() const;
    /// A library, to be searched or indexed with this model and others on the same device.
    engine::LibrarySession session(
        const std::filesystem::path& library, engine::LibrarySession::IfMissing ifMissing = {}) const;
};

/// --pooling: the name of a pooling, in capitals or not.
void addPooling(CLI::App& command, std::string& pooling, const std::string& help);

/// Features that another program computed, for models that take them in place of photographs.
struct FeatureOptions {
    std::filesystem::path features;
    std::filesystem::path dataset;

    void addTo(CLI::App& command);
    /// Opens them, with progress; nothing where none were named.
    std::optional<engine::PhotographFeatures> open() const;
};

/// The same for commands that compare models.
struct ModelsOptions {
    std::vector<std::string> names;
    std::string device = "auto";

    void addTo(CLI::App& command);
    std::unique_ptr<model::ImageTextModel> open(const std::string& name) const;
};

} // namespace wordsight::app::cli
