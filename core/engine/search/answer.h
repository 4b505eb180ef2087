#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/align/heat_style.h"
#include "core/engine/search/question.h"
#include "core/engine/search/searcher.h"
#include "core/search/ranking.h"

namespace wordsight::engine {

/// Why there are no hits.
enum class WhyEmpty {
    NothingAsked,   ///< the sentence has no word that the model could look for
    NothingIndexed, ///< the library has no photographs, or none that the model (Answer::model) has seen
    NothingMatches, ///< there are some, but none passes the filter
};

/// What the photographs of one answer are drawn against, so that what is hotter or longer is more, whichever photograph
/// it stands for.
struct AnswerScale {
    std::optional<align::HeatScale> heat; ///< nothing: no photograph has a map
    float leastPart = 0;                  ///< the least that a term adds, ≤ 0,
    float mostPart = 0;                   ///< and the most, ≥ 0
    float against = 0;                    ///< the most that all terms of a photograph together take away, ≥ 0,
    float inFavour = 0;                   ///< and add, ≥ 0

    /// Grows as far as another one reaches.
    void include(const AnswerScale& other);
};

/// What a library says to a question. Immutable once made; may be handed between threads.
struct Answer {
    Question question;
    search::Query query;                     ///< with the person's weights; no terms where nothing was ranked
    search::IndexPtr index;                  ///< that ranked; null where nothing was
    std::shared_ptr<const PairScores> pairs; ///< not null where the photographs were scored in pairs
    /// Best first, as many as the question wants explained; without terms where nothing was ranked: all, newest first.
    std::vector<ExplainedHit> hits;
    /// All that were ranked, best first; the hits are its first. Null where nothing was.
    std::shared_ptr<const search::Ranking> ranking;
    AnswerScale scale;
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
    /// How many photographs it lists, explained or not.
    std::size_t listed() const { return ranking ? ranking->size() : hits.size(); }
    /// How many of them have their place without further work.
    std::size_t ordered() const { return ranking ? ranking->ordered() : hits.size(); }
    PhotoId photoAt(std::size_t place) const { return ranking ? ranking->at(place).photo : hits[place].photo.id; }
    /// The place of a photograph among those listed, from 0.
    std::optional<std::size_t> placeOf(PhotoId photo) const;
    /// The sentence that ranked; empty where none did.
    std::string sentence() const;
};

/// Hits of a ranking that were explained later than its first.
struct AnswerPage {
    std::size_t first = 0;                         ///< place of hits[0] in the ranking, from 0
    std::vector<ExplainedHit> hits;                ///< one that is gone from the library has an empty path
    std::vector<std::filesystem::path> thumbnails; ///< thumbnails[i] belongs to hits[i]
};

/// `count` hits from the place `first` on, fewer at the end. Any thread, with a reader of the library of its own.
AnswerPage explainPage(const Answer& answer, const store::Library& library, std::size_t first, std::size_t count);

/// Says of hits whether they lie in a place that cannot be seen.
void markOffline(std::span<ExplainedHit> hits, std::span<const store::Unseen> unseen);

/// From the best of an answer, and some evenly spread over all it lists. Any thread.
AnswerScale scaleOf(const Answer& answer);

/// The full matrix of a hit against the terms that ranked it: alignStored() of it. Any thread.
align::Alignment alignmentOf(const Answer& answer, const ExplainedHit& hit);

} // namespace wordsight::engine
