// The window as a person uses it: real clicks and keys on the real widgets, real libraries on disk.
#include <QAction>
#include <QFileDialog>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

#include "core/store/library.h"
#include "tests/support/library_v1.h"
#include "tests/ui/support/test_window.h"
#include "ui/inspector/photo_view.h"
#include "ui/library/rejected_dialog.h"
#include "ui/search/term_chip.h"
#include "ui/shared/paths.h"
#include "ui/shared/term_colors.h"
#include "ui/window/screenshot.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class WindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void welcomesWithoutALibrary();
    void withoutASentenceEverythingIsShownNewestFirst();
    void typedSentenceRanks();
    void weighingReRanksWithoutTheModel();
    void mutingAsksWithoutTheWord();
    void undoingIsAskedAgain();
    void negatingReRanks();
    void latestSentenceWins();
    void whatIsNotReadOfASentenceIsSaid();
    void chipsAndInspectorPointAtEachOther();
    void selectionStaysWithThePhotograph();
    void keysChooseAmongResults();
    void droppedFolderIsIndexed();
    void droppedFolderIsAddedToTheLibrary();
    void libraryOfVersionOneIsSearchedAtOnce();
    void damagedLibraryIsRepaired();
    void newFolderBesideAnOpenLibraryIsNoProblem();
    void openedPhotographIsNoFolder();
    void pauseAndCancelIndexing();
    void searchWorksWhileIndexing();
    void bestHitStaysChosenWhileTheLibraryGrows();
    void filesLeftOutAreListed();
    void whatIsOfflineIsShownAndSaid();
    void manyThatAreGoneAreAskedFor();
    void modelThatCannotBeOpenedIsTold();
    void sessionIsRestored();
    void missingLibraryIsForgotten();
    void missingFolderIsSaidToBeMissing();
    void screenshotIsSavedWhenIdle();
    void everythingHasAnAccessibleName();
    void resultsAreExported();
    void everyRankIsReached();
    void exportingWorksFromTheFieldAndIsConfirmed();
    void askingWithoutALibrarySaysSo();
    void whatTheDesktopCannotDoIsSaid();
    void fitsSmallScreens();
    void themeIsKept();
    void helpListsTheKeys();

private:
    static bool problemShown(const MainWindow& window)
    {
        const auto* title = window.findChild<QLabel*>("messageTitle");
        return title->isVisible() && title->text() == "This did not work";
    }
    static QLineEdit* field(const MainWindow& window) { return window.findChild<QLineEdit*>("sentence"); }
    static TermChip* chip(const MainWindow& window, int index)
    {
        return window.findChild<TermChip*>("chip-" + QString::number(index));
    }
    static QListView* grid(const MainWindow& window) { return window.findChild<QListView*>("results"); }
    static void search(const MainWindow& window, const QString& sentence)
    {
        field(window)->clear();
        QTest::keyClicks(field(window), sentence);
        QTest::keyClick(field(window), Qt::Key_Return);
        QVERIFY(waitIdle(window));
    }
};

void WindowTest::welcomesWithoutALibrary()
{
    const Place place;
    const auto window = place.window();
    QVERIFY(window->findChild<QPushButton*>("openFolder")->isVisible());
    QVERIFY(!grid(*window)->isVisible());
    QCOMPARE(place.probe->opened, 0);
}

void WindowTest::withoutASentenceEverythingIsShownNewestFirst()
{
    const Place place;
    const QStringList byAge { "green.png", "half.png", "red.png", "yellow.png", "blue.png" };
    for (qsizetype i = 0; i < byAge.size(); ++i) {
        QFile file(place.photograph(byAge[i]));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime(QDate(2020, 1, 1 + i), QTime(12, 0)), QFile::FileModificationTime));
    }
    const auto window = place.indexedWindow();
    QVERIFY(grid(*window)->isVisible());
    QCOMPARE(shownNames(*window), QStringList(byAge.rbegin(), byAge.rend()));
    QCOMPARE(place.probe->images, 5);
}

void WindowTest::typedSentenceRanks()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "blue");
    QCOMPARE(shownNames(*window).size(), 5);
    QCOMPARE(shownNames(*window).mid(0, 2), (QStringList { "blue.png", "half.png" }));
    const engine::ExplainedHit& first = window->outcome()->hits.front();
    QCOMPARE(first.terms.size(), 2u);
    QVERIFY(std::abs(first.terms[0].contribution + first.terms[1].contribution - first.score) < 1e-5f);
    QVERIFY(chip(*window, 0)->isVisible());
    QCOMPARE(chip(*window, 0)->accessibleName(), "blue, weight 1");
    QVERIFY(window->findChild<QLabel*>("summary")->text().startsWith("5 photographs"));
}

