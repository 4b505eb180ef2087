#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

#include <sys/stat.h>

#include "program.h"

namespace {

namespace fs = std::filesystem;

const QStringList fast { "--model", "wordsight-fast" };

} // namespace

/// Files of any name, and what the command line makes of them and of arguments that are none.
class NamesCliTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    fs::path m_photos, m_library;

    QString library() const { return QString::fromStdString(m_library.native()); }
    QString photos() const { return QString::fromStdString(m_photos.native()); }

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
        m_photos = m_folder.filePath("photos").toStdString();
        m_library = m_folder.filePath("library").toStdString();
        fs::create_directories(m_photos);
        QCOMPARE(copySamples(photos(), 3), 3);
        std::vector<fs::path> samples;
        for (const auto& entry : fs::directory_iterator(m_photos))
            samples.push_back(entry.path());
        fs::rename(samples[0], m_photos / "caf\xe9.jpg");
        fs::rename(samples[1], m_photos / "a\x1b[2J\nb.jpg");
        fs::copy(fs::path(WORDSIGHT_SOURCE_DIR) / "tests/data/cases/images/no_eoi.jpg", m_photos / "no_eoi.jpg");
        QFile broken(photos() + "/broken\x1b[31m.jpg");
        QVERIFY(broken.open(QIODevice::WriteOnly));
        QCOMPARE(::mkfifo((m_photos / "pipe.jpg").c_str(), 0600), 0);
    }

    void cleanupTestCase() { fs::remove_all(m_photos); } // QTemporaryDir cannot name what is no UTF-8

    void namesNeverReachATerminalAsTheyAre()
    {
        const Run index = cli(QStringList { "index", photos(), "--library", library() } + fast);
        QVERIFY2(index.exitCode == 0, index.errors);
        const Run info = cli({ "info", "--library", library() });
        const Run table = cli(QStringList { "search", "--library", library(), "a photograph" } + fast);
        for (const Run* run : { &index, &info, &table }) {
            QVERIFY2(!run->output.contains('\x1b') && !run->errors.contains('\x1b'), run->output);
            QVERIFY(!run->output.contains('\xe9'));
        }
        QVERIFY2(index.output.contains("broken\\x1B[31m.jpg: "), index.output);
        QVERIFY2(info.output.contains("2 files that could not be read"), info.output);
        QVERIFY2(table.output.contains("caf\\xE9.jpg") && table.output.contains("a\\x1B[2J\\nb.jpg"), table.output);
        QVERIFY2(index.output.contains("pipe.jpg"), index.output);
        QVERIFY2(
            index.output.contains("no_eoi.jpg: The JPEG file is read, but its end marker is missing."), index.output);
    }

    void everyNameInJsonCanBeOpenedAgain()
    {
        const Run run = cli(QStringList { "search", "--library", library(), "a photograph", "--json" } + fast);
        const QJsonArray hits = run.json()["hits"].toArray();
        QCOMPARE(hits.size(), 4);
        QStringList paths;
        for (const QJsonValue hit : hits)
            paths << hit["path"].toString();
        QVERIFY(paths.contains(QString::fromStdString(m_photos / "a\x1b[2J\nb.jpg")));
        const QString uri = "file://" + photos() + "/caf%E9.jpg";
        QVERIFY2(paths.contains(uri), qPrintable(paths.join(' ')));
        const QString out = m_folder.filePath("matrix.csv");
        const Run align = cli(QStringList { "align", uri, "a photograph", "--out", out } + fast);
        QVERIFY2(align.exitCode == 0 && QFile::exists(out), align.errors);
        const Run again = cli(QStringList { "index", uri, "--library", library(), "--json" } + fast);
        QVERIFY2(again.exitCode == 0, again.errors);
        QCOMPARE(again.json()["unchanged"].toInt(), 1);
    }

    void whatIsNoFileIsListed()
    {
        const QString other = m_folder.filePath("other");
        const Run run = cli(QStringList { "index", photos() + "/pipe.jpg", "--library", other, "--json" } + fast);
        const QJsonArray rejected = run.json()["rejected"].toArray();
        QCOMPARE(rejected.size(), 1);
        QVERIFY(!rejected[0]["reason"].toString().isEmpty());
        QVERIFY2(cli({ "info", "--library", other }).output.contains("1 file that could not be read"), run.output);
    }

    void anEmptyNameIsNoLibrary()
    {
        for (const QStringList& arguments : { QStringList { "info", "--library", "" },
                 QStringList { "search", "--library", "", "a dog" }, QStringList { "index", photos(), "--library", "" },
                 QStringList { "index", "", "--library", library() } }) {
            const Run run = cli(arguments);
            QVERIFY2(run.exitCode == 2, run.errors);
            QVERIFY2(run.errors.contains("the name is empty"), run.errors);
        }
        const Run many = cli({ "search", "--library", library(), "a dog", "-k", "0" });
        QCOMPARE(many.exitCode, 2);
        QVERIFY2(many.errors.contains("from 1 to 999999999") && many.errors.size() < 150, many.errors);
        for (const char* name : { "", " x", "x ", "a/b" }) {
            const Run run = cli({ "models", "import", photos(), "--name", name });
            QVERIFY2(run.exitCode == 2 && run.errors.contains("cannot be the name of a model"), run.errors);
        }
        const Run blank = cli({ "search", "--library", library(), "a dog", "--model", " default" });
        QVERIFY2(blank.exitCode == 4 && blank.errors.contains("blank at the beginning"), blank.errors);
        const Run odd = cli({ "info", "--library", library(), "--a\x1b[2J" });
        QVERIFY(odd.exitCode == 2 && !odd.errors.contains('\x1b'));
    }

    /// What was read of a sentence is said, in words and in JSON.
    void whatTheModelDoesNotReadIsSaid()
    {
        const auto search = [&](const QString& sentence) {
            return cli(QStringList { "search", "--library", library(), sentence, "--json" } + fast);
        };
        const Run plain = search("a brown dog on the grass");
        QVERIFY2(plain.exitCode == 0 && plain.errors.isEmpty(), plain.errors);
        QCOMPARE(plain.json()["truncated"].toBool(true), false);
        QCOMPARE(plain.json()["other_language"].toBool(true), false);
        const Run longer = search(QString("a brown dog ").repeated(170));
        QCOMPARE(longer.json()["truncated"].toBool(), true);
        QVERIFY2(longer.errors.contains("longer than the model reads: its end was cut off"), longer.errors);
        const Run german = search("ein brauner Hund auf einer Wiese");
        QCOMPARE(german.json()["other_language"].toBool(), true);
        QVERIFY2(german.errors.contains("language"), german.errors);
        const Run russian = search("собака");
        QVERIFY2(russian.errors.contains("cannot read собака"), russian.errors);
        QCOMPARE(russian.json()["words"][0]["unknown"].toBool(), true);
    }

    void noHitsAreNoEmptyTable()
    {
        const QStringList search { "search", "--library", library(), "a dog", "--from", "2100-01-01" };
        const Run run = cli(search + fast);
        QVERIFY2(run.output.isEmpty(), run.output);
        QVERIFY2(run.errors.contains("No photograph"), run.errors);
        QVERIFY(cli(search + fast + QStringList { "--json" }).json()["hits"].isArray());
    }
};

QTEST_GUILESS_MAIN(NamesCliTest)
#include "names_test.moc"
