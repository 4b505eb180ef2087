#include "core/engine/library/library_session.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "core/base/error.h"
#include "core/engine/search/question_terms.h"
#include "core/engine/search/reranker.h"
#include "core/engine/search/searcher.h"
#include "core/search/highway_index.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostTexts = 200;        // sentences that a conversation keeps as they were read
constexpr std::size_t kOrderedAtOnce = 20'000; // photographs that a ranking puts in order: all of so many,
constexpr std::size_t kOrdered = 2'000;        // or the first of more
constexpr std::size_t kMostIndexes = 6; // two sides that compare, each with and without a filter, and two to spare

/// Whether the model can look for anything at all.
bool asksForSomething(const model::ModelInfo& info, const search::Query& query)
{
    const bool hasWords
        = std::ranges::any_of(query.terms, [](const auto& term) { return term.kind == search::TermKind::Word; });
    return !query.terms.empty() && (hasWords || !info.hasWords());
}

/// Whatever a person says of folders is kept with them.
void keepSettings(store::Library& library, const fs::path& root, const IndexSettings& settings)
{
    const store::RootRules before = library.rootRules(root);
    store::RootRules rules = before;
    for (const std::string& pattern : settings.exclude)
        if (std::ranges::find(rules.exclude, pattern) == rules.exclude.end())
            rules.exclude.push_back(pattern);
    for (const std::string& pattern : settings.include)
        std::erase(rules.exclude, pattern);
    rules.enterLinks = settings.enterLinks.value_or(rules.enterLinks);
    if (rules != before)
        library.setRootRules(root, rules);
}

} // namespace

LibrarySession::LibrarySession(
    fs::path folder, ModelSource models, std::shared_ptr<ModelCache> open, IfMissing ifMissing)
    : m_folder(std::move(folder))
    , m_source(std::move(models))
    , m_models(std::move(open))
    , m_ifMissing(ifMissing)
{
}

void LibrarySession::prepare()
{
    // Whichever thread comes first makes the library, or brings it up to date; the other waits here.
    const std::lock_guard lock(m_preparing);
    if (m_reader)
        return;
    if (m_ifMissing == IfMissing::Make && !fs::exists(m_folder / "library.db"))
        store::Library::open(m_folder, store::Library::Mode::Create);
    m_reader = store::Library::open(m_folder, store::Library::Mode::ReadOnly);
}

const store::Library& LibrarySession::reader()
{
    prepare();
    const std::int64_t version = m_reader->version();
    if (m_version != version) {
        m_indexes.clear();
        m_roots = m_reader->roots();
        m_photos = m_reader->photoCount();
        m_rejected = m_reader->rejectedCount();
        m_unseen = m_reader->unseen();
        m_version = version;
    }
    return *m_reader;
}

search::IndexPtr LibrarySession::indexFor(const std::string& fingerprint, const store::PhotoFilter& filter)
{
    const auto kept = std::ranges::find_if(
        m_indexes, [&](const KeptIndex& known) { return known.fingerprint == fingerprint && known.filter == filter; });
    if (kept != m_indexes.end()) {
        std::rotate(kept, kept + 1, m_indexes.end());
    } else {
        if (m_indexes.size() == kMostIndexes)
            m_indexes.erase(m_indexes.begin());
        m_indexes.push_back(
            { fingerprint, filter, std::make_shared<search::HighwayIndex>(m_reader->rows(fingerprint, filter)) });
    }
    return m_indexes.back().index;
}

WhyEmpty LibrarySession::whyEmpty(const std::string& fingerprint, const store::PhotoFilter& filter)
{
    const bool filtered = filter != store::PhotoFilter {};
    return filtered && !indexFor(fingerprint, {})->photos().empty() ? WhyEmpty::NothingMatches
                                                                    : WhyEmpty::NothingIndexed;
}

Answer LibrarySession::ask(const Question& question, Conversation& conversation, std::stop_token stop)
{
    const auto* sentence = std::get_if<Sentence>(&question.asked);
    reader();
    if (sentence)
        m_models->get(question.model); // opening it is no part of the time a search takes
    const auto begin = Clock::now();
    Answer answer;
    answer.question = question;
    answer.roots = m_roots;
    answer.photos = m_photos;
    answer.rejected = m_rejected;
    answer.unseen = m_unseen;
    if (const auto model = m_models->find(question.model)) {
        answer.model = model->info().name;
        answer.device = model->device();
    }
    if (sentence)
        rank(answer, *sentence, conversation, stop);
    else
        browse(answer);
    markOffline(answer.hits, m_unseen);
    for (const ExplainedHit& hit : answer.hits)
        answer.thumbnails.push_back(m_reader->thumbnailPath(hit.photo.contentHash));
    answer.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    return answer;
}

