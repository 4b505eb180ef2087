#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/engine/library/model_cache.h"
#include "core/engine/library/model_source.h"
#include "core/engine/library/run_index.h"
#include "core/engine/search/answer.h"
#include "core/engine/search/question.h"
#include "core/store/library.h"

namespace wordsight::engine {

/// What one line of questions to one session keeps, so that the next question costs only what is new in it: new weights
/// touch neither model nor vectors as long as the same words count, are muted and are turned against; a sentence that
/// was read before is not read again; a library that has grown or another filter touches only the vectors that were not
/// compared yet. Empty at first; belongs to the thread that asks.
class Conversation {
    friend class LibrarySession;

    /// All that scores depend on beside the photographs.
    struct Basis {
        std::string model, rerank;
        std::vector<std::string> sentences;          ///< of the query
        std::vector<std::vector<std::size_t>> terms; ///< kind, sentence and words of each
        align::Pooling pooling = align::Pooling::MrSw;
        std::size_t shortlist = 0;
        bool operator==(const Basis&) const = default;
    };
    std::optional<Basis> m_basis; ///< of m_scanned and m_paired
    /// Sentences as they were read, by the model's fingerprint and the sentence.
    std::map<std::pair<std::string, std::string>, model::TextEncoding> m_texts;
    SearchResult m_scanned;               ///< as far as m_scannedIndex reaches
    search::IndexPtr m_scannedIndex;      ///< null: nothing was scanned yet
    std::optional<SearchResult> m_paired; ///< the best of m_scanned, where a model that compares pairs scored them
    search::IndexPtr m_pairedIndex;
};

/// What a person says of a run beside its folders.
struct IndexSettings {
    bool prune = false;                  ///< what is not there was deleted: see IndexPlan::prune
    std::vector<std::string> exclude {}; ///< patterns (Exclusions) that are left out from now on,
    std::vector<std::string> include {}; ///< and that are no more,
    std::optional<bool> enterLinks {};   ///< and whether links are entered from now on: of the folders that are
                                         ///< added, or of all
    bool operator==(const IndexSettings&) const = default;
};

/// An open library with models: answers questions, and brings the library up to date. What it keeps is made once for
/// each version of the library: the indexes that it searches, and what it says of the library as a whole.
///
/// Threads: ask() and parse() by one thread at a time, which also uses the ModelCache; index() and addAndIndex() by one
/// thread at a time, with a writer of their own; the two at the same time. What it returns may go anywhere.
class LibrarySession {
public:
    enum class IfMissing { Fail, Make };

    /// Opens nothing yet: the first call that needs the library does, and throws what Library::open throws.
    LibrarySession(std::filesystem::path folder, ModelSource models, std::shared_ptr<ModelCache> open,
        IfMissing ifMissing = IfMissing::Fail);

    const std::filesystem::path& folder() const { return m_folder; }

    /// Never an error for want of hits: Answer::whyEmpty. Throws what opening models, encoding and searching throw;
    /// Error{Cancelled} when `stop` says so.
    Answer ask(const Question& question, Conversation& conversation, std::stop_token stop = {});

    /// More of an answer's hits: see engine::explainPage(). On the thread that asks.
    AnswerPage explainPage(const Answer& answer, std::size_t first, std::size_t count);

    /// The terms that a question ranks by, weights included, without ranking; none where it does not rank.
    search::Query parse(const Question& question, Conversation& conversation);

    /// Brings the library up to date, for a model by name, with the photographs below `paths`, or below its own folders
    /// where there are none. The model is opened only if there is a photograph to read. See runIndex().
    IndexReport index(const std::vector<std::filesystem::path>& paths, const std::string& model, const JobControl& job,
        const PhotographFeatures* features = nullptr, const IndexSettings& settings = {});

    /// The same when a person adds `paths`: the folders among them are the library's own from now on.
    IndexReport addAndIndex(const std::vector<std::filesystem::path>& paths, const std::string& model,
        const JobControl& job, const PhotographFeatures* features = nullptr, const IndexSettings& settings = {});

private:
    struct KeptIndex {
        std::string fingerprint;
        store::PhotoFilter filter;
        search::IndexPtr index;
    };
    void prepare();
    const store::Library& reader();
    search::IndexPtr indexFor(const std::string& fingerprint, const store::PhotoFilter& filter);
    WhyEmpty whyEmpty(const std::string& fingerprint, const store::PhotoFilter& filter);
    static search::Query read(model::ImageTextModel& model, std::optional<align::Pooling> pooling,
        const Sentence& sentence, Conversation& conversation);
    static Conversation::Basis basisOf(const Question& question, const search::Query& query);
    const search::Query& queryOf(const Question& question, const Sentence& sentence, Conversation& conversation);
    void browse(Answer& answer);
    void rank(Answer& answer, const Sentence& sentence, Conversation& conversation, const std::stop_token& stop);
    /// The best of what was scanned, scored by a model that compares pairs.
    const SearchResult* pair(Answer& answer, const Sentence& sentence, model::ImageTextModel& scanner,
        Conversation& conversation, const std::stop_token& stop);
    store::Library writer();
    IndexReport runOver(store::Library& library, const std::vector<std::filesystem::path>& paths,
        const std::string& model, const JobControl& job, const PhotographFeatures* features, bool prune);

    const std::filesystem::path m_folder;
    const ModelSource m_source;
    const std::shared_ptr<ModelCache> m_models;
    const IfMissing m_ifMissing;

    std::mutex m_preparing;
    std::optional<store::Library> m_reader; ///< once there, the library is there, too, and of this version

    // Of the thread that asks, as is the use of m_reader.
    std::optional<std::int64_t> m_version; ///< of the library, that what follows was read from
    std::vector<std::filesystem::path> m_roots;
    std::int64_t m_photos = 0;
    std::int64_t m_rejected = 0;
    std::vector<store::Unseen> m_unseen;
    std::vector<KeptIndex> m_indexes; ///< the latest last
};

} // namespace wordsight::engine
