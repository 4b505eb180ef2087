// Where a photograph lies in its view: fitted, zoomed around a point, moved, never lost.
#include <QtTest>

#include "ui/inspector/photo_placement.h"

using wordsight::ui::PhotoPlacement;

class PhotoPlacementTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fitsWithItsShape()
    {
        PhotoPlacement placement = placed();
        QCOMPARE(placement.target(), QRectF(0, 100, 400, 200));
        placement.setView({ 800, 200 }, 1);
        QCOMPARE(placement.target(), QRectF(200, 0, 400, 200));
    }

    void zoomKeepsThePointUnderTheCursor()
    {
        PhotoPlacement placement = placed();
        const QPointF cursor(300, 180);
        const QPointF before = placement.fractions(cursor);
        placement.zoomBy(3, cursor);
        QVERIFY(!placement.isFitted());
        QVERIFY(QLineF(placement.fractions(cursor), before).length() < 1e-9);
        QCOMPARE(placement.rectangle({ 0, 0, 1, 1 }).size(), QSizeF(1200, 600));
    }

    void cannotBeMovedOutOfTheView()
    {
        PhotoPlacement placement = placed();
        placement.zoomBy(4, { 200, 200 });
        placement.moveBy({ 5000, -5000 });
        QCOMPARE(placement.target().left(), 0);
        QCOMPARE(placement.target().bottom(), 400);
    }

    void zoomedOutItFitsAgain()
    {
        PhotoPlacement placement = placed();
        placement.zoomBy(2, { 10, 10 });
        placement.zoomBy(0.5, { 390, 390 });
        QVERIFY(placement.isFitted());
        QCOMPARE(placement.target(), QRectF(0, 100, 400, 200));
    }

    void fullSizeIsOneDevicePixelAPixel()
    {
        PhotoPlacement placement = placed();
        placement.setView({ 400, 400 }, 2);
        placement.showFullSize();
        QVERIFY(placement.isFullSize());
        QCOMPARE(placement.target().size(), QSizeF(500, 250));
    }

    void resizingKeepsTheMiddle()
    {
        PhotoPlacement placement = placed();
        placement.zoomBy(3, { 100, 200 });
        const QPointF middle = placement.fractions({ 200, 200 });
        placement.setView({ 600, 300 }, 1);
        QVERIFY(QLineF(placement.fractions({ 300, 150 }), middle).length() < 1e-9);
    }

private:
    static PhotoPlacement placed()
    {
        PhotoPlacement placement;
        placement.setView({ 400, 400 }, 1);
        placement.setPhotograph({ 1000, 500 });
        return placement;
    }
};

QTEST_GUILESS_MAIN(PhotoPlacementTest)
#include "photo_placement_test.moc"
