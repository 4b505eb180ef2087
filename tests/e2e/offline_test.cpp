#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"
#include "tests/support/unprivileged.h"

namespace {

const QStringList fast { "--model", "wordsight-fast" };

} // namespace

/// Drives that come and go, folders that may not be read, and what is said of them on the command line.
class OfflineCliTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir().mkpath(at("a")) && QDir().mkpath(at("b")));
        QCOMPARE(copySamples(at("a"), 4), 4);
    }

    /// A real file system, mounted and unmounted in a name space of its own.
    void aDriveThatIsMountedNoMore()
    {
        const Run can = shell("mount -t tmpfs none b");
        if (can.exitCode != 0)
            QSKIP("This machine lets nobody mount (unshare -rm).");
        const Run run = shell("mount -t tmpfs none b && cp a/*.jpg b && rm b/aqueduct.jpg\n"
                              "$CLI index a b --library l --json $FAST || exit 1\n"
                              "umount b; touch b/'a file below the mount point'\n"
                              "echo; $CLI index --library l --json --prune $FAST || exit 2\n"
                              "echo; $CLI search 'a photograph' --library l --json -k 10 $FAST || exit 3\n");
        QVERIFY2(run.exitCode == 0, run.errors);
        const QJsonArray documents = all(run.output);
        QCOMPARE(documents.size(), 3);
        const QJsonObject before = documents[0].toObject(), after = documents[1].toObject();
        QCOMPARE(before["added"].toInt(), 7);
        QCOMPARE(before["copied"].toInt(), 3); // the same photographs twice
        QCOMPARE(after["removed"].toInt(), 0);
        QCOMPARE(after["unchanged"].toInt(), 4);
        QCOMPARE(after["offline"].toInt(), 3);
        const QJsonObject place = after["offline_places"][0].toObject();
        QCOMPARE(place["path"].toString(), at("b"));
        QCOMPARE(place["reason"].toString(), "it is not mounted");
        QCOMPARE(place["photographs"].toInt(), 3);
        int offline = 0;
        for (const QJsonValue hit : documents[2]["hits"].toArray()) {
            QCOMPARE(hit["offline"].toBool(), hit["path"].toString().startsWith(at("b")));
            offline += hit["offline"].toBool() ? 1 : 0;
        }
        QCOMPARE(offline, 3);
    }

    void manyThatAreGoneGoOnlyWithPrune()
    {
        QCOMPARE(index({ at("a") }).exitCode, 0);
        for (const QString& name : QDir(at("a")).entryList(QDir::Files).mid(0, 2))
            QVERIFY(QFile::remove(at("a/") + name));
        const Run asked = cli(QStringList { "index", "--library", at("l") } + fast);
        QCOMPARE(asked.exitCode, 0);
        QVERIFY2(asked.output.contains("0 removed")
                && asked.output.contains("2 of 4 photographs are not there any more")
                && asked.output.contains("--prune"),
            asked.output);
        const Run info = cli({ "info", "--library", at("l"), "--json" });
        QCOMPARE(info.json()["photographs"].toInt(), 4);
        QCOMPARE(info.json()["offline_places"].toArray().size(), 2);
        QCOMPARE(index({ "--prune" }).json()["removed"].toInt(), 2);
        QVERIFY(cli({ "info", "--library", at("l"), "--json" }).json()["offline_places"].toArray().isEmpty());
    }

    void aRootThatCannotBeReadIsAnError()
    {
        QCOMPARE(copySamples(at("b"), 2), 2);
        QCOMPARE(index({ at("a"), at("b") }).exitCode, 0);
        QFile::setPermissions(m_folder->path(), QFile::Permissions(0x7777));
        QCOMPARE(QProcess::execute("chmod", { "-R", "a+rwX", at("l") }), 0);
        QFile::setPermissions(at("b"), {});
        const wordsight::test::Unprivileged user;
        const Run run = index({});
        QFile::setPermissions(at("b"), QFile::Permissions(0x7777));
        QCOMPARE(run.exitCode, 3);
        QVERIFY2(run.errors.contains(("Cannot look into " + at("b") + " (Permission denied)").toUtf8()), run.errors);
        QCOMPARE(run.json()["unchanged"].toInt(), 4); // the rest was done
        QCOMPARE(run.json()["offline"].toInt(), 2);
    }

    void ofSeveralRootsOneMayBeAway()
    {
        QCOMPARE(copySamples(at("b"), 2), 2);
        QCOMPARE(index({ at("a"), at("b") }).exitCode, 0);
        QVERIFY(QDir().rename(at("b"), at("away")));
        const Run one = index({});
        QCOMPARE(one.exitCode, 0);
        QCOMPARE(one.json()["offline_places"][0]["reason"].toString(), "it is not there");
        QVERIFY(QDir().rename(at("a"), at("away, too")));
        const Run none = index({});
        QCOMPARE(none.exitCode, 3);
        QVERIFY2(none.errors.contains(at("a").toUtf8()) && none.errors.contains(at("b").toUtf8()), none.errors);
        QCOMPARE(none.json()["offline"].toInt(), 6);
    }

    void whatIsLeftOutIsKeptWithTheFolder()
    {
        QVERIFY(QDir().mkpath(at("a/drafts")));
        QCOMPARE(copySamples(at("a/drafts"), 6), 6);
        QCOMPARE(index({ at("a"), "--exclude", "drafts", "--exclude", "*.png" }).json()["added"].toInt(), 4);
        QCOMPARE(index({}).json()["added"].toInt(), 0);
        const Run wanted = index({ "--include", "drafts" });
        QCOMPARE(wanted.json()["added"].toInt(), 6);
        QCOMPARE(wanted.json()["copied"].toInt(), 4);
        QCOMPARE(index({ "--exclude", "drafts/" }).json()["removed"].toInt(), 6);
    }

    void aFolderOfOtherKindsSaysSo()
    {
        for (const char* name : { "1.mov", "2.MOV", "3.psd" }) {
            QFile file(at("b/") + name);
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        const Run text = cli(QStringList { "index", at("b"), "--library", at("l") } + fast);
        QCOMPARE(text.exitCode, 0);
        QVERIFY2(text.output.contains("3 files of kinds that Wordsight does not read: .mov 2, .psd 1"), text.output);
        QCOMPARE(index({}).json()["passed_over"].toObject()[".mov"].toInt(), 2);
    }

    void linkedFoldersAreSaid()
    {
        QCOMPARE(copySamples(at("b"), 6), 6);
        QVERIFY(QFile::link(at("b"), at("a/linked")));
        QVERIFY(QFile::link(at("a"), at("b/round")));
        const Run entered = index({ at("a") });
        QCOMPARE(entered.json()["added"].toInt(), 10);
        QCOMPARE(entered.json()["not_entered"].toArray().size(), 1); // the way back
        const Run skipped = index({ "--links", "skip" });
        QCOMPARE(skipped.json()["removed"].toInt(), 6);
        QCOMPARE(skipped.json()["not_entered"][0]["path"].toString(), at("a/linked"));
        QCOMPARE(index({}).json()["added"].toInt(), 0); // kept with the folder
    }

private:
    QString at(const QString& name) const { return m_folder->filePath(name); }
    Run index(const QStringList& arguments) const
    {
        return cli(QStringList { "index", "--library", at("l"), "--json" } + fast + arguments);
    }

    /// In a name space with mounts of its own.
    Run shell(const QString& script) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder->path());
        process.start("unshare",
            { "-rm", "sh", "-c", QString("CLI='%1' FAST='%2'\n%3").arg(WORDSIGHT_CLI, fast.join(' '), script) });
        process.waitForFinished(120'000);
        const int code = process.error() == QProcess::UnknownError ? process.exitCode() : -1;
        return { code, process.readAllStandardOutput(), process.readAllStandardError() };
    }

    /// JSON documents with an empty line between them.
    static QJsonArray all(const QByteArray& output)
    {
        QJsonArray documents;
        for (const QString& text : QString::fromUtf8(output).split("\n\n", Qt::SkipEmptyParts))
            documents.append(QJsonDocument::fromJson(text.toUtf8()).object());
        return documents;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(OfflineCliTest)
#include "offline_test.moc"
