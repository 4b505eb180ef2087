// The photograph under heatmaps: real mouse moves, clicks, wheel and keys on the real widgets.
#include <ctime>

#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QSlider>
#include <QStackedWidget>
#include <QToolButton>
#include <QWheelEvent>

#include "tests/ui/inspector/inspected.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class InspectorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyWithoutAPhotograph();
    void pointingAtAPixelHighlightsItsRegion();
    void pointingAtAWordShowsItsMapAndRegion();
    void withoutBoxesThereIsNoMapButAReason();
    void regionsOfAnySizeAndOverlapArePointedAt();
    void chipHoverShowsTheMap();
    void wholeSentenceHasNoMap();
    void keysChooseWordsAndOpacity();
    void opacityAndThresholdChangePixels();
    void aBadMatchLooksBad();
    void colormapChangesPixels();
    void wheelZoomsAroundTheCursor();
    void dragMovesAndZeroFits();
    void latestPhotographWins();
    void unreadablePhotographIsTold();
    void withoutASentenceThePhotographAlone();
    void aModelWithoutWordsSaysThatItHasNoMaps();
    void stateIsRestored();
    void everythingHasAnAccessibleName();
    void pointingIsInstant();

private:
    /// What this thread has computed; other programs on the machine do not count.
    static double workedMs()
    {
        timespec time {};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }
    static void turnWheel(QWidget* widget, QPoint at, int eighths)
    {
        QWheelEvent event(
            at, widget->mapToGlobal(QPointF(at)), {}, { 0, eighths }, Qt::NoButton, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(widget, &event);
    }
};

void InspectorTest::emptyWithoutAPhotograph()
{
    Inspected inspected;
    const auto* empty = inspected.inspector.findChild<QLabel*>("inspectorEmpty");
    QVERIFY(empty->isVisible());
    inspected.showGrey();
    QVERIFY(!empty->isVisible());
    QVERIFY(inspected.photo()->isVisible());
    QCOMPARE(inspected.inspector.findChild<QLabel*>("rank")->text(), "7");
    inspected.inspector.clear();
    QVERIFY(empty->isVisible());
}

void InspectorTest::pointingAtAPixelHighlightsItsRegion()
{
    Inspected inspected;
    inspected.showGrey();
    for (const int region : { 0, 6, 11 }) {
        const QPoint corner
            = inspected.photo()->placement().rectangle(subjectOf({}).alignment.boxes[region]).topLeft().toPoint();
        const QPoint inside = corner + QPoint(3, 3); // the very corner of the region
        QTest::mouseMove(inspected.photo(), inside);
        QVERIFY(inspected.card()->isVisible());
        const QString name = QString("row %1, column %2; ").arg(region / 4 + 1).arg(region % 4 + 1);
        QVERIFY2(inspected.card()->accessibleName().startsWith(name), qPrintable(inspected.card()->accessibleName()));
    }
    QTest::mouseMove(inspected.photo(), inspected.middleOf(6));
    QCOMPARE(inspected.card()->accessibleName(), "row 2, column 3; dog 0.300; red 0.000; on 0.000; grass 0.000");
    const QRectF box = inspected.photo()->placement().rectangle(subjectOf({}).alignment.boxes[6]);
    QCOMPARE(inspected.colorAt(QPoint(qRound(box.left()), qRound(box.center().y()))), QColor(Qt::white));
    Inspected::leave(inspected.photo());
    QVERIFY(!inspected.card()->isVisible());
    QTest::mouseMove(inspected.photo(), { 1, 1 }); // beside the photograph
    QVERIFY(!inspected.card()->isVisible());
}

/// To the eye.
static int brightness(const QColor& color)
{
    return qGray(color.rgb());
}

void InspectorTest::pointingAtAWordShowsItsMapAndRegion()
{
    Inspected inspected;
    inspected.showGrey();
    QSignalSpy hovered(&inspected.inspector, &Inspector::hoveredTerm);
    const QImage before = inspected.photo()->grab().toImage();
    Inspected::pointAt(inspected.contributions(), 1, 0);
    QCOMPARE(hovered.last().first().toInt(), 1);
    QVERIFY(inspected.photo()->accessibleDescription().startsWith("Heatmap of dog, best at row 2, column 2"));
    QVERIFY(brightness(inspected.colorOf(bestRegion(1))) > brightness(inspected.colorOf(bestRegion(0))) + 20);
    Inspected::leave(inspected.contributions()->viewport());
    QCOMPARE(hovered.last().first().toInt(), -1);
    QCOMPARE(inspected.photo()->grab().toImage(), before);
}