void WindowTest::weighingReRanksWithoutTheModel()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red blue");
    QCOMPARE(shownNames(*window).first(), "half.png");
    const int sentences = place.probe->sentences;
    const ClosedGate gate(*place.probe); // whoever asks the model now waits for ever
    for (int step = 0; step < 3; ++step)
        QTest::keyClick(chip(*window, 0), Qt::Key_Down);
    QVERIFY(waitIdle(*window));
    QCOMPARE(field(*window)->text(), "red^0.25 blue");
    QTest::mouseClick(chip(*window, 2), Qt::LeftButton); // the sentence as a whole
    QVERIFY(waitIdle(*window));
    QVERIFY(window->outcome()->hits[0].terms[2].contribution == 0);
    const QStringList best = shownNames(*window).mid(0, 2);
    QVERIFY(best.contains("blue.png") && best.contains("half.png"));
    QCOMPARE(place.probe->sentences, sentences);
}

void WindowTest::mutingAsksWithoutTheWord()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red blue");
    const int sentences = place.probe->sentences;
    QTest::mouseClick(chip(*window, 0), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(field(*window)->text(), "red^0 blue");
    QCOMPARE(shownNames(*window).first(), "blue.png");
    QVERIFY(window->outcome()->hits[0].terms[0].contribution == 0);
    QCOMPARE(place.probe->sentences, sentences + 1);
    QTest::mouseClick(chip(*window, 0), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "half.png");
    QCOMPARE(place.probe->sentences, sentences + 1); // both are kept as they were read
}

void WindowTest::undoingIsAskedAgain()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red blue");
    QTest::mouseClick(chip(*window, 0), Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "blue.png");
    grid(*window)->setFocus();
    QTest::keySequence(grid(*window), QKeySequence::Undo);
    QVERIFY(waitIdle(*window));
    QCOMPARE(field(*window)->text(), "red blue");
    QCOMPARE(shownNames(*window).first(), "half.png");
    QCOMPARE(chip(*window, 0)->weight(), 1.0f);
}

void WindowTest::negatingReRanks()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red blue");
    QTest::mouseClick(chip(*window, 2), Qt::LeftButton);
    chip(*window, 0)->setFocus();
    QTest::keyClick(chip(*window, 0), Qt::Key_Minus);
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "blue.png");
    QVERIFY(window->outcome()->hits.back().score < 0);
}

void WindowTest::latestSentenceWins()
{
    const Place place;
    const auto window = place.indexedWindow();
    ClosedGate gate(*place.probe);
    window->ask("red");
    QTRY_COMPARE(place.probe->waiting, 1); // the first question is with the model
    window->ask("green");
    window->ask("blue");
    QList<std::string> shown;
    QObject::connect(grid(*window)->model(), &QAbstractItemModel::modelReset, window.get(),
        [&] { shown << window->outcome()->sentence(); });
    gate.open();
    QVERIFY(waitIdle(*window));
    QCOMPARE(shown, QList<std::string> { "blue" });
    QCOMPARE(field(*window)->text(), "blue");
    QCOMPARE(shownNames(*window).first(), "blue.png");
}

void WindowTest::whatIsNotReadOfASentenceIsSaid()
{
    const Place place;
    const auto window = place.indexedWindow();
    const auto* note = window->findChild<QLabel*>("sentenceNote");
    QVERIFY(!note->isVisible());
    window->ask(QString("green ").repeated(101));
    QVERIFY(waitIdle(*window));
    QVERIFY(note->isVisible());
    QVERIFY2(note->text().contains("its end was cut off"), qPrintable(note->text()));
    search(*window, "ein rotes Haus rot");
    QVERIFY2(note->isVisible() && note->text().contains("language"), qPrintable(note->text()));
    search(*window, "green");
    QVERIFY(!note->isVisible());
}

