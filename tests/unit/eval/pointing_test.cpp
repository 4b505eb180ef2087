#include <QTest>

#include <cmath>

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
        tally.add("people", align::Peak { 0.1f, 0.1f, 1 }, std::vector<Box> { { 0, 0, 0.4f, 0.4f } }, quarters);     // hit
        tally.add("people", std::nullopt, std::vector<Box> { { 0, 0, 1, 0.6f } }, quarters);        // miss
        tally.add("animals", align::Peak { 0.9f, 0.9f, 1 }, std::vector<Box> { { 0.4f, 0.4f, 0.6f, 0.6f } }, quarters); // hit
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
        const std::vector<Box> cells { { 0, 0, 0.25f, 1 }, { 0.25f, 0, 0.25f, 1 }, { 0.5f, 0, 0.25f, 1 }, { 0.75f, 0, 0.25f, 1 } };
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

    void noPhrases() { QCOMPARE(PointingTally().result().pointing, 0.0); }
};

QTEST_GUILESS_MAIN(PointingTest)
#include "pointing_test.moc"
