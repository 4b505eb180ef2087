#include "core/engine/evaluation/retrieval.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/base/progress_meter.h"
#include "core/data/npy_matrix.h"
#include "core/engine/evaluation/pair_scores.h"

namespace wordsight::engine {

namespace {

constexpr std::size_t captionsAtOnce = 2048;       // encoded together, the like long ones in a batch
constexpr std::size_t captionsPerComparison = 128; // a second or so between two looks at progress

/// Captions one after the other through the encoder into their columns.
void compareAll(model::ImageTextModel& model, const PairScores& pairs, std::span<const std::string> captions,
    MatrixSpan scores, const JobControl& job)
{
    const char* const stage = "Comparing with sentences";
    ProgressMeter meter(job, static_cast<std::int64_t>(captions.size()));
    std::size_t done = 0;
    const JobControl encoding { [&](const Progress&) { meter.advance(stage, static_cast<std::int64_t>(done)); },
        job.stop };
    while (done < captions.size()) {
        const auto some = captions.subspan(done, std::min(captionsAtOnce, captions.size() - done));
        std::vector<model::TextEncoding> encodings = encodeCaptions(model, some, encoding);
        for (model::TextEncoding& encoding : encodings)
            pairs.prepare(encoding);
        // Columns of a mapped file lie far apart: they are written many at a time, or the disk would write each page
        // often.
        Matrix columns(scores.rows, some.size());
        const std::size_t before = done;
        for (std::size_t begin = 0; begin < some.size(); begin = done - before) {
            const std::size_t count = std::min(captionsPerComparison, some.size() - begin);
            pairs.addTo(MatrixSpan(columns).block(0, columns.rows, begin, count),
                std::span(std::as_const(encodings)).subspan(begin, count));
            done += count;
            meter.advanceOrThrow(stage, static_cast<std::int64_t>(done));
        }
        for (std::size_t image = 0; image < columns.rows; ++image)
            std::ranges::copy(columns.row(image), scores.row(image).begin() + static_cast<std::ptrdiff_t>(before));
    }
}

/// Where the highest score stands; `skip` is passed over.
template <class Score, class Skip> std::size_t first(std::size_t count, Score score, Skip skip)
{
    std::size_t best = count;
    for (std::size_t i = 0; i < count; ++i)
        if (!skip(i) && (best == count || score(i) > score(best)))
            best = i;
    return best;
}

/// The failures of one fold, in the collection's names.
class FailureFinder {
public:
    FailureFinder(MatrixView scores, const eval::Fold& fold, const Collection& collection)
        : m_scores(fold.of(scores))
        , m_fold(fold)
        , m_collection(collection)
    {
    }

    RetrievalFailure imageToText(std::size_t image, std::size_t rank) const
    {
        const auto score = [&](std::size_t c) { return m_scores(image, c); };
        const auto own = [&](std::size_t c) { return m_fold.owner[c] == image; };
        const std::size_t best = first(m_fold.owner.size(), score, std::not_fn(own));
        const std::size_t wrong = first(m_fold.owner.size(), score, own);
        return { imageName(image), best < m_fold.owner.size() ? caption(best) : "", rank + 1,
            best < m_fold.owner.size() ? score(best) : 0, imageName(m_fold.owner[wrong]), caption(wrong),
            score(wrong) };
    }

    RetrievalFailure textToImage(std::size_t c, std::size_t rank) const
    {
        const std::size_t owner = m_fold.owner[c];
        const auto score = [&](std::size_t i) { return m_scores(i, c); };
        const std::size_t wrong = first(m_fold.images, score, [&](std::size_t i) { return i == owner; });
        return { imageName(owner), caption(c), rank + 1, score(owner), imageName(wrong), "", score(wrong) };
    }

private:
    std::string imageName(std::size_t image) const { return m_collection.images[m_fold.firstImage + image].filename; }
    std::string caption(std::size_t c) const { return m_collection.captions[m_fold.firstCaption + c]; }

    MatrixView m_scores;
    const eval::Fold& m_fold;
    const Collection& m_collection;
};

/// Gathers what all folds say of one direction.
class DirectionTally {
public:
    DirectionTally(const RetrievalOptions& options, std::size_t folds)
        : m_options(options)
        , m_folds(static_cast<double>(folds))
    {
    }

    template <class Describe> void add(std::span<const std::size_t> ranks, std::size_t items, Describe describe)
    {
        const std::vector<double> curve = eval::recallCurve(ranks, std::min(m_options.curveLength, items));
        m_direction.curve.resize(curve.size());
        for (std::size_t k = 0; k < curve.size(); ++k)
            m_direction.curve[k] += curve[k] / m_folds;
        std::vector<std::size_t> wrong;
        for (std::size_t q = 0; q < ranks.size(); ++q)
            if (ranks[q] > 0)
                wrong.push_back(q);
        std::ranges::stable_sort(wrong, std::greater {}, [&](std::size_t q) { return ranks[q]; });
        for (std::size_t f = 0; f < std::min(m_options.failures, wrong.size()); ++f)
            m_direction.failures.push_back(describe(wrong[f], ranks[wrong[f]]));
    }

