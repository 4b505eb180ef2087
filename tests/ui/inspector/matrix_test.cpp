// The region × word matrix, and how it is linked with photograph and words.
#include <QAbstractItemModelTester>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>

#include "tests/ui/inspector/inspected.h"
#include "ui/inspector/matrix_model.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class MatrixTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void modelKeepsTheRules();
    void cellsAreCosines();
    void regionsOutsideAGridAreNumbered();
    void sortsByWordAndBack();
    void sortingBeginsAtTheTopAndStaysWithItsWord();
    void littleWordsAreQuiet();
    void pointingAtACellShowsRegionAndWord();
    void pointingAtAWordsHeadShowsItsMap();
    void photographPointsIntoTheMatrix();
    void keysPointAtCells();
};

void MatrixTest::modelKeepsTheRules()
{
    InspectionState state;
    MatrixModel model(state);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    state.setSubject(subjectOf("a.png"));
    QCOMPARE(model.rowCount(), 12);
    QCOMPARE(model.columnCount(), 5);
    state.setSubject({});
    QCOMPARE(model.columnCount(), 0);
}

void MatrixTest::cellsAreCosines()
{
    Inspected inspected;
    inspected.showGrey();
    const QAbstractItemModel* model = inspected.openMatrix()->model();
    QCOMPARE(model->headerData(2, Qt::Horizontal).toString(), "dog");
    QCOMPARE(model->index(5, 2).data().toString(), "0.80");
    QVERIFY(model->index(5, 2).data(Qt::ToolTipRole).toString().contains("row 2, column 2: 0.80000"));
    QCOMPARE(model->index(5, 2).data(Qt::AccessibleTextRole).toString(), "dog, row 2, column 2: 0.800");
    QCOMPARE(model->index(11, 0).data().toString(), "3, 4");
}

void MatrixTest::regionsOutsideAGridAreNumbered()
{
    InspectorSubject subject = subjectOf("a.png");
    subject.alignment.boxes[0] = { 0.1f, 0.1f, 0.7f, 0.6f };
    InspectionState state;
    MatrixModel model(state);
    state.setSubject(subject);
    QCOMPARE(model.index(11, 0).data(Qt::DisplayRole).toString(), "12");
    QCOMPARE(model.index(11, 0).data(Qt::ToolTipRole).toString(), "region 12");
}

void MatrixTest::sortsByWordAndBack()
{
    Inspected inspected;
    inspected.showGrey();
    const QTableView* matrix = inspected.openMatrix();
    const QHeaderView* header = matrix->horizontalHeader();
    const auto clickHead = [&](int section) {
        const int x = header->sectionViewportPosition(section) + header->sectionSize(section) / 2;
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, { x, header->height() / 2 });
    };
    const auto first = [&] { return matrix->model()->index(0, 0).data().toString(); };
    QCOMPARE(first(), "1, 1");
    clickHead(2);
    QCOMPARE(first(), "2, 2"); // the best for "dog"
    QVERIFY(inspected.photo()->accessibleDescription().startsWith("Heatmap of dog"));
    clickHead(2);
    QCOMPARE(matrix->model()->index(11, 0).data().toString(), "2, 2");
    clickHead(0);
    QCOMPARE(first(), "1, 1");
}

void MatrixTest::sortingBeginsAtTheTopAndStaysWithItsWord()
{
    Inspected inspected;
    inspected.inspector.resize(640, 620);
    inspected.showGrey();
    QTableView* matrix = inspected.openMatrix();
    const QHeaderView* header = matrix->horizontalHeader();
    matrix->scrollToBottom();
    QVERIFY(matrix->verticalScrollBar()->value() > 0);
    const int x = header->sectionViewportPosition(4) + header->sectionSize(4) / 2;
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, { x, header->height() / 2 });
    QCOMPARE(matrix->verticalScrollBar()->value(), 0);
    QCOMPARE(matrix->model()->headerData(header->sortIndicatorSection(), Qt::Horizontal).toString(), "grass");
    inspected.show(subjectOf(inspected.photograph(), "grass below dog"));
    QCOMPARE(matrix->model()->headerData(header->sortIndicatorSection(), Qt::Horizontal).toString(), "grass");
    QCOMPARE(matrix->model()->index(0, 1).data().toString(), "0.90"); // sorted by it, the best first
    inspected.show(subjectOf(inspected.photograph(), "a cat"));
    QCOMPARE(header->sortIndicatorSection(), 0); // by place, where the sentence has no such word
    QCOMPARE(matrix->model()->index(0, 0).data().toString(), "1, 1");
}