void InspectorTest::withoutBoxesThereIsNoMapButAReason()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    subject.alignment.boxes.clear();
    inspected.show(subject);
    Inspected::pointAt(inspected.contributions(), 1, 0);
    QVERIFY(
        inspected.photo()->accessibleDescription().startsWith("No heatmap of dog: the features came without boxes"));
    const QColor grey(128, 128, 128);
    for (const int region : { 0, bestRegion(1), 11 })
        QCOMPARE(inspected.colorOf(region), grey); // neither a map nor an outline
    QTest::mouseMove(inspected.photo(), inspected.middleOf(6));
    QVERIFY(!inspected.card()->isVisible()); // no region is known to lie there
    QVERIFY(!inspected.inspector.findChild<QWidget*>("opacity")->isVisible());
}

void InspectorTest::regionsOfAnySizeAndOverlapArePointedAt()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    const std::size_t regions = subject.alignment.boxes.size();
    subject.alignment.boxes.assign(regions, { 0, 0, 1, 1 });
    subject.alignment.boxes[5] = { 0.5f, 0.25f, 0.4f, 0.5f }; // the best of "dog"
    subject.alignment.boxes[10] = { 0.6f, 0.4f, 0.1f, 0.1f };
    inspected.show(subject);
    const auto point = [&](double x, double y) {
        const QRectF all = inspected.photo()->placement().rectangle({ 0, 0, 1, 1 });
        QTest::mouseMove(inspected.photo(), (all.topLeft() + QPointF(x * all.width(), y * all.height())).toPoint());
        return inspected.card()->accessibleName();
    };
    QVERIFY(point(0.55, 0.7).startsWith("region 6; dog 0.800"));
    QVERIFY(point(0.65, 0.45).startsWith("region 11; ")); // the smallest of three
    QVERIFY(point(0.1, 0.1).startsWith("region 1; "));
}

void InspectorTest::chipHoverShowsTheMap()
{
    Inspected inspected;
    inspected.showGrey();
    const QImage before = inspected.photo()->grab().toImage();
    inspected.inspector.highlightTerm(0);
    QVERIFY(inspected.photo()->grab().toImage() != before);
    inspected.inspector.highlightTerm(99); // a term that came with the next query
    inspected.inspector.highlightTerm(-1);
    QCOMPARE(inspected.photo()->grab().toImage(), before);
}

void InspectorTest::wholeSentenceHasNoMap()
{
    Inspected inspected;
    inspected.showGrey();
    Inspected::pointAt(inspected.contributions(), kGlobalTerm, 0);
    for (const int region : { 0, 5, 11 })
        QCOMPARE(inspected.colorOf(region), QColor(128, 128, 128));
}

void InspectorTest::keysChooseWordsAndOpacity()
{
    Inspected inspected;
    inspected.showGrey();
    PhotoView* photo = inspected.photo();
    photo->setFocus();
    QTest::keyClick(photo, Qt::Key_Right);
    QVERIFY(photo->accessibleDescription().startsWith("Heatmap of red"));
    QTest::keyClick(photo, Qt::Key_Left);
    QVERIFY(photo->accessibleDescription().startsWith("Heatmap of all words"));
    QTest::keyClick(photo, Qt::Key_Left);
    QVERIFY(photo->accessibleDescription().startsWith("whole sentence has no map"));
    const auto* opacity = inspected.inspector.findChild<QSlider*>("opacity");
    const int before = opacity->value();
    QTest::keyClick(photo, Qt::Key_Plus);
    QCOMPARE(opacity->value(), before + 10);
    QTest::keyClick(photo, Qt::Key_Minus);
    QTest::keyClick(photo, Qt::Key_Minus);
    QCOMPARE(opacity->value(), before - 10);
}

void InspectorTest::opacityAndThresholdChangePixels()
{
    Inspected inspected;
    inspected.showGrey();
    inspected.inspector.highlightTerm(0);
    const QColor grey(128, 128, 128);
    const QColor hot = inspected.colorOf(0);
    const QColor cold = inspected.colorOf(11);
    QVERIFY(hot != grey && cold != grey);
    auto* threshold = inspected.inspector.findChild<QSlider*>("threshold");
    threshold->setFocus();
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(threshold, Qt::Key_PageUp);
    QCOMPARE(inspected.colorOf(11), grey);
    QCOMPARE(inspected.colorOf(0), hot);
    auto* opacity = inspected.inspector.findChild<QSlider*>("opacity");
    opacity->setFocus();
    QTest::keyClick(opacity, Qt::Key_PageUp);
    QVERIFY(inspected.colorOf(0) != hot);
    QTest::keyClick(opacity, Qt::Key_Home);
    QCOMPARE(inspected.colorOf(0), grey);
}