AnswerPage LibrarySession::explainPage(const Answer& answer, std::size_t first, std::size_t count)
{
    return engine::explainPage(answer, reader(), first, count);
}

search::Query LibrarySession::parse(const Question& question, Conversation& conversation)
{
    reader();
    const auto* sentence = std::get_if<Sentence>(&question.asked);
    return sentence ? queryOf(question, *sentence, conversation) : search::Query {};
}

void LibrarySession::browse(Answer& answer)
{
    for (store::Photo& photo : m_reader->photos(answer.question.filter))
        answer.hits.push_back({ answer.hits.size() + 1, std::move(photo), 0, {} });
    if (answer.hits.empty())
        answer.whyEmpty = m_photos > 0 ? WhyEmpty::NothingMatches : WhyEmpty::NothingIndexed;
}

search::Query LibrarySession::read(model::ImageTextModel& model, std::optional<align::Pooling> pooling,
    const Sentence& sentence, Conversation& conversation)
{
    auto& texts = conversation.m_texts;
    if (texts.size() > kMostTexts)
        texts.clear();
    const auto read = [&](const std::string& text) -> const model::TextEncoding& {
        const auto [place, isNew] = texts.try_emplace({ model.info().fingerprint, text });
        if (isNew)
            place->second = std::move(model.encodeTexts({ &text, 1 }).front());
        return place->second;
    };
    return questionTerms(model.info(), pooling.value_or(model.info().pooling), read, sentence);
}

Conversation::Basis LibrarySession::basisOf(const Question& question, const search::Query& query)
{
    Conversation::Basis basis { question.model, question.rerank, query.sentences, {}, query.pooling,
        question.shortlist };
    for (const search::Term& term : query.terms) {
        const bool whole = term.kind == search::TermKind::Global; // is the same whatever it weighs
        basis.terms.push_back(
            { static_cast<std::size_t>(term.kind), term.source, whole || term.weight > 0, !whole && term.weight < 0 });
        basis.terms.back().insert(basis.terms.back().end(), term.words.begin(), term.words.end());
    }
    return basis;
}

const search::Query& LibrarySession::queryOf(
    const Question& question, const Sentence& sentence, Conversation& conversation)
{
    search::Query query = read(*m_models->get(question.model), question.pooling, sentence, conversation);
    Conversation::Basis basis = basisOf(question, query);
    if (conversation.m_basis != basis) {
        conversation.m_scanned = {};
        conversation.m_scannedIndex.reset();
        conversation.m_paired.reset();
        conversation.m_pairedIndex.reset();
        conversation.m_basis = std::move(basis);
    }
    conversation.m_scanned.query = std::move(query);
    return conversation.m_scanned.query;
}

void LibrarySession::rank(
    Answer& answer, const Sentence& sentence, Conversation& conversation, const std::stop_token& stop)
{
    const Question& question = answer.question;
    const auto model = m_models->get(question.model);
    answer.query = queryOf(question, sentence, conversation);
    const std::string& fingerprint = model->info().fingerprint;
    answer.index = indexFor(fingerprint, question.filter);
    answer.searchable = static_cast<std::int64_t>(answer.index->photos().size());
    if (!asksForSomething(model->info(), answer.query)) {
        answer.whyEmpty = WhyEmpty::NothingAsked;
        return;
    }
    if (answer.searchable == 0) {
        answer.whyEmpty = whyEmpty(fingerprint, question.filter);
        return;
    }
    if (conversation.m_scannedIndex != answer.index) {
        answer.scanned = answer.index->extend(conversation.m_scanned.scores, answer.query, stop);
        conversation.m_scannedIndex = answer.index;
        conversation.m_paired.reset();
    }
    const SearchResult* ranked = &conversation.m_scanned;
    if (!question.rerank.empty() || scoresPairs(*model, answer.query))
        ranked = pair(answer, sentence, *model, conversation, stop);
    if (!ranked)
        return;
    const std::size_t photos = ranked->scores.photos;
    std::size_t ordered = photos <= kOrderedAtOnce ? photos : std::max(kOrdered, question.limit);
    auto ranking = search::rankAll(ranked->scores, ranked->query, ordered);
    answer.hits = explain(*ranked, ranking, *answer.index, *m_reader, question.limit);
    ordered -= std::min(ordered, photos - ranking.size()); // what is gone was among them
    answer.ranking = std::make_shared<const search::Ranking>(std::move(ranking), ordered);
    answer.scale = scaleOf(answer);
    if (answer.hits.empty())
        answer.whyEmpty = WhyEmpty::NothingMatches;
}

