// Runs of indexing, one after the other.
#include "core/engine/library/library_session.h"
#include "tests/ui/support/test_window.h"
#include "ui/library/index_controller.h"
#include "ui/shared/paths.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class IndexControllerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsOfOneLibraryFollowEachOther();
    void theSameTwiceInWaitingIsOnce();
    void anotherLibraryGoesFirstAndTheFormerGoesOn();
    void cancelForgetsWhatWaits();
    void foldersArePassedOnAndKept();

private:
    using Session = std::shared_ptr<engine::LibrarySession>;
    static Session session(const Place& place, const QString& folder = "library")
    {
        const engine::ModelSource models = colourModels(place.probe);
        return std::make_shared<engine::LibrarySession>(toPath(place.file(folder)), models,
            std::make_shared<engine::ModelCache>(models.open), engine::LibrarySession::IfMissing::Make);
    }
    static std::vector<std::filesystem::path> photographs(const Place& place)
    {
        return { toPath(place.photographs()) };
    }
    static std::int64_t seen(const Session& session, std::size_t model)
    {
        const auto library = store::Library::open(session->folder(), store::Library::Mode::ReadOnly);
        return static_cast<std::int64_t>(library.rows("c0105c0105c0105" + std::to_string(model)).photos.size());
    }

    /// What a controller tells, in order.
    struct Told {
        explicit Told(IndexController& controller)
        {
            QObject::connect(&controller, &IndexController::started, [&] { all << "started " + model(controller); });
            QObject::connect(&controller, &IndexController::finished, [&](const engine::IndexReport& report) {
                all << QString("%1 added %2").arg(model(controller)).arg(report.added);
            });
            QObject::connect(
                &controller, &IndexController::stopped, [&](const QString& message) { all << "stopped" + message; });
        }
        static QString model(const IndexController& controller) { return QString::fromStdString(controller.model()); }
        QStringList all;
    };
};

void IndexControllerTest::runsOfOneLibraryFollowEachOther()
{
    const Place place;
    Pools pools;
    IndexController controller(pools);
    Told told(controller);
    const Session library = session(place);
    ClosedGate gate(*place.probe);
    controller.start(library, photographs(place), "colours");
    controller.start(library, {}, "swapped");
    QTRY_COMPARE(place.probe->waiting, 1);
    QVERIFY(controller.isPending(library->folder(), "colours") && controller.isPending(library->folder(), "swapped"));
    QVERIFY(!controller.isPending(library->folder(), "whole") && !controller.isPending("/elsewhere", "colours"));
    gate.open();
    QTRY_VERIFY(!controller.isRunning());
    QCOMPARE(told.all, (QStringList { "started colours", "colours added 5", "started swapped", "swapped added 5" }));
}

void IndexControllerTest::theSameTwiceInWaitingIsOnce()
{
    const Place place;
    Pools pools;
    IndexController controller(pools);
    Told told(controller);
    const Session library = session(place);
    ClosedGate gate(*place.probe);
    controller.start(library, photographs(place), "colours");
    for (int i = 0; i < 5; ++i)
        controller.start(library, {}, "colours"); // once more, for what may have come since the first one looked
    gate.open();
    QTRY_VERIFY(!controller.isRunning());
    QCOMPARE(told.all, (QStringList { "started colours", "colours added 5", "started colours", "colours added 0" }));
    QCOMPARE(place.probe->opened, 1); // the second one had nothing to do
}

void IndexControllerTest::anotherLibraryGoesFirstAndTheFormerGoesOn()
{
    const Place place;
    for (int i = 0; i < 60; ++i)
        place.addPhotograph(QString("more-%1.png").arg(i), QColor::fromHsv(i, 255, 200), Qt::gray);
    QDir().mkpath(place.file("few"));
    QVERIFY(QFile::copy(place.photograph("red.png"), place.file("few/red.png")));
    Pools pools;
    IndexController controller(pools);
    const Session first = session(place, "first"), second = session(place, "second");
    QList<std::int64_t> seenByFirst;
    QStringList finished;
    connect(&controller, &IndexController::finished, &controller, [&](const engine::IndexReport& report) {
        finished << QString::number(report.added);
        seenByFirst << seen(first, 0);
    });
    QSignalSpy stopped(&controller, &IndexController::stopped);
    ClosedGate gate(*place.probe);
    controller.start(first, photographs(place), "colours");
    QTRY_COMPARE(place.probe->waiting, 1);
    controller.start(second, { toPath(place.file("few")) }, "colours");
    gate.open();
    QTRY_VERIFY(!controller.isRunning());
    QCOMPARE(finished.first(), "1"); // the second one was done
    QVERIFY2(seenByFirst.first() < 65, "The first run came to its end: nothing gave way.");
    QCOMPARE(seenByFirst.last(), std::int64_t { 65 });
    QCOMPARE(place.probe->images, 66); // what the first had done when it gave way is not done again
    QCOMPARE(stopped.count(), 0);
}

void IndexControllerTest::cancelForgetsWhatWaits()
{
    const Place place;
    Pools pools;
    IndexController controller(pools);
    Told told(controller);
    const Session library = session(place);
    ClosedGate gate(*place.probe);
    controller.start(library, photographs(place), "colours");
    controller.start(library, {}, "swapped");
    QTRY_COMPARE(place.probe->waiting, 1);
    controller.cancel();
    gate.open();
    QTRY_VERIFY(!controller.isRunning());
    QCOMPARE(told.all.first(), "started colours");
    QVERIFY(!told.all.contains("started swapped"));
    QCOMPARE(seen(library, 1), std::int64_t { 0 });
}

void IndexControllerTest::foldersArePassedOnAndKept()
{
    const Place place;
    Pools pools;
    IndexController controller(pools);
    const Session library = session(place);
    controller.start(library, { toPath(place.photograph("red.png")) }, "colours");
    QTRY_VERIFY(!controller.isRunning());
    QCOMPARE(seen(library, 0), std::int64_t { 1 });
    const auto roots = [&] { return store::Library::open(library->folder(), store::Library::Mode::ReadOnly).roots(); };
    QVERIFY(roots().empty()); // a photograph is no folder
    controller.start(library, photographs(place), "colours");
    QTRY_VERIFY(!controller.isRunning());
    QCOMPARE(roots(), photographs(place));
}

QTEST_MAIN(IndexControllerTest)
#include "index_controller_test.moc"
