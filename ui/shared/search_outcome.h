#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/searcher.h"
#include "core/search/query.h"
#include "core/store/library.h"

namespace wordsight::ui {

/// What a person says a word of the sentence is worth: 1 as it is, 0 muted, negative against.
struct TermWeight {
    std::string label; ///< the word; empty for the sentence as a whole
    float weight = 1;
    bool operator==(const TermWeight&) const = default;
};

/// All that the window shows of a library for a sentence and its weights. Immutable once made.
struct SearchOutcome {
    std::string sentence; ///< empty: every photograph, newest first
    search::Query query;  ///< with the person's weights
    store::ModelRows rows;
    std::vector<engine::ExplainedHit> hits;        ///< best first
    std::vector<std::filesystem::path> thumbnails; ///< thumbnails[i] belongs to hits[i]
    std::vector<std::filesystem::path> roots;      ///< folders the library was made from
    std::int64_t photos = 0;                       ///< in the library
    std::int64_t searchable = 0;                   ///< of them with vectors of this model; 0 while no model is open
    std::int64_t rejected = 0;
    std::string model; ///< empty while none is open
    std::string device;
    double milliseconds = 0;
};

using OutcomePtr = std::shared_ptr<const SearchOutcome>;

} // namespace wordsight::ui