void WindowTest::chipsAndInspectorPointAtEachOther()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red blue");
    auto* photo = window->findChild<PhotoView*>("photo");
    auto* words = window->findChild<QTableView*>("contributions");
    const QImage asItWas = photo->grab().toImage();
    const QImage quiet = chip(*window, 1)->grab().toImage();
    // A chip lights its map.
    QTest::mouseMove(chip(*window, 1));
    QTRY_VERIFY(photo->accessibleDescription().startsWith("Heatmap of blue"));
    QVERIFY(photo->grab().toImage() != asItWas);
    QTest::mouseMove(window->findChild<QLabel*>("summary"));
    QTRY_VERIFY(photo->accessibleDescription().startsWith("Heatmap of all words"));
    // A word in the list lights its map and its chip.
    QTest::mouseMove(words->viewport(), words->visualRect(words->model()->index(1, 0)).center());
    QTRY_VERIFY(photo->accessibleDescription().startsWith("Heatmap of blue"));
    QVERIFY(chip(*window, 1)->grab().toImage() != quiet);
    // A region lights the words that it meets best: the left half is red, the right one blue.
    QTest::mouseMove(photo, photo->placement().rectangle({ 0.7f, 0.2f, 0.1f, 0.1f }).center().toPoint());
    QTRY_COMPARE(chip(*window, 1)->grab().toImage(), quiet);
    auto* card = window->findChild<QWidget*>("regionCard");
    QVERIFY(card->isVisible());
    QVERIFY2(card->accessibleName().startsWith("row 1, column 2; blue 0.9"), qPrintable(card->accessibleName()));
}

void WindowTest::selectionStaysWithThePhotograph()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red blue");
    QCOMPARE(grid(*window)->currentIndex().row(), 0); // a new sentence chooses its best hit
    const auto row = shownNames(*window).indexOf("green.png");
    QTest::mouseClick(grid(*window)->viewport(), Qt::LeftButton, {},
        grid(*window)->visualRect(grid(*window)->model()->index(row, 0)).center());
    QCOMPARE(grid(*window)->currentIndex().data().toString(), "green.png");
    QTest::mouseClick(chip(*window, 0), Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(waitIdle(*window));
    QCOMPARE(grid(*window)->currentIndex().data().toString(), "green.png");
    search(*window, "yellow");
    QCOMPARE(grid(*window)->currentIndex().data().toString(), "yellow.png");
}

void WindowTest::keysChooseAmongResults()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "green");
    QTest::keyClick(window.get(), Qt::Key_G, Qt::ControlModifier);
    QVERIFY(grid(*window)->hasFocus());
    QTest::keyClick(grid(*window), Qt::Key_Right);
    QCOMPARE(grid(*window)->currentIndex().row(), 1);
    QTest::keyClick(grid(*window), Qt::Key_End);
    QCOMPARE(grid(*window)->currentIndex().row(), 4);
    QTest::keyClick(window.get(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(field(*window)->hasFocus());
}

void WindowTest::droppedFolderIsIndexed()
{
    const Place place;
    const auto window = place.window();
    QMimeData data;
    data.setUrls({ QUrl::fromLocalFile(place.photographs()) });
    QDragEnterEvent enter({ 200, 300 }, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({ 200, 300 }, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(window.get(), &drop);
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).size(), 5);
    QVERIFY(window->windowTitle().startsWith("photographs"));
}

void WindowTest::droppedFolderIsAddedToTheLibrary()
{
    const Place place;
    const auto window = place.indexedWindow();
    QVERIFY(QDir().mkpath(place.file("more")));
    QVERIFY(QFile::copy(place.photograph("red.png"), place.file("more/another.png")));
    const auto drop = [&] {
        QMimeData data;
        data.setUrls({ QUrl::fromLocalFile(place.file("more")) });
        QDragEnterEvent enter({ 200, 300 }, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window.get(), &enter);
        QDropEvent drop({ 200, 300 }, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window.get(), &drop);
        return window->findChild<QMessageBox*>("askWhereDropped");
    };
    QMessageBox* box = drop();
    QVERIFY(box);
    box->reject(); // nothing happens
    QTRY_VERIFY(!window->findChild<QMessageBox*>("askWhereDropped"));
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).size(), 5);
    box = drop();
    QVERIFY(box);
    QTest::mouseClick(box->defaultButton(), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).size(), 6);
    QCOMPARE(toQString(window->session().library()), place.library());
}

