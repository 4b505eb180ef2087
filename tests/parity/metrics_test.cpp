#include <QRegularExpression>
#include <QTest>

#include <cmath>
#include <functional>
#include <set>

#include "core/eval/ndcg.h"
#include "core/eval/protocol.h"
#include "core/eval/retrieval.h"
#include "tests/support/parity_sets.h"

using namespace wordsight;
using namespace wordsight::eval;

namespace {

constexpr double tolerance = 1e-4;

std::vector<double> numbers(const torch::Tensor& tensor)
{
    const auto flat = tensor.to(torch::kDouble).contiguous().view({ -1 });
    return { flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel() };
}

Matrix matrixOf(const torch::Tensor& tensor)
{
    const std::vector<double> values = numbers(tensor);
    Matrix matrix(static_cast<std::size_t>(tensor.size(0)), static_cast<std::size_t>(tensor.size(1)));
    std::ranges::transform(values, matrix.data.begin(), [](double value) { return static_cast<float>(value); });
    return matrix;
}

std::vector<double> numbers(const std::vector<std::size_t>& ranks)
{
    return { ranks.begin(), ranks.end() };
}
std::vector<double> numbers(const Recalls& r)
{
    return { r.r1, r.r5, r.r10, r.medr, r.meanr };
}

/// What we say of one part of a similarity matrix, under one rule for ties.
struct Said {
    Ranks ranks;
    RetrievalResult result;
    std::vector<NdcgOfQueries> ndcg; ///< one for each relevance
};

/// DCG@25 of relevances in an order.
double gain(std::vector<double> relevance)
{
    double sum = 0;
    for (std::size_t rank = 0; rank < std::min<std::size_t>(25, relevance.size()); ++rank)
        sum += (std::exp2(relevance[rank]) - 1) / std::log2(static_cast<double>(rank) + 2);
    return sum;
}

/// "ndcg/": what a given order of items is worth.
std::string compareOrders(const tests::ParitySet& set)
{
    const Matrix relevance = matrixOf(set.tensor("ndcg/relevance"));
    const std::vector<double> order = numbers(set.tensor("ndcg/ranking"));
    const auto dcg = numbers(set.tensor("ndcg/dcg")), ndcg = numbers(set.tensor("ndcg/ndcg"));
    const std::size_t shown = order.size() / relevance.rows;
    Matrix scores(relevance.cols, relevance.rows);
    std::ranges::fill(scores.data, -1e6f);
    for (std::size_t i = 0; i < order.size(); ++i)
        scores(static_cast<std::size_t>(order[i]), i / shown) = -static_cast<float>(i % shown);
    const auto ours = ndcgOfQueries(scores, relevance).captions;
    for (std::size_t q = 0; q < relevance.rows; ++q) {
        std::vector<double> best(relevance.row(q).begin(), relevance.row(q).end());
        std::ranges::sort(best, std::greater());
        if (!(std::abs(ours[q] - ndcg[q]) < tolerance && std::abs(ours[q] * gain(best) - dcg[q]) < tolerance))
            return QString("ndcg/ [%1] is %2, ours %3").arg(q).arg(ndcg[q]).arg(ours[q]).toStdString();
    }
    return {};
}

/// One "<group>/sims" of a set with all arrays that hang on it. Names tell what an array is:
/// [foldK/]{i2t,t2i}_{metrics, ranks,rank_<rule>,metrics_<rule>,top1,...ndcg...}, rsum.
class Group {
public:
    Group(const tests::ParitySet& set, const std::string& prefix)
        : m_set(set)
        , m_prefix(prefix)
        , m_scores(matrixOf(set.tensor(prefix + "sims")))
    {
        // The reference keeps a photograph as often as it has captions; every copy's row is the same question.
        const auto perImage = static_cast<std::size_t>(set.json.at("config").value("captions_per_image", 5));
        if (m_scores.rows == m_scores.cols) {
            Matrix once(m_scores.rows / perImage, m_scores.cols);
            for (std::size_t i = 0; i < once.rows; ++i)
                std::ranges::copy(m_scores.row(i * perImage), once.row(i).begin());
            m_scores = std::move(once);
        }
        for (std::size_t c = 0; c < m_scores.cols; ++c)
            m_owner.push_back(c / perImage);
        findRelevance();
    }

