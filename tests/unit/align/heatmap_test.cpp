#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "core/align/heatmap.h"

using namespace wordsight;
using namespace wordsight::align;

namespace {

std::vector<Box> gridOf(int columns, int rows)
{
    std::vector<Box> boxes;
    const float w = 1.0f / static_cast<float>(columns), h = 1.0f / static_cast<float>(rows);
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x)
            boxes.push_back({ static_cast<float>(x) * w, static_cast<float>(y) * h, w, h });
    return boxes;
}

float at(const Heatmap& map, int x, int y)
{
    return map.values[static_cast<std::size_t>(y * map.width + x)];
}

} // namespace

class HeatmapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void passesThroughTheCellCentres()
    {
        const auto boxes = gridOf(3, 5);
        std::vector<float> values(15);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = std::sin(static_cast<float>(i) * 1.7f);
        const Heatmap map = rasterize(values, boxes, 3 * 9, 5 * 7);
        QCOMPARE(map.width, 27);
        QCOMPARE(map.height, 35);
        for (int row = 0; row < 5; ++row)
            for (int column = 0; column < 3; ++column)
                QVERIFY(
                    std::abs(at(map, column * 9 + 4, row * 7 + 3) - values[static_cast<std::size_t>(row * 3 + column)])
                    < 1e-5f);
    }

    void interpolatesASlopeBetweenCentresAndHoldsItAtTheEdges()
    {
        const std::vector<float> values { 0, 1, 2, 3, 4, 5 };
        const Heatmap map = rasterize(values, gridOf(6, 1), 60, 4);
        for (int x = 16; x < 44; ++x)
            QVERIFY(std::abs(at(map, x, 2) - (static_cast<float>(x) + 0.5f - 5) / 10) < 1e-4f);
        QCOMPARE(at(map, 0, 0), 0.0f);
        QCOMPARE(at(map, 59, 3), 5.0f);
        for (int x = 1; x < 60; ++x)
            QVERIFY(at(map, x, 0) >= at(map, x - 1, 0) - 0.1f);
    }

    void aConstantStaysConstant()
    {
        const Heatmap map = rasterize(std::vector<float>(49, 0.3f), gridOf(7, 7), 100, 80);
        for (const float value : map.values)
            QVERIFY(std::abs(value - 0.3f) < 1e-5f);
    }

    void theOrderOfTheRegionsDoesNotMatter()
    {
        auto boxes = gridOf(4, 4);
        std::vector<std::size_t> order(16);
        std::iota(order.begin(), order.end(), 0u);
        std::vector<float> values(16);
        std::ranges::transform(order, values.begin(), [](std::size_t i) { return std::cos(static_cast<float>(i)); });
        const Heatmap straight = rasterize(values, boxes, 32, 32);
        std::ranges::shuffle(order, std::mt19937(3));
        std::vector<Box> shuffledBoxes;
        std::vector<float> shuffledValues;
        for (const std::size_t i : order) {
            shuffledBoxes.push_back(boxes[i]);
            shuffledValues.push_back(values[i]);
        }
        QCOMPARE(rasterize(shuffledValues, shuffledBoxes, 32, 32).values, straight.values);
    }

    void whereLooseBoxesOverlapTheHighestIsSeen()
    {
        const std::vector<Box> boxes { { 0.25f, 0, 0.5f, 1 }, { 0, 0, 0.5f, 1 }, { 0.25f, 0, 0.125f, 1 } };
        const Heatmap map = rasterize(std::vector<float> { 3, 2, 1 }, boxes, 8, 2);
        const std::vector<float> row { 2, 2, 3, 3, 3, 3, 1, 1 }; // bare places take the lowest value
        for (int x = 0; x < 8; ++x)
            QCOMPARE(at(map, x, 1), row[static_cast<std::size_t>(x)]);
    }

    void aBoxSmallerThanAPixelIsSeen()
    {
        const std::vector<Box> boxes { { 0, 0, 1, 0.5f }, { 0.51f, 0.9f, 0, 0.01f }, { 1, 1, 0, 0 } };
        const Heatmap map = rasterize(std::vector<float> { 1, 2, 3 }, boxes, 4, 4);
        QCOMPARE(std::ranges::count(map.values, 2.0f), 1);
        QCOMPARE(at(map, 2, 3), 2.0f);
        QCOMPARE(at(map, 3, 3), 3.0f);
    }

    void peakOfLooseBoxesIsTheMiddleOfTheBest()
    {
        const std::vector<Box> boxes { { 0, 0, 1, 1 }, { 0.5f, 0.2f, 0.4f, 0.6f }, { 0.1f, 0.1f, 0.2f, 0.2f } };
        const Peak found = peak(rasterize(std::vector<float> { 0.1f, 0.8f, 0.3f }, boxes, 128, 128));
        QVERIFY(std::abs(found.x - 0.7f) < 0.01f);
        QVERIFY(std::abs(found.y - 0.5f) < 0.01f);
        QCOMPARE(found.value, 0.8f);
    }

    void peakIsWhereTheHighestCellIs()
    {
        std::vector<float> values(81, 0.1f);
        values[2 * 9 + 6] = 0.9f;
        const Peak found = peak(rasterize(values, gridOf(9, 9), 99, 99));
        QVERIFY(std::abs(found.x - 6.5f / 9) < 0.01f);
        QVERIFY(std::abs(found.y - 2.5f / 9) < 0.01f);
        QVERIFY(std::abs(found.value - 0.9f) < 1e-3f);
    }

    void nothingToDraw()
    {
        QCOMPARE(rasterize({}, {}, 4, 3).values, std::vector<float>(12));
        QCOMPARE(rasterize(std::vector<float> { 1 }, gridOf(1, 1), 2, 2).values, std::vector<float>(4, 1.0f));
        QCOMPARE(peak(Heatmap {}).value, 0.0f);
    }

    void colormapsHaveTheirKnownColours()
    {
        const auto entry = [](Colormap map, int i) {
            const auto table = colors(map);
            const auto at = static_cast<std::size_t>(3 * i);
            return QList<int> { table[at], table[at + 1], table[at + 2] };
        };
        const auto near = [](const QList<int>& a, const QList<int>& b) {
            return std::abs(a[0] - b[0]) <= 3 && std::abs(a[1] - b[1]) <= 3 && std::abs(a[2] - b[2]) <= 3;
        };
        QVERIFY(near(entry(Colormap::Viridis, 0), { 68, 1, 84 }));
        QVERIFY(near(entry(Colormap::Viridis, 128), { 33, 145, 140 }));
        QVERIFY(near(entry(Colormap::Viridis, 255), { 253, 231, 37 }));
        QVERIFY(near(entry(Colormap::Turbo, 128), { 164, 252, 60 }));
        QVERIFY(near(entry(Colormap::Magma, 128), { 183, 55, 121 }));
        QVERIFY(near(entry(Colormap::Gray, 77), { 77, 77, 77 }));
    }
};

QTEST_GUILESS_MAIN(HeatmapTest)
#include "heatmap_test.moc"
