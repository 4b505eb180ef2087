#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/base/error.h"
#include "core/engine/hits_export.h"
#include "core/engine/reranker.h"
#include "core/engine/searcher.h"

namespace wordsight::app::cli {
namespace {

struct SearchOptions {
    std::filesystem::path library;
    std::string sentence;
    std::size_t count = 10;
    std::vector<std::string> weights;
    std::string pooling;
    ModelOptions model;
    std::string rerank; ///< another model, which scores the best anew
    std::size_t shortlist = engine::kShortlist;
    bool json = false;
};

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return c < 0x80 ? std::tolower(c) : c; });
    return text;
}

struct Weighting {
    std::string word;
    float weight = 1;
};

/// "dog=-1"
Weighting parseWeighting(const std::string& argument)
{
    const auto split = argument.rfind('=');
    const char* end = argument.data() + argument.size();
    Weighting weighting { argument.substr(0, split) };
    if (split == std::string::npos || split == 0
        || std::from_chars(argument.data() + split + 1, end, weighting.weight).ptr != end
        || !std::isfinite(weighting.weight))
        throw Error(
            ErrorKind::Usage, fmt::format("--weight {}: expected WORD=NUMBER, such as dog=0 or dog=-1.", argument));
    return weighting;
}

/// Weighs every occurrence of the word; the sentence as a whole is a term by its own text.
void apply(const Weighting& weighting, search::Query& query)
{
    std::vector<search::Term*> terms;
    for (const auto kind : { search::TermKind::Word, search::TermKind::Global })
        if (terms.empty())
            for (auto& term : query.terms)
                if (term.kind == kind && lower(term.label) == lower(weighting.word))
                    terms.push_back(&term);
    if (terms.empty()) {
        std::vector<std::string> labels;
        for (const auto& term : query.terms)
            labels.push_back(term.label);
        throw Error(ErrorKind::Usage,
            fmt::format(
                "--weight {}: the sentence has no such word. It has: {}.", weighting.word, fmt::join(labels, ", ")));
    }
    for (auto* term : terms)
        term->weight = weighting.weight;
}

void warnOfUnknownWords(const search::Query& query)
{
    std::vector<std::string> unknown;
    for (const auto& term : query.terms)
        if (term.unknown)
            unknown.push_back(term.label);
    if (!unknown.empty())
        fmt::print(
            stderr, "The model cannot read {}: what it finds for that means nothing.\n", fmt::join(unknown, ", "));
}

/// One row a photograph, one column a word: what each added to the score.
void showTable(const search::Query& query, const std::vector<engine::ExplainedHit>& hits, double ms)
{
    std::vector<std::vector<std::string>> rows { { "", "score" } };
    for (const auto& term : query.terms) {
        const std::string label = term.kind == search::TermKind::Word ? term.label : "(all)";
        rows.front().push_back(term.weight == 1 ? label : fmt::format("{} ×{:g}", label, term.weight));
    }
    rows.front().push_back("photograph");
    for (const auto& hit : hits) {
        std::vector<std::string> row { fmt::format("{}", hit.rank), fmt::format("{:.4f}", hit.score) };
        for (const auto& term : hit.terms)
            row.push_back(fmt::format("{:+.4f}", term.contribution));
        row.push_back(hit.photo.path.string());
        rows.push_back(std::move(row));
    }
    printTable(rows, std::string(query.terms.size() + 2, 'r') + "l");
    fmt::print("{} shown, {:.1f} ms\n", hits.size(), ms);
}

/// A model and what of the library is indexed with it.
struct Searchable {
    std::unique_ptr<model::ImageTextModel> model;
    store::ModelRows rows;
};

Searchable openFor(const store::Library& library, const ModelOptions& options)
{
    Searchable opened { options.open(), {} };
    opened.rows = library.rows(opened.model->info().fingerprint);
    if (opened.rows.rows.empty())
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format(
                "Nothing in {} is indexed with the model \"{}\". Run: wordsight-cli index --library {} --model {}",
                library.folder().string(), opened.model->info().name, library.folder().string(), options.name));
    return opened;
}

search::Query queryFor(model::ImageTextModel& model, const SearchOptions& options)
{
    auto query = engine::parseQuery(model, options.sentence);
    const auto isWord = [](const auto& term) { return term.kind == search::TermKind::Word; };
    if (query.terms.empty() || (model.info().hasWords && std::ranges::none_of(query.terms, isWord)))
        throw Error(ErrorKind::Usage, "The sentence has no words to search for.");
    for (const auto& weight : options.weights)
        apply(parseWeighting(weight), query);
    if (!options.pooling.empty())
        query.pooling = *align::poolingNamed(options.pooling);
    return query;
}

void run(const SearchOptions& options)
{
    const auto library = store::Library::open(options.library, store::Library::Mode::ReadOnly);
    const auto first = openFor(library, options.model);
    const auto second
        = options.rerank.empty() ? Searchable {} : openFor(library, { options.rerank, options.model.device });
    const auto begin = std::chrono::steady_clock::now();
    engine::SearchResult result;
    if (second.model) {
        const auto found = engine::search(first.rows, queryFor(*first.model, options), interrupted);
        const auto shortlist = engine::best(found, options.shortlist);
        result = engine::rerank(*second.model, second.rows, queryFor(*second.model, options), shortlist, interrupted);
    } else {
        result = engine::searchWith(
            *first.model, first.rows, queryFor(*first.model, options), interrupted, options.shortlist);
    }
    warnOfUnknownWords(result.query);
    const auto hits = engine::explain(result, second.model ? second.rows : first.rows, library, options.count);
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begin;
    if (options.json)
        fmt::print("{}\n", engine::hitsJson(options.sentence, result.query, hits, elapsed.count()));
    else
        showTable(result.query, hits, elapsed.count());
}

} // namespace

void addSearch(CLI::App& program)
{
    auto options = std::make_shared<SearchOptions>();
    auto* command = program.add_subcommand("search", "Rank the photographs of a library by a sentence");
    command->add_option("SENTENCE", options->sentence, "What the photographs show")->required();
    command->add_option("--library", options->library, "The library's folder")->required();
    command->add_option("-k", options->count, "How many photographs to show")
        ->check(positiveCount())
        ->capture_default_str();
    command->add_option("--weight", options->weights, "WORD=X: weigh a word; 0 mutes it, negative votes against it")
        ->type_size(1)
        ->allow_extra_args(false);
    command->add_option("--pooling", options->pooling, "How maxima become a score [as the model was trained]")
        ->check(CLI::IsMember({ "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" }, CLI::ignore_case));
    options->model.addTo(*command);
    command->add_option(
        "--rerank", options->rerank, "Score the best anew with this model, which compares pairs (mlasm)");
    command->add_option("--shortlist", options->shortlist, "How many photographs a model that compares pairs scores")
        ->check(positiveCount())
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options] { run(*options); });
}

} // namespace wordsight::app::cli
