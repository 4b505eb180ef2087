#include <csignal>

#include <QDir>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

/// Indexing that is stopped by a person or killed goes on where it was.
class InterruptTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_photos;
    int m_count = 0;

    /// Starts indexing, sends `signal` when photographs are being encoded, and waits for the end.
    void stopWhileEncoding(QProcess& process, const QString& library, int signal)
    {
        process.start(WORDSIGHT_CLI, { "index", m_photos, "--library", library, "--json" });
        QByteArray errors;
        while (!errors.contains("Encoding photographs")) {
            QVERIFY2(process.waitForReadyRead(120'000) || process.bytesAvailable() > 0, errors);
            errors += process.readAllStandardError();
        }
        ::kill(static_cast<pid_t>(process.processId()), signal);
        QVERIFY(process.waitForFinished(120'000));
    }

    void finishAndCompare(const QString& library)
    {
        const int before = cli({ "info", "--library", library, "--json" }).json()["models"][0]["photographs"].toInt();
        QVERIFY2(before < m_count, "everything was done before the signal came: nothing was tested");
        const auto rest = cli({ "index", m_photos, "--library", library, "--json" });
        QCOMPARE(rest.exitCode, 0);
        QCOMPARE(rest.json()["added"].toInt(), m_count - before);
        QCOMPARE(rest.json()["unchanged"].toInt(), before);
        const auto hits
            = cli({ "search", "--library", library, "a dog", "--json", "-k", "1000" }).json()["hits"].toArray();
        QCOMPARE(hits.size(), m_count);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
        m_photos = m_folder.filePath("photos");
        QVERIFY(QDir().mkpath(m_photos));
        m_count = copySamples(m_photos);
    }

    void anInterruptedRunSaysSoAndContinues()
    {
        QProcess process;
        process.setReadChannel(QProcess::StandardError);
        const QString library = m_folder.filePath("interrupted");
        stopWhileEncoding(process, library, SIGINT);
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardError().contains("the next run continues"));
        finishAndCompare(library);
    }

    void aKilledRunLosesNothingCommitted()
    {
        QProcess process;
        process.setReadChannel(QProcess::StandardError);
        const QString library = m_folder.filePath("killed");
        stopWhileEncoding(process, library, SIGKILL);
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);
        finishAndCompare(library);
    }
};

QTEST_GUILESS_MAIN(InterruptTest)
#include "interrupt_test.moc"
