#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/retrieval.h"

namespace wordsight::engine {

enum class ReportFormat { Text, Json, Csv, Markdown };

std::optional<ReportFormat> reportFormatNamed(std::string_view name); ///< "text", "json", "csv", "markdown"

/// Reports of one or more models on the same data, in one table. JSON holds all that a report has: an object for one
/// report, an array for several. CSV holds the figures with their intervals; text and Markdown also the worst failures.
std::string exportReports(std::span<const RetrievalReport> reports, ReportFormat format);
std::string exportReports(std::span<const GroundingReport> reports, ReportFormat format);

} // namespace wordsight::engine
