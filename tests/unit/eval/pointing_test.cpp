#include <QTest>

#include <cmath>

#include "core/eval/map_quality.h"
#include "core/eval/pointing.h"

using namespace wordsight;
using namespace wordsight::eval;

class PointingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void insideMeansInsideOneOfTheBoxes()
    {
        const std::vector<Box> boxes { { 0.1f, 0.1f, 0.2f, 0.2f }, { 0.5f, 0.5f, 0.5f, 0.5f } };
        QVERIFY(pointsInside({ 0.2f, 0.2f, 1 }, boxes));
        QVERIFY(pointsInside({ 0.99f, 0.5f, 1 }, boxes));
        QVERIFY(!pointsInside({ 0.2f, 0.6f, 1 }, boxes));
        QVERIFY(!pointsInside({ 0.2f, 0.2f, 1 }, {}));
    }

    void talliesByTypeBesideItsBaselines()
    {
        const std::vector<Box> quarters { { 0, 0, 0.5f, 0.5f }, { 0.5f, 0, 0.5f, 0.5f }, { 0, 0.5f, 0.5f, 0.5f },
            { 0.5f, 0.5f, 0.5f, 0.5f } };
        PointingTally tally;
        tally.add("people", align::Peak { 0.1f, 0.1f, 1 }, std::vector<Box> { { 0, 0, 0.4f, 0.4f } }, quarters); // hit
        tally.add("people", std::nullopt, std::vector<Box> { { 0, 0, 1, 0.6f } }, quarters);                     // miss
        tally.add(
            "animals", align::Peak { 0.9f, 0.9f, 1 }, std::vector<Box> { { 0.4f, 0.4f, 0.6f, 0.6f } }, quarters); // hit
        const PointingResult result = tally.result();
        QCOMPARE(result.phrases, 3u);
        QCOMPARE(result.pointing, 200.0 / 3);
        QCOMPARE(result.baselineCenter, 200.0 / 3);
        QVERIFY(std::abs(result.baselineRandom - 100 * (0.25 + 0.5 + 0.25) / 3) < 1e-9);
        QCOMPARE(result.byType.at("people"), 50.0);
        QCOMPARE(result.byType.at("animals"), 100.0);
        QCOMPARE(result.phrasesByType.at("people"), 2u);
    }

    void aPhraseIsTheSumOfItsWords()
    {
        const std::vector<Box> cells { { 0, 0, 0.25f, 1 }, { 0.25f, 0, 0.25f, 1 }, { 0.5f, 0, 0.25f, 1 },
            { 0.75f, 0, 0.25f, 1 } };
        Matrix alignment(4, 3); // "red", "dog's", "run"
        alignment.data = { 0.5f, 0, 0.9f, 0.3f, 0.4f, 0, 0, 0.45f, 0, 0, 0, 0 };
        const std::vector<TextSpan> spans { { 0, 3 }, { 4, 9 }, { 10, 13 } };
        const auto column = [&](TextSpan phrase) { return phrasePeak(alignment, spans, cells, phrase)->x * 4; };
        QVERIFY(std::abs(column({ 0, 3 }) - 0.5f) < 0.6f);
        QVERIFY(std::abs(column({ 0, 7 }) - 1.5f) < 0.5f); // "red dog": 0.5, 0.7, 0.45
        QVERIFY(column({ 10, 13 }) < 1);
        QVERIFY(!phrasePeak(alignment, spans, cells, { 3, 4 }));
        QVERIFY(!phrasePeak(alignment, spans, cells, { 20, 25 }));
    }

    void sizesAreShares()
    {
        const float side = std::sqrt(1.0f / 300);
        QCOMPARE(sizeClass(std::vector<Box> { { 0, 0, side * 0.99f, side } }), std::string_view("small"));
        QCOMPARE(sizeClass(std::vector<Box> { { 0, 0, side * 1.01f, side } }), std::string_view("medium"));
        QCOMPARE(sizeClass(std::vector<Box> { { 0, 0, 0.1f, 0.1f }, { 0.5f, 0.5f, 0.2f, 0.16f } }),
            std::string_view("large"));
    }

    void mapsAreMeasuredByHand()
    {
        // Four by four pixels: the left half 3, one pixel of the right 7, the rest −1; stretched ½, 1 and 0.
        align::Heatmap map { 4, 4, std::vector<float>(16, -1) };
        for (std::size_t y = 0; y < 4; ++y)
            map.values[4 * y] = map.values[4 * y + 1] = 3;
        map.values[3] = 7;
        MapQualityTally tally;
        tally.add(map, std::vector<Box> { { 0, 0, 0.5f, 1 } });
        const MapQuality one = tally.result();
        QCOMPARE(one.inside, 0.5);
        QCOMPARE(one.outside, 1.0 / 8);
        QCOMPARE(one.curve.size(), 20u);
        const MapAtThreshold &all = one.curve[0], &some = one.curve[5], &peak = one.curve[15];
        QCOMPARE(peak.threshold, 0.75);
        QCOMPARE(all.massInside, 80.0);
        QCOMPARE(all.iou, 50.0);
        QCOMPARE(all.accuracy, 100.0);
        QVERIFY(std::abs(some.iou - 100 * 8.0 / 9) < 1e-9);
        QCOMPARE(peak.massInside + peak.iou + peak.accuracy, 0.0);

        tally.add({}, std::vector<Box> { { 0, 0, 1, 1 } });                 // a phrase without a map
        tally.add({ 2, 1, { 4, 4 } }, std::vector<Box> { { 0, 0, 1, 1 } }); // an even map in a box that covers all
        const MapQuality three = tally.result();
        QCOMPARE(three.inside, 0.5);
        QVERIFY(std::abs(three.curve[0].iou - (50 + 0 + 100) / 3.0) < 1e-9);
        QVERIFY(std::abs(three.curve[5].iou - 100 * 8.0 / 27) < 1e-9);
    }

    void noPhrases() { QCOMPARE(PointingTally().result().pointing, 0.0); }
};

QTEST_GUILESS_MAIN(PointingTest)
#include "pointing_test.moc"