void InspectorTest::aBadMatchLooksBad()
{
    // The same photograph, once the best for its sentence, once where another one has three times its cosines.
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    inspected.show(subject);
    inspected.inspector.highlightTerm(0);
    const int hot = brightness(inspected.colorOf(bestRegion(0)));
    subject.scale.heat = { { 0, 2.7f }, { 0, 3.5f } };
    inspected.show(subject);
    inspected.inspector.highlightTerm(0);
    const int cool = brightness(inspected.colorOf(bestRegion(0)));
    QVERIFY2(cool < hot - 30, qPrintable(QString("%1 %2").arg(hot).arg(cool)));
    auto* menu = inspected.inspector.findChild<QToolButton*>("colormap")->menu();
    menu->findChild<QAction*>("scaling-1")->trigger(); // stretched
    QCOMPARE(brightness(inspected.colorOf(bestRegion(0))), hot);
}

void InspectorTest::colormapChangesPixels()
{
    Inspected inspected;
    inspected.showGrey();
    inspected.inspector.highlightTerm(0);
    const QColor viridis = inspected.colorOf(0);
    auto* menu = inspected.inspector.findChild<QToolButton*>("colormap")->menu();
    for (QAction* action : menu->actions())
        if (action->text() == "Gray")
            action->trigger();
    const QColor gray = inspected.colorOf(0);
    QVERIFY(gray != viridis);
    QVERIFY(gray.red() == gray.green() && gray.green() == gray.blue());
}

void InspectorTest::wheelZoomsAroundTheCursor()
{
    Inspected inspected;
    inspected.showGrey();
    const QPoint cursor = inspected.middleOf(6);
    const qreal before = inspected.photo()->placement().scale();
    turnWheel(inspected.photo(), cursor, 480);
    QVERIFY(inspected.photo()->placement().scale() > 1.5 * before);
    QVERIFY(inspected.card()->accessibleName().startsWith("row 2, column 3"));
    QVERIFY((inspected.middleOf(6) - cursor).manhattanLength() < 3);
    QVERIFY(!inspected.inspector.findChild<QToolButton*>("fit")->isChecked());
}

void InspectorTest::dragMovesAndZeroFits()
{
    Inspected inspected;
    inspected.showGrey();
    PhotoView* photo = inspected.photo();
    const QRectF fitted = photo->placement().target();
    turnWheel(photo, photo->rect().center(), 480);
    const QRectF zoomed = photo->placement().target();
    const QPoint from = photo->rect().center();
    QTest::mousePress(photo, Qt::LeftButton, {}, from);
    QTest::mouseMove(photo, from + QPoint(30, 20));
    QTest::mouseRelease(photo, Qt::LeftButton, {}, from + QPoint(30, 20));
    QCOMPARE(photo->placement().target().topLeft(), zoomed.topLeft() + QPointF(30, 20));
    QTest::keyClick(photo, Qt::Key_0);
    QCOMPARE(photo->placement().target(), fitted);
    QTest::mouseClick(inspected.inspector.findChild<QToolButton*>("fullSize"), Qt::LeftButton);
    QVERIFY(photo->placement().isFullSize());
}

void InspectorTest::latestPhotographWins()
{
    Inspected inspected;
    InspectorSubject subject;
    for (const auto& [name, color] :
        { std::pair("red.png", Qt::red), { "green.png", Qt::green }, { "blue.png", Qt::blue } }) {
        subject.path = inspected.photograph(name, color);
        inspected.inspector.setSubject(subject);
    }
    inspected.show(subject);
    QCOMPARE(inspected.colorAt(inspected.photo()->rect().center()), QColor(Qt::blue));
}

