#include <chrono>
#include <random>
#include <thread>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <sched.h>
#include <sys/mount.h>

#include "tests/support/library_jobs.h"

using namespace wordsight;
using test::Call;
using test::Done;
using test::outcomeOf;
using test::Refused;
using test::shared;
using test::start;

namespace {

namespace fs = std::filesystem;

/// Everything, as scripts/faults does; else as much as a suite can wait for.
const bool everything = qEnvironmentVariableIsSet("WORDSIGHT_ALL_FAULTS");

QString ended(int outcome)
{
    return outcome < 0 ? QString("ended by signal %1").arg(-outcome) : QString("exit %1").arg(outcome);
}

} // namespace

/// Libraries outlive whatever happens to who writes them: after it they open, every committed photograph is there once
/// with its own vectors, and the next run completes.
class FaultsTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<test::LibraryJobs> m_jobs;
    std::mt19937 m_random { 12 };

    /// What is wrong after the job; empty: nothing.
    QString inspected(const std::string& job, const fs::path& library) const
    {
        const int outcome = outcomeOf(start([&] { m_jobs->inspect(job, library); }));
        return outcome == Done ? QString() : ended(outcome) + ": " + shared().said;
    }

    /// Runs the job with the fault; how it ended.
    int withFault(const std::string& job, const fs::path& library, Call call, int nth, int error) const
    {
        test::Fault& fault = shared().fault;
        std::snprintf(fault.below, sizeof fault.below, "%s", m_jobs->work().c_str());
        fault.call = call;
        fault.nth = nth;
        fault.error = error;
        fault.count = 0;
        fault.fired = false;
        return outcomeOf(start([&] { m_jobs->run(job, library); }, &fault));
    }

    /// For the table of scripts/faults.
    static void report(const QString& job, const QString& what, int times)
    {
        if (everything)
            qInfo("FAULT\t%s\t%s\t%d", qPrintable(job), qPrintable(what), times);
    }

    static void addJobs()
    {
        QTest::addColumn<QString>("job");
        for (const std::string& job : test::LibraryJobs::names())
            QTest::addRow("%s", job.c_str()) << QString::fromStdString(job);
    }

