#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/search/question.h"
#include "core/engine/search/searcher.h"

namespace wordsight::engine {

/// Why there are no hits.
enum class WhyEmpty {
    NothingAsked,   ///< the sentence has no word that the model could look for
    NothingIndexed, ///< the library has no photographs, or none that the model (Answer::model) has seen
    NothingMatches, ///< there are some, but none passes the filter
};

/// What a library says to a question. Immutable once made; may be handed between threads.
struct Answer {
    Question question;
    search::Query query;                           ///< with the person's weights; no terms where nothing was ranked
    search::IndexPtr index;                        ///< that ranked; null where nothing was
    std::shared_ptr<const PairScores> pairs;       ///< not null where the photographs were scored in pairs
    std::vector<ExplainedHit> hits;                ///< best first; without terms where nothing was ranked: newest first
    std::optional<WhyEmpty> whyEmpty;              ///< present where there are no hits
    std::vector<std::filesystem::path> thumbnails; ///< thumbnails[i] belongs to hits[i]
    std::vector<std::filesystem::path> roots;      ///< folders the library was made from
    std::int64_t photos = 0;                       ///< in the library
    std::int64_t searchable = 0; ///< of them ranked, where something was: seen by the model and passing the filter
    std::int64_t rejected = 0;
    std::vector<store::Unseen> unseen; ///< places whose photographs are offline
    std::size_t scanned = 0;           ///< photographs whose vectors were compared for this answer; others were known
    std::string model;                 ///< empty while none is open
    std::string device;
    double milliseconds = 0;

    bool isRanked() const { return !std::holds_alternative<Browse>(question.asked); }
    /// The sentence that ranked; empty where none did.
    std::string sentence() const;
};

/// The full matrix of a hit against the terms that ranked it: alignStored() of it. Any thread.
align::Alignment alignmentOf(const Answer& answer, const ExplainedHit& hit);

} // namespace wordsight::engine
