#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "core/data/npy.h"
#include "program.h"

namespace {

const QString sentence = "a brown dog and a white cat on the grass";

struct Hit {
    QString path;
    double score = 0;
    std::vector<std::pair<QString, double>> contributions;

    double of(const QString& word) const
    {
        double sum = 0;
        for (const auto& [text, contribution] : contributions)
            sum += text == word ? contribution : 0;
        return sum;
    }
    double sum() const
    {
        double sum = 0;
        for (const auto& [text, contribution] : contributions)
            sum += contribution;
        return sum;
    }
};

std::vector<Hit> hitsOf(const QJsonDocument& document)
{
    std::vector<Hit> hits;
    for (const QJsonValue entry : document["hits"].toArray()) {
        Hit hit { entry["path"].toString(), entry["score"].toDouble(), {} };
        for (const QJsonValue word : entry["words"].toArray())
            hit.contributions.emplace_back(word["text"].toString(), word["contribution"].toDouble());
        hits.push_back(std::move(hit));
    }
    return hits;
}

std::map<QString, Hit> byPath(const std::vector<Hit>& hits)
{
    std::map<QString, Hit> map;
    for (const auto& hit : hits)
        map[hit.path] = hit;
    return map;
}

bool close(double a, double b)
{
    return std::abs(a - b) < 1e-4;
}

} // namespace

