#pragma once

#include <CLI/CLI.hpp>

namespace wordsight::app::cli {

// Each adds one command with its options; what it does runs when the line has been parsed. Failures are Errors.
void addIndex(CLI::App& program);
void addSearch(CLI::App& program);
void addAlign(CLI::App& program);
void addEval(CLI::App& program);
void addEvalGrounding(CLI::App& program);
void addTrain(CLI::App& program);
void addModels(CLI::App& program);
void addModelsImport(CLI::App& models); ///< below `models`
void addModelsRemove(CLI::App& models);
void addModalityGap(CLI::App& program);
void addInfo(CLI::App& program);
void addLibrary(CLI::App& program);

} // namespace wordsight::app::cli
