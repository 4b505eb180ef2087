#include <QTest>

#include <cmath>

#include "core/base/error.h"
#include "core/eval/ndcg.h"
#include "core/eval/rouge.h"
#include "tests/support/stopping.h"

using namespace wordsight;
using namespace wordsight::eval;

namespace {

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-6;
}

/// The same by the table of all pairs of beginnings.
std::size_t commonWords(const QStringList& a, const QStringList& b)
{
    std::vector<std::vector<std::size_t>> length(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (int i = 0; i < a.size(); ++i)
        for (int j = 0; j < b.size(); ++j)
            length[i + 1][j + 1] = a[i] == b[j] ? length[i][j] + 1 : std::max(length[i][j + 1], length[i + 1][j]);
    return length.back().back();
}

} // namespace

class NdcgTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gradesTheWholeOrder()
    {
        Matrix scores(2, 3), relevance(3, 2);
        scores.data = { 0.9f, 0.5f, 0.7f, 0, 0, 0 };
        relevance.data = { 0.5f, 0, 1, 0, 0, 0 }; // of the first image; the second has none
        const NdcgOfQueries found = ndcgOfQueries(scores, relevance);
        const double half = std::sqrt(2.0) - 1;
        QVERIFY(near(found.images[0], (half + 1 / std::log2(4)) / (1 + half / std::log2(3))));
        QCOMPARE(found.images[1], 0.0);
        QVERIFY(near(found.captions[0], 1));
        QCOMPARE(found.captions[2], 0.0);
        QVERIFY(near(mean(found).i2t, found.images[0])); // 0 is left out
        QVERIFY(near(mean(found).t2i, 2.0 / 3));         // and here it is not
    }

    void depthAndTies()
    {
        Matrix scores(1, 4), relevance(4, 1);
        relevance.data = { 0, 0, 1, 0 };
        QVERIFY(near(ndcgOfQueries(scores, relevance, Ties::Best).images[0], 1));
        QVERIFY(near(ndcgOfQueries(scores, relevance, Ties::Worst).images[0], 1 / std::log2(5)));
        QCOMPARE(ndcgOfQueries(scores, relevance, Ties::Worst, 3).images[0], 0.0);
        scores(0, 2) = std::nanf("");
        QVERIFY(near(ndcgOfQueries(scores, relevance, Ties::Worst).images[0], 1 / std::log2(5)));
    }

    void rougeByHand()
    {
        const std::vector<std::string> captions { "A dog runs", "the dog runs fast", "a cat" };
        const Matrix relevance = rougeL(captions, std::vector<std::size_t> { 0, 0, 1 }, 3, {});
        QCOMPARE(relevance(0, 0), 1.0f);
        // "a cat" against the captions of the first image: precision 1/2, recall 1/3 ("a"), F at β = 1.2.
        QVERIFY(near(relevance(2, 0), 2.44 * (1.0 / 2) * (1.0 / 3) / (1.0 / 3 + 1.44 / 2)));
        QCOMPARE(relevance(1, 1), 0.0f);
        QCOMPARE(relevance(0, 2), 0.0f); // it has no captions
        QVERIFY_THROWS_EXCEPTION(Error, rougeL(captions, std::vector<std::size_t> { 0, 0, 1 }, 2, test::stoppedJob()));
    }

    void rougeOfLongSentencesIsThatOfTheTable()
    {
        // Longer than the 64 words of a machine word, from a few words, so that much is in common.
        std::vector<std::string> captions(2);
        std::vector<QStringList> words(2);
        std::uint32_t state = 1;
        for (int length : { 150, 90 }) {
            const std::size_t s = length == 150 ? 0 : 1;
            for (int w = 0; w < length; ++w) {
                state = state * 1664525 + 1013904223;
                words[s] << QString("w%1").arg(state >> 29);
            }
            captions[s] = words[s].join(' ').toStdString();
        }
        const Matrix relevance = rougeL(captions, std::vector<std::size_t> { 0, 1 }, 2, {});
        const auto common = static_cast<double>(commonWords(words[0], words[1]));
        const double precision = common / 150, recall = common / 90;
        QVERIFY(near(relevance(0, 1), 2.44 * precision * recall / (recall + 1.44 * precision)));
    }
};

QTEST_GUILESS_MAIN(NdcgTest)
#include "ndcg_test.moc"
