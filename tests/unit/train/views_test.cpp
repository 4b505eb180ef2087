#include <cmath>

#include <QtTest>

#include "core/train/shared/views.h"

using namespace wordsight;
using namespace wordsight::train;

namespace {

constexpr int kWidth = 400, kHeight = 300;

/// Black, with a white rectangle.
image::Image painted(const Box& box)
{
    image::Image out { kWidth, kHeight, std::vector<std::uint8_t>(kWidth * kHeight * 3) };
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x)
            if (x >= box.x * kWidth && x < (box.x + box.w) * kWidth && y >= box.y * kHeight
                && y < (box.y + box.h) * kHeight)
                for (int c = 0; c < 3; ++c)
                    out.rgb[(std::size_t(y) * kWidth + x) * 3 + c] = 255;
    return out;
}

/// The rectangle of bright pixels, as fractions.
Box brightPart(const image::Image& image)
{
    int left = image.width, right = 0, top = image.height, bottom = 0;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            if (image.rgb[(std::size_t(y) * image.width + x) * 3] > 100) {
                left = std::min(left, x);
                right = std::max(right, x + 1);
                top = std::min(top, y);
                bottom = std::max(bottom, y + 1);
            }
    return { float(left) / image.width, float(top) / image.height, float(right - left) / image.width,
        float(bottom - top) / image.height };
}

} // namespace

class ViewsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFirstIsThePhotographAndTheSecondItsMirrorImage()
    {
        const Box box { 0.125f, 0.25f, 0.25f, 0.5f };
        const auto photograph = painted(box);
        QVERIFY(seen(viewOf(7, 0), photograph) == photograph);
        const auto mirrored = seen(viewOf(7, 1), photograph);
        QVERIFY(mirrored == painted({ 0.625f, 0.25f, 0.25f, 0.5f }));
        QVERIFY(seen(viewOf(7, 1), mirrored) == photograph);
    }

    void boxesStayOnWhatTheyNamed()
    {
        const Box box { 0.4f, 0.35f, 0.25f, 0.3f };
        int shown = 0;
        for (int image = 0; image < 20; ++image)
            for (int number = 0; number < 5; ++number) {
                const auto view = viewOf(image, number);
                QVERIFY(view == viewOf(image, number));
                const auto boxes = seen(view, std::vector { box });
                if (boxes.empty())
                    continue;
                ++shown;
                const auto bright = brightPart(seen(view, painted(box)));
                for (const auto& [found, told] : { std::pair(bright.x, boxes[0].x), { bright.y, boxes[0].y },
                         { bright.x + bright.w, boxes[0].x + boxes[0].w },
                         { bright.y + bright.h, boxes[0].y + boxes[0].h } })
                    QVERIFY2(std::abs(found - told) < 0.015f,
                        qPrintable(QStringLiteral("image %1, view %2: %3, not %4")
                                       .arg(image)
                                       .arg(number)
                                       .arg(found)
                                       .arg(told)));
            }
        QVERIFY(shown > 60);
    }

    void partsAreOfTheSizesThatTheHeaderNames()
    {
        int mirrored = 0;
        for (int image = 0; image < 500; ++image) {
            const auto view = viewOf(image, 2);
            QVERIFY(view.part.x >= 0 && view.part.y >= 0 && view.part.x + view.part.w <= 1.0001f
                && view.part.y + view.part.h <= 1.0001f);
            QVERIFY(view.part.w * view.part.h > 0.45f);
            mirrored += view.mirrored;
        }
        QVERIFY(mirrored > 150 && mirrored < 350);
        QVERIFY(!(viewOf(1, 2) == viewOf(1, 3)));
        QVERIFY(!(viewOf(1, 2) == viewOf(2, 2)));
    }

    void whatIsHardlySeenIsLeftOut()
    {
        const View left { { 0, 0, 0.5f, 1 } };
        QCOMPARE(seen(left, std::vector<Box> { { 0.6f, 0, 0.2f, 1 } }).size(), 0u);
        QCOMPARE(seen(left, std::vector<Box> { { 0.4f, 0, 0.4f, 1 } }).size(), 0u);
        QCOMPARE(seen(left, std::vector<Box> { { 0.3f, 0, 0.4f, 1 } }).size(), 1u);
    }
};

QTEST_APPLESS_MAIN(ViewsTest)
#include "views_test.moc"