void WindowTest::libraryOfVersionOneIsSearchedAtOnce()
{
    const Place place;
    const wordsight::test::LibraryV1 old(toPath(place.file("old")));
    const auto window = place.window();
    bool complained = false;
    window->openLibrary(toQString(old.library()));
    QVERIFY(QTest::qWaitFor([&] { return complained |= problemShown(*window), window->isIdle(); }, 10'000));
    QVERIFY(!complained);
    QCOMPARE(shownNames(*window), (QStringList { "volcano_at_dusk.jpg", "cat_face.jpg", "green_bus.jpg" }));
    QCOMPARE(window->findChild<QLabel*>("indexMessage")->text(), "Up to date");
    search(*window, "green");
    QCOMPARE(shownNames(*window), (QStringList { "green_bus.jpg", "volcano_at_dusk.jpg", "cat_face.jpg" }));
    const double expected[] = { 1.036119, 0.800654, 0.799781 };
    for (int i = 0; i < 3; ++i)
        QVERIFY(std::abs(window->outcome()->hits[i].score - expected[i]) < 1e-5);
    search(*window, "dark red");
    QCOMPARE(shownNames(*window), (QStringList { "volcano_at_dusk.jpg", "cat_face.jpg", "green_bus.jpg" }));
    QCOMPARE(place.probe->images, 0); // the vectors are those of then
    QCOMPARE(old.version(), 4);
}

void WindowTest::damagedLibraryIsRepaired()
{
    const Place place;
    place.indexedWindow().reset();
    const QDir vectors(place.library() + "/vectors");
    QFile file(vectors.filePath(vectors.entryList({ "*.vec" }).first()));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(file.size() - 20));
    const char byte = file.peek(1)[0];
    QVERIFY(file.putChar(static_cast<char>(byte ^ 4)));
    file.close();
    const auto window = place.window();
    window->openLibrary(place.library());
    QVERIFY(waitIdle(*window));
    search(*window, "red");
    QVERIFY(problemShown(*window));
    auto* repair = window->findChild<QPushButton*>("messageAction");
    QCOMPARE(repair->text(), "Repair the library");
    QTest::mouseClick(repair, Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QCOMPARE(window->findChild<QLabel*>("indexMessage")->text(), "1 photograph added"); // the one that was lost
    search(*window, "red");
    QVERIFY(!problemShown(*window));
    QCOMPARE(shownNames(*window).size(), 5);
}

void WindowTest::newFolderBesideAnOpenLibraryIsNoProblem()
{
    const Place place;
    const auto window = place.indexedWindow();
    QDir().mkpath(place.file("others"));
    QVERIFY(QFile::copy(place.photograph("green.png"), place.file("others/other green.png")));
    bool complained = false;
    window->openPhotographs({ place.file("others") }, place.file("second library"));
    QVERIFY(QTest::qWaitFor([&] { return complained |= problemShown(*window), window->isIdle(); }, 10'000));
    QVERIFY(!complained);
    QCOMPARE(shownNames(*window), QStringList { "other green.png" });
    QCOMPARE(window->outcome()->photos, std::int64_t { 1 });
}

void WindowTest::openedPhotographIsNoFolder()
{
    const Place place;
    const auto window = place.window();
    window->openPhotographs({ place.photograph("red.png") }, place.library());
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window), QStringList { "red.png" });
    QVERIFY(window->outcome()->roots.empty());
}

void WindowTest::pauseAndCancelIndexing()
{
    const Place place;
    for (int i = 0; i < 200; ++i)
        place.addPhotograph(QString("more-%1.png").arg(i), QColor::fromHsv(i, 255, 200), Qt::gray);
    const auto window = place.window();
    ClosedGate gate(*place.probe);
    window->openPhotographs({ place.photographs() }, place.library());
    auto* pause = window->findChild<QToolButton*>("pauseIndexing");
    auto* cancel = window->findChild<QToolButton*>("cancelIndexing");
    auto* message = window->findChild<QLabel*>("indexMessage");
    QTRY_COMPARE(place.probe->waiting, 1); // the first batch is with the model
    QVERIFY(pause->isVisible() && cancel->isVisible());
    QTest::mouseClick(pause, Qt::LeftButton);
    gate.open();
    QVERIFY(message->text().startsWith("Paused"));
    QCOMPARE(pause->accessibleName(), "Go on indexing");
    QTest::qWait(300);
    const int atPause = place.probe->images;
    QVERIFY2(atPause < 205, qPrintable(QString::number(atPause)));
    QTest::qWait(100);
    QCOMPARE(place.probe->images, atPause);
    QTest::mouseClick(cancel, Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QVERIFY(!pause->isVisible());
    const auto committed = store::Library::open(toPath(place.library()), store::Library::Mode::ReadOnly).photoCount();
    QVERIFY(committed < 205);
    // Looking again goes on where it was stopped.
    QTest::keyClick(window.get(), Qt::Key_F5);
    QVERIFY(QTest::qWaitFor([&] { return window->isIdle(); }, 30'000));
    QCOMPARE(place.probe->images, 205);
    QCOMPARE(shownNames(*window).size(), 205);
}

void WindowTest::searchWorksWhileIndexing()
{
    const Place place;
    const auto window = place.indexedWindow();
    place.addPhotograph("new.png", Qt::blue, Qt::yellow);
    search(*window, "red"); // the sentence's vectors are kept from here on
    ClosedGate gate(*place.probe);
    QTest::keyClick(window.get(), Qt::Key_F5);
    QTRY_COMPARE(place.probe->waiting, 1);
    QVERIFY(!window->isIdle());
    QTest::mouseClick(chip(*window, 0), Qt::LeftButton, Qt::ShiftModifier);
    QTRY_VERIFY(!shownNames(*window).isEmpty() && shownNames(*window).last() == "red.png");
    gate.open();
    QVERIFY(waitIdle(*window));
    QVERIFY(shownNames(*window).contains("new.png"));
}

void WindowTest::bestHitStaysChosenWhileTheLibraryGrows()
{
    const Place place;
    QVERIFY(QFile::rename(place.photograph("blue.png"), place.file("blue.png")));
    const auto window = place.indexedWindow();
    search(*window, "blue");
    QCOMPARE(grid(*window)->currentIndex().data().toString(), "half.png");
    QVERIFY(QFile::copy(place.file("blue.png"), place.photograph("blue.png")));
    QTest::keyClick(window.get(), Qt::Key_F5);
    QVERIFY(waitIdle(*window));
    QCOMPARE(grid(*window)->currentIndex().data().toString(), "blue.png");
    // A photograph that was chosen stays.
    grid(*window)->setFocus();
    QTest::keyClick(grid(*window), Qt::Key_End);
    const QString chosen = grid(*window)->currentIndex().data().toString();
    place.addPhotograph("bluer.png", Qt::blue, Qt::blue);
    QTest::keyClick(window.get(), Qt::Key_F5);
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).size(), 6);
    QCOMPARE(grid(*window)->currentIndex().data().toString(), chosen);
}

void WindowTest::filesLeftOutAreListed()
{
    const Place place;
    QFile broken(place.photograph("broken.jpg"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("\xff\xd8\xff\xe0 this is not a photograph");
    broken.close();
    const auto window = place.indexedWindow();
    auto* button = window->findChild<QToolButton*>("rejectedFiles");
    QVERIFY(button->isVisible());
    QCOMPARE(button->text(), "1 file left out");
    QTest::mouseClick(button, Qt::LeftButton);
    auto* dialog = window->findChild<RejectedDialog*>();
    QVERIFY(dialog);
    auto* table = dialog->findChild<QTableView*>("rejected");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->index(0, 0).data().toString(), "broken.jpg");
    QVERIFY(!table->model()->index(0, 1).data().toString().isEmpty());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!window->findChild<RejectedDialog*>());
}

void WindowTest::whatIsOfflineIsShownAndSaid()
{
    const Place place;
    const auto window = place.indexedWindow();
    QVERIFY(QDir().rename(place.photographs(), place.file("away"))); // the drive is taken out
    QTest::keyClick(window.get(), Qt::Key_F5);
    QVERIFY(waitIdle(*window));
    const QString message = window->findChild<QLabel*>("indexMessage")->text();
    QVERIFY2(message.contains("5 offline") && message.contains(place.photographs() + " (it is not there)"),
        qPrintable(message));
    QVERIFY(!window->findChild<QMessageBox*>()); // nobody could know whether they were deleted
    // Found as before, and shown from what the library keeps.
    window->ask("red");
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).first(), "red.png");
    QVERIFY(!window->outcome()->hits[0].offline.empty());
    auto* grid = window->findChild<QListView*>("results");
    QVERIFY(grid);
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, {}, grid->visualRect(grid->model()->index(0, 0)).center());
    QVERIFY(waitIdle(*window));
    const QModelIndex first = grid->model()->index(0, 0);
    QVERIFY(first.data(Qt::ToolTipRole).toString().contains("Offline: it is not there"));
    QTRY_VERIFY(first.data(Qt::DecorationRole).value<QPixmap>().width() > 1);
    auto* photo = window->findChild<PhotoView*>();
    QTRY_VERIFY(photo->hasPhotograph());
    QVERIFY(window->findChild<QWidget*>("file")->toolTip().contains("red.png"));
    // The places are listed with their reason.
    auto* button = window->findChild<QToolButton*>("rejectedFiles");
    QCOMPARE(button->text(), "1 place offline");
    QTest::mouseClick(button, Qt::LeftButton);
    auto* table = window->findChild<RejectedDialog*>()->findChild<QTableView*>("rejected");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QVERIFY(table->model()->index(0, 1).data().toString().contains("it is not there"));
    QTest::keyClick(window->findChild<RejectedDialog*>(), Qt::Key_Escape);
    QTRY_VERIFY(!window->findChild<RejectedDialog*>());
    window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window.get()));
    // Back again.
    QVERIFY(QDir().rename(place.file("away"), place.photographs()));
    QTest::keyClick(window.get(), Qt::Key_F5);
    QVERIFY(waitIdle(*window));
    QTRY_VERIFY(!button->isVisible());
    QVERIFY(window->outcome()->hits[0].offline.empty());
    QCOMPARE(place.probe->images, 5); // nothing was encoded anew
}

