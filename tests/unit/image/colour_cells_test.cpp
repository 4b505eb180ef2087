// Which colours lie where in a photograph, and what is background.
#include <QTest>

#include <array>

#include "core/image/colour_cells.h"

using namespace wordsight::image;

namespace {

using Colour = std::array<std::uint8_t, 3>;

constexpr Colour kRed { 220, 20, 20 }, kBlue { 20, 20, 220 }, kWhite { 255, 255, 255 };
constexpr int kSide = 72;

Image painted(auto colourAt)
{
    Image image { kSide, kSide, {} };
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x)
            for (const auto value : colourAt(x, y))
                image.rgb.push_back(value);
    return image;
}

std::vector<Lab> centres()
{
    std::vector<Lab> all;
    for (const auto& [r, g, b] : { kRed, kBlue, kWhite })
        all.push_back(labOf(r, g, b));
    return all;
}

float share(const ColourCells& cells, std::size_t cell, std::size_t centre)
{
    return cells.shares[cell * 3 + centre];
}

} // namespace

class ColourCellsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void labOfKnownColours()
    {
        const auto near = [](const Lab& found, const Lab& expected) {
            for (std::size_t i = 0; i < 3; ++i)
                if (std::abs(found[i] - expected[i]) > 0.5f)
                    return false;
            return true;
        };
        QVERIFY(near(labOf(0, 0, 0), { 0, 0, 0 }));
        QVERIFY(near(labOf(255, 255, 255), { 100, 0, 0 }));
        QVERIFY(near(labOf(255, 0, 0), { 53.2f, 80.1f, 67.2f }));
        QVERIFY(near(labOf(0, 0, 255), { 32.3f, 79.2f, -107.9f }));
    }

    void coloursStandWhereTheyAre()
    {
        const ColourGrid grid(centres(), 3);
        const auto cells = grid(painted([](int x, int) { return x < kSide / 3 ? kRed : kBlue; }));
        QCOMPARE(cells.coverage, std::vector<float>(9, 1.0f));
        for (const std::size_t row : { 0u, 3u, 6u }) {
            QVERIFY(share(cells, row, 0) > 0.95f);
            QVERIFY(share(cells, row + 1, 1) > 0.95f && share(cells, row + 2, 1) > 0.95f);
        }
    }

    void aStudioWallCountsForNothing()
    {
        const auto inside = [](int v) { return v >= kSide / 3 && v < kSide * 2 / 3; };
        const ColourGrid grid(centres(), 3);
        const auto cells = grid(painted([&](int x, int y) { return inside(x) && inside(y) ? kRed : kWhite; }));
        for (std::size_t cell = 0; cell < 9; ++cell) {
            QVERIFY(share(cells, cell, 2) < 0.05f);
            QVERIFY(std::abs(cells.coverage[cell] - (cell == 4 ? 1.0f : 0.0f)) < 0.2f);
        }
        QVERIFY(share(cells, 4, 0) > 0.7f);
    }

    void oneColourAllOverIsNoBackground()
    {
        const ColourGrid grid(centres(), 3);
        const auto cells = grid(painted([](int, int) { return kWhite; }));
        QVERIFY(share(cells, 4, 2) > 0.95f);
    }
};

QTEST_GUILESS_MAIN(ColourCellsTest)
#include "colour_cells_test.moc"
