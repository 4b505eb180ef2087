#include <QDir>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

/// `library verify`, `--repair`, `backup`, `restore` and `compact`, as a person runs them.
class UpkeepTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_photos, m_library;
    int m_count = 0;

    Run library(const QStringList& arguments, const QString& at = {}) const
    {
        return cli(QStringList { "library" } + arguments + QStringList { "--library", at.isEmpty() ? m_library : at });
    }
    Run index() const
    {
        return cli({ "index", m_photos, "--library", m_library, "--model", "wordsight-fast", "--json" });
    }
    Run search(const QString& at = {}) const
    {
        return cli({ "search", "a dog", "--library", at.isEmpty() ? m_library : at, "--model", "wordsight-fast",
            "--json", "-k", "100" });
    }
    QString vectors() const
    {
        const QDir folder(m_library + "/vectors");
        const QStringList files = folder.entryList({ "*.vec" });
        return files.size() == 1 ? folder.filePath(files.first()) : QString();
    }
    void flipABit(const QString& name) const
    {
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(file.size() - 100));
        const char byte = file.peek(1)[0];
        QVERIFY(file.putChar(static_cast<char>(byte ^ 1)));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
        m_photos = m_folder.filePath("photos");
        m_library = m_folder.filePath("library");
        QVERIFY(QDir().mkpath(m_photos));
        m_count = copySamples(m_photos, 5);
        QCOMPARE(index().json()["added"].toInt(), m_count);
    }

    void aFlippedBitIsToldMendedAndEncodedAgain()
    {
        QCOMPARE(library({ "verify" }).exitCode, 0);
        flipABit(vectors());
        const Run asked = search();
        QCOMPARE(asked.exitCode, 4);
        QVERIFY2(asked.errors.contains("library verify --repair") && asked.output.isEmpty(), asked.errors);
        const Run seen = library({ "verify", "--json" });
        QCOMPARE(seen.exitCode, 4);
        QCOMPARE(seen.json()["findings"].toArray().size(), 1);
        QCOMPARE(seen.json()["findings"][0]["kind"].toString(), "vectors");
        const Run mended = library({ "verify", "--repair" });
        QVERIFY2(mended.exitCode == 0, mended.errors);
        QVERIFY2(mended.output.contains("wordsight-cli index"), mended.output);
        QCOMPARE(search().json()["hits"].toArray().size(), m_count - 1);
        QCOMPARE(index().json()["added"].toInt(), 1);
        QCOMPARE(search().json()["hits"].toArray().size(), m_count);
        QCOMPARE(library({ "verify" }).exitCode, 0);
    }

    void aLostVectorFileIsEncodedAgain()
    {
        QVERIFY(QFile::remove(vectors()));
        QCOMPARE(search().exitCode, 4);
        QCOMPARE(library({ "verify", "--repair", "--quick" }).exitCode, 0);
        QCOMPARE(index().json()["added"].toInt(), m_count);
        QCOMPARE(search().json()["hits"].toArray().size(), m_count);
    }

    void aBackupComesBack()
    {
        const QString backup = m_folder.filePath("backup"), elsewhere = m_folder.filePath("elsewhere");
        const auto before = search().json()["hits"].toArray();
        QCOMPARE(library({ "backup", backup }).exitCode, 0);
        QCOMPARE(library({ "backup", backup }).exitCode, 2); // is there already
        QFile database(m_library + "/library.db");
        QVERIFY(database.open(QIODevice::WriteOnly | QIODevice::Truncate));
        database.write(QByteArray(9000, 'x'));
        database.close();
        QCOMPARE(search().exitCode, 4);
        QCOMPARE(library({ "verify", "--repair" }).exitCode, 4); // nothing can be read of it
        QCOMPARE(library({ "restore", backup }).exitCode, 2);
        QCOMPARE(library({ "restore", backup, "--replace" }).exitCode, 0);
        QCOMPARE(library({ "restore", backup }, elsewhere).exitCode, 0);
        for (const QString& at : { m_library, elsewhere })
            QCOMPARE(search(at).json()["hits"].toArray(), before);
    }

    /// The program itself, with a library between it and the system: the disk is full at the n-th write to the library.
    void aFullDiskIsToldAndTheNextRunGoesOn()
    {
        const QString at = m_folder.filePath("full");
        for (const char* fault :
            { "write:1:ENOSPC", "write:9:ENOSPC", "write:20:EIO", "sync:1:EIO", "open:6:EMFILE" }) {
            QDir(at).removeRecursively();
            qputenv("LD_PRELOAD", WORDSIGHT_FAULTS);
            qputenv("WORDSIGHT_FAULT", fault);
            qputenv("WORDSIGHT_FAULT_BELOW", at.toUtf8());
            const Run run = cli({ "index", m_photos, "--library", at, "--model", "wordsight-fast" });
            for (const char* name : { "LD_PRELOAD", "WORDSIGHT_FAULT", "WORDSIGHT_FAULT_BELOW" })
                qunsetenv(name);
            QVERIFY2(run.errors.contains("one failed"), run.errors);
            QVERIFY2(run.exitCode == 3 && run.errors.contains(at.toUtf8()), run.errors);
            const Run next = cli({ "index", m_photos, "--library", at, "--model", "wordsight-fast", "--json" });
            QVERIFY2(next.exitCode == 0, next.errors);
            QCOMPARE(search(at).json()["hits"].toArray().size(), QDir(m_photos).entryList({ "*.jpg" }).size());
            QCOMPARE(library({ "verify" }, at).exitCode, 0);
        }
    }

    void compactingKeepsWhatIsThere()
    {
        const QDir photos(m_photos);
        QVERIFY(QFile::remove(photos.filePath(photos.entryList({ "*.jpg" }).first())));
        QCOMPARE(index().json()["removed"].toInt(), 1);
        const auto before = search().json()["hits"].toArray();
        const auto report = library({ "compact", "--json" }).json();
        QVERIFY(report["bytes_after"].toInt() < report["bytes_before"].toInt());
        QCOMPARE(search().json()["hits"].toArray(), before);
        QCOMPARE(index().json()["unchanged"].toInt(), m_count - 1);
        QCOMPARE(library({ "verify" }).exitCode, 0);
    }
};

QTEST_GUILESS_MAIN(UpkeepTest)
#include "upkeep_test.moc"