    RetrievalDirection result()
    {
        std::ranges::stable_sort(m_direction.failures, std::greater {}, &RetrievalFailure::rank);
        m_direction.failures.resize(std::min(m_options.failures, m_direction.failures.size()));
        return std::move(m_direction);
    }

private:
    const RetrievalOptions& m_options;
    double m_folds;
    RetrievalDirection m_direction;
};

eval::Ndcg ndcgOver(std::span<const eval::Fold> folds, MatrixView scores, MatrixView relevance)
{
    eval::Ndcg sum;
    for (const eval::Fold& fold : folds) {
        const MatrixView ofFold = relevance.block(fold.firstCaption, fold.owner.size(), fold.firstImage, fold.images);
        const eval::Ndcg one = eval::mean(eval::ndcgOfQueries(fold.of(scores), ofFold));
        sum.i2t += one.i2t / static_cast<double>(folds.size());
        sum.t2i += one.t2i / static_cast<double>(folds.size());
    }
    return sum;
}

/// What a model that scores pairs says by its vectors alone.
std::optional<align::Pooling> vectorsOnly(model::ImageTextModel& model)
{
    return model.pairScorer() ? std::optional(model.info().pooling) : std::nullopt;
}

/// A score below all others for the photographs that are not among the `shortlist` best of each sentence by
/// `firstStage`.
void keepShortlists(MatrixSpan scores, MatrixView firstStage, std::size_t shortlist)
{
    std::vector<std::size_t> order(scores.rows);
    for (std::size_t caption = 0; caption < scores.cols; ++caption) {
        std::iota(order.begin(), order.end(), std::size_t(0));
        const auto kept = order.begin() + static_cast<std::ptrdiff_t>(std::min(shortlist, order.size()));
        std::ranges::nth_element(
            order, kept, std::greater {}, [&](std::size_t image) { return firstStage(image, caption); });
        float lowest = 0;
        for (auto one = order.begin(); one != kept; ++one)
            lowest = std::min(lowest, scores(*one, caption));
        for (auto left = kept; left != order.end(); ++left)
            scores(*left, caption) = lowest - 1;
    }
}

} // namespace

RetrievalReport reportRetrieval(MatrixView scores, const Collection& collection, const RetrievalOptions& options)
{
    const std::vector<eval::Fold> folds = eval::folds(options.protocol, collection.images.size(), collection.owner);
    RetrievalReport report;
    report.images = collection.images.size();
    report.captions = collection.captions.size();
    report.protocol = options.protocol;
    report.folds = folds.size();
    std::vector<eval::RankedFold> ranked;
    std::vector<eval::RetrievalResult> results;
    DirectionTally imageToText(options, folds.size()), textToImage(options, folds.size());
    for (const eval::Fold& fold : folds) {
        const eval::Ranks& ranks = ranked.emplace_back(eval::ranks(fold.of(scores), fold.owner), fold.owner).ranks;
        results.push_back({ eval::recalls(ranks.images), eval::recalls(ranks.captions) });
        const FailureFinder failures(scores, fold, collection);
        imageToText.add(ranks.images, fold.owner.size(),
            [&](std::size_t i, std::size_t rank) { return failures.imageToText(i, rank); });
        textToImage.add(ranks.captions, fold.images,
            [&](std::size_t c, std::size_t rank) { return failures.textToImage(c, rank); });
    }
    report.result = eval::mean(results);
    report.imageToText = imageToText.result();
    report.textToImage = textToImage.result();
    if (options.bootstrapSamples > 0)
        report.intervals = eval::bootstrap(ranked, options.bootstrapSamples);
    if (options.relevance.rows > 0)
        report.ndcg = ndcgOver(folds, scores, options.relevance);
    return report;
}

RetrievalReport evaluateRetrieval(
    model::ImageTextModel& model, const EvaluationInput& input, const RetrievalOptions& options, const JobControl& job)
{
    const Collection collection = readCollection(input, job);
    eval::folds(options.protocol, collection.images.size(), collection.owner); // says now what does not fit
    const PairScores pairs(model, encodeImages(model, collection, job), options.pooling);
    std::optional<NpyMatrixWriter> file;
    Matrix memory;
    if (options.scoresFile.empty())
        memory = Matrix(collection.images.size(), collection.captions.size());
    else
        file.emplace(options.scoresFile, collection.images.size(), collection.captions.size());
    const MatrixSpan scores = file ? file->values() : MatrixSpan(memory);
    compareAll(model, pairs, collection.captions, scores, job);
    std::string scoring = pairs.description();
    if (options.firstStage) {
        const PairScores vectors(
            *options.firstStage, encodeImages(*options.firstStage, collection, job), vectorsOnly(*options.firstStage));
        Matrix found(scores.rows, scores.cols);
        compareAll(*options.firstStage, vectors, collection.captions, found, job);
        keepShortlists(scores, found, options.shortlist);
        scoring += fmt::format(" of the best {} by {}", options.shortlist, options.firstStage->info().name);
    }
    if (file)
        file->commit();
    RetrievalReport report = reportRetrieval(scores, collection, options);
    report.model = model.info().name;
    report.scoring = scoring;
    return report;
}

} // namespace wordsight::engine
