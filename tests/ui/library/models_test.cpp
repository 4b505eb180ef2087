// Choosing the model of a library, and indexing with another beside it.
#include <QAbstractItemModel>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QToolButton>

#include "core/store/library.h"
#include "tests/ui/support/test_window.h"
#include "ui/library/model_chooser.h"
#include "ui/library/model_row.h"
#include "ui/shared/paths.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class ModelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void installedAndIndexedAreListed();
    void anotherModelIsIndexedBesideTheFirst();
    void choiceIsKeptForTheLibrary();
    void modelNamedWithAFolderIndexesIt();
    void modelThatHasNotSeenTheLibrarySaysSo();
    void modelWithoutWordsSearches();
    void featureModelOffersNoIndexing();
    void modelThatIsGoneIsTold();

private:
    static ModelChooser* openChooser(const MainWindow& window)
    {
        QTest::mouseClick(window.findChild<QToolButton*>("modelState"), Qt::LeftButton);
        auto* chooser = window.findChild<ModelChooser*>();
        if (!chooser || !QTest::qWaitForWindowExposed(chooser) || !waitIdle(window))
            qFatal("The chooser did not open.");
        return chooser;
    }
    static ModelRow* row(const ModelChooser* chooser, const QString& model)
    {
        return chooser->findChild<ModelRow*>("model-" + model);
    }
    static QString state(const ModelChooser* chooser, const QString& model)
    {
        return row(chooser, model)->findChild<QLabel*>("state")->text();
    }
    static QPushButton* indexButton(const ModelChooser* chooser, const QString& model)
    {
        return chooser->findChild<QPushButton*>("index-" + model);
    }
    static void use(const ModelChooser* chooser, const QString& model)
    {
        auto* radio = chooser->findChild<QRadioButton*>("use-" + model);
        QTest::mouseClick(radio, Qt::LeftButton, {}, { 8, radio->height() / 2 });
    }
};

void ModelsTest::installedAndIndexedAreListed()
{
    const Place place;
    const auto window = place.indexedWindow();
    const ModelChooser* chooser = openChooser(*window);
    QCOMPARE(chooser->findChildren<ModelRow*>().size(), 4);
    QCOMPARE(state(chooser, "colours"), "5 of 5 photographs");
    QVERIFY(!indexButton(chooser, "colours")->isVisible());
    QVERIFY(chooser->findChild<QRadioButton*>("use-colours")->isChecked());
    QCOMPARE(state(chooser, "swapped"), "has not seen this library yet");
    QVERIFY(indexButton(chooser, "swapped")->isVisible());
}

void ModelsTest::anotherModelIsIndexedBesideTheFirst()
{
    const Place place;
    const auto window = place.indexedWindow();
    ModelChooser* chooser = openChooser(*window);
    ClosedGate gate(*place.probe);
    QTest::mouseClick(indexButton(chooser, "swapped"), Qt::LeftButton);
    QTRY_COMPARE(place.probe->waiting, 1);
    QTRY_VERIFY(row(chooser, "swapped")->findChild<QProgressBar*>()->isVisible());
    QVERIFY(!row(chooser, "whole")->findChild<QProgressBar*>()->isVisible());
    gate.open();
    QVERIFY(waitIdle(*window));
    QCOMPARE(state(chooser, "swapped"), "5 of 5 photographs");
    QVERIFY(!row(chooser, "swapped")->findChild<QProgressBar*>()->isVisible());
    QCOMPARE(store::Library::open(toPath(place.library()), store::Library::Mode::ReadOnly).models().size(), 2u);
    use(chooser, "swapped");
    window->ask("blue");
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "red.png"); // it takes red for blue
    use(chooser, "colours");
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "blue.png");
}

void ModelsTest::choiceIsKeptForTheLibrary()
{
    const Place place;
    {
        const auto window = place.indexedWindow();
        use(openChooser(*window), "whole");
        QVERIFY(waitIdle(*window));
        window->close();
    }
    const auto window = place.window();
    window->restoreSession();
    QVERIFY(waitIdle(*window));
    QVERIFY(window->findChild<QToolButton*>("modelState")->text().startsWith("whole"));
    // Looking again at the start of the program is done with that model.
    window->ask("green");
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "green.png");
}

void ModelsTest::modelNamedWithAFolderIndexesIt()
{
    const Place place;
    const auto window = place.window();
    window->openPhotographs({ place.photographs() }, place.library(), "swapped");
    window->ask("red");
    QVERIFY(waitIdle(*window));
    QCOMPARE(window->model(), std::string("swapped"));
    QCOMPARE(shownNames(*window).first(), "blue.png");
}

void ModelsTest::modelThatHasNotSeenTheLibrarySaysSo()
{
    const Place place;
    const auto window = place.indexedWindow();
    window->ask("red");
    window->useModel("swapped");
    QVERIFY(waitIdle(*window));
    QCOMPARE(window->findChild<QLabel*>("messageTitle")->text(), "Not indexed with this model yet");
    auto* action = window->findChild<QPushButton*>("messageAction");
    QVERIFY(action->isVisible());
    QTest::mouseClick(action, Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "blue.png");
}

void ModelsTest::modelWithoutWordsSearches()
{
    const Place place;
    const auto window = place.indexedWindow();
    window->useModel("whole");
    window->indexWith("whole");
    window->ask("red blue");
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "half.png");
    QCOMPARE(window->outcome()->query.terms.size(), 1u);
    QVERIFY(window->outcome()->query.terms[0].kind == search::TermKind::Global);
}

void ModelsTest::featureModelOffersNoIndexing()
{
    const Place place;
    const auto window = place.indexedWindow();
    const ModelChooser* chooser = openChooser(*window);
    QVERIFY(!indexButton(chooser, "features")->isVisible());
    QCOMPARE(state(chooser, "features"), "takes features from elsewhere, no photographs");
    use(chooser, "features");
    window->ask("red");
    QVERIFY(waitIdle(*window));
    QCOMPARE(window->findChild<QLabel*>("messageTitle")->text(), "Not indexed with this model yet");
    QVERIFY(!window->findChild<QPushButton*>("messageAction")->isVisible());
}

void ModelsTest::modelThatIsGoneIsTold()
{
    const Place place;
    const auto window = place.indexedWindow();
    window->useModel("gone");
    window->ask("red");
    QVERIFY(waitIdle(*window));
    QCOMPARE(window->findChild<QLabel*>("messageTitle")->text(), "This did not work");
    window->useModel("colours");
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "red.png");
}

QTEST_MAIN(ModelsTest)
#include "models_test.moc"
