// wordsight-fetch against a hub on this machine: what it brings, and what it says when it cannot.
#include <QTemporaryDir>

#include "tests/support/hub_server.h"

using namespace wordsight::test;

class FetchTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<HubServer> m_hub;
    std::unique_ptr<QTemporaryDir> m_folder;

    static QString parity(const QString& name) { return WORDSIGHT_SOURCE_DIR "/tests/data/parity/" + name; }
    QString folder() const { return m_folder->filePath("model"); }
    Ended fetch(const QStringList& more = {}, const QString& repository = "tiny/clip") const
    {
        return runBeside(WORDSIGHT_FETCH, QStringList { repository, folder() } + more);
    }
    QByteArray content(const QString& name) const
    {
        QFile file(folder() + "/" + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QStringList names() const
    {
        QStringList names = QDir(folder()).entryList(QDir::Files, QDir::Name);
        names.removeAll("writer.lock");
        return names;
    }
    void refused(const Ended& ended, const QStringList& words) const
    {
        const QString error = ended.last()["error"].toString();
        QVERIFY2(ended.exitCode == 1, ended.output + ended.errors);
        for (const QString& word : words)
            QVERIFY2(error.contains(word), qPrintable(error));
        QVERIFY(error.endsWith('.'));
    }

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
        qputenv("HF_ENDPOINT", m_hub->address().toUtf8() + "/");
    }

    void bringsWhatAnImportNeeds_data()
    {
        QTest::addColumn<QString>("source");
        for (const char* source : { "clip_tiny", "clip_tiny_gelu", "siglip_tiny", "siglip2_tiny", "open_clip_tiny",
                 "open_clip_siglip2_tiny" })
            QTest::newRow(source) << source;
    }
    void bringsWhatAnImportNeeds()
    {
        QFETCH(QString, source);
        m_hub->add("some/model", parity(source));
        m_hub->file("some/model", "README.md") = "not needed";
        m_hub->file("some/model", "flax_model.msgpack") = "nor this";
        const Ended ended = fetch({}, "some/model");
        QVERIFY2(ended.exitCode == 0, ended.output);
        QCOMPARE(ended.last(), QJsonObject({ { "finished", true } }));
        QCOMPARE(names(), QDir(parity(source)).entryList(QDir::Files, QDir::Name));
        for (const QString& name : names())
            QCOMPARE(content(name), m_hub->file("some/model", name));
    }

    void describesWithoutFetching()
    {
        const Ended ended = runBeside(WORDSIGHT_FETCH, { "tiny/clip" });
        QCOMPARE(ended.exitCode, 0);
        QCOMPARE(ended.last()["licence"].toString(), "apache-2.0");
        QCOMPARE(ended.last()["from"].toString(), m_hub->address());
        qint64 bytes = 0;
        for (const QFileInfo& file : QDir(parity("clip_tiny")).entryInfoList(QDir::Files))
            bytes += file.size();
        QCOMPARE(ended.last()["bytes"].toInteger(), bytes);
        QCOMPARE(m_hub->requests.size(), 2); // the description, and config.json
    }

    void safetensorsAreTakenBeforePickles()
    {
        m_hub->file("tiny/clip", "pytorch_model.bin") = "the same once more";
        QCOMPARE(fetch().exitCode, 0);
        QVERIFY(!names().contains("pytorch_model.bin"));
    }

    /// LAION's repositories hold both layouts; timm's a config.json of its own that says nothing of transformers.
    void layoutIsThatOfTheImporter()
    {
        m_hub->add("both/layouts", parity("open_clip_tiny"));
        m_hub->file("both/layouts", "config.json") = R"({"architecture": "vit_base_patch32_clip_224"})";
        m_hub->file("both/layouts", "pytorch_model.bin") = "a trunk of timm";
        QCOMPARE(fetch({}, "both/layouts").exitCode, 0);
        QVERIFY(names().contains("open_clip_model.safetensors") && !names().contains("pytorch_model.bin"));
        m_hub->add("both/layouts", parity("clip_tiny"));
        QVERIFY(QDir(folder()).removeRecursively());
        QCOMPARE(fetch({}, "both/layouts").exitCode, 0);
        QVERIFY(names().contains("model.safetensors") && !names().contains("open_clip_model.safetensors"));
    }

    void smallFilesComeFirst()
    {
        QCOMPARE(fetch().exitCode, 0);
        QVERIFY(m_hub->requests.last().path.endsWith("model.safetensors"));
    }

    void otherKindsAreRefusedAtOnce()
    {
        m_hub->file("tiny/clip", "config.json") = R"({"model_type": "siglip2"})";
        refused(runBeside(WORDSIGHT_FETCH, { "tiny/clip" }), { "tiny/clip", "siglip2" });
        QVERIFY(!QFile::exists(folder()));
    }

    void brokenConnectionGoesOnByItself()
    {
        m_hub->breaks["model.safetensors"] = { 1000, 5000 };
        const Ended ended = fetch();
        QVERIFY2(ended.exitCode == 0, ended.output);
        QCOMPARE(content("model.safetensors"), m_hub->file("tiny/clip", "model.safetensors"));
        QList<qint64> begun;
        for (const auto& request : m_hub->requests)
            if (request.path.endsWith("model.safetensors"))
                begun << request.from;
        QCOMPARE(begun, QList<qint64>({ 0, 1000, 6000 }));
    }

    void brokenConnectionIsResumedLater()
    {
        m_hub->breaks["model.safetensors"] = { 1000, 0 };
        refused(fetch(), { "127.0.0.1", "broke", "model.safetensors", "kept" });
        QCOMPARE(QFileInfo(folder() + "/model.safetensors.part").size(), 1000);
        QCOMPARE(fetch().exitCode, 0);
        QCOMPARE(m_hub->requests.last().from, 1000);
        QCOMPARE(content("model.safetensors"), m_hub->file("tiny/clip", "model.safetensors"));
        QVERIFY(!names().contains("model.safetensors.part"));
    }

    void serverWithoutRangesBeginsAnew()
    {
        m_hub->ranges = false;
        m_hub->breaks["model.safetensors"] = { 1000 };
        const Ended ended = fetch();
        QVERIFY2(ended.exitCode == 0, ended.output);
        QCOMPARE(content("model.safetensors"), m_hub->file("tiny/clip", "model.safetensors"));
    }

    void partOfAnotherVersionIsThrownAway()
    {
        QVERIFY(QDir().mkpath(folder()));
        QFile part(folder() + "/model.safetensors.part");
        QVERIFY(part.open(QIODevice::WriteOnly));
        part.write("what was there last year");
        part.close();
        const Ended ended = fetch();
        QVERIFY2(ended.exitCode == 0, ended.output);
        QCOMPARE(content("model.safetensors"), m_hub->file("tiny/clip", "model.safetensors"));
    }

    void whatIsThereIsCheckedAgain()
    {
        QCOMPARE(fetch().exitCode, 0);
        QFile damaged(folder() + "/model.safetensors");
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        damaged.seek(500);
        damaged.write("X");
        damaged.close();
        QCOMPARE(fetch().exitCode, 0);
        QCOMPARE(content("model.safetensors"), m_hub->file("tiny/clip", "model.safetensors"));
    }

    void wrongHashIsRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("large, SHA-256") << "model.safetensors";
        QTest::newRow("small, Git's hash") << "merges.txt";
    }
    void wrongHashIsRefused()
    {
        QFETCH(QString, name);
        QByteArray changed = m_hub->file("tiny/clip", name);
        changed[changed.size() / 2] = char(changed[changed.size() / 2] ^ 1);
        m_hub->instead[name] = changed;
        refused(fetch(), { name, "hash" });
        QVERIFY(!names().contains(name) && !names().contains(name + ".part"));
    }

    void wrongSizesAreRefused()
    {
        m_hub->instead["merges.txt"] = m_hub->file("tiny/clip", "merges.txt") + "more";
        refused(fetch(), { "more of merges.txt" });
        m_hub->instead["merges.txt"] = "less";
        QVERIFY(QFile::remove(folder() + "/merges.txt.part"));
        refused(fetch(), { "less of merges.txt" });
    }

    void missingRepository() { refused(fetch({}, "no/such"), { "127.0.0.1", "no/such", "404" }); }

    void missingFile()
    {
        m_hub->answers["vocab.json"] = { 404, "X-Error-Code: EntryNotFound\r\n" };
        refused(fetch(), { "127.0.0.1", "vocab.json", "404" });
    }

    void gatedRepository()
    {
        m_hub->answers[""] = { 403, "X-Error-Code: GatedRepo\r\n" };
        refused(fetch(), { "terms", "HF_TOKEN", "403" });
    }

    void tokenIsSentToTheHubAlone()
    {
        HubServer elsewhere;
        elsewhere.add("tiny/clip", parity("clip_tiny"));
        m_hub->redirectTo = elsewhere.address().replace("127.0.0.1", "localhost") + "/elsewhere";
        qputenv("HF_TOKEN", "a secret");
        const Ended ended = fetch();
        qunsetenv("HF_TOKEN");
        QVERIFY2(ended.exitCode == 0, ended.output);
        QCOMPARE(m_hub->requests.first().authorization, "Bearer a secret");
        QVERIFY(!elsewhere.requests.isEmpty());
        for (const auto& request : elsewhere.requests)
            QCOMPARE(request.authorization, QByteArray());
    }

    void tooManyRequests()
    {
        m_hub->answers["model.safetensors"] = { 429, "Retry-After: 90\r\n" };
        refused(fetch(), { "too often", "429", "90 seconds" });
        m_hub->answers["model.safetensors"] = { 429, "Retry-After: 600\r\n" };
        refused(fetch(), { "10 minutes" });
    }

    void failingServer()
    {
        m_hub->answers["model.safetensors"] = { 503, {} };
        refused(fetch(), { "failed to send", "503", "later" });
    }

    void redirectIsFollowed()
    {
        m_hub->redirectTo = "/elsewhere";
        QCOMPARE(fetch().exitCode, 0);
        QCOMPARE(content("model.safetensors"), m_hub->file("tiny/clip", "model.safetensors"));
    }

    void redirectsWithoutEndAreLeft()
    {
        m_hub->answers["config.json"] = { 302, "Location: /tiny/clip/resolve/main/config.json\r\n" };
        refused(fetch(), { "one address to the next", "config.json" });
    }

    void slowServer()
    {
        m_hub->stalls["model.safetensors"] = 700;
        refused(fetch({ "--patience", "1" }), { "nothing for 1 seconds", "kept" });
        QCOMPARE(QFileInfo(folder() + "/model.safetensors.part").size(), 700);
        m_hub->stalls.clear();
        QCOMPARE(fetch().exitCode, 0);
        QCOMPARE(m_hub->requests.last().from, 700);
    }

    void noNetwork()
    {
        const QByteArray address = m_hub->address().toUtf8();
        m_hub.reset(); // nobody listens there any more
        qputenv("HF_ENDPOINT", address);
        refused(fetch(), { "127.0.0.1", "cannot be reached", "no network" });
        qputenv("HF_ENDPOINT", "http://no-such-host.invalid");
        refused(fetch(), { "no-such-host.invalid", "no network" });
    }

    void strangeAddressesAndNames()
    {
        qputenv("HF_ENDPOINT", "file:///etc");
        refused(fetch(), { "HF_ENDPOINT", "https://" });
        qputenv("HF_ENDPOINT", m_hub->address().toUtf8());
        for (const char* name : { "passwd", "../etc", "a/b/c", "a/..", "/", "a b/c", "tiny/clip?x" })
            refused(fetch({}, name), { "OWNER/NAME" });
        QVERIFY(m_hub->requests.isEmpty());
    }

    void foreignAnswersAreRefused()
    {
        m_hub->answers[""] = { 200, {} }; // a page where one must log in first
        refused(fetch(), { "tiny/clip", "not what a model hub says" });
    }

    void otherModelsAreRefused()
    {
        m_hub->file("some/words", "config.json") = "{}";
        m_hub->file("some/words", "tf_model.h5") = "weights";
        refused(fetch({}, "some/words"), { "some/words", "no model that can be imported" });
        QCOMPARE(m_hub->requests.size(), 1);
    }

    /// A limit on the size of files stands for a disk that is full: what is left to write fails in the middle.
    void fullDisk()
    {
        const Ended ended
            = runBeside("/bin/bash", { "-c", "ulimit -f 8; exec \"$0\" tiny/clip \"$1\"", WORDSIGHT_FETCH, folder() });
        refused(ended, { "cannot be written", "Make room" });
        QCOMPARE(fetch().exitCode, 0);
    }

    void stoppedRunsLeaveWhatHasCome()
    {
        m_hub->stalls["model.safetensors"] = 5000;
        QElapsedTimer clock;
        const Ended ended = runBeside(WORDSIGHT_FETCH, { "tiny/clip", folder() }, {}, [&](QProcess& process) {
            if (QFileInfo(folder() + "/model.safetensors.part").size() == 5000 && !clock.isValid()) {
                clock.start();
                process.terminate();
            }
        });
        QCOMPARE(ended.last()["kind"].toString(), "cancelled");
        QVERIFY(clock.isValid() && clock.elapsed() < 10'000);
        QCOMPARE(QFileInfo(folder() + "/model.safetensors.part").size(), 5000);
    }

    void twoRunsDoNotMix()
    {
        m_hub->stalls["model.safetensors"] = 5000;
        Ended second;
        runBeside(WORDSIGHT_FETCH, { "tiny/clip", folder() }, {}, [&](QProcess& process) {
            if (second.exitCode == -1 && QFile::exists(folder() + "/writer.lock")) {
                second = fetch();
                process.kill();
            }
        });
        refused(second, { "being fetched already" });
    }
};

QTEST_GUILESS_MAIN(FetchTest)
#include "fetch_test.moc"
