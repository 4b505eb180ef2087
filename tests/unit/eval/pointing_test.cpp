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
        tally.add("people", { 0.1f, 0.1f, 1 }, std::vector<Box> { { 0, 0, 0.4f, 0.4f } }, quarters);     // hit
        tally.add("people", { 0.9f, 0.9f, 1 }, std::vector<Box> { { 0, 0, 1, 0.6f } }, quarters);        // miss
        tally.add("animals", { 0.9f, 0.9f, 1 }, std::vector<Box> { { 0.4f, 0.4f, 0.6f, 0.6f } }, quarters); // hit
        const PointingResult result = tally.result();
        QCOMPARE(result.phrases, 3u);
        QCOMPARE(result.pointing, 200.0 / 3);
        QCOMPARE(result.baselineCenter, 200.0 / 3);
        QVERIFY(std::abs(result.baselineRandom - 100 * (0.25 + 0.5 + 0.25) / 3) < 1e-9);
        QCOMPARE(result.byType.at("people"), 50.0);
        QCOMPARE(result.byType.at("animals"), 100.0);
        QCOMPARE(result.phrasesByType.at("people"), 2u);
    }

    void noPhrases() { QCOMPARE(PointingTally().result().pointing, 0.0); }
};

QTEST_GUILESS_MAIN(PointingTest)
#include "pointing_test.moc"
