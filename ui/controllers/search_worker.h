#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/searcher.h"
#include "core/store/library.h"
#include "ui/controllers/found.h"
#include "ui/controllers/model_factory.h"

namespace wordsight::ui {

struct SearchRequest {
    std::filesystem::path library;
    std::uint64_t libraryVersion = 0; ///< raised when the library has grown
    std::string sentence;
    std::vector<TermWeight> weights;  ///< matched to the sentence's terms by label, in order
    std::size_t limit = 2000;         ///< hits explained
};

/// The window's side of a search: its own Library, its own model, and the maxima kept between requests. Does only
/// what a request makes necessary: new weights touch neither model nor vectors. Used by one thread at a time.
class SearchWorker {
public:
    explicit SearchWorker(ModelFactory openModel) : m_openModel(std::move(openModel)) {}

    /// Throws what opening, encoding and searching throw; Error{Cancelled} when `stop` says so.
    Found run(const SearchRequest& request, const std::function<bool()>& stop);

private:
    model::ImageTextModel& model();
    void openLibrary(const SearchRequest& request);
    void rankAll(const SearchRequest& request, const std::function<bool()>& stop);
    void browse(Found& found) const;

    ModelFactory m_openModel;
    std::unique_ptr<model::ImageTextModel> m_model;

    std::optional<store::Library> m_library;
    std::filesystem::path m_folder;
    std::uint64_t m_version = 0;

    struct Kept {
        std::string sentence;
        store::ModelRows rows;
        engine::SearchResult result;
    };
    std::optional<search::Query> m_query; ///< of m_querySentence, person's weights all 1
    std::string m_querySentence;
    std::optional<Kept> m_kept; ///< absent where the library has changed since
};

} // namespace wordsight::ui
