#pragma once

#include <vector>

#include "ui/evaluate/evaluation_outcome.h"
#include "ui/evaluate/figure_table.h"

namespace wordsight::ui {

/// As the papers print it: one row per model; recalls each way, median rank, their sum, and NDCG where it was measured.
/// Empty where nothing was retrieved.
FigureTable retrievalTable(const std::vector<EvaluationOutcome>& outcomes);

/// The pointing game, one row per model: all phrases, what pointing blindly reaches, and every type of phrase.
FigureTable groundingTable(const std::vector<EvaluationOutcome>& outcomes);

} // namespace wordsight::ui