    /// Why the array is not what we compute; empty where it is. Says of an array that it does not know that it is
    /// unknown.
    std::string compare(const std::string& array) const
    {
        const std::string name = array.substr(m_prefix.size());
        if (name == "sims" || m_relevanceNames.contains(array))
            return {};
        if (name == "images" || name == "captions")
            return compareFirstVectors();
        static const QRegularExpression pattern(
            "(?:fold_?(\\d+)/|folds?5?/|5fold/|mean/|[a-z0-9_-]+/)*(i2t|t2i)?_?([a-z0-9_]+)$");
        const auto match = pattern.match(QString::fromStdString(name));
        static const QRegularExpression foldPattern("fold_?(\\d)\\b");
        const auto fold = foldPattern.match(QString::fromStdString(name));
        const bool folds = name.find("fold") != std::string::npos;
        const std::vector<Fold> parts = folds ? fiveFolds() : std::vector { whole() };
        std::vector<Fold> chosen = parts;
        if (fold.hasMatch())
            chosen = { parts.at(fold.captured(1).toULong()) };
        const std::string side = match.captured(2).toStdString(), what = match.captured(3).toStdString();
        return comparePart(chosen, side, what, m_set.tensor(array));
    }

private:
    using Values = std::vector<double>;

    void findRelevance()
    {
        for (const std::string& prefix : { m_prefix, std::string("rep/") }) { // groups without share the first one's
            for (const std::string& name : m_set.names(prefix))
                if (name.find("relevance") != std::string::npos || name.ends_with("/rel")) {
                    m_relevanceNames.insert(name);
                    m_relevances.push_back(matrixOf(m_set.tensor(name)));
                }
            if (!m_relevances.empty())
                break;
        }
        // Of a set in parts, the description says which one the scores are of.
        const auto& arrays = m_set.json.at("arrays");
        const auto described = arrays.find(m_prefix + "sims");
        const auto part
            = QRegularExpression("images (\\d+)\\.\\.")
                  .match(described == arrays.end() ? QString() : QString::fromStdString(described->value("desc", "")));
        m_firstImage = part.hasMatch() ? part.captured(1).toULong() : 0;
    }

    /// Scores without an alignment are dot products of the sets' first vectors.
    std::string compareFirstVectors() const
    {
        const auto images = m_set.tensor(m_prefix + "images").select(1, 0);
        const auto captions = m_set.tensor(m_prefix + "captions").select(1, 0);
        const auto error = m_set.error(m_prefix + "sims", torch::matmul(images, captions.t()));
        return error < 1e-5 ? std::string() : "is not what the scores were made of";
    }

    Fold whole() const { return { 0, m_scores.rows, 0, m_owner }; }

    std::vector<Fold> fiveFolds() const
    {
        std::vector<Fold> result;
        const std::size_t images = m_scores.rows / 5, captions = m_scores.cols / 5;
        for (std::size_t f = 0; f < 5; ++f)
            result.push_back({ f * images, images, f * captions,
                { m_owner.begin(), m_owner.begin() + static_cast<std::ptrdiff_t>(captions) } });
        return result;
    }

    Said say(const Fold& fold, Ties ties) const
    {
        const MatrixView scores = fold.of(m_scores);
        Said said { ranks(scores, fold.owner, ties), retrieval(scores, fold.owner, ties), {} };
        const std::size_t perImage = m_scores.cols / m_scores.rows;
        for (const Matrix& relevance : m_relevances)
            said.ndcg.push_back(ndcgOfQueries(scores,
                MatrixView(relevance).block(fold.firstCaption + m_firstImage * perImage, fold.owner.size(),
                    fold.firstImage + m_firstImage, fold.images),
                ties));
        return said;
    }

    /// Our numbers for an array of this name and size; nothing for one that we do not know.
    std::optional<Values> ours(
        const std::vector<Said>& said, const std::string& side, const std::string& what, std::size_t size) const
    {
        std::vector<RetrievalResult> results;
        const bool toText = side == "i2t";
        Values ndcg(m_relevances.size());
        for (const Said& one : said) {
            results.push_back(one.result);
            for (std::size_t k = 0; k < ndcg.size(); ++k)
                ndcg[k] += (toText ? mean(one.ndcg[k]).i2t : mean(one.ndcg[k]).t2i) / static_cast<double>(said.size());
        }
        const RetrievalResult result = mean(results);
        if (what == "rsum")
            return Values { result.rsum() };
        if (side.empty())
            return std::nullopt;
        if (what.find("ndcg") != std::string::npos && !ndcg.empty()) {
            if (size == ndcg.size())
                return ndcg;
            Values each; // [queries × relevances]
            const std::size_t queries = toText ? said[0].ndcg[0].images.size() : said[0].ndcg[0].captions.size();
            for (std::size_t q = 0; q < queries; ++q)
                for (const NdcgOfQueries& one : said[0].ndcg)
                    each.push_back(toText ? one.images[q] : one.captions[q]);
            return each;
        }
        if (what.starts_with("metrics")) {
            Values values = numbers(toText ? result.i2t : result.t2i);
            if (size > values.size())
                values.insert(values.end(), ndcg.begin(), ndcg.end());
            return values;
        }
        if (what.starts_with("rank") && said.size() == 1)
            return numbers(toText ? said[0].ranks.images : said[0].ranks.captions);
        return std::nullopt;
    }

