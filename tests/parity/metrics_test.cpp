#include <QRegularExpression>
#include <QTest>

#include <cmath>

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
    NdcgOfQueries ndcg;
};

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
        if (name == "sims" || array == m_relevanceName)
            return {};
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
        for (const std::string& name : m_set.names(m_prefix))
            if (name.find("relevance") != std::string::npos || name.ends_with("/rel")) {
                m_relevanceName = name;
                m_relevance = matrixOf(m_set.tensor(name));
            }
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
        if (m_relevance.rows > 0)
            said.ndcg = ndcgOfQueries(scores,
                MatrixView(m_relevance).block(fold.firstCaption, fold.owner.size(), fold.firstImage, fold.images),
                ties);
        return said;
    }

    /// Our numbers for an array of this name and size; nothing for one that we do not know.
    std::optional<Values> ours(
        const std::vector<Said>& said, const std::string& side, const std::string& what, std::size_t size) const
    {
        std::vector<RetrievalResult> results;
        Ndcg ndcg;
        for (const Said& one : said) {
            results.push_back(one.result);
            ndcg.i2t += mean(one.ndcg).i2t / static_cast<double>(said.size());
            ndcg.t2i += mean(one.ndcg).t2i / static_cast<double>(said.size());
        }
        const RetrievalResult result = mean(results);
        const bool toText = side == "i2t";
        if (what == "rsum")
            return Values { result.rsum() };
        if (side.empty())
            return std::nullopt;
        if (what.find("ndcg") != std::string::npos && m_relevance.rows > 0)
            return size == 1 ? Values { toText ? ndcg.i2t : ndcg.t2i }
                : toText     ? said[0].ndcg.images
                             : said[0].ndcg.captions;
        if (what.starts_with("metrics")) {
            Values values = numbers(toText ? result.i2t : result.t2i);
            values.resize(std::max(size, values.size()), toText ? ndcg.i2t : ndcg.t2i);
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
    std::string m_relevanceName;
    Matrix m_relevance;
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
        QVERIFY2(set.notAsked().empty(), set.notAsked().empty() ? "" : set.notAsked().front().c_str());
    }
};

QTEST_GUILESS_MAIN(MetricsParityTest)
#include "metrics_test.moc"
