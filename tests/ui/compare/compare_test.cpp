// The page that compares: real clicks and keys, two models over one library.
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

#include "tests/ui/support/test_window.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/comparison_controller.h"
#include "ui/inspector/photo_view.h"
#include "ui/search/results_model.h"
#include "ui/search/term_chip.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class CompareTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void saysWhatToDoWithoutALibrary();
    void twoModelsRankSideBySide();
    void modelThatHasNotSeenTheLibraryCanIndexIt();
    void twoPoolingsReRankFromStoredVectors();
    void twoSentencesShareTheirWords();
    void photographIsChosenOnBothSides();
    void bothSidesHaveOneScale();
    void hoverIsInStep();
    void mutingWorksOnBothSides();
    void modelWithoutWordsHasNoMap();
    void latestSentenceWins();
    void everythingHasAName();

private:
    /// A window on the page, with two models that have seen the photographs.
    static std::unique_ptr<MainWindow> comparing(const Place& place)
    {
        auto window = place.indexedWindow();
        for (const char* model : { "swapped", "whole" }) {
            window->indexWith(model);
            if (!waitIdle(*window))
                qFatal("The photographs were not indexed.");
        }
        QTest::mouseClick(window->findChild<QToolButton*>("page-2"), Qt::LeftButton);
        return window;
    }
    static QWidget* page(const MainWindow& window) { return window.findChild<QWidget*>("comparePage"); }
    static QListView* list(const MainWindow& window, const QString& side)
    {
        return window.findChild<QListView*>("results-" + side);
    }
    static QStringList names(const MainWindow& window, const QString& side)
    {
        const QAbstractItemModel* model = list(window, side)->model();
        QStringList names;
        for (int row = 0; row < model->rowCount(); ++row)
            names << model->index(row, 0).data().toString();
        return names;
    }
    static QStringList deltas(const MainWindow& window, const QString& side)
    {
        const auto* model = qobject_cast<ResultsModel*>(list(window, side)->model());
        QStringList texts;
        for (int row = 0; row < model->rowCount(); ++row)
            if (const RankDelta* delta = model->delta(model->index(row)))
                texts << deltaText(*delta);
        return texts;
    }
    static QList<QLineEdit*> fields(const MainWindow& window)
    {
        return page(window)->findChildren<QLineEdit*>("sentence");
    }
    static void type(const MainWindow& window, int field, const QString& sentence)
    {
        fields(window)[field]->clear();
        QTest::keyClicks(fields(window)[field], sentence);
        QTest::keyClick(fields(window)[field], Qt::Key_Return);
        QVERIFY(waitIdle(window));
    }
    static QList<TermChip*> chips(const MainWindow& window, const QString& label)
    {
        QList<TermChip*> chips;
        for (TermChip* chip : page(window)->findChildren<TermChip*>())
            if (chip->isVisible() && chip->text() == label)
                chips << chip;
        return chips;
    }
    static PhotoView* photo(const MainWindow& window, const QString& side)
    {
        return window.findChild<PhotoView*>("photo-" + side);
    }
    static void choose(QComboBox* box, const QString& text)
    {
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < box->count() && box->currentText() != text; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentText(), text);
    }
};

void CompareTest::saysWhatToDoWithoutALibrary()
{
    const Place place;
    const auto window = place.window();
    QTest::keyClick(window.get(), Qt::Key_2, Qt::ControlModifier);
    QVERIFY(page(*window)->isVisible());
    const auto titles = page(*window)->findChildren<QLabel*>("messageTitle");
    QCOMPARE(titles.size(), 2);
    QCOMPARE(titles.first()->text(), "No library is open");
    QTest::keyClick(window.get(), Qt::Key_1, Qt::ControlModifier);
    QVERIFY(!page(*window)->isVisible());
}

void CompareTest::twoModelsRankSideBySide()
{
    const Place place;
    const auto window = comparing(place);
    QCOMPARE(window->findChild<QComboBox*>("choice-left")->currentText(), "colours");
    QCOMPARE(window->findChild<QComboBox*>("choice-right")->currentText(), "swapped");
    type(*window, 0, "blue");
    QCOMPARE(names(*window, "left").first(), "blue.png");
    QCOMPARE(names(*window, "right").first(), "red.png");
    const auto row = names(*window, "right").indexOf("blue.png");
    QVERIFY(row > 0);
    QCOMPARE(deltas(*window, "left").first(), QString("▲%1").arg(row));
    QCOMPARE(deltas(*window, "right")[row], QString("▼%1").arg(row));
    QVERIFY(window->findChild<QLabel*>("agreement")->text().startsWith("5 of the first 5 in both"));
    choose(window->findChild<QComboBox*>("choice-right"), "colours");
    QVERIFY(waitIdle(*window));
    QCOMPARE(deltas(*window, "right"), QStringList({ "=", "=", "=", "=", "=" }));
}

