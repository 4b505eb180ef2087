#include <QTest>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/eval/bootstrap.h"
#include "core/eval/protocol.h"
#include "core/eval/retrieval.h"

using namespace wordsight;
using namespace wordsight::eval;

/// By hand; tests/parity holds the same against the authors' numbers.
class RetrievalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void medianOfAnEvenCountIsFloored()
    {
        QCOMPARE(recalls({ 0, 3, 0, 2 }).medr, 2.0);
        QCOMPARE(recalls({ 4, 0, 2 }).medr, 3.0);
        QCOMPARE(recalls({ 4, 0, 2 }).meanr, 3.0);
        QCOMPARE(recalls({}).r1, 0.0);
    }

    void brokenScoresNeverHelp()
    {
        Matrix scores(2, 2);
        scores.data.assign(4, std::numeric_limits<float>::quiet_NaN());
        const RetrievalResult result = retrieval(scores, std::vector<std::size_t> { 0, 1 });
        QCOMPARE(result.rsum(), 400.0); // R@5 and R@10 of two items are 100; R@1 is 0
        QCOMPARE(result.i2t.r1 + result.t2i.r1, 0.0);
    }

    void captionsNeedNotBeFiveNorInOrder()
    {
        Matrix scores(2, 3);
        scores.data = { 0.9f, 0.1f, 0.3f, 0.2f, 0.8f, 0.4f };
        const Ranks found = ranks(scores, std::vector<std::size_t> { 0, 1, 0 });
        QCOMPARE(found.images, (std::vector<std::size_t> { 0, 0 }));
        QCOMPARE(found.captions, (std::vector<std::size_t> { 0, 0, 1 }));
    }

    void curveIsTheRecallAtEveryK()
    {
        QCOMPARE(recallCurve(std::vector<std::size_t> { 0, 2, 2, 9 }, 4), (std::vector<double> { 25, 25, 75, 75 }));
        QCOMPARE(recallCurve({}, 2), (std::vector<double> { 0, 0 }));
    }

    void foldsAreRankedByThemselves()
    {
        std::vector<std::size_t> owner;
        for (std::size_t c = 0; c < 10000; ++c)
            owner.push_back(c / 2);
        const std::vector<Fold> five = folds(Protocol::Coco1K, 5000, owner);
        QCOMPARE(five.size(), 5u);
        QCOMPARE(five[3].firstImage, 3000u);
        QCOMPARE(five[3].firstCaption, 6000u);
        QCOMPARE(five[3].owner.size(), 2000u);
        QCOMPARE(five[3].owner.back(), 999u);
        Matrix scores(5000, 10000);
        scores(3001, 6005) = 7;
        QCOMPARE(five[3].of(scores)(1, 5), 7.0f);
        QVERIFY_THROWS_EXCEPTION(Error, folds(Protocol::Flickr1K, 5000, owner));
        const RetrievalResult average
            = mean(std::vector<RetrievalResult> { { { 10, 0, 0, 1, 2 }, {} }, { { 20, 0, 0, 4, 3 }, {} } });
        QCOMPARE(average.i2t.r1, 15.0);
        QCOMPARE(average.i2t.medr, 2.5);
    }

    void intervalsHoldTheFigureAndShrinkWithTheQuestions()
    {
        const auto half = [](std::size_t images) {
            RankedFold fold;
            for (std::size_t i = 0; i < images; ++i) {
                fold.ranks.images.push_back(i % 2);
                fold.ranks.captions.insert(fold.ranks.captions.end(), 5, i % 2);
                fold.owner.insert(fold.owner.end(), 5, i);
            }
            return std::vector { fold };
        };
        const RetrievalIntervals few = bootstrap(half(20), 1000), many = bootstrap(half(2000), 1000);
        // Of 20 (2,000) images with probability ½ each: two standard errors are 21.9 (2.2) points. An image's captions
        // go with it, so that theirs is as wide, although there are five times as many.
        QVERIFY(few.i2t.r1.low < 50 && few.i2t.r1.high > 50);
        QVERIFY(std::abs(few.i2t.r1.high - few.i2t.r1.low - 43.8) < 8);
        QVERIFY(std::abs(many.i2t.r1.high - many.i2t.r1.low - 4.38) < 0.8);
        QVERIFY(std::abs(few.t2i.r1.high - few.t2i.r1.low - 43.8) < 8);
        QCOMPARE(few.i2t.r5.low, 100.0);
        QVERIFY(few.rsum.low >= 400 && few.rsum.high <= 600);
        QCOMPARE(bootstrap(half(20), 1000).i2t.r1.low, few.i2t.r1.low);
    }
};

QTEST_GUILESS_MAIN(RetrievalTest)
#include "retrieval_test.moc"
