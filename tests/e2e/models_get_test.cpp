// `models get` against a hub on this machine: asks, fetches, imports, and leaves nothing half done. And the programs
// themselves reach no network.
#include <QTemporaryDir>

#include "program.h"
#include "tests/support/hub_server.h"

using namespace wordsight::test;

class ModelsGetTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<HubServer> m_hub;
    std::unique_ptr<QTemporaryDir> m_folder;

    static QString parity(const QString& name) { return WORDSIGHT_SOURCE_DIR "/tests/data/parity/" + name; }
    QString models(const QString& name = {}) const { return m_folder->filePath("models") + "/" + name; }
    QStringList installed() const
    {
        return QDir(models()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    static Ended get(const QStringList& arguments, const QByteArray& answer = {})
    {
        return runBeside(WORDSIGHT_CLI, QStringList { "models", "get" } + arguments, answer);
    }
    static QJsonObject json(const Ended& ended) { return QJsonDocument::fromJson(ended.output).object(); }

private Q_SLOTS:
    void initTestCase()
    {
        for (const char* proxy : { "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "HF_TOKEN" })
            qunsetenv(proxy);
    }

    void init()
    {
        m_hub = std::make_unique<HubServer>();
        m_folder = std::make_unique<QTemporaryDir>();
        m_hub->add("tiny/clip", parity("clip_tiny"));
        qputenv("HF_ENDPOINT", m_hub->address().toUtf8());
        qputenv("WORDSIGHT_MODELS", models().toUtf8());
    }

    void listsWithoutANetwork()
    {
        const Ended ended = get({});
        QCOMPARE(ended.exitCode, 0);
        for (const char* name : { "siglip2-base-256", "siglip2-base-384", "siglip-base", "clip-b32", "clip-b16" })
            QVERIFY2(ended.output.contains(name), ended.output);
        QVERIFY(m_hub->requests.isEmpty());
    }

    void becomesAModel_data()
    {
        QTest::addColumn<QString>("source");
        for (const char* source : { "clip_tiny", "siglip2_tiny", "open_clip_tiny" })
            QTest::newRow(source) << source;
    }
    void becomesAModel()
    {
        QFETCH(QString, source);
        m_hub->add("some/" + source, parity(source));
        const Ended ended = get({ "some/" + source, "--yes", "--json" });
        QVERIFY2(ended.exitCode == 0, ended.errors);
        QCOMPARE(json(ended)["name"].toString(), source);
        QCOMPARE(json(ended)["licence"].toString(), "apache-2.0, " + m_hub->address() + "/some/" + source);
        QCOMPARE(installed(), QStringList { source }); // and nothing of what it was made of
        QCOMPARE(cli({ "models", "verify", source }).exitCode, 0);
        // The same as one that was fetched by hand.
        QCOMPARE(cli({ "models", "import", parity(source), "--name", "by hand" }).exitCode, 0);
        QFile got(models(source) + "/model.safetensors"), byHand(models("by hand") + "/model.safetensors");
        QVERIFY(got.open(QIODevice::ReadOnly) && byHand.open(QIODevice::ReadOnly));
        QCOMPARE(got.readAll(), byHand.readAll());
    }

    void namesOfTheListStandForRepositories()
    {
        m_hub->add("google/siglip2-base-patch16-256", parity("siglip2_tiny"));
        const Ended ended = get({ "siglip2-base-256", "--yes" });
        QVERIFY2(ended.exitCode == 0, ended.errors);
        QCOMPARE(installed(), QStringList { "siglip2-base-256" });
    }

    void asksFirst()
    {
        for (const char* answer : { "n\n", "\n", "", "perhaps\n" }) {
            const Ended ended = get({ "tiny/clip" }, answer);
            QCOMPARE(ended.exitCode, 0);
            for (const QString& told : { QString("tiny/clip"), m_hub->address(), QString("MB"), QString("apache-2.0"),
                     models().chopped(1), QString("Nothing was fetched") })
                QVERIFY2(ended.errors.contains(told.toUtf8()), ended.errors);
        }
        QCOMPARE(m_hub->sent, 0);
        QVERIFY(installed().isEmpty());
        const Ended ended = get({ "tiny/clip" }, "yes\n");
        QVERIFY2(ended.exitCode == 0, ended.errors);
        QCOMPARE(installed(), QStringList { "clip" });
    }

    void takenNamesAreToldBeforeAnythingIsFetched()
    {
        QCOMPARE(get({ "tiny/clip", "--yes" }).exitCode, 0);
        const auto asked = m_hub->requests.size();
        for (const QStringList& arguments : { QStringList { "tiny/clip", "--yes" },
                 QStringList { "tiny/clip", "--yes", "--name", "default", "--replace" },
                 QStringList { "tiny/clip", "--yes", "--name", "../up" }, QStringList { "no-such-name", "--yes" },
                 QStringList { "-x/y", "--yes" } })
            QCOMPARE(get(arguments).exitCode, 2);
        QCOMPARE(m_hub->requests.size(), asked);
        QCOMPARE(get({ "tiny/clip", "--yes", "--replace" }).exitCode, 0);
    }

    void failureIsOneSentenceAndCanBeResumed()
    {
        m_hub->breaks["model.safetensors"] = { 1000, 0 };
        const Ended broken = get({ "tiny/clip", "--yes" });
        QCOMPARE(broken.exitCode, 3);
        QVERIFY2(broken.errors.contains("broke while model.safetensors was fetched"), broken.errors);
        QCOMPARE(installed(), QStringList { ".fetching-tiny+clip" });
        QVERIFY(!cli({ "models", "list" }).output.contains("fetching"));
        QCOMPARE(get({ "tiny/clip", "--yes" }).exitCode, 0);
        QCOMPARE(m_hub->requests.last().from, 1000);
        QCOMPARE(installed(), QStringList { "clip" });
    }

    void whatCannotBeImportedIsRefusedBeforeItsWeights()
    {
        m_hub->file("tiny/clip", "config.json") = R"({"model_type": "siglip2"})";
        const Ended ended = get({ "tiny/clip", "--yes" });
        QCOMPARE(ended.exitCode, 4);
        QVERIFY2(ended.errors.contains("siglip2"), ended.errors);
        for (const auto& request : m_hub->requests)
            QVERIFY(!request.path.endsWith(".safetensors"));
        QVERIFY(installed().isEmpty());
    }

    void interruptStopsTheFetching()
    {
        m_hub->stalls["model.safetensors"] = 5000;
        const QString part = models(".fetching-tiny+clip/model.safetensors.part");
        bool asked = false;
        const Ended ended
            = runBeside(WORDSIGHT_CLI, { "models", "get", "tiny/clip", "--yes" }, {}, [&](QProcess& process) {
                  if (QFileInfo(part).size() == 5000 && !std::exchange(asked, true)) // a second one would kill it
                      process.terminate();
              });
        QCOMPARE(ended.exitCode, 130);
        QCOMPARE(QFileInfo(part).size(), 5000);
        m_hub->stalls.clear();
        QCOMPARE(get({ "tiny/clip", "--yes" }).exitCode, 0); // nobody holds the folder any more
    }

    void noNetwork()
    {
        m_hub.reset();
        const Ended ended = get({ "tiny/clip" });
        QCOMPARE(ended.exitCode, 3);
        QVERIFY2(ended.errors.contains("there is no network"), ended.errors);
        QVERIFY(installed().isEmpty());
    }

    /// A file system of its own that is too small, where the system lets one make it.
    void fullDisk()
    {
        const QStringList room { "-rm", "/bin/sh", "-c",
            "mkdir -p \"$1\" && mount -t tmpfs -o size=64k none \"$1\" && shift && exec \"$@\"", "sh", models() };
        if (runBeside("unshare", room + QStringList { "true" }).exitCode != 0)
            QSKIP("A small file system cannot be made here (unshare -rm).");
        const Ended ended
            = runBeside("unshare", room + QStringList { WORDSIGHT_CLI, "models", "get", "tiny/clip", "--yes" });
        QCOMPARE(ended.exitCode, 3);
        QVERIFY2(ended.errors.contains("no room"), ended.errors);
    }

    /// Import, index, search and align where there is no network at all, and without a call that would make one.
    void everythingElseReachesNoNetwork()
    {
        if (runBeside("unshare", { "-rn", "true" }).exitCode != 0)
            QSKIP("A network without routes cannot be made here (unshare -rn).");
        if (runBeside("strace", { "-o", "/dev/null", "true" }).exitCode != 0)
            QSKIP("System calls cannot be looked at here (strace).");
        QVERIFY(QDir().mkpath(m_folder->filePath("photos")));
        QCOMPARE(copySamples(m_folder->filePath("photos"), 3), 3);
        const QString library = m_folder->filePath("library"), trace = m_folder->filePath("calls");
        const QString photo
            = m_folder->filePath("photos/") + QDir(m_folder->filePath("photos")).entryList(QDir::Files).first();
        const QList<QStringList> runs { { "models", "import", parity("clip_tiny"), "--name", "clip" },
            { "index", m_folder->filePath("photos"), "--library", library, "--model", "clip" },
            { "search", "--library", library, "--model", "clip", "a dog" },
            { "align", photo, "a dog", "--model", "clip", "--out", m_folder->filePath("sheet.png") } };
        for (const QStringList& arguments : runs) {
            const Ended ended = runBeside("unshare",
                QStringList { "-rn", "strace", "-f", "-o", trace, "-e", "trace=socket,connect", WORDSIGHT_CLI }
                    + arguments);
            QVERIFY2(ended.exitCode == 0, ended.errors);
            QFile calls(trace);
            QVERIFY(calls.open(QIODevice::ReadOnly));
            const QByteArray seen = calls.readAll();
            QVERIFY(seen.contains("exited with 0"));
            QVERIFY2(!seen.contains("AF_INET") && !seen.contains("connect("), seen);
        }
    }
};

QTEST_GUILESS_MAIN(ModelsGetTest)
#include "models_get_test.moc"