/// One library of the sample photographs and some damaged files, indexed once, asked in many ways.
class CliTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_photos, m_library;
    int m_count = 0;
    Run m_indexing;
    std::vector<Hit> m_plain; ///< all hits of the sentence, under MrSw

    Run search(const QStringList& more = {}, const QString& query = sentence) const
    {
        return cli(
            QStringList { "search", "--library", m_library, query, "--json", "-k", QString::number(m_count) } + more);
    }

    void damage(const QString& name, const QByteArray& content) const
    {
        QFile file(m_photos + "/" + name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QString damagedLibrary() const
    {
        const QString folder = m_folder.filePath("damaged library");
        QDir().mkpath(folder);
        QFile database(folder + "/library.db");
        if (database.open(QIODevice::WriteOnly))
            database.write("this is no database, however long one reads it");
        return folder;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
        m_photos = m_folder.filePath("photos");
        m_library = m_folder.filePath("library");
        QVERIFY(QDir().mkpath(m_photos + "/below"));
        m_count = copySamples(m_photos);
        QVERIFY(m_count >= 40);
        QVERIFY(QFile::rename(m_photos + "/dog.jpg", m_photos + "/below/Žluťoučký pes 狗 🐕.jpg"));

        QFile whole(m_photos + "/horse.jpg");
        QVERIFY(whole.open(QIODevice::ReadOnly));
        damage("cut off.jpg", whole.readAll().left(9000));
        damage("empty.jpg", {});
        damage("no photograph.png", "just some text");

        m_indexing = cli({ "index", m_photos, "--library", m_library, "--json" });
        QCOMPARE(m_indexing.exitCode, 0);
        m_plain = hitsOf(search({ "--pooling", "mrsw" }).json());
        QCOMPARE(static_cast<int>(m_plain.size()), m_count);
    }

    void indexReportsWhatItDid()
    {
        const auto report = m_indexing.json();
        QCOMPARE(report["added"].toInt(), m_count);
        QCOMPARE(report["unchanged"].toInt(), 0);
        QCOMPARE(report["rejected"].toArray().size(), 3);
        QVERIFY2(m_indexing.errors.contains("Encoding photographs"), m_indexing.errors);
    }

    void damagedFilesAreListedWithTheirReason()
    {
        const auto info = cli({ "info", "--library", m_library, "--json" });
        QCOMPARE(info.exitCode, 0);
        QStringList names;
        for (const QJsonValue file : info.json()["rejected"].toArray()) {
            names << QFileInfo(file["path"].toString()).fileName();
            QVERIFY(file["reason"].toString().size() > 5);
        }
        names.sort();
        QCOMPARE(names, (QStringList { "cut off.jpg", "empty.jpg", "no photograph.png" }));
    }

    void infoTellsWhatTheLibraryHolds()
    {
        const auto info = cli({ "info", "--library", m_library, "--json" }).json();
        QCOMPARE(info["photographs"].toInt(), m_count);
        QCOMPARE(info["folders"].toArray(), QJsonArray { m_photos });
        const auto models = info["models"].toArray();
        QCOMPARE(models.size(), 1);
        QCOMPARE(models.at(0)["photographs"].toInt(), m_count);
        QVERIFY(!models.at(0)["fingerprint"].toString().isEmpty());
        const auto text = cli({ "info", "--library", m_library });
        QVERIFY(text.output.contains("3 files that could not be read"));
    }

    void searchAnswersInTheDocumentedForm()
    {
        const auto run = search();
        QCOMPARE(run.exitCode, 0);
        const auto json = run.json();
        QCOMPARE(json["query"].toString(), sentence);
        QVERIFY(json["elapsed_ms"].toDouble() > 0);

        QStringList words, functionWords;
        for (const QJsonValue word : json["words"].toArray()) {
            if (word["kind"] == "word")
                words << word["text"].toString();
            QCOMPARE(word["weight"].toDouble(), 1.0);
            QVERIFY(word["function_word"].isBool());
            if (word["function_word"].toBool())
                functionWords << word["text"].toString();
        }
        QCOMPARE(words, sentence.split(' '));
        QCOMPARE(functionWords, QStringLiteral("a and a on the").split(' '));

        const auto hits = json["hits"].toArray();
        QCOMPARE(hits.size(), m_count);
        for (int i = 0; i < hits.size(); ++i) {
            QCOMPARE(hits.at(i)["rank"].toInt(), i + 1);
            QVERIFY(QFile::exists(hits.at(i)["path"].toString()));
            QVERIFY(i == 0 || hits.at(i)["score"].toDouble() <= hits.at(i - 1)["score"].toDouble());
            const auto explained = hits.at(i)["words"].toArray();
            QCOMPARE(explained.size(), json["words"].toArray().size());
            for (const QJsonValue word : explained) {
                const auto box = word["box"].toArray();
                QCOMPARE(box.size(), 4);
                const double x = box[0].toDouble(), y = box[1].toDouble(), w = box[2].toDouble(), h = box[3].toDouble();
                QVERIFY(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 1.0001 && y + h <= 1.0001);
            }
        }
    }

    void functionWordsEarnNothing()
    {
        for (const auto& hit : m_plain) {
            for (const auto* word : { "a", "and", "on", "the" })
                QCOMPARE(hit.of(word), 0.0);
            QVERIFY(hit.of("dog") != 0);
        }
    }

    void contributionsSumToTheScore_data()
    {
        QTest::addColumn<QString>("pooling");
        for (const char* pooling : { "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" })
            QTest::newRow(pooling) << pooling;
    }

    void contributionsSumToTheScore()
    {
        QFETCH(QString, pooling);
        const auto run = search({ "--pooling", pooling });
        QCOMPARE(run.exitCode, 0);
        const auto hits = hitsOf(run.json());
        QCOMPARE(static_cast<int>(hits.size()), m_count);
        for (const auto& hit : hits)
            QVERIFY2(std::abs(hit.sum() - hit.score) < 1e-4, qPrintable(hit.path));
    }

    void poolingsDifferAsTheyShould()
    {
        const auto sum = byPath(m_plain);
        const auto average = byPath(hitsOf(search({ "--pooling", "mravgw" }).json()));
        constexpr double words = 5; // brown, dog, white, cat, grass: the mean is over the words that count
        for (const auto& [path, hit] : sum)
            QVERIFY(close(hit.of("dog"), words * average.at(path).of("dog")));
        QVERIFY(!close(
            sum.begin()->second.score, byPath(hitsOf(search({ "--pooling", "mwsr" }).json())).begin()->second.score));
    }

    void aMutedWordIsAsIfItHadNotBeenTyped()
    {
        const auto without
            = byPath(hitsOf(search({ "--pooling", "mrsw" }, "a brown and a white cat on the grass").json()));
        const auto muted = hitsOf(search({ "--pooling", "mrsw", "--weight", "DOG=0" }).json());
        const auto typed
            = byPath(hitsOf(search({ "--pooling", "mrsw" }, "a brown dog^0 and a white cat on the grass").json()));
        QCOMPARE(muted.size(), m_plain.size());
        for (const Hit& hit : muted) {
            QVERIFY2(close(hit.score, without.at(hit.path).score), qPrintable(hit.path));
            QVERIFY(hit.score == typed.at(hit.path).score && hit.of("dog") == 0);
        }
    }

    void aWordTurnedAgainstGoesDown()
    {
        const auto against = hitsOf(search({ "--weight", "dog=-1" }).json());
        const auto typed = byPath(hitsOf(search({}, "a brown -dog and a white cat on the grass").json()));
        QCOMPARE(against.size(), m_plain.size());
        const auto placeOf = [](const std::vector<Hit>& hits, const char* name) {
            return static_cast<std::size_t>(
                std::ranges::find_if(hits, [&](const Hit& hit) { return hit.path.contains(name); }) - hits.begin());
        };
        for (const char* dog : { "pes 狗", "two_dogs" }) {
            QVERIFY(placeOf(m_plain, dog) < m_plain.size() / 3);
            QVERIFY(placeOf(against, dog) > m_plain.size() / 2);
        }
        for (const Hit& hit : against) {
            QVERIFY2(std::abs(hit.sum() - hit.score) < 1e-4, qPrintable(hit.path));
            QVERIFY(hit.score == typed.at(hit.path).score);
            QCOMPARE(hit.contributions.size(), m_plain.front().contributions.size() + 1); // its part of the whole
        }
    }

    void operatorsAreRead()
    {
        const auto terms = [this](const QString& text) {
            QStringList labels;
            const std::vector<Hit> hits = hitsOf(search({}, text).json());
            for (const auto& [label, contribution] : hits.front().contributions)
                labels << label;
            return labels;
        };
        QCOMPARE(terms("\"brown dog\" on grass^2").mid(0, 3), (QStringList { "brown dog", "on", "grass" }));
        QCOMPARE(terms("a t-shirt - ^x").mid(0, 2), (QStringList { "a", "t-shirt" }));
        for (const Hit& hit : hitsOf(search({}, "dog | cat").json())) {
            QVERIFY((hit.of("dog") == 0) != (hit.of("cat") == 0));
            QVERIFY(std::abs(hit.sum() - hit.score) < 1e-4);
        }
    }

    void aWordCanCountTwice()
    {
        reweigh("2", [](const Hit& before) { return before.score + before.of("dog"); });
    }

    void wordsThatTheModelCannotReadAreNamed()
    {
        const auto run = search({}, "a dog 🐕");
        QCOMPARE(run.exitCode, 0);
        QVERIFY(run.errors.contains("cannot read 🐕"));
        QVERIFY(!search().errors.contains("cannot read"));
    }

    void aModelThatComparesPairsScoresTheShortlistAnew()
    {
        const auto mlasm = QStringLiteral("mlasm");
        QCOMPARE(search({ "--rerank", mlasm }).exitCode, 4); // the library is not indexed with it
        const auto indexing = cli({ "index", m_photos, "--library", m_library, "--model", mlasm, "--json" });
        QCOMPARE(indexing.exitCode, 0);
        const auto all = hitsOf(search({ "--model", mlasm }).json());
        QCOMPARE(static_cast<int>(all.size()), m_count);
        const auto pairs = byPath(all);
        const auto first = hitsOf(search().json());
        const auto again = hitsOf(search({ "--rerank", mlasm, "--shortlist", "10" }).json());
        QCOMPARE(again.size(), 10u);
        double last = std::numeric_limits<double>::max();
        for (const auto& hit : again) {
            QVERIFY2(std::abs(hit.sum() - hit.score) < 1e-4, qPrintable(hit.path));
            QVERIFY2(close(hit.score, pairs.at(hit.path).score), qPrintable(hit.path));
            QVERIFY(std::any_of(
                first.begin(), first.begin() + 10, [&](const Hit& found) { return found.path == hit.path; }));
            QVERIFY(hit.score <= last);
            last = hit.score;
        }
        QVERIFY(close(
            hitsOf(search({ "--rerank", mlasm, "--shortlist", "10", "--weight", "dog=0" }).json()).front().of("dog"),
            0));
    }

    void aSentenceFindsWhatItSays()
    {
        const auto hits = hitsOf(search({}, "a dog standing on the grass").json());
        QVERIFY(hits.size() > 5);
        const bool found = std::any_of(hits.begin(), hits.begin() + 5,
            [](const Hit& hit) { return hit.path.contains("pes 狗") || hit.path.contains("two_dogs"); });
        QVERIFY2(found, qPrintable(hits.front().path));
    }

    void theTableIsForPeople()
    {
        const auto run = cli({ "search", "--library", m_library, sentence, "-k", "3", "--weight", "cat=-1" });
        QCOMPARE(run.exitCode, 0);
        QCOMPARE(run.output.count('\n'), 5); // heading, three photographs, how long it took
        QVERIFY(QString::fromUtf8(run.output).contains("cat ×-1"));
    }

    void nothingIsDoneTwice()
    {
        const auto again = cli({ "index", m_photos, "--library", m_library, "--json" }).json();
        QCOMPARE(again["added"].toInt(), 0);
        QCOMPARE(again["unchanged"].toInt(), m_count);
    }

    void aMovedPhotographIsRecognised()
    {
        QVERIFY(QFile::rename(m_photos + "/bee.jpg", m_photos + "/below/honey bee.jpg"));
        const auto report = cli({ "index", "--library", m_library, "--json" }).json(); // the library knows its folders
        QCOMPARE(report["moved"].toInt(), 1);
        QCOMPARE(report["added"].toInt(), 0);
        QVERIFY(QFile::rename(m_photos + "/below/honey bee.jpg", m_photos + "/bee.jpg"));
        QCOMPARE(cli({ "index", "--library", m_library, "--json" }).json()["moved"].toInt(), 1);
    }

    void alignWritesTheSameMatrixInEveryFormat()
    {
        const auto write = [&](const QString& suffix) {
            const QString file = m_folder.filePath("alignment." + suffix);
            const auto run = cli({ "align", m_photos + "/cat_and_wool.jpg", sentence, "--out", file });
            return run.exitCode == 0 ? file : QString();
        };
        const auto read = [](const QString& name) {
            QFile file(name);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const auto json = QJsonDocument::fromJson(read(write("json")));
        const auto matrix = json["matrix"].toArray();
        const auto words = sentence.split(' ');
        QVERIFY(matrix.size() > 10);
        QCOMPARE(matrix[0].toArray().size(), words.size());
        QCOMPARE(json["boxes"].toArray().size(), matrix.size());

        const auto arrays = wordsight::readNpz(write("npz").toStdString());
        const auto numbers = arrays.at("matrix").toFloats();
        QCOMPARE(arrays.at("matrix").shape,
            (std::vector<std::size_t> { std::size_t(matrix.size()), std::size_t(words.size()) }));
        QCOMPARE(arrays.at("boxes").shape, (std::vector<std::size_t> { std::size_t(matrix.size()), 4 }));

        const auto lines = QString::fromUtf8(read(write("csv"))).trimmed().split("\r\n");
        QCOMPARE(lines.size(), matrix.size() + 1);
        QCOMPARE(lines[0], "region,x,y,w,h," + words.join(','));
        for (int r = 0; r < matrix.size(); ++r) {
            const auto cells = lines[r + 1].split(',');
            QCOMPARE(cells.size(), words.size() + 5);
            for (int w = 0; w < words.size(); ++w) {
                const double value = matrix[r].toArray()[w].toDouble();
                QVERIFY(std::abs(value) <= 1.0001);
                QVERIFY(close(value, numbers[static_cast<std::size_t>(r * words.size() + w)]));
                QVERIFY(close(value, cells[w + 5].toDouble()));
            }
        }

        const QImage picture(write("png"));
        QVERIFY(picture.width() > 300 && picture.height() > 200);
        QXmlStreamReader svg(read(write("svg")));
        int images = 0;
        while (!svg.atEnd())
            images += svg.readNext() == QXmlStreamReader::StartElement && svg.name() == QLatin1String("image") ? 1 : 0;
        QVERIFY2(!svg.hasError(), qPrintable(svg.errorString()));
        QVERIFY(images >= 1);
    }

    void modelsAreListedAndVerified()
    {
        const auto list = cli({ "models", "list", "--json" }).json().array();
        QVERIFY(
            std::any_of(list.begin(), list.end(), [](const QJsonValue& model) { return model["name"] == "default"; }));
        const auto verified = cli({ "models", "verify", "default", "--json" });
        QCOMPARE(verified.exitCode, 0);
        QCOMPARE(verified.json().array().size(), 5);
        for (const QJsonValue file : verified.json().array())
            QVERIFY2(file["ok"].toBool(), qPrintable(file["message"].toString()));
    }

    void aDamagedModelIsRefused()
    {
        const QDir original(defaultModel());
        const QString copy = m_folder.filePath("damaged");
        QVERIFY(QDir().mkpath(copy));
        for (const char* name : { "config.json", "model.safetensors" })
            QVERIFY(QFile::copy(original.filePath(name), copy + "/" + name));
        QFile weights(copy + "/model.safetensors");
        QVERIFY(weights.open(QIODevice::ReadWrite));
        QVERIFY(weights.seek(weights.size() - 100));
        weights.write("damage");
        weights.close();

        const auto verified = cli({ "models", "verify", copy });
        QCOMPARE(verified.exitCode, 4);
        QVERIFY(verified.output.contains("BAD") && verified.output.contains("SHA-256"));
        const auto used = cli({ "search", "--library", m_library, sentence, "--model", copy });
        QCOMPARE(used.exitCode, 4);
        QVERIFY2(used.errors.contains("model.safetensors"), used.errors);
    }

    void exitCodes_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        const QString some = m_photos + "/horse.jpg", out = m_folder.filePath("alignment.json");
        QTest::newRow("version") << QStringList { "--version" } << 0;
        QTest::newRow("help") << QStringList { "search", "--help" } << 0;
        QTest::newRow("no command") << QStringList {} << 2;
        QTest::newRow("unknown command") << QStringList { "find" } << 2;
        QTest::newRow("unknown option") << QStringList { "info", "--library", m_library, "--shelf" } << 2;
        QTest::newRow("no library named") << QStringList { "search", sentence } << 2;
        QTest::newRow("unknown pooling") << QStringList { "search", "--library", m_library, sentence, "--pooling",
            "max" } << 2;
        QTest::newRow("weight without number")
            << QStringList { "search", "--library", m_library, sentence, "--weight", "dog" } << 2;
        QTest::newRow("weight of infinity")
            << QStringList { "search", "--library", m_library, sentence, "--weight", "dog=inf" } << 2;
        QTest::newRow("weight of no word")
            << QStringList { "search", "--library", m_library, sentence, "--weight", "bird=0" } << 2;
        QTest::newRow("empty sentence") << QStringList { "search", "--library", m_library, "" } << 2;
        QTest::newRow("unknown suffix") << QStringList { "align", some, sentence, "--out", m_folder.filePath("a.doc") }
                                        << 2;
        QTest::newRow("missing photographs")
            << QStringList { "index", m_folder.filePath("nowhere"), "--library", m_library } << 3;
        QTest::newRow("missing library") << QStringList { "search", "--library", m_folder.filePath("nowhere"),
            sentence } << 3;
        QTest::newRow("missing photograph")
            << QStringList { "align", m_folder.filePath("no.jpg"), sentence, "--out", out } << 3;
        QTest::newRow("damaged photograph")
            << QStringList { "align", m_photos + "/empty.jpg", sentence, "--out", out } << 3;
        QTest::newRow("missing data set")
            << QStringList { "eval", "--dataset", m_folder.filePath("no.json"), "--images", m_photos, "--split", "val" }
            << 3;
        QTest::newRow("pooling in capitals") << QStringList { "eval", "--dataset", m_folder.filePath("no.json"),
            "--images", m_photos, "--split", "val", "--pooling", "MrSw" }
                                             << 3;
        QTest::newRow("unwritable output")
            << QStringList { "align", some, sentence, "--out", "/proc/no/alignment.json" } << 3;
        QTest::newRow("unknown model") << QStringList { "search", "--library", m_library, sentence, "--model",
            "nobody" } << 4;
        QTest::newRow("folder without a library") << QStringList { "info", "--library", m_photos } << 3;
        QTest::newRow("damaged library") << QStringList { "info", "--library", damagedLibrary() } << 4;
    }

    void exitCodes()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        const auto run = cli(arguments);
        QVERIFY2(run.exitCode == code,
            qPrintable(QString("exit %1: %2").arg(run.exitCode).arg(QString::fromUtf8(run.errors))));
        QCOMPARE(run.errors.isEmpty(), code == 0);
        QVERIFY(!run.errors.contains("terminate called"));
    }

private:
    /// Under MrSw the weight of one word changes nothing but that word's part.
    template <class Expected> void reweigh(const QString& weight, Expected expected)
    {
        const auto after = hitsOf(search({ "--pooling", "mrsw", "--weight", "DOG=" + weight }).json());
        QCOMPARE(after.size(), m_plain.size());
        const auto now = byPath(after);
        for (const auto& hit : m_plain)
            QVERIFY2(close(now.at(hit.path).score, expected(hit)), qPrintable(hit.path));
        const auto order = [](const std::vector<Hit>& hits) {
            QStringList paths;
            for (const auto& hit : hits)
                paths << hit.path;
            return paths;
        };
        QVERIFY(order(m_plain) != order(after));
    }
};

QTEST_GUILESS_MAIN(CliTest)
#include "cli_test.moc"