void WindowTest::manyThatAreGoneAreAskedFor()
{
    const Place place;
    const auto window = place.indexedWindow();
    QVERIFY(QFile::remove(place.photograph("red.png")) && QFile::remove(place.photograph("blue.png")));
    QTest::keyClick(window.get(), Qt::Key_F5);
    auto* box = static_cast<QMessageBox*>(nullptr);
    QTRY_VERIFY((box = window->findChild<QMessageBox*>("askWhetherDeleted")));
    QVERIFY(waitIdle(*window));
    QVERIFY2(box->text().contains("2 photographs"), qPrintable(box->text()));
    QVERIFY2(box->informativeText().contains("2 of 5"), qPrintable(box->informativeText()));
    QCOMPARE(shownNames(*window).size(), 5);
    QTest::keyClick(box, Qt::Key_Escape); // they are kept, and it is not asked again and again
    QTRY_VERIFY(!window->findChild<QMessageBox*>("askWhetherDeleted"));
    window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window.get()));
    QTest::keyClick(window.get(), Qt::Key_F5);
    QVERIFY(waitIdle(*window));
    QVERIFY(!window->findChild<QMessageBox*>("askWhetherDeleted"));
    QCOMPARE(shownNames(*window).size(), 5);
    // The next day the answer is another one.
    const auto later = place.window();
    later->restoreSession();
    QTRY_VERIFY((box = later->findChild<QMessageBox*>("askWhetherDeleted")));
    for (QAbstractButton* button : box->buttons())
        if (button->text().contains("Forget"))
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE(shownNames(*later).size(), 3);
    QVERIFY(waitIdle(*later));
    QVERIFY(!later->findChild<QToolButton*>("rejectedFiles")->isVisible());
}

