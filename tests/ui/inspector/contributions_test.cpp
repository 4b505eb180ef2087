// The sum that is the score, as it is shown.
#include <cmath>
#include <numeric>

#include <QAbstractItemModelTester>

#include "tests/ui/inspector/inspected.h"
#include "ui/inspector/contributions_model.h"
#include "ui/shared/term_colors.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

namespace {

double number(const QModelIndex& index)
{
    return index.data().toString().replace(QChar(0x2212), '-').toDouble();
}

} // namespace

class ContributionsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void modelKeepsTheRules();
    void shownNumbersAddUp_data();
    void shownNumbersAddUp();
    void everyRowIsAProduct();
    void weightsOfAMeanAreShared();
    void withoutBaselinesThereIsNoSuchColumn();
    void narrowListKeepsTheContributions();
    void barsGoLeftForWordsAgainst();
    void barsOfAllPhotographsAreOnOneScale();
    void columnsSortIt();
    void clickChoosesAWord();
    void keysChooseAWord();
    void reRankingKeepsTheChosenWord();
    void littleWordsHaveOneRow();
};

void ContributionsTest::littleWordsHaveOneRow()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph(), "a dog on grass");
    subject.terms[0].functionWord = subject.terms[2].functionWord = true;
    inspected.show(subject);
    auto* table = inspected.contributions();
    const QAbstractItemModel& rows = *table->model();
    QCOMPARE(rows.rowCount(), 5); // dog, grass, whole sentence, little words, score
    QCOMPARE(rows.index(3, 0).data().toString(), QString("2 little words"));
    double sum = 0;
    for (int row = 0; row < 4; ++row)
        sum += rows.index(row, 0).data(ContributionsModel::ContributionRole).toDouble();
    QVERIFY(std::abs(sum - rows.index(4, 0).data(ContributionsModel::ContributionRole).toDouble()) < 2e-4);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(rows.index(3, 0)).center());
    QCOMPARE(rows.rowCount(), 6);
    QCOMPARE(rows.index(0, 0).data().toString(), QString("a"));
}

void ContributionsTest::modelKeepsTheRules()
{
    InspectionState state;
    ContributionsModel model(state);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    state.setSubject(subjectOf("a.png"));
    QCOMPARE(model.rowCount(), 6);
    state.setSubject({});
    QCOMPARE(model.rowCount(), 0);
}

void ContributionsTest::shownNumbersAddUp_data()
{
    QTest::addColumn<QList<double>>("parts");
    QTest::newRow("halves") << QList<double> { 0.00005, 0.00005, 0.00005 };
    QTest::newRow("thirds") << QList<double> { 1 / 3.0, 1 / 3.0, 1 / 3.0 };
    QTest::newRow("against") << QList<double> { -0.12345, 0.98765, -0.55555, 0.00004, 2.0 };
    QTest::newRow("one") << QList<double> { 0.123449 };
    QList<double> many;
    for (int i = 0; i < 60; ++i)
        many << 0.01 * i + 0.00004;
    QTest::newRow("sixty") << many;
}

void ContributionsTest::shownNumbersAddUp()
{
    QFETCH(QList<double>, parts);
    const double total = std::accumulate(parts.begin(), parts.end(), 0.0);
    const std::vector<double> shown = roundedToSum(std::vector<double>(parts.begin(), parts.end()), total, 4);
    double sum = 0;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        QVERIFY(std::abs(shown[i] - parts[i]) < 1e-4);
        QVERIFY(std::abs(shown[i] * 1e4 - std::round(shown[i] * 1e4)) < 1e-6);
        sum += shown[i];
    }
    QVERIFY(std::abs(sum - std::round(total * 1e4) / 1e4) < 1e-9);
}

void ContributionsTest::everyRowIsAProduct()
{
    Inspected inspected;
    inspected.showGrey();
    const QAbstractItemModel* model = inspected.contributions()->model();
    const int last = model->rowCount() - 1;
    double sum = 0;
    for (int row = 0; row < last; ++row) {
        const auto at = [&](ContributionsModel::Column column) { return number(model->index(row, column)); };
        const double product
            = at(ContributionsModel::Factor) * (at(ContributionsModel::Best) - at(ContributionsModel::Usual));
        QVERIFY2(std::abs(product - at(ContributionsModel::Adds)) < 2e-4, qPrintable(QString::number(row)));
        sum += at(ContributionsModel::Adds);
    }
    QVERIFY(std::abs(sum - number(model->index(last, ContributionsModel::Adds))) < 1e-9);
    QVERIFY(std::abs(sum - subjectOf({}).score) < 1e-4);
    QCOMPARE(model->index(kGlobalTerm, 0).data().toString(), "whole sentence");
}

void ContributionsTest::weightsOfAMeanAreShared()
{
    InspectorSubject subject = subjectOf("a.png");
    subject.alignment.pooling = align::Pooling::MrAVGw;
    const std::vector<float> parts = align::contributions(subject.alignment);
    for (std::size_t w = 0; w < parts.size(); ++w)
        subject.terms[w].contribution = parts[w];
    subject.score = align::score(subject.alignment);
    InspectionState state;
    ContributionsModel model(state);
    state.setSubject(subject);
    const double weight = number(model.index(0, ContributionsModel::Factor));
    QVERIFY(std::abs(weight - 1.3 / 3) < 1e-3); // "on" is muted: three words count
    QVERIFY(std::abs(weight * (0.9 - 0.1) - number(model.index(0, ContributionsModel::Adds))) < 1e-3);
    QVERIFY(std::abs(state.values(-1)[bestRegion(0)] - 1.3 / 3 * 0.9) < 1e-4); // and so is the map of all words
}

