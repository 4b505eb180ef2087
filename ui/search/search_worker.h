#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/searcher.h"
#include "core/store/library.h"
#include "ui/shared/model_cache.h"
#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// What photographs are ranked by: all that maxima depend on.
struct Question {
    std::string model;                     ///< by name; empty: the standard one
    std::string sentence;                  ///< empty: none, every photograph is shown
    std::optional<align::Pooling> pooling; ///< absent: the model's own
    bool operator==(const Question&) const = default;
};

struct SearchRequest {
    std::filesystem::path library;
    std::uint64_t libraryVersion = 0; ///< raised when the library has grown
    Question question;
    std::vector<TermWeight> weights; ///< matched to the sentence's terms by label, in order
    std::size_t limit = 2000;        ///< hits explained
};

/// The window's side of a search: its own Library, models from the cache, and the maxima kept between requests. Does
/// only what a request makes necessary: new weights touch neither model nor vectors. Used by one thread at a time.
class SearchWorker {
public:
    explicit SearchWorker(std::shared_ptr<ModelCache> models)
        : m_models(std::move(models))
    {
    }

    /// Throws what opening, encoding and searching throw; Error{Cancelled} when `stop` says so.
    SearchOutcome run(const SearchRequest& request, const std::function<bool()>& stop);

private:
    void openLibrary(const SearchRequest& request);
    void rankAll(const SearchRequest& request, const std::function<bool()>& stop);
    void browse(SearchOutcome& found) const;

    std::shared_ptr<ModelCache> m_models;

    std::optional<store::Library> m_library;
    std::filesystem::path m_folder;
    std::uint64_t m_version = 0;

    struct Kept {
        Question question;
        store::ModelRows rows;
        engine::SearchResult result;
    };
    std::optional<search::Query> m_query; ///< of m_asked, person's weights all 1
    Question m_asked;
    std::optional<Kept> m_kept; ///< absent where the library has changed since
};

} // namespace wordsight::ui