void WindowTest::modelThatCannotBeOpenedIsTold()
{
    const Place place;
    place.indexedWindow().reset();
    place.addPhotograph("new.png", Qt::blue, Qt::yellow); // without it there were nothing to open a model for
    engine::ModelSource models = colourModels(place.probe);
    models.open = [](const std::string&) -> std::unique_ptr<model::ImageTextModel> {
        throw Error(ErrorKind::ModelMismatch, "The weights are not there. Run scripts/deps.");
    };
    MainWindow window({ models, place.settings() });
    window.show();
    window.restoreSession();
    QVERIFY(waitIdle(window));
    QVERIFY(window.findChild<QLabel*>("indexMessage")->text().contains("Run scripts/deps"));
    search(window, "red");
    QCOMPARE(window.findChild<QLabel*>("messageTitle")->text(), "This did not work");
}

void WindowTest::sessionIsRestored()
{
    const Place place;
    {
        const auto window = place.indexedWindow();
        search(*window, "red blue");
        QTest::mouseClick(chip(*window, 1), Qt::LeftButton, Qt::ShiftModifier);
        chip(*window, 0)->setFocus();
        QTest::keyClick(chip(*window, 0), Qt::Key_Up);
        QVERIFY(waitIdle(*window));
        const auto row = shownNames(*window).indexOf("yellow.png");
        QTest::mouseClick(grid(*window)->viewport(), Qt::LeftButton, {},
            grid(*window)->visualRect(grid(*window)->model()->index(row, 0)).center());
        window->resize(1111, 777);
        window->findChild<QSplitter*>()->setSizes({ 500, 600 });
        window->close();
    }
    const auto window = place.window();
    window->restoreSession();
    QVERIFY(waitIdle(*window));
    QCOMPARE(field(*window)->text(), "red^1.25 -blue");
    QCOMPARE(chip(*window, 0)->weight(), 1.25f);
    QCOMPARE(chip(*window, 1)->weight(), -1.0f);
    QCOMPARE(chip(*window, 2)->weight(), 1.0f);
    QCOMPARE(shownNames(*window).size(), 5);
    QCOMPARE(grid(*window)->currentIndex().data().toString(), "yellow.png");
    QCOMPARE(window->size(), QSize(1111, 777));
    QCOMPARE(place.probe->images, 5); // nothing was encoded twice
}