void ContributionsTest::withoutBaselinesThereIsNoSuchColumn()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    inspected.show(subject);
    QVERIFY(!inspected.contributions()->isColumnHidden(ContributionsModel::Usual));
    for (engine::ExplainedTerm& term : subject.terms)
        term.baseline = 0;
    inspected.show(subject);
    QVERIFY(inspected.contributions()->isColumnHidden(ContributionsModel::Usual));
}

void ContributionsTest::narrowListKeepsTheContributions()
{
    Inspected inspected;
    inspected.showGrey();
    const QTableView* table = inspected.contributions();
    QVERIFY(!table->isColumnHidden(ContributionsModel::Factor));
    inspected.inspector.resize(400, 900);
    QVERIFY(table->isColumnHidden(ContributionsModel::Factor));
    QVERIFY(
        table->columnWidth(ContributionsModel::Adds) >= table->sizeHintForIndex(table->model()->index(3, 4)).width());
}

void ContributionsTest::barsGoLeftForWordsAgainst()
{
    Inspected inspected;
    inspected.showGrey();
    const QTableView* table = inspected.contributions();
    const QImage picture = table->viewport()->grab().toImage();
    const auto redPixels = [&](int row) {
        const QRect cell = table->visualRect(table->model()->index(row, ContributionsModel::Adds));
        int count = 0;
        for (int x = cell.left(); x < cell.right(); ++x)
            count += picture.pixelColor(x, cell.center().y()) == QColor(0xcf, 0x4b, 0x41);
        return count;
    };
    QVERIFY(redPixels(3) > 10);
    QCOMPARE(redPixels(0), 0);
}

void ContributionsTest::barsOfAllPhotographsAreOnOneScale()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    const auto barLength = [&](int row) {
        const QTableView* table = inspected.contributions();
        const QImage picture = table->viewport()->grab().toImage();
        const QRect cell = table->visualRect(table->model()->index(row, ContributionsModel::Adds));
        const QColor color = termColor(static_cast<std::size_t>(row), search::TermKind::Word, table->palette());
        int count = 0;
        for (int x = cell.left(); x < cell.right(); ++x)
            count += picture.pixelColor(x, cell.center().y()) == color;
        return count;
    };
    inspected.show(subject);
    const int alone = barLength(0);
    QVERIFY(alone > 20);
    subject.scale.mostPart = 5 * subject.terms[0].contribution; // as much as a term adds elsewhere
    inspected.show(subject);
    QVERIFY2(barLength(0) < alone / 2, qPrintable(QString("%1 %2").arg(alone).arg(barLength(0))));
}

void ContributionsTest::columnsSortIt()
{
    Inspected inspected;
    inspected.showGrey();
    const QTableView* table = inspected.contributions();
    const QHeaderView* header = table->horizontalHeader();
    const auto clickHead = [&](int section) {
        const int x = header->sectionViewportPosition(section) + header->sectionSize(section) / 2;
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, { x, header->height() / 2 });
    };
    const auto words = [&] {
        QStringList shown;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            shown << table->model()->index(row, 0).data().toString();
        return shown.join(' ');
    };
    QCOMPARE(words(), "red dog on grass whole sentence score");
    clickHead(ContributionsModel::Adds);
    QCOMPARE(words(), "red dog whole sentence on grass score"); // 1.04, 0.91, 0.76, 0, −0.35; the sum stays last
    clickHead(ContributionsModel::Adds);
    QCOMPARE(words(), "grass on whole sentence dog red score");
    inspected.show(subjectOf(inspected.photograph(), "one cat on grass"));
    QCOMPARE(words(), "grass on whole sentence cat one score"); // also of the next photograph and sentence
    clickHead(ContributionsModel::Word);
    QCOMPARE(words(), "one cat on grass whole sentence score");
}

void ContributionsTest::clickChoosesAWord()
{
    Inspected inspected;
    inspected.showGrey();
    const QColor allWords = inspected.colorOf(bestRegion(1));
    Inspected::click(inspected.contributions(), 1, 0);
    Inspected::leave(inspected.contributions()->viewport());
    QVERIFY(inspected.photo()->accessibleDescription().startsWith("Heatmap of dog, best at row 2, column 2"));
    QVERIFY(inspected.colorOf(bestRegion(1)) != allWords);
    Inspected::click(inspected.contributions(), 5, 0);
    QCOMPARE(inspected.colorOf(bestRegion(1)), allWords);
}

void ContributionsTest::keysChooseAWord()
{
    Inspected inspected;
    inspected.showGrey();
    inspected.contributions()->setFocus();
    QTest::keyClick(inspected.contributions(), Qt::Key_Up);
    QTest::keyClick(inspected.contributions(), Qt::Key_Up);
    QVERIFY(inspected.photo()->accessibleDescription().startsWith("Heatmap of grass"));
}

void ContributionsTest::reRankingKeepsTheChosenWord()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    inspected.show(subject);
    Inspected::click(inspected.contributions(), 1, 0);
    subject.terms[0].weight = 0;
    inspected.show(subject);
    Inspected::leave(inspected.contributions()->viewport());
    QVERIFY(inspected.photo()->accessibleDescription().startsWith("Heatmap of dog"));
    inspected.show(subjectOf(subject.path, "one cat on grass"));
    QVERIFY(inspected.photo()->accessibleDescription().startsWith("Heatmap of all words"));
}

QTEST_MAIN(ContributionsTest)
#include "contributions_test.moc"