void CompareTest::modelThatHasNotSeenTheLibraryCanIndexIt()
{
    const Place place;
    const auto window = place.indexedWindow();
    QTest::keyClick(window.get(), Qt::Key_2, Qt::ControlModifier);
    type(*window, 0, "red");
    QCOMPARE(names(*window, "left").size(), 5);
    QCOMPARE(names(*window, "right").size(), 0);
    QPushButton* action = nullptr;
    for (auto* button : page(*window)->findChildren<QPushButton*>("messageAction"))
        if (button->isVisible())
            action = button;
    QVERIFY(action);
    QTest::mouseClick(action, Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(names(*window, "right").size(), 5);
    QCOMPARE(names(*window, "right").first(), "blue.png");
}

void CompareTest::twoPoolingsReRankFromStoredVectors()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "red blue");
    const int images = place.probe->images;
    QTest::mouseClick(page(*window)->findChild<QToolButton*>("by-poolings"), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    auto* right = window->findChild<QComboBox*>("choice-right");
    QVERIFY(right->currentText().startsWith("Symm."));
    choose(right, "Mean: every region with every word, averaged");
    QVERIFY(waitIdle(*window));
    QCOMPARE(place.probe->images, images);
    const auto hits = [&](const QString& side) {
        const auto* model = qobject_cast<ResultsModel*>(list(*window, side)->model());
        return *model->hit(model->index(0));
    };
    QCOMPARE(names(*window, "left").first(), "half.png"); // each word has a region of its own
    QVERIFY(hits("left").terms[0].contribution > 0.9f);
    QVERIFY(hits("right").terms[0].contribution < 0.5f);
}

void CompareTest::twoSentencesShareTheirWords()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "red");
    QTest::mouseClick(page(*window)->findChild<QToolButton*>("by-sentences"), Qt::LeftButton);
    QVERIFY(fields(*window)[1]->isVisible());
    QVERIFY(!window->findChild<QComboBox*>("choice-right")->isVisible());
    QCOMPARE(fields(*window)[1]->text(), "red");
    type(*window, 1, "blue red");
    QCOMPARE(names(*window, "left").first(), "red.png");
    QCOMPARE(names(*window, "right").first(), "half.png");
    const auto red = chips(*window, "red");
    QCOMPARE(red.size(), 2);
    QTest::mouseClick(red[0], Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(red[1]->weight(), 0.0f);
    QCOMPARE(chips(*window, "blue").first()->weight(), 1.0f);
    // Back to models: one sentence again, the left one.
    QTest::mouseClick(page(*window)->findChild<QToolButton*>("by-models"), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QVERIFY(!fields(*window)[1]->isVisible());
    QCOMPARE(names(*window, "right").size(), 5);
}

void CompareTest::photographIsChosenOnBothSides()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "blue");
    QCOMPARE(list(*window, "left")->currentIndex().data().toString(), "blue.png");
    QCOMPARE(list(*window, "right")->currentIndex().data().toString(), "blue.png");
    const auto row = names(*window, "right").indexOf("yellow.png");
    list(*window, "right")->scrollTo(list(*window, "right")->model()->index(row, 0));
    QTest::mouseClick(list(*window, "right")->viewport(), Qt::LeftButton, {},
        list(*window, "right")->visualRect(list(*window, "right")->model()->index(row, 0)).center());
    QCOMPARE(list(*window, "left")->currentIndex().data().toString(), "yellow.png");
    QVERIFY(waitIdle(*window));
    QVERIFY(photo(*window, "left")->hasPhotograph() && photo(*window, "right")->hasPhotograph());
    type(*window, 0, "green");
    QCOMPARE(list(*window, "left")->currentIndex().data().toString(), "green.png");
}