void WindowTest::missingLibraryIsForgotten()
{
    const Place place;
    place.indexedWindow()->close();
    QVERIFY(QDir(place.library()).removeRecursively());
    const auto window = place.window();
    window->restoreSession();
    QVERIFY(waitIdle(*window));
    QVERIFY(window->findChild<QPushButton*>("openFolder")->isVisible());
    QVERIFY(!QFile::exists(place.library()));
}

void WindowTest::missingFolderIsSaidToBeMissing()
{
    const Place place;
    const auto window = place.window();
    window->openPhotographs({ place.file("nowhere") }, place.library());
    auto* box = window->findChild<QMessageBox*>();
    QVERIFY(box && box->isVisible());
    QVERIFY2(box->text().contains("nowhere") && box->text().startsWith("There is no folder"), qPrintable(box->text()));
    QVERIFY(!QFile::exists(place.library())); // nothing was made for it
    QTest::keyClick(box, Qt::Key_Return);
    QTRY_VERIFY(!window->findChild<QMessageBox*>());
    QVERIFY(window->findChild<QPushButton*>("openFolder")->isVisible());

    window->openPhotographs({ place.photographs() }, place.library());
    QVERIFY(waitIdle(*window));
    QVERIFY(QDir(place.photographs()).removeRecursively()); // what a library knows is opened all the same
    window->openPhotographs({ place.photographs() }, place.library());
    QVERIFY(waitIdle(*window));
    QCOMPARE(shownNames(*window).size(), 5);
}

void WindowTest::screenshotIsSavedWhenIdle()
{
    const Place place;
    const auto window = place.window();
    window->openPhotographs({ place.photographs() }, place.library());
    window->ask("green");
    bool called = false;
    saveScreenshotWhenIdle(*window, place.file("window.png"), [&](bool saved) { called = saved; });
    QTRY_VERIFY_WITH_TIMEOUT(called, 15'000);
    QCOMPARE(shownNames(*window).first(), "green.png");
    QCOMPARE(QImage(place.file("window.png")).size(), window->size() * window->devicePixelRatio());
}

void WindowTest::everythingHasAnAccessibleName()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red");
    expectAccessibleNames(*window);
}

