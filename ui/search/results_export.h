#pragma once

#include <QString>

#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// Writes ranked hits with each word's contribution: .csv (rank, path, score, then a column a word) or .json (as
/// `wordsight-cli search --json` prints it). The file appears whole or not at all.
/// Throws Error{Usage} for another suffix, Error{Io} if it cannot be written.
void exportResults(const SearchOutcome& found, const QString& file);

} // namespace wordsight::ui
