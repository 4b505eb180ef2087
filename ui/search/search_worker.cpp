#include "ui/search/search_worker.h"

#include <algorithm>
#include <chrono>

#include <QDateTime>

#include "core/base/error.h"
#include "core/engine/reranker.h"

namespace wordsight::ui {

namespace {

void applyWeights(search::Query& query, std::vector<TermWeight> weights)
{
    for (search::Term& term : query.terms) {
        const std::string label = term.kind == search::TermKind::Global ? std::string() : term.label;
        const auto known = std::ranges::find(weights, label, &TermWeight::label);
        term.weight = known == weights.end() ? 1.0f : known->weight;
        if (known != weights.end())
            weights.erase(known);
    }
}

/// When a photograph was taken, or else written: text that sorts by time.
std::string when(const store::Photo& photo)
{
    if (!photo.takenAt.empty())
        return photo.takenAt;
    return QDateTime::fromMSecsSinceEpoch(photo.modified / 1'000'000).toString(Qt::ISODate).toStdString();
}

} // namespace

SearchOutcome SearchWorker::run(const SearchRequest& request, const std::function<bool()>& stop)
{
    openLibrary(request);
    const Question& question = request.question;
    if (m_library && !question.sentence.empty())
        m_models->get(question.model); // opening it is no part of the time a search takes
    const auto begin = std::chrono::steady_clock::now();
    SearchOutcome found;
    found.sentence = question.sentence;
    if (!m_library)
        return found;
    found.roots = m_library->roots();
    found.photos = m_library->photoCount();
    found.rejected = static_cast<std::int64_t>(m_library->rejected().size());
    if (question.sentence.empty()) {
        browse(found);
    } else {
        rankAll(request, stop);
        found.query = m_kept->result.query;
        found.rows = m_kept->rows;
        found.searchable = static_cast<std::int64_t>(m_kept->rows.photos.size());
        if (found.searchable > 0)
            found.hits = engine::explain(m_kept->result, m_kept->rows, *m_library, request.limit);
    }
    if (const auto model = m_models->find(question.model)) {
        found.model = model->info().name;
        found.device = model->device();
    }
    for (const engine::ExplainedHit& hit : found.hits)
        found.thumbnails.push_back(m_library->thumbnailPath(hit.photo.contentHash));
    found.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return found;
}

void SearchWorker::openLibrary(const SearchRequest& request)
{
    if (request.library != m_folder) {
        m_kept.reset();
        m_library.reset();
        m_folder = request.library;
    }
    if (request.libraryVersion != m_version) {
        m_kept.reset();
        m_version = request.libraryVersion;
    }
    // A library that is just being made is empty, not an error.
    if (!m_library && std::filesystem::exists(m_folder / "library.db"))
        m_library = store::Library::open(m_folder, store::Library::Mode::ReadOnly);
}

void SearchWorker::rankAll(const SearchRequest& request, const std::function<bool()>& stop)
{
    const Question& question = request.question;
    const auto model = m_models->get(question.model);
    if (!m_query || m_asked != question) {
        m_query = engine::parseQuery(*model, question.sentence);
        m_query->pooling = question.pooling.value_or(m_query->pooling);
        m_asked = question;
    }
    if (!m_kept || m_kept->question != question) {
        Kept kept { question, m_library->rows(model->info().fingerprint), {} };
        if (!kept.rows.photos.empty())
            kept.result = engine::searchWith(*model, kept.rows, *m_query, stop);
        else
            kept.result.query = *m_query;
        m_kept = std::move(kept);
    }
    applyWeights(m_kept->result.query, request.weights);
}

void SearchWorker::browse(SearchOutcome& found) const
{
    std::vector<std::pair<std::string, store::Photo>> photos;
    for (store::Photo& photo : m_library->photos())
        photos.emplace_back(when(photo), std::move(photo));
    std::ranges::sort(photos, [](const auto& a, const auto& b) {
        return std::tie(b.first, a.second.path) < std::tie(a.first, b.second.path);
    });
    found.hits.reserve(photos.size());
    for (auto& [time, photo] : photos)
        found.hits.push_back({ found.hits.size() + 1, std::move(photo), 0, {} });
}

} // namespace wordsight::ui
