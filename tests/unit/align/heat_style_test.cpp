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

    void aSentencesScaleHoldsForAllItsPhotographs()
    {
        Alignment good, bad;
        good.matrix = Matrix(2, 2);
        good.matrix.data = { 0.66f, 0.1f, 0.2f, 0.3f };
        bad.matrix = Matrix(2, 2);
        bad.matrix.data = { 0.26f, 0.1f, 0.05f, 0.13f };
        good.weights = bad.weights = { 1, 2 };
        HeatScale scale = HeatScale::of(good);
        scale.include(HeatScale::of(bad));
        QCOMPARE(scale.words.low, 0.05f);
        QCOMPARE(scale.words.high, 0.66f);
        QCOMPARE(scale.sum.high, 0.66f + 2 * 0.1f);
        QCOMPARE(rangeOf(good, 0, HeatScaling::Sentence, scale).share(0.66f), 1.0f);
        QVERIFY(rangeOf(bad, 0, HeatScaling::Sentence, scale).share(0.26f) < 0.4f);
        QVERIFY(rangeOf(bad, std::nullopt, HeatScaling::Sentence, scale).share(0.46f) < 0.6f);
        QCOMPARE(rangeOf(bad, 0, HeatScaling::Photograph, scale).share(0.26f), 1.0f); // stretched
        QVERIFY(rangeOf(bad, 1, HeatScaling::Photograph, scale).share(0.13f) < 0.5f);
        QCOMPARE(rangeOf(bad, 1, HeatScaling::Word, scale).share(0.13f), 1.0f);
        QCOMPARE(rangeOf(bad, 0, HeatScaling::Sentence, std::nullopt).share(0.26f), 1.0f); // compared with no other
    }

    void theDefaultColoursAreEven()
    {
        // Hotter is always lighter, by about as much: to every eye, and in grey print.
        const auto lightness = [](float share) {
            const Rgb c = heatColor(HeatStyle {}.colormap, share);
            const auto linear = [](std::uint8_t v) { return std::pow(static_cast<float>(v) / 255, 2.2f); };
            return 116 * std::cbrt(0.2126f * linear(c[0]) + 0.7152f * linear(c[1]) + 0.0722f * linear(c[2])) - 16;
        };
        for (int i = 1; i <= 16; ++i) {
            const float step = lightness(static_cast<float>(i) / 16) - lightness(static_cast<float>(i - 1) / 16);
            QVERIFY2(step > 2 && step < 8, qPrintable(QString::number(step)));
        }
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
