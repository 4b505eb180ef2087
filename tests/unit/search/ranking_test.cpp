#include <QTest>

#include <random>
#include <thread>

#include "core/search/ranking.h"

using namespace wordsight;
using namespace wordsight::search;

/// What is put in order later is as if it had been at once.
class RankingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRestIsInOrderWhenAskedFor()
    {
        const Ranking whole(rankAll(scores(), query(), kPhotos), kPhotos);
        const Ranking part(rankAll(scores(), query(), 10), 10);
        QCOMPARE(part.size(), kPhotos);
        QCOMPARE(part.ordered(), std::size_t(10));
        QCOMPARE(whole.ordered(), kPhotos);
        for (const std::size_t place : { kPhotos - 1, std::size_t(0), std::size_t(9), std::size_t(10) })
            QCOMPARE(part.at(place).photo, whole.at(place).photo);
        for (std::size_t place = 0; place < kPhotos; ++place) {
            QCOMPARE(part.at(place).photo, whole.at(place).photo);
            QVERIFY(place == 0 || !better(part.at(place), part.at(place - 1)));
        }
    }

    void aPlaceIsKnownWithoutTheOrder()
    {
        const Ranking part(rankAll(scores(), query(), 10), 10);
        const Ranking whole(rankAll(scores(), query(), kPhotos), kPhotos);
        for (std::size_t place = 0; place < kPhotos; place += 7)
            QCOMPARE(part.placeOf(whole.at(place).photo), std::optional(place));
        QVERIFY(!part.placeOf(PhotoId { 999'999 }));
    }

    void manyMayAskAtOnce()
    {
        const Ranking part(rankAll(scores(), query(), 10), 10);
        std::vector<PhotoId> last(4);
        {
            std::vector<std::jthread> threads;
            for (PhotoId& photo : last)
                threads.emplace_back([&part, &photo] { photo = part.at(kPhotos - 1).photo; });
        }
        QVERIFY(std::ranges::all_of(last, [&last](PhotoId photo) { return photo == last.front(); }));
    }

private:
    static constexpr std::size_t kPhotos = 3000;

    static Query query()
    {
        Query query;
        query.terms.resize(1);
        return query;
    }
    /// Of few values, so that many are equal.
    static TermScores scores()
    {
        TermScores scores;
        scores.photos = kPhotos;
        scores.terms = 1;
        std::mt19937 random(7);
        for (std::size_t i = 0; i < kPhotos; ++i) {
            scores.scores.push_back(static_cast<float>(random() % 500) / 500);
            scores.ids.push_back({ static_cast<std::int64_t>(i + 1) });
        }
        return scores;
    }
};

QTEST_GUILESS_MAIN(RankingTest)
#include "ranking_test.moc"
