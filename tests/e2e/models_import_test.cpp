// `models import`, `list`, `verify` and `remove` with the real program and published checkpoints, in a folder of the
// user's.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

class ModelsImportTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_parity, m_vocabulary;

    Run import(const QString& checkpoint, const QString& name, const QStringList& more = {}) const
    {
        return cli(QStringList { "models", "import", m_parity + "/" + checkpoint, "--arch", "teran", "--name", name,
                       "--vocab", m_vocabulary }
            + more);
    }

    static QStringList installed()
    {
        QStringList names;
        for (const QJsonValue model : cli({ "models", "list", "--json" }).json().array())
            names << model["name"].toString();
        return names;
    }

    static bool mentions(const Run& run, const char* text) { return run.errors.contains(text); }

private Q_SLOTS:
    void initTestCase()
    {
        m_parity = qEnvironmentVariable("WORDSIGHT_PARITY", WORDSIGHT_SOURCE_DIR "/../shared/parity");
        if (!QFile::exists(m_parity + "/teran_ckpt_A.pth.tar"))
            QSKIP("No checkpoints teran_ckpt_A*.pth.tar: name their folder in WORDSIGHT_PARITY.");
        qputenv("WORDSIGHT_MODELS", m_folder.filePath("models").toUtf8());
        m_vocabulary = m_folder.filePath("vocab.txt");
        QFile vocabulary(m_vocabulary);
        QVERIFY(vocabulary.open(QIODevice::WriteOnly));
        vocabulary.write("[PAD]\n[CLS]\n[SEP]\n[UNK]\n");
        for (int i = 4; i < 120; ++i)
            vocabulary.write(QString("w%1\n").arg(i).toUtf8());
    }

    void everyFormatBecomesAModel()
    {
        const QMap<QString, QString> files { { "legacy", "teran_ckpt_A.pth.tar" },
            { "card", "teran_ckpt_A_cudatags.pth.tar" }, { "zip", "teran_ckpt_A_zip.pth.tar" } };
        for (const auto& [name, file] : files.asKeyValueRange()) {
            const Run run = import(file, name, { "--json" });
            QVERIFY2(run.exitCode == 0, run.errors.constData());
            QCOMPARE(run.json()["architecture"].toString(), "teran-2021");
            QCOMPARE(run.json()["folder"].toString(), m_folder.filePath("models/" + name));
            QVERIFY2(installed().contains(name), qPrintable(name));
        }
        QCOMPARE(cli({ "models", "verify", "legacy", "card", "zip" }).exitCode, 0);
        const auto weights = [&](const QString& name) {
            QFile file(m_folder.filePath("models/" + name + "/model.safetensors"));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray(name.toUtf8());
        };
        QCOMPARE(weights("card"), weights("legacy"));
        QCOMPARE(weights("zip"), weights("legacy"));
        if (reasonToSkip().isEmpty())
            QVERIFY(installed().contains("default")); // the program's own stay
    }

    void aNameIsTakenOnce()
    {
        const Run again = import("teran_ckpt_A.pth.tar", "legacy");
        QCOMPARE(again.exitCode, 2);
        QVERIFY(mentions(again, "There is a model \"legacy\" already"));
        QCOMPARE(import("teran_ckpt_A.pth.tar", "legacy", { "--replace" }).exitCode, 0);
        const Run own = import("teran_ckpt_A.pth.tar", "default", { "--replace" });
        QVERIFY2(own.exitCode == 2 && mentions(own, "came with Wordsight"), own.errors.constData());
        QCOMPARE(import("teran_ckpt_A.pth.tar", "../outside").exitCode, 2);
    }

    void whatDoesNotFitIsNamed()
    {
        const Run vocabulary = cli({ "models", "import", m_parity + "/teran_ckpt_A.pth.tar", "--name", "words" });
        if (reasonToSkip().isEmpty()) {
            QCOMPARE(vocabulary.exitCode, 4);
            QVERIFY2(mentions(vocabulary, "has 30522 word pieces"), vocabulary.errors.constData());
        }
        const Run none = cli({ "models", "import", m_vocabulary, "--name", "words" });
        QCOMPARE(none.exitCode, 4);
        QVERIFY(mentions(none, "vocab.txt is no model that can be imported"));
        QCOMPARE(cli({ "models", "import", m_folder.filePath("absent"), "--name", "words" }).exitCode, 3);
        QVERIFY(!installed().contains("words"));
        QVERIFY(QDir(m_folder.filePath("models")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)
            == QStringList({ "card", "legacy", "zip" }));
    }

    void aModelOfFeaturesSaysSo()
    {
        QVERIFY(QDir().mkpath(m_folder.filePath("photos")));
        QVERIFY(copySamples(m_folder.filePath("photos"), 2) == 2);
        const Run index = cli(
            { "index", m_folder.filePath("photos"), "--library", m_folder.filePath("library"), "--model", "legacy" });
        QVERIFY(index.exitCode != 0);
        QVERIFY2(mentions(index, "features"), index.errors.constData());
    }

    void aModelIsRemoved()
    {
        QCOMPARE(cli({ "models", "remove", "card" }).exitCode, 0);
        QVERIFY(!installed().contains("card"));
        QVERIFY(!QDir(m_folder.filePath("models/card")).exists());
        QCOMPARE(cli({ "models", "remove", "card" }).exitCode, 2);
        QCOMPARE(
            cli({ "models", "remove", "default" }).exitCode, 2); // the program's own are not the user's to remove here
    }
};

QTEST_GUILESS_MAIN(ModelsImportTest)
#include "models_import_test.moc"
