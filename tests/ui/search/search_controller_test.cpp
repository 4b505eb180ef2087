// What is asked, and what comes back, without any widget.
#include "core/engine/library/library_session.h"
#include "tests/ui/support/test_window.h"
#include "ui/search/search_controller.h"
#include "ui/shared/paths.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class SearchControllerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void anAnswerKnowsItsQuestion();
    void daysFilter();
    void weightsCompareNothingAnew();
    void twoControllersMeetOneIndex();
    void growthIsScannedAlone();

private:
    void index() { m_library->index({ toPath(m_place->photographs()) }, "colours", {}); }
    static QStringList names(const SearchController& search)
    {
        QStringList names;
        for (const engine::ExplainedHit& hit : search.outcome()->hits)
            names << toQString(hit.photo.path.filename());
        return names;
    }

    std::unique_ptr<Place> m_place;
    std::shared_ptr<engine::LibrarySession> m_library;
};

void SearchControllerTest::init()
{
    m_place = std::make_unique<Place>();
    int year = 2020;
    for (const char* name : { "red.png", "green.png", "blue.png", "yellow.png", "half.png" }) {
        QFile file(m_place->photograph(name));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime(QDate(year++, 6, 1), QTime(12, 0)), QFile::FileModificationTime));
    }
    const engine::ModelSource models = colourModels(m_place->probe);
    m_library = std::make_shared<engine::LibrarySession>(toPath(m_place->library()), models,
        std::make_shared<engine::ModelCache>(models.open), engine::LibrarySession::IfMissing::Make);
    // Models are not to be used on the window's thread.
    std::unique_ptr<QThread> thread(QThread::create([this] { index(); }));
    thread->start();
    QVERIFY(thread->wait());
}

void SearchControllerTest::anAnswerKnowsItsQuestion()
{
    Pools pools;
    SearchController search(pools);
    QVERIFY(!search.isCurrent());
    search.openLibrary(m_library, "colours");
    QTRY_VERIFY(search.isCurrent() && !search.isBusy());
    QVERIFY(!search.outcome()->isRanked());
    QCOMPARE(names(search).first(), "half.png");
    ClosedGate gate(*m_place->probe);
    search.ask(" blue ", {});
    QTRY_COMPARE(m_place->probe->waiting, 1);
    QVERIFY(!search.isCurrent());
    gate.open();
    QTRY_VERIFY(search.isCurrent());
    QCOMPARE(search.outcome()->sentence(), std::string("blue"));
    QVERIFY(!search.outcome()->whyEmpty);
    search.setModel("whole");
    QVERIFY(!search.isCurrent());
    QTRY_VERIFY(search.isCurrent());
    QVERIFY(search.outcome()->whyEmpty == engine::WhyEmpty::NothingIndexed);
}

void SearchControllerTest::daysFilter()
{
    Pools pools;
    SearchController search(pools);
    search.openLibrary(m_library, "colours");
    store::PhotoFilter filter;
    filter.from = std::chrono::local_days(std::chrono::year(2022) / 1 / 1);
    search.setFilter(filter);
    QTRY_VERIFY(search.isCurrent());
    QCOMPARE(names(search), (QStringList { "half.png", "yellow.png", "blue.png" }));
    search.ask("red", {});
    QTRY_VERIFY(search.isCurrent());
    QVERIFY(names(search).size() == 3 && !names(search).contains("red.png"));
    filter.to = filter.from;
    search.setFilter(filter);
    QTRY_VERIFY(search.isCurrent());
    QVERIFY(search.outcome()->whyEmpty == engine::WhyEmpty::NothingMatches);
    search.setFilter({});
    QTRY_VERIFY(search.isCurrent());
    QCOMPARE(names(search).first(), "red.png");
    QCOMPARE(search.outcome()->scanned, std::size_t { 5 - 3 });
}

void SearchControllerTest::weightsCompareNothingAnew()
{
    Pools pools;
    SearchController search(pools);
    search.openLibrary(m_library, "colours");
    search.ask("red blue", {});
    QTRY_VERIFY(search.isCurrent());
    QCOMPARE(search.outcome()->scanned, std::size_t { 5 });
    const int sentences = m_place->probe->sentences;
    QCOMPARE(names(search).first(), "half.png");
    search.setWeights({ { "red", 0.01f }, { "blue", 2 }, { "", 3 } });
    QTRY_VERIFY(search.isCurrent());
    QCOMPARE(search.outcome()->query.terms[1].weight, 2.0f);
    QVERIFY(search.outcome()->hits[0].terms[0].contribution < 0.02f);
    QCOMPARE(search.outcome()->scanned, std::size_t { 0 });
    QCOMPARE(m_place->probe->sentences, sentences);
}

void SearchControllerTest::twoControllersMeetOneIndex()
{
    Pools pools;
    SearchController left(pools), right(pools);
    for (SearchController* search : { &left, &right }) {
        search->openLibrary(m_library, "colours");
        search->ask("red", {});
    }
    right.setModel("colours", align::Pooling::Mean);
    QTRY_VERIFY(left.isCurrent() && right.isCurrent());
    QVERIFY(left.outcome()->index && left.outcome()->index == right.outcome()->index);
    QCOMPARE(right.outcome()->scanned, std::size_t { 5 }); // another pooling, other scores
}

void SearchControllerTest::growthIsScannedAlone()
{
    Pools pools;
    SearchController search(pools);
    search.openLibrary(m_library, "colours");
    search.ask("red", {});
    QTRY_VERIFY(search.isCurrent() && !search.isBusy());
    m_place->addPhotograph("new.png", Qt::red, Qt::darkRed);
    std::unique_ptr<QThread> thread(QThread::create([this] { index(); }));
    thread->start();
    QVERIFY(thread->wait());
    QSignalSpy answered(&search, &SearchController::outcomeChanged);
    search.refresh();
    QVERIFY(answered.wait());
    QCOMPARE(search.outcome()->scanned, std::size_t { 1 });
    QVERIFY(names(search).contains("new.png"));
}

QTEST_MAIN(SearchControllerTest)
#include "search_controller_test.moc"