void WindowTest::resultsAreExported()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red");
    QTest::keyClick(window.get(), Qt::Key_E, Qt::ControlModifier);
    auto* dialog = window->findChild<QFileDialog*>();
    QVERIFY(dialog);
    auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
    QVERIFY(name);
    name->setText(place.file("hits.csv"));
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_VERIFY(QFile::exists(place.file("hits.csv")));
    QFile file(place.file("hits.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readLine(), QByteArray("rank,path,score,red,whole sentence\r\n"));
    QCOMPARE(file.readAll().count('\n'), 5);
}

void WindowTest::everyRankIsReached()
{
    const Place place;
    constexpr int count = 2 * static_cast<int>(kPageLength) + 20; // the last of them are explained when they are seen
    for (int i = 5; i < count; ++i)
        place.addPhotograph(QString("p%1.png").arg(i, 4, 10, QChar('0')),
            QColor(i % 256, i / 256 * 90 + i % 90, 255 - i % 250), QColor(i % 200, 80, i % 256));
    const auto window = place.window();
    window->openPhotographs({ place.photographs() }, place.library());
    QVERIFY(QTest::qWaitFor([&] { return window->isIdle(); }, 60'000));
    search(*window, "red green");
    QCOMPARE(grid(*window)->model()->rowCount(), count);
    QVERIFY(window->outcome()->hits.size() < static_cast<std::size_t>(count));
    QVERIFY(window->outcome()->scale.heat->words.high >= window->outcome()->hits[0].terms[0].maximum);
    grid(*window)->setFocus();
    QTest::keyClick(grid(*window), Qt::Key_End);
    QCOMPARE(grid(*window)->currentIndex().row(), count - 1);
    QVERIFY(waitIdle(*window));
    const QModelIndex last = grid(*window)->model()->index(count - 1, 0);
    QTRY_VERIFY(last.data().toString().endsWith(".png"));
    QVERIFY(last.data(Qt::AccessibleTextRole).toString().startsWith(QString("Rank %1, ").arg(count)));
    QTRY_VERIFY(waitIdle(*window) && window->findChild<QLabel*>("rank")->text() == QString::number(count));
    const QModelIndex before = grid(*window)->model()->index(count - 2, 0);
    const auto score = [](const QModelIndex& row) {
        return row.data(Qt::AccessibleTextRole).toString().section("score ", 1).toDouble();
    };
    QVERIFY(score(before) >= score(last));
    // And all of them are in what is exported.
    QTest::keyClick(window.get(), Qt::Key_E, Qt::ControlModifier);
    auto* name = window->findChild<QFileDialog*>()->findChild<QLineEdit*>("fileNameEdit");
    name->setText(place.file("all.csv"));
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_VERIFY(QFile::exists(place.file("all.csv")));
    QFile file(place.file("all.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), count + 1);
    QVERIFY(lines.back().startsWith(QByteArray::number(count) + ','));
    QVERIFY(lines.back().contains(last.data().toString().toUtf8()));
}

void WindowTest::exportingWorksFromTheFieldAndIsConfirmed()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "red");
    field(*window)->setFocus();
    QTest::keyClick(field(*window), Qt::Key_E, Qt::ControlModifier);
    auto* dialog = window->findChild<QFileDialog*>();
    QVERIFY(dialog);
    auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
    name->setText(place.file("hits.json"));
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_VERIFY(window->findChild<QFrame*>("savedNote"));
    const auto* note = window->findChild<QFrame*>("savedNote");
    QVERIFY(note->isVisible());
    QVERIFY(note->accessibleName().contains("hits.json"));
    QVERIFY(note->findChild<QToolButton*>("showSaved"));
    QVERIFY(QFile::exists(place.file("hits.json")));
}

void WindowTest::askingWithoutALibrarySaysSo()
{
    const Place place;
    const auto window = place.window();
    search(*window, "a dog");
    QVERIFY(window->findChild<QLabel*>("summary")->text().contains("open a folder"));
    window->openPhotographs({ place.photographs() }, place.library());
    QVERIFY(waitIdle(*window));
    QVERIFY(!window->findChild<QLabel*>("summary")->text().contains("open a folder"));
    QCOMPARE(window->outcome()->sentence(), std::string("a dog")); // what was typed is asked now
}

void WindowTest::whatTheDesktopCannotDoIsSaid()
{
    const Place place; // off-screen there is no desktop that opens a file
    const auto window = place.indexedWindow();
    search(*window, "red");
    const QPoint first = grid(*window)->visualRect(grid(*window)->model()->index(0, 0)).center();
    QTest::mouseClick(grid(*window)->viewport(), Qt::LeftButton, {}, first);
    QTest::mouseDClick(grid(*window)->viewport(), Qt::LeftButton, {}, first);
    QTRY_VERIFY(window->findChild<QMessageBox*>());
    const auto* box = window->findChild<QMessageBox*>();
    QVERIFY(box->text().contains("red.png") && box->text().contains("No program was found"));
}

void WindowTest::fitsSmallScreens()
{
    const Place place;
    const auto window = place.indexedWindow();
    search(*window, "a red dog on the green grass beside a blue car");
    window->resize(1024, 600);
    QVERIFY(waitIdle(*window));
    QVERIFY2(window->width() <= 1024 && window->height() <= 600,
        qPrintable(QString("%1 × %2").arg(window->width()).arg(window->height())));
    auto* splitter = window->findChild<QSplitter*>("searchSplitter");
    splitter->setSizes({ 1, 0 }); // as by dragging: the inspector folds away
    QCOMPARE(splitter->sizes()[1], 0);
    QTest::keyClick(window.get(), Qt::Key_F9);
    QTest::keyClick(window.get(), Qt::Key_F9);
    QVERIFY(splitter->sizes()[1] > 100);
    MainWindow fresh({ colourModels(place.probe), place.file("other.ini") });
    QVERIFY(fresh.width() <= fresh.screen()->availableGeometry().width());
    QVERIFY(fresh.height() <= fresh.screen()->availableGeometry().height());
}

void WindowTest::themeIsKept()
{
    const Place place;
    {
        const auto window = place.window();
        window->findChild<QAction*>("theme-dark")->trigger();
        QVERIFY(isDark(QApplication::palette()));
        window->close();
    }
    const auto window = place.window();
    QVERIFY(isDark(QApplication::palette()));
    QVERIFY(window->findChild<QAction*>("theme-dark")->isChecked());
    window->findChild<QAction*>("theme-light")->trigger();
    QVERIFY(!isDark(QApplication::palette()));
}

void WindowTest::helpListsTheKeys()
{
    const Place place;
    const auto window = place.window();
    QTest::keyClick(window.get(), Qt::Key_F1);
    auto* box = window->findChild<QMessageBox*>();
    QVERIFY(box);
    QVERIFY(box->text().contains("Ctrl+O"));
    QVERIFY(box->text().contains("mute"));
    QTest::keyClick(box, Qt::Key_Escape);
    QTRY_VERIFY(!window->findChild<QMessageBox*>());
}

QTEST_MAIN(WindowTest)
#include "window_test.moc"