void InspectorTest::unreadablePhotographIsTold()
{
    Inspected inspected;
    const QString gone = inspected.folder.filePath("gone.jpg");
    inspected.show(subjectOf(gone));
    QVERIFY(!inspected.photo()->hasPhotograph());
    QVERIFY(inspected.photo()->accessibleName().contains("gone.jpg"));
    QTest::mouseMove(inspected.photo(), inspected.photo()->rect().center());
    QVERIFY(!inspected.card()->isVisible());
    QCOMPARE(inspected.contributions()->model()->rowCount(), 6); // the explanation needs no pixels
    inspected.showGrey();
    QVERIFY(inspected.photo()->hasPhotograph());
}

void InspectorTest::withoutASentenceThePhotographAlone()
{
    Inspected inspected;
    InspectorSubject subject;
    subject.path = inspected.photograph();
    inspected.show(subject);
    QVERIFY(inspected.photo()->hasPhotograph());
    QVERIFY(!inspected.inspector.findChild<QTabWidget*>("details")->isVisible());
    QVERIFY(!inspected.inspector.findChild<QSlider*>("opacity")->isVisible());
    QTest::mouseMove(inspected.photo(), inspected.photo()->rect().center());
    QCOMPARE(inspected.colorAt(inspected.photo()->rect().center()), QColor(128, 128, 128));
}

void InspectorTest::aModelWithoutWordsSaysThatItHasNoMaps()
{
    Inspected inspected;
    const auto* note = inspected.inspector.findChild<QLabel*>("globalOnly");
    const auto* details = inspected.inspector.findChild<QTabWidget*>("details");
    inspected.showGrey();
    QVERIFY(!note->isVisible() && details->isTabVisible(1));
    InspectorSubject subject;
    subject.path = inspected.photograph("wholes.png");
    subject.rank = 1;
    subject.sentence = "a red dog";
    subject.alignment.globalScore = 0.5f;
    subject.alignment.globalWeight = 1;
    subject.terms.push_back({ "a red dog", search::TermKind::Global, 1, 0.5f, 0.5f, Box { 0, 0, 1, 1 }, 0 });
    subject.score = 0.5f;
    inspected.show(subject);
    QVERIFY2(note->isVisible() && note->text().contains("no word has a map"), qPrintable(note->text()));
    QVERIFY(details->isVisible() && !details->isTabVisible(1));
    inspected.showGrey();
    QVERIFY(!note->isVisible() && details->isTabVisible(1));
}

void InspectorTest::stateIsRestored()
{
    QByteArray state;
    {
        Inspected inspected;
        inspected.showGrey();
        inspected.inspector.findChild<QSlider*>("opacity")->setValue(83);
        inspected.openMatrix();
        state = inspected.inspector.saveState();
    }
    Inspected inspected;
    inspected.inspector.restoreState("not a state");
    inspected.inspector.restoreState(state);
    inspected.showGrey();
    QCOMPARE(inspected.inspector.findChild<QSlider*>("opacity")->value(), 83);
    QVERIFY(inspected.matrix()->isVisible());
}

void InspectorTest::everythingHasAnAccessibleName()
{
    Inspected inspected;
    inspected.showGrey();
    for (const QWidget* widget : inspected.inspector.findChildren<QWidget*>()) {
        const bool interactive = qobject_cast<const QToolButton*>(widget) || qobject_cast<const QSlider*>(widget)
            || qobject_cast<const QTableView*>(widget) || qobject_cast<const PhotoView*>(widget);
        if (interactive && widget->isVisible())
            QVERIFY2(!widget->accessibleName().isEmpty(),
                qPrintable(widget->objectName() + widget->metaObject()->className()));
    }
}

void InspectorTest::pointingIsInstant()
{
    Inspected inspected;
    inspected.inspector.resize(1400, 1200);
    inspected.showGrey();
    std::vector<double> words, regions;
    for (int i = 0; i < 60; ++i) {
        const double start = workedMs();
        inspected.inspector.highlightTerm(i % 4);
        QCoreApplication::processEvents();
        const double between = workedMs();
        QTest::mouseMove(inspected.photo(), inspected.middleOf(i % 12));
        QCoreApplication::processEvents();
        words.push_back(between - start);
        regions.push_back(workedMs() - between);
    }
    for (auto* times : { &words, &regions }) {
        std::ranges::sort(*times);
        const QByteArray measured
            = QString("%1 ms in the middle, %2 ms at worst").arg((*times)[30]).arg(times->back()).toUtf8();
        QVERIFY2((*times)[30] < 16, measured);
        qInfo("pointing: %s", measured.constData());
    }
}

QTEST_MAIN(InspectorTest)
#include "inspector_test.moc"