private Q_SLOTS:
    void initTestCase()
    {
        // Memory, where there is any: thousands of small libraries are made, and none has to outlive a power cut.
        const QString memory = "/dev/shm";
        const QString place = QFileInfo(memory).isWritable() ? memory : QDir::tempPath();
        m_folder = std::make_unique<QTemporaryDir>(place + "/wordsight-faults-XXXXXX");
        m_jobs = std::make_unique<test::LibraryJobs>(m_folder->path().toStdString());
        QCOMPARE(outcomeOf(start([&] { m_jobs->prepare(); })), int { Done });
    }

    void withoutAFaultEachJobIsDone_data() { addJobs(); }
    void withoutAFaultEachJobIsDone()
    {
        QFETCH(QString, job);
        const std::string name = job.toStdString();
        const fs::path library = m_jobs->begin(name);
        const int outcome = outcomeOf(start([&] { m_jobs->run(name, library); }));
        QVERIFY2(outcome == Done, qPrintable(ended(outcome) + shared().said));
        const QString wrong = inspected(name, library);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    void aCallThatFails_data()
    {
        QTest::addColumn<QString>("job");
        QTest::addColumn<int>("call");
        QTest::addColumn<int>("error");
        const struct {
            const char* name;
            Call call;
            int error;
        } faults[] = { { "write, EIO", Call::Write, EIO }, { "write, ENOSPC", Call::Write, ENOSPC },
            { "sync, EIO", Call::Sync, EIO }, { "sync, ENOSPC", Call::Sync, ENOSPC }, { "map, EIO", Call::Map, EIO },
            { "map, ENOMEM", Call::Map, ENOMEM }, { "open, EIO", Call::Open, EIO },
            { "open, EMFILE", Call::Open, EMFILE }, { "rename, EIO", Call::Rename, EIO } };
        for (const std::string& job : test::LibraryJobs::names())
            for (const auto& fault : faults)
                QTest::addRow("%s: %s", job.c_str(), fault.name)
                    << QString::fromStdString(job) << static_cast<int>(fault.call) << fault.error;
    }
    void aCallThatFails()
    {
        QFETCH(QString, job);
        QFETCH(int, call);
        QFETCH(int, error);
        const std::string name = job.toStdString();
        QCOMPARE(withFault(name, m_jobs->begin(name), static_cast<Call>(call), 0, error), int { Done });
        const int calls = shared().fault.count;
        const int step = everything ? 1 : std::max(1, calls / 6);
        int tried = 0;
        for (int nth = 1 + (everything ? 0 : static_cast<int>(m_random() % static_cast<unsigned>(step))); nth <= calls;
             nth += step) {
            const fs::path library = m_jobs->begin(name);
            const int outcome = withFault(name, library, static_cast<Call>(call), nth, error);
            if (!shared().fault.fired)
                break; // threads come to their calls in another order, and to fewer
            QVERIFY2(outcome == Done || outcome == Refused,
                qPrintable(QString("call %1: %2: %3").arg(nth).arg(ended(outcome), shared().said)));
            const QString said = shared().said;
            const QString wrong = inspected(name, library);
            QVERIFY2(wrong.isEmpty(), qPrintable(QString("call %1 (%2): %3").arg(nth).arg(said, wrong)));
            ++tried;
        }
        QVERIFY2(tried > 0, "no call failed");
        report(job, QString(QTest::currentDataTag()).section(": ", 1).section(',', 0, 0), tried);
    }

    void aKillAtAnyMoment_data() { addJobs(); }
    void aKillAtAnyMoment()
    {
        QFETCH(QString, job);
        const std::string name = job.toStdString();
        const fs::path first = m_jobs->begin(name);
        const auto began = std::chrono::steady_clock::now();
        outcomeOf(start([&] { m_jobs->run(name, first); }));
        const auto usual
            = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
        const int wanted = everything ? 200 : 3;
        int killed = 0;
        for (int round = 0; killed < wanted && round < 20 * wanted; ++round) {
            const fs::path library = m_jobs->begin(name);
            const auto moment = std::chrono::microseconds(m_random() % static_cast<unsigned>(usual.count()));
            const pid_t child = start([&] { m_jobs->run(name, library); });
            std::this_thread::sleep_for(moment);
            ::kill(child, SIGKILL);
            if (outcomeOf(child) != -SIGKILL)
                continue; // it was faster
            ++killed;
            const QString wrong = inspected(name, library);
            QVERIFY2(wrong.isEmpty(), qPrintable(QString("after %1 µs: %2").arg(moment.count()).arg(wrong)));
        }
        QVERIFY(killed > 0);
        report(job, "kill -9", killed);
    }

    /// A reader that looks while another writes sees photographs come, and none goes when the writer is killed.
    void whatWasSeenStaysAfterAKill()
    {
        const std::string fingerprint = test::ColourModel().info().fingerprint;
        for (int round = 0; round < (everything ? 200 : 10); ++round) {
            const fs::path library = m_jobs->begin("index");
            const pid_t child = start([&] { m_jobs->run("index", library); });
            std::size_t seen = 0;
            {
                const auto reader = store::Library::open(library, store::Library::Mode::ReadOnly);
                const auto wanted = test::LibraryJobs::known + m_random() % 6;
                while (seen < wanted && ::waitpid(child, nullptr, WNOHANG) == 0)
                    seen = reader.rows(fingerprint).rows.size();
            }
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
            const auto after = store::Library::open(library, store::Library::Mode::ReadOnly).rows(fingerprint);
            QVERIFY(after.rows.size() >= seen);
            const QString wrong = inspected("index", library);
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }

    void twoWritersAtOnce()
    {
        for (int round = 0; round < (everything ? 50 : 3); ++round) {
            const fs::path library = m_jobs->begin("index");
            const pid_t first = start([&] { m_jobs->run("index", library); });
            const pid_t second = start([&] { m_jobs->run(round % 2 ? "compact" : "index", library); });
            for (const pid_t child : { first, second }) {
                const int outcome = outcomeOf(child);
                QVERIFY2(outcome == Done || outcome == Refused, qPrintable(ended(outcome) + shared().said));
            }
            const QString wrong = inspected("index", library);
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }

    void aFolderThatCannotBeWritten_data() { addJobs(); }
    void aFolderThatCannotBeWritten()
    {
        QFETCH(QString, job);
        const std::string name = job.toStdString();
        const fs::path library = m_jobs->begin(name);
        const auto permit = [&](bool writing) {
            for (const auto& entry : fs::recursive_directory_iterator(m_jobs->work()))
                fs::permissions(entry,
                    static_cast<fs::perms>(entry.is_directory() ? (writing ? 0755 : 0555) : (writing ? 0644 : 0444)));
            fs::permissions(m_jobs->work(), static_cast<fs::perms>(writing ? 0755 : 0555));
        };
        fs::permissions(m_folder->path().toStdString(), static_cast<fs::perms>(0755));
        permit(false);
        const int outcome = outcomeOf(start([&] {
            if (::geteuid() == 0 && ::setuid(65534) != 0) // root may write anywhere: somebody else tries
                throw std::logic_error("cannot be another user");
            m_jobs->run(name, library);
        }));
        permit(true);
        QVERIFY2(outcome == Refused, qPrintable(ended(outcome) + shared().said));
        QVERIFY2(QString(shared().said).contains(QString::fromStdString(m_jobs->work().string())), shared().said);
        const QString wrong = inspected(name, library);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    /// A small disk of its own, until everything fits.
    void aDiskThatIsFull_data() { addJobs(); }
    void aDiskThatIsFull()
    {
        QFETCH(QString, job);
        const std::string name = job.toStdString();
        const int outcome = outcomeOf(start([&] {
            if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
                throw Error(ErrorKind::Cancelled, "");
            ::alarm(everything ? 900 : 120);
            int full = 0;
            const auto size = [](int kib) { return "size=" + std::to_string(kib) + "k"; };
            for (int kib = 64; kib < 4096; kib += everything ? 4 : 128) {
                fs::remove_all(m_jobs->work());
                fs::create_directories(m_jobs->work());
                if (::mount("tmpfs", m_jobs->work().c_str(), "tmpfs", 0, size(kib).c_str()) != 0)
                    throw Error(ErrorKind::Cancelled, "");
                bool fits = true;
                const fs::path library = m_jobs->work() / "library";
                try {
                    fs::copy(m_jobs->beginning(name), library, fs::copy_options::recursive);
                } catch (const fs::filesystem_error&) {
                    fits = false; // not even what it begins with
                }
                bool done = false;
                if (fits) {
                    try {
                        m_jobs->run(name, library);
                        done = true;
                    } catch (const Error& error) {
                        if (error.kind() == ErrorKind::Internal)
                            throw std::logic_error(error.what());
                        ++full;
                    }
                    if (::mount("tmpfs", m_jobs->work().c_str(), "tmpfs", MS_REMOUNT, "size=64m") != 0)
                        throw std::logic_error("cannot make the disk larger");
                    m_jobs->inspect(name, library);
                }
                ::umount2(m_jobs->work().c_str(), MNT_DETACH);
                if (done)
                    break;
            }
            std::snprintf(shared().said, sizeof shared().said, "%d", full);
        }));
        if (outcome == Refused && shared().said[0] == '\0')
            QSKIP("No file system can be mounted here.");
        QVERIFY2(outcome == Done, qPrintable(ended(outcome) + shared().said));
        QVERIFY2(!everything || job == "migrate" || QString(shared().said).toInt() > 0, shared().said);
        report(job, "full disk", QString(shared().said).toInt());
    }

    /// The clock on the wall goes back by a year while a run is under way, and a photograph is written with that time.
    void aClockThatGoesBack()
    {
        const fs::path library = m_jobs->begin("index");
        test::Fault& fault = shared().fault;
        std::snprintf(fault.below, sizeof fault.below, "%s", "/nowhere");
        fault.clockBackBy = 365L * 24 * 3600;
        const int outcome = outcomeOf(start([&] { m_jobs->run("index", library); }, &fault));
        fault.clockBackBy = 0;
        QVERIFY2(outcome == Done, qPrintable(ended(outcome) + shared().said));
        const QString wrong = inspected("index", library);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        // Written a year before the one that it replaces, as far as the clock knows.
        const fs::path photograph = m_jobs->photograph(4);
        const auto time = fs::last_write_time(photograph);
        fs::last_write_time(photograph, time - std::chrono::hours(365 * 24));
        const int again = outcomeOf(start([&] { m_jobs->inspect("index", library); }));
        fs::last_write_time(photograph, time);
        QVERIFY2(again == Done, shared().said);
    }
};

QTEST_GUILESS_MAIN(FaultsTest)
#include "faults_test.moc"
