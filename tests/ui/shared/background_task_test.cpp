#include <thread>

#include <QSemaphore>
#include <QtTest>

#include "ui/shared/background_task.h"

using namespace wordsight;
using namespace wordsight::ui;

class BackgroundTaskTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void resultArrivesOnTheOwnersThread();
    void latestWins();
    void errorsArriveWithTheirKind();
    void cancelledWorkThatReturnsIsDone();
    void cancelledBeforeItBeganFails();
    void pausedWorkWaitsAndGoesOn();
    void pausedWorkCanBeCancelled();
    void progressIsThinnedOut();
    void destroyedWhileRunning();
};

void BackgroundTaskTest::resultArrivesOnTheOwnersThread()
{
    QThreadPool pool;
    BackgroundTask<std::unique_ptr<int>> task(pool);
    int result = 0;
    QThread* where = nullptr;
    QThread* worked = nullptr;
    task.done = [&](std::unique_ptr<int> value) {
        result = *value;
        where = QThread::currentThread();
    };
    task.start([&](const JobControl&) {
        worked = QThread::currentThread();
        return std::make_unique<int>(7);
    });
    QVERIFY(task.isRunning());
    QTRY_COMPARE(result, 7);
    QCOMPARE(where, QThread::currentThread());
    QVERIFY(worked != QThread::currentThread());
    QVERIFY(!task.isRunning());
}

void BackgroundTaskTest::latestWins()
{
    QThreadPool pool;
    pool.setMaxThreadCount(1);
    QSemaphore first;
    QSemaphore began;
    QList<int> results;
    bool sawStop = false;
    BackgroundTask<int> task(pool);
    task.done = [&](int value) { results << value; };
    task.start([&](const JobControl& job) {
        began.release();
        first.acquire();
        sawStop = job.stopped();
        return 1;
    });
    began.acquire();
    task.start([](const JobControl&) { return 2; });
    task.start([](const JobControl&) { return 3; });
    first.release();
    QTRY_VERIFY(!task.isRunning());
    QCOMPARE(results, QList<int> { 3 });
    QVERIFY(sawStop);
}

void BackgroundTaskTest::errorsArriveWithTheirKind()
{
    QThreadPool pool;
    BackgroundTask<int> task(pool);
    QString message;
    ErrorKind kind {};
    task.failed = [&](const Error& error) {
        message = error.what();
        kind = error.kind();
    };
    task.start([](const JobControl&) -> int { throw Error(ErrorKind::LibraryMismatch, "The library is newer."); });
    QTRY_COMPARE(message, "The library is newer.");
    QCOMPARE(kind, ErrorKind::LibraryMismatch);
    task.start([](const JobControl&) -> int { throw std::runtime_error("odd"); });
    QTRY_COMPARE(message, "odd");
    QCOMPARE(kind, ErrorKind::Internal);
}

void BackgroundTaskTest::cancelledWorkThatReturnsIsDone()
{
    QThreadPool pool;
    QSemaphore began;
    BackgroundTask<QString> task(pool);
    QString result;
    task.done = [&](const QString& value) { result = value; };
    task.start([&](const JobControl& job) {
        began.release();
        for (; !job.stopped(); job.tell({}))
            std::this_thread::yield();
        return QString("as far as it came");
    });
    began.acquire();
    task.cancel();
    QTRY_COMPARE(result, "as far as it came");
}

void BackgroundTaskTest::cancelledBeforeItBeganFails()
{
    QThreadPool pool;
    pool.setMaxThreadCount(1);
    QSemaphore hold;
    pool.start([&] { hold.acquire(); });
    BackgroundTask<int> task(pool);
    bool ran = false;
    std::optional<ErrorKind> kind;
    task.failed = [&](const Error& error) { kind = error.kind(); };
    task.start([&](const JobControl&) {
        ran = true;
        return 0;
    });
    task.cancel();
    hold.release();
    QTRY_VERIFY(kind.has_value());
    QCOMPARE(*kind, ErrorKind::Cancelled);
    QVERIFY(!ran);
}

void BackgroundTaskTest::pausedWorkWaitsAndGoesOn()
{
    QThreadPool pool;
    std::atomic<int> steps = 0;
    std::atomic<bool> enough = false;
    BackgroundTask<int> task(pool);
    bool done = false;
    task.done = [&](int) { done = true; };
    task.start([&](const JobControl& job) {
        for (; !enough && !job.stopped(); job.tell({}))
            ++steps;
        return 0;
    });
    QTRY_VERIFY(steps > 0);
    task.pause();
    QVERIFY(task.isPaused());
    // Paused once the count stands still over two looks with time for thousands of steps between them.
    int seen = -1;
    QTRY_VERIFY(std::exchange(seen, steps.load()) == steps.load());
    const int atPause = steps;
    QTest::qWait(50);
    QVERIFY(steps - atPause <= 1);
    task.resume();
    QTRY_VERIFY(steps > atPause + 10);
    enough = true;
    QTRY_VERIFY(done);
}

void BackgroundTaskTest::pausedWorkCanBeCancelled()
{
    QThreadPool pool;
    std::atomic<int> steps = 0;
    BackgroundTask<int> task(pool);
    bool ended = false;
    task.done = [&](int) { ended = true; };
    task.start([&](const JobControl& job) {
        for (; !job.stopped(); job.tell({}))
            ++steps;
        return 0;
    });
    QTRY_VERIFY(steps > 0);
    task.pause();
    task.cancel();
    QTRY_VERIFY(ended);
}

void BackgroundTaskTest::progressIsThinnedOut()
{
    QThreadPool pool;
    BackgroundTask<int> task(pool);
    int calls = 0;
    std::int64_t last = 0;
    task.progressed = [&](const Progress& progress) {
        ++calls;
        QVERIFY(progress.done >= last);
        last = progress.done;
    };
    bool done = false;
    task.done = [&](int) { done = true; };
    QElapsedTimer timer;
    timer.start();
    task.start([&](const JobControl& job) {
        Progress progress;
        QElapsedTimer running;
        running.start();
        while (!running.hasExpired(400)) {
            ++progress.done;
            job.tell(progress);
        }
        return 0;
    });
    QTRY_VERIFY(done);
    QVERIFY2(calls >= 2, qPrintable(QString::number(calls)));
    QVERIFY2(calls <= 2 + timer.elapsed() * 30 / 1000, qPrintable(QString::number(calls)));
}

void BackgroundTaskTest::destroyedWhileRunning()
{
    bool called = false;
    std::atomic<bool> stopped = false;
    {
        QThreadPool pool;
        QSemaphore began;
        {
            BackgroundTask<int> task(pool);
            task.done = [&](int) { called = true; };
            task.failed = [&](const Error&) { called = true; };
            task.start([&](const JobControl& job) {
                began.release();
                while (!job.stopped())
                    std::this_thread::yield();
                stopped = true;
                return 0;
            });
            began.acquire();
        }
    }
    QCoreApplication::processEvents();
    QVERIFY(stopped);
    QVERIFY(!called);
}

QTEST_GUILESS_MAIN(BackgroundTaskTest)
#include "background_task_test.moc"
