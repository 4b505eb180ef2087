#include <QTest>

#include <cmath>
#include <limits>

#include "core/align/heat_style.h"

using namespace wordsight;
using namespace wordsight::align;

class HeatStyleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRangeBeginsAtZeroOrAbove()
    {
        const HeatRange some = HeatRange::of(std::vector<float> { -0.4f, 0.1f, 0.6f });
        QCOMPARE(some.low, 0.0f);
        QCOMPARE(some.high, 0.6f);
        const HeatRange high = HeatRange::of(std::vector<float> { 0.2f, 0.6f });
        QCOMPARE(high.low, 0.2f);
        const HeatRange below = HeatRange::of(std::vector<float> { -0.5f, -0.1f });
        QCOMPARE(below.low, -0.5f);
        QCOMPARE(below.high, -0.1f);
    }

    void everyValueHasAShare()
    {
        const HeatRange range { 0.2f, 0.6f };
        QCOMPARE(range.share(0.1f), 0.0f);
        QVERIFY(std::abs(range.share(0.4f) - 0.5f) < 1e-6f);
        QCOMPARE(range.share(0.9f), 1.0f);
        QCOMPARE(range.share(std::numeric_limits<float>::quiet_NaN()), 0.0f);
        QCOMPARE(HeatRange::of({}).share(0.5f), 0.5f);
        const HeatRange level = HeatRange::of(std::vector<float> { 0.3f, 0.3f }); // no division by nothing
        QVERIFY(level.share(0.3f) >= 0 && level.share(0.3f) <= 1);
    }

    void strongPlacesCoverMoreAndWeakOnesNothingBelowTheThreshold()
    {
        const HeatStyle style { .opacity = 0.5f, .threshold = 0.4f };
        QCOMPARE(heatCover(style, 0.39f), 0.0f);
        QVERIFY(heatCover(style, 0.41f) > 0);
        QVERIFY(heatCover(style, 0.8f) > heatCover(style, 0.5f));
        QCOMPARE(heatCover(style, 1), 0.5f);
        QVERIFY(heatCover({ .opacity = 0.5f }, 0) > 0); // where the map is, it is seen
    }

    void coloursAreThoseOfTheColormap()
    {
        const auto table = colors(Colormap::Turbo);
        QVERIFY((heatColor(Colormap::Turbo, 0) == Rgb { table[0], table[1], table[2] }));
        QVERIFY((heatColor(Colormap::Turbo, 7) == Rgb { table[765], table[766], table[767] }));
        QVERIFY((heatColor(Colormap::Gray, 0.5f) == Rgb { 128, 128, 128 }));
    }

    void aPhotographFadesAsFarAsTheMapCoversIt()
    {
        QCOMPARE(fadeOf({ .opacity = 0 }), 0.0f);
        QVERIFY(fadeOf({ .opacity = 0.3f }) < fadeOf({ .opacity = 0.6f }));
        QVERIFY(fadeOf({ .opacity = 1 }) < 1); // something of its colours stays
        QVERIFY((faded({ 230, 130, 40 }, 0) == Rgb { 230, 130, 40 }));
        QVERIFY((faded({ 230, 130, 40 }, 1) == Rgb { 150, 150, 150 }));
        QVERIFY((faded({ 255, 255, 255 }, 0.5f) == Rgb { 255, 255, 255 }));
        QVERIFY((faded({ 0, 0, 0 }, 0.5f) == Rgb { 0, 0, 0 }));
        const Rgb half = faded({ 230, 130, 40 }, 0.5f);
        QVERIFY(half[0] > 150 && half[0] < 230 && half[2] > 40 && half[2] < 150);
    }
};

QTEST_GUILESS_MAIN(HeatStyleTest)
#include "heat_style_test.moc"