void MatrixTest::littleWordsAreQuiet()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    subject.terms[2].functionWord = true;
    inspected.show(subject);
    const QTableView* matrix = inspected.openMatrix();
    QVERIFY(matrix->isColumnHidden(3));
    QVERIFY(!matrix->isColumnHidden(2) && !matrix->isColumnHidden(4));
    const QHeaderView* header = matrix->horizontalHeader();
    Q_EMIT const_cast<QHeaderView*>(header)->customContextMenuRequested({ 5, 5 });
    auto* menu = matrix->findChild<QMenu*>();
    QVERIFY(menu);
    menu->actions().front()->trigger();
    QVERIFY(!matrix->isColumnHidden(3));
    QCOMPARE(inspected.contributions()->model()->index(2, 0).data().toString(), "on"); // there, too
}

void MatrixTest::pointingAtACellShowsRegionAndWord()
{
    Inspected inspected;
    inspected.showGrey();
    QSignalSpy hovered(&inspected.inspector, &Inspector::hoveredTerm);
    const QTableView* matrix = inspected.openMatrix();
    Inspected::pointAt(matrix, 6, 2);
    QCOMPARE(hovered.last().first().toInt(), 1);
    QVERIFY(inspected.card()->isVisible());
    QCOMPARE(inspected.card()->accessibleName(), "row 2, column 3; dog 0.300; red 0.000; on 0.000; grass 0.000");
    QVERIFY(inspected.photo()->accessibleDescription().startsWith("Heatmap of dog"));
    Inspected::leave(matrix->viewport());
    QCOMPARE(hovered.last().first().toInt(), -1);
    QVERIFY(!inspected.card()->isVisible());
}

void MatrixTest::pointingAtAWordsHeadShowsItsMap()
{
    Inspected inspected;
    inspected.showGrey();
    QSignalSpy hovered(&inspected.inspector, &Inspector::hoveredTerm);
    const QHeaderView* header = inspected.openMatrix()->horizontalHeader();
    QTest::mouseMove(header->viewport(), { header->sectionViewportPosition(4) + 15, 8 });
    QCOMPARE(hovered.last().first().toInt(), 3);
    Inspected::leave(header->viewport());
    QCOMPARE(hovered.last().first().toInt(), -1);
}

void MatrixTest::photographPointsIntoTheMatrix()
{
    Inspected inspected;
    inspected.inspector.resize(640, 700);
    inspected.showGrey();
    const QTableView* matrix = inspected.openMatrix();
    const QImage before = matrix->viewport()->grab().toImage();
    QTest::mouseMove(inspected.photo(), inspected.middleOf(11));
    QVERIFY(matrix->viewport()->rect().contains(matrix->visualRect(matrix->model()->index(11, 1))));
    QTest::mouseMove(inspected.photo(), inspected.middleOf(10));
    const QImage eleventh = matrix->viewport()->grab().toImage();
    QTest::mouseMove(inspected.photo(), inspected.middleOf(11));
    const QImage twelfth = matrix->viewport()->grab().toImage();
    const QPoint edge = matrix->visualRect(matrix->model()->index(11, 1)).topLeft() + QPoint(4, 0);
    QVERIFY(twelfth.pixelColor(edge) != eleventh.pixelColor(edge));
}

void MatrixTest::keysPointAtCells()
{
    Inspected inspected;
    inspected.showGrey();
    QTableView* matrix = inspected.openMatrix();
    QSignalSpy hovered(&inspected.inspector, &Inspector::hoveredTerm);
    matrix->setFocus();
    matrix->setCurrentIndex(matrix->model()->index(0, 0));
    QTest::keyClick(matrix, Qt::Key_Right);
    QTest::keyClick(matrix, Qt::Key_Down);
    QCOMPARE(hovered.last().first().toInt(), 0);
    QVERIFY(inspected.card()->accessibleName().startsWith("row 1, column 2; red 0.300"));
}

QTEST_MAIN(MatrixTest)
#include "matrix_test.moc"