    std::string comparePart(const std::vector<Fold>& folds, const std::string& side, const std::string& what,
        const torch::Tensor& theirs) const
    {
        if (what == "top1" && !side.empty() && folds.size() == 1)
            return compareFirst(folds[0], side == "i2t", theirs);
        std::vector<Said> best, worst;
        for (const Fold& fold : folds) {
            best.push_back(say(fold, Ties::Best));
            worst.push_back(say(fold, Ties::Worst));
        }
        const Values expected = numbers(theirs);
        auto optimistic = ours(best, side, what, expected.size()),
             pessimistic = ours(worst, side, what, expected.size());
        if (!optimistic)
            return "is unknown to this test";
        if (what.ends_with("optimistic"))
            pessimistic = optimistic;
        if (what.ends_with("pessimistic"))
            optimistic = pessimistic;
        if (optimistic->size() != expected.size())
            return QString("has %1 numbers, ours %2").arg(expected.size()).arg(optimistic->size()).toStdString();
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto [low, high] = std::minmax((*optimistic)[i], (*pessimistic)[i]);
            if (!(expected[i] >= low - tolerance && expected[i] <= high + tolerance))
                return QString("[%1] is %2, ours %3 to %4").arg(i).arg(expected[i]).arg(low).arg(high).toStdString();
        }
        return {};
    }

    /// What the reference has first must have the highest score; which of equal ones depends on its processor.
    std::string compareFirst(const Fold& fold, bool toText, const torch::Tensor& theirs) const
    {
        const MatrixView scores = fold.of(m_scores);
        const Values expected = numbers(theirs);
        if (expected.size() != (toText ? scores.rows : scores.cols))
            return "has another length";
        for (std::size_t q = 0; q < expected.size(); ++q) {
            const auto at = [&](std::size_t answer) { return toText ? scores(q, answer) : scores(answer, q); };
            for (std::size_t answer = 0; answer < (toText ? scores.cols : scores.rows); ++answer)
                if (at(answer) > at(static_cast<std::size_t>(expected[q])))
                    return QString("[%1] is not the highest").arg(q).toStdString();
        }
        return {};
    }

    const tests::ParitySet& m_set;
    std::string m_prefix;
    Matrix m_scores;
    std::vector<std::size_t> m_owner;
    std::set<std::string> m_relevanceNames;
    std::vector<Matrix> m_relevances;
    std::size_t m_firstImage = 0; ///< of the part of the set that the scores are of
};

} // namespace

/// Ranks, recalls and NDCG against the numbers of the authors' own code: every array of every set. Where scores are
/// equal their order depends on the processor that they ran on; their numbers must then lie between the optimistic and
/// the pessimistic ones of ours. Without ties the two are the same.
class MetricsParityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyArray_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& file : tests::parityFiles("metrics_"))
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }

    void everyArray()
    {
        QFETCH(QString, file);
        const tests::ParitySet set(file.toStdString());
        std::size_t groups = 0;
        for (const std::string& name : set.names())
            if (name == "sims" || name.ends_with("/sims")) {
                ++groups;
                const std::string prefix = name.substr(0, name.size() - 4);
                const Group group(set, prefix);
                for (const std::string& array : set.names(prefix)) {
                    const std::string difference = group.compare(array);
                    QVERIFY2(difference.empty(), qPrintable(QString::fromStdString(array + ": " + difference)));
                }
            }
        QVERIFY(groups > 0);
        if (set.has("ndcg/ranking")) {
            const std::string difference = compareOrders(set);
            QVERIFY2(difference.empty(), difference.c_str());
        }
        QVERIFY2(set.notAsked().empty(), set.notAsked().empty() ? "" : set.notAsked().front().c_str());
    }
};

QTEST_GUILESS_MAIN(MetricsParityTest)
#include "metrics_test.moc"
