#include <algorithm>
#include <cctype>
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
#include "core/engine/library/library_session.h"

namespace wordsight::app::cli {
namespace {

struct SearchOptions {
    std::filesystem::path library;
    std::string sentence;
    std::size_t count = 10;
    std::vector<std::string> weights;
    std::string pooling;
    ModelOptions model;
    std::string rerank; ///< another model, which scores the best again
    std::size_t shortlist = engine::kShortlist;
    std::string from; ///< days: 2024-05-31
    std::string to;
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

/// What the arguments say each term of the sentence is worth.
std::vector<engine::TermWeight> weightsOf(const std::vector<std::string>& arguments, search::Query query)
{
    for (const auto& argument : arguments)
        apply(parseWeighting(argument), query);
    std::vector<engine::TermWeight> weights;
    for (const auto& term : query.terms)
        if (term.kind != search::TermKind::Part) // goes with its word
            weights.push_back({ term.kind == search::TermKind::Global ? std::string() : term.label, term.weight });
    return weights;
}

/// "2024-05-31"; nothing for an empty text.
std::optional<std::chrono::local_days> parseDay(const std::string& option, const std::string& text)
{
    if (text.empty())
        return std::nullopt;
    int year = 0;
    unsigned month = 0, day = 0;
    const auto number = [&text](std::size_t at, std::size_t digits, auto& value) {
        const char* begin = text.data() + at;
        return std::isdigit(static_cast<unsigned char>(*begin)) != 0
            && std::from_chars(begin, begin + digits, value).ptr == begin + digits;
    };
    const bool written = text.size() == 10 && text[4] == '-' && text[7] == '-' && number(0, 4, year)
        && number(5, 2, month) && number(8, 2, day);
    const std::chrono::year_month_day date { std::chrono::year(year), std::chrono::month(month),
        std::chrono::day(day) };
    if (!written || !date.ok())
        throw Error(ErrorKind::Usage, fmt::format("{} {}: expected a day, such as 2024-05-31.", option, text));
    return std::chrono::local_days(date);
}

store::PhotoFilter filterOf(const SearchOptions& options)
{
    const store::PhotoFilter filter { parseDay("--from", options.from), parseDay("--to", options.to) };
    if (filter.from && filter.to && *filter.from > *filter.to)
        throw Error(ErrorKind::Usage,
            fmt::format("--from {} is after --to {}: no day lies between them.", options.from, options.to));
    return filter;
}

void warnOfReading(const search::Query& query)
{
    std::vector<std::string> unknown;
    for (const auto& term : query.terms)
        if (term.unknown)
            unknown.push_back(term.label);
    if (!unknown.empty())
        warn("The model cannot read {}: what it finds for that means nothing.", fmt::join(unknown, ", "));
    if (query.otherLanguage)
        warn("The sentence does not seem to be in a language that this model was taught: what it finds may mean "
             "nothing.");
    if (query.truncated)
        warn("The sentence is longer than the model reads: its end was cut off.");
}

/// One row per photograph, one column per word: what each added to the score.
void showTable(const search::Query& query, const std::vector<engine::ExplainedHit>& hits, double ms)
{
    std::vector<std::vector<std::string>> rows { { "", "score" } };
    for (const auto& term : query.terms) {
        const std::string label = term.kind == search::TermKind::Word ? term.label
            : term.kind == search::TermKind::Part                     ? fmt::format("({})", term.label)
                                                                      : "(all)";
        rows.front().push_back(term.weight == 1 ? label : fmt::format("{} ×{:g}", label, term.weight));
    }
    rows.front().push_back("photograph");
    for (const auto& hit : hits) {
        std::vector<std::string> row { fmt::format("{}", hit.rank), fmt::format("{:.4f}", hit.score) };
        for (const auto& term : hit.terms)
            row.push_back(fmt::format("{:+.4f}", term.contribution));
        row.push_back(
            hit.photo.path.string() + (hit.offline.empty() ? "" : fmt::format(" (offline: {})", hit.offline)));
        rows.push_back(std::move(row));
    }
    printTable(rows, std::string(query.terms.size() + 2, 'r') + "l");
    say("{} shown, {:.1f} ms", hits.size(), ms);
}

void complainOfNothing(const engine::Answer& answer, const SearchOptions& options)
{
    const std::string library = options.library.string();
    if (answer.whyEmpty == engine::WhyEmpty::NothingAsked)
        throw Error(ErrorKind::Usage, "The sentence has no words to search for.");
    // What the first model ranked, the second one may not have seen.
    const std::string& unseenBy = answer.searchable > 0 ? options.rerank : options.model.name;
    if (answer.whyEmpty == engine::WhyEmpty::NothingIndexed)
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format(
                "Nothing in {} is indexed with the model \"{}\". Run: wordsight-cli index --library {} --model {}",
                library, answer.model, library, unseenBy));
    if (answer.whyEmpty == engine::WhyEmpty::NothingMatches)
        warn("No photograph in {} is of these days.", library);
}

void run(const SearchOptions& options)
{
    auto session = options.model.session(options.library);
    engine::Conversation conversation;
    engine::Sentence sentence { options.sentence };
    engine::Question question { sentence, filterOf(options), options.model.name, align::poolingNamed(options.pooling),
        options.rerank, options.shortlist, options.count };
    if (!options.weights.empty()) {
        sentence.weights = weightsOf(options.weights, session.parse(question, conversation));
        question.asked = sentence;
    }
    const engine::Answer answer = session.ask(question, conversation, interruptToken());
    complainOfNothing(answer, options);
    warnOfReading(answer.query);
    if (options.json)
        fmt::print("{}\n", engine::hitsJson(options.sentence, answer.query, answer.hits, answer.milliseconds));
    else if (!answer.hits.empty()) // why there is none was said
        showTable(answer.query, answer.hits, answer.milliseconds);
}

} // namespace

void addSearch(CLI::App& program)
{
    auto options = std::make_shared<SearchOptions>();
    auto* command = program.add_subcommand("search", "Rank the photographs of a library by a sentence");
    command
        ->add_option("SENTENCE", options->sentence,
            "What the photographs show: words, \"quoted phrases\" as one unit, a | b for one of them, -word against, "
            "word^2 for twice its weight, *^0 without the sentence as a whole (after --, if it begins with -)")
        ->required();
    command->add_option("--library", options->library, "The library's folder")->required()->transform(namedPath());
    command->add_option("-k", options->count, "How many photographs to show")
        ->check(positiveCount())
        ->capture_default_str();
    command
        ->add_option("--weight", options->weights,
            "WORD=X: as WORD^X in the sentence; 0 mutes the word, negative turns it against")
        ->type_size(1)
        ->allow_extra_args(false);
    addPooling(*command, options->pooling, "How maxima become a score [as the model was trained]");
    options->model.addTo(*command);
    command->add_option(
        "--rerank", options->rerank, "Score the best again with this model, which compares pairs (mlasm)");
    command->add_option("--shortlist", options->shortlist, "How many photographs a model that compares pairs scores")
        ->check(positiveCount())
        ->capture_default_str();
    command->add_option("--from", options->from, "Only photographs of this day (2024-05-31) or later");
    command->add_option("--to", options->to, "Only photographs of this day or earlier");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options] { run(*options); });
}

} // namespace wordsight::app::cli