const SearchResult* LibrarySession::pair(Answer& answer, const Sentence& sentence, model::ImageTextModel& scanner,
    Conversation& conversation, const std::stop_token& stop)
{
    const Question& question = answer.question;
    if (!question.rerank.empty()) {
        const auto scorer = m_models->get(question.rerank);
        answer.model = scorer->info().name;
        answer.device = scorer->device();
        answer.index = indexFor(scorer->info().fingerprint, question.filter);
        if (answer.index->photos().empty()) {
            answer.whyEmpty = whyEmpty(scorer->info().fingerprint, question.filter);
            return nullptr;
        }
    }
    std::optional<SearchResult>& paired = conversation.m_paired;
    const auto scorer = question.rerank.empty() ? nullptr : m_models->get(question.rerank);
    search::Query query = scorer ? read(*scorer, {}, sentence, conversation) : conversation.m_scanned.query;
    if (!paired || conversation.m_pairedIndex != answer.index) {
        paired = rerank(scorer ? *scorer : scanner, *answer.index, std::move(query),
            best(conversation.m_scanned, question.shortlist), stop);
        conversation.m_pairedIndex = answer.index;
    } else {
        paired->query = pairQuery(std::move(query));
    }
    answer.query = paired->query;
    answer.pairs = paired->pairs;
    return &*paired;
}

store::Library LibrarySession::writer()
{
    prepare();
    return store::Library::open(m_folder, store::Library::Mode::ReadWrite);
}

IndexReport LibrarySession::addAndIndex(const std::vector<fs::path>& paths, const std::string& model,
    const JobControl& job, const PhotographFeatures* features, const IndexSettings& settings)
{
    store::Library library = writer();
    for (const fs::path& path : paths) {
        std::error_code ignored;
        if (!fs::is_directory(path, ignored))
            continue;
        const fs::path root = fs::absolute(path).lexically_normal();
        library.addRoot(root);
        keepSettings(library, root, settings);
    }
    return runOver(library, paths, model, job, features, settings.prune);
}

IndexReport LibrarySession::index(const std::vector<fs::path>& paths, const std::string& model, const JobControl& job,
    const PhotographFeatures* features, const IndexSettings& settings)
{
    store::Library library = writer();
    const std::vector<fs::path> roots = library.roots();
    for (const fs::path& root : roots)
        keepSettings(library, root, settings);
    return runOver(library, paths.empty() ? roots : paths, model, job, features, settings.prune);
}

IndexReport LibrarySession::runOver(store::Library& library, const std::vector<fs::path>& paths,
    const std::string& model, const JobControl& job, const PhotographFeatures* features, bool prune)
{
    const auto started = Clock::now();
    if (paths.empty())
        return {};
    job.tell({ .stage = "Looking for photographs", .secondsRemaining = {} });
    if (job.stopped())
        return { .stopped = true };
    std::unique_ptr<model::ImageTextModel> opened;
    const auto open = [&]() -> model::ImageTextModel& {
        if (!opened)
            opened = m_source.open(model);
        return *opened;
    };
    // A model that says nothing of itself has to be opened, which tells why. One that is given the wrong things, too.
    const auto described = describe(m_source, model);
    if (!described || described->takesPhotographs == (features != nullptr))
        requireFit(open().info(), features ? &features->source() : nullptr);
    IndexPlan plan = planIndex(library, paths, described ? described->fingerprint : open().info().fingerprint);
    plan.prune = prune;
    IndexReport report = runIndex(library, plan, open, job, features);
    report.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    return report;
}

} // namespace wordsight::engine