void CompareTest::bothSidesHaveOneScale()
{
    const Place place;
    const auto window = comparing(place);
    auto* comparison = page(*window)->findChild<ComparisonController*>();
    std::map<Side, InspectorSubject> shown;
    connect(comparison, &ComparisonController::inspected, this,
        [&shown](Side side, const InspectorSubject& subject) { shown[side] = subject; });
    type(*window, 0, "red blue");
    QCOMPARE(shown.size(), 2u);
    const engine::AnswerScale& left = shown[Side::Left].scale;
    const engine::AnswerScale& right = shown[Side::Right].scale;
    QVERIFY(left.heat && right.heat);
    QCOMPARE(left.heat->words.high, right.heat->words.high);
    QCOMPARE(left.heat->words.low, right.heat->words.low);
    QCOMPARE(left.heat->sum.high, right.heat->sum.high);
    for (const Side side : kSides)
        for (const engine::ExplainedHit& hit : comparison->outcome(side)->hits)
            for (const engine::ExplainedTerm& term : hit.terms) {
                const engine::AnswerScale& scale = shown[side].scale;
                QVERIFY(term.contribution <= scale.mostPart && term.contribution >= scale.leastPart);
                QVERIFY(term.kind != search::TermKind::Word || term.maximum <= left.heat->words.high);
            }
}

void CompareTest::hoverIsInStep()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "red blue");
    // A chip, both maps.
    const QImage before = photo(*window, "right")->grab().toImage();
    QTest::mouseMove(chips(*window, "blue").first());
    for (const char* side : { "left", "right" })
        QVERIFY(photo(*window, side)->accessibleDescription().startsWith("Heatmap of blue"));
    QVERIFY(photo(*window, "right")->grab().toImage() != before);
    QTest::mouseMove(page(*window), { 2, 2 });
    // A row of one side, the map of the other, and the chip.
    auto* table = window->findChild<QTableView*>("contributions-right");
    QTest::mouseMove(table->viewport(), table->visualRect(table->model()->index(0, 0)).center());
    QVERIFY(photo(*window, "left")->accessibleDescription().startsWith("Heatmap of red"));
    // A place in one photograph, the same place in the other: two by two regions here, three by three there.
    const PhotoPlacement& placement = photo(*window, "left")->placement();
    QTest::mouseMove(photo(*window, "left"), placement.rectangle({ 0.05f, 0.05f, 0.01f, 0.01f }).center().toPoint());
    const auto cards = page(*window)->findChildren<QWidget*>("regionCard");
    QCOMPARE(cards.size(), 2);
    for (const QWidget* card : cards)
        QVERIFY2(card->accessibleName().startsWith("row 1, column 1"), qPrintable(card->accessibleName()));
}

void CompareTest::mutingWorksOnBothSides()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "red blue");
    const int sentences = place.probe->sentences;
    QTest::mouseClick(chips(*window, "red").first(), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    for (const char* side : { "left", "right" }) {
        const auto* model = qobject_cast<ResultsModel*>(list(*window, side)->model());
        QCOMPARE(model->hit(model->index(0))->terms[0].contribution, 0.0f);
    }
    QCOMPARE(place.probe->sentences, sentences + 2); // each side read the sentence without the word
    QTest::mouseClick(chips(*window, "red").first(), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(place.probe->sentences, sentences + 2); // and keeps what it has read
}

void CompareTest::modelWithoutWordsHasNoMap()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "red");
    choose(window->findChild<QComboBox*>("choice-right"), "whole");
    QVERIFY(waitIdle(*window));
    QCOMPARE(names(*window, "right").first(), "red.png");
    QVERIFY(chips(*window, "red").size() == 1);
    // The chips are those of the side that has words, also where that is the right one.
    choose(window->findChild<QComboBox*>("choice-left"), "whole");
    choose(window->findChild<QComboBox*>("choice-right"), "colours");
    QVERIFY(waitIdle(*window));
    QVERIFY(chips(*window, "red").size() == 1);
    const QColor plain = photo(*window, "left")->grab().toImage().pixelColor(photo(*window, "left")->rect().center());
    QCOMPARE(plain, QColor(Qt::red)); // the photograph as it is
    QVERIFY(photo(*window, "left")->accessibleDescription().contains("no map"));
}

void CompareTest::latestSentenceWins()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "red");
    ClosedGate gate(*place.probe);
    QTest::keyClicks(fields(*window)[0], " green");
    QTest::keyClick(fields(*window)[0], Qt::Key_Return);
    QTRY_COMPARE(place.probe->waiting, 1);
    fields(*window)[0]->clear();
    QTest::keyClicks(fields(*window)[0], "yellow");
    QTest::keyClick(fields(*window)[0], Qt::Key_Return);
    gate.open();
    QVERIFY(waitIdle(*window));
    QCOMPARE(names(*window, "left").first(), "yellow.png");
    QVERIFY(chips(*window, "green").isEmpty());
}

void CompareTest::everythingHasAName()
{
    const Place place;
    const auto window = comparing(place);
    type(*window, 0, "red");
    expectAccessibleNames(*window);
}

QTEST_MAIN(CompareTest)
#include "compare_test.moc"
