#include <QTest>

#include <atomic>
#include <thread>

#include <sys/stat.h>

#include "core/base/error.h"
#include "core/engine/library/library_session.h"
#include "core/search/rank.h"
#include "tests/support/indexing.h"
#include "tests/support/library_v1.h"
#include "tests/support/pair_colour_model.h"
#include "tests/support/photo_folder.h"

using namespace wordsight;
using namespace wordsight::engine;
using namespace wordsight::test;
namespace fs = std::filesystem;

namespace {

/// Counts what is asked of the model.
class CountedModel : public ColourModel {
public:
    explicit CountedModel(int& sentences, std::string fingerprint)
        : ColourModel(std::move(fingerprint))
        , m_sentences(sentences)
    {
    }
    std::vector<model::TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        m_sentences += static_cast<int>(sentences.size());
        return ColourModel::encodeTexts(sentences);
    }

private:
    int& m_sentences;
};

const std::string kFingerprint = "c01052c01052c010";

} // namespace

/// Questions to a real library on disk, which grows meanwhile.
class LibrarySessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_opened = m_sentences = 0;
        m_folder = std::make_unique<PhotoFolder>();
        add("red.jpg", { 250, 10, 10 }, { 250, 10, 10 });
        add("blue and green.jpg", { 10, 10, 250 }, { 10, 250, 10 });
        add("green.jpg", { 10, 200, 10 }, { 10, 200, 10 });
        open();
    }

    void saysWhyThereIsNothing()
    {
        Conversation talk;
        // A library that is just being made has nothing, and is no error.
        QVERIFY(m_session->ask({ Browse {} }, talk).whyEmpty == WhyEmpty::NothingIndexed);
        QVERIFY(ask("green", talk).whyEmpty == WhyEmpty::NothingIndexed);
        index();
        QVERIFY(!ask("green", talk).whyEmpty);
        QVERIFY(m_session->ask(question("green", "other"), talk).whyEmpty == WhyEmpty::NothingIndexed);
        QVERIFY(ask("  ", talk).whyEmpty == WhyEmpty::NothingAsked);
        Question longAgo = question("green");
        longAgo.filter.to = std::chrono::local_days(std::chrono::year(1900) / 1 / 1);
        QVERIFY(m_session->ask(longAgo, talk).whyEmpty == WhyEmpty::NothingMatches);
        longAgo.asked = Browse {};
        QVERIFY(m_session->ask(longAgo, talk).whyEmpty == WhyEmpty::NothingMatches);
        longAgo = question("green", "other");
        longAgo.filter.to = std::chrono::local_days(std::chrono::year(1900) / 1 / 1);
        QVERIFY(m_session->ask(longAgo, talk).whyEmpty == WhyEmpty::NothingIndexed); // without the filter there is none
    }

    void aMissingLibraryIsNotMadeUnlessAsked()
    {
        LibrarySession session(m_folder->path() / "nowhere", source(), cache());
        Conversation talk;
        try {
            session.ask({ Browse {} }, talk);
            QFAIL("No error.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::UnreadableInput);
        }
        QVERIFY(!fs::exists(m_folder->path() / "nowhere"));
    }

    void weightsReRankWithoutModelOrVectors()
    {
        index();
        Conversation talk;
        Answer answer = ask("green blue", talk);
        QCOMPARE(answer.scanned, std::size_t { 3 });
        QCOMPARE(names(answer).first(), "blue and green.jpg");
        QCOMPARE(answer.query.terms.size(), std::size_t { 3 });
        const int sentences = m_sentences;
        const float blue = answer.hits[0].terms[1].contribution;
        const Question weighed = this->weighed("green blue", { { "blue", 0.25f }, { "", 0 } });
        answer = m_session->ask(weighed, talk);
        QCOMPARE(names(answer).first(), "blue and green.jpg");
        QCOMPARE(answer.hits[0].terms[1].contribution, 0.25f * blue);
        QCOMPARE(answer.scanned, std::size_t { 0 });
        QCOMPARE(m_sentences, sentences);
        QVERIFY(answer.question == weighed && answer.hits[0].terms[2].contribution == 0);
        QVERIFY(answer.index == ask("red", talk).index); // a new sentence meets the same index
    }

    void aMutedWordLeavesTheWhole()
    {
        index();
        Conversation talk;
        const Answer alone = ask("green", talk);
        const Answer muted = m_session->ask(weighed("green blue", { { "blue", 0 } }), talk);
        QCOMPARE(names(muted), names(alone));
        QCOMPARE(muted.query.terms.size(), std::size_t { 3 }); // the word keeps its place
        QCOMPARE(muted.hits[0].score, alone.hits[0].score);
        QCOMPARE(muted.hits[0].terms[1].contribution, 0.0f);
        // Muted and back: a sentence that was read is not read again.
        const int sentences = m_sentences;
        ask("green blue", talk);
        QCOMPARE(m_sentences, sentences);
    }

    void aWordTurnedAgainstVotesWithItsPartOfTheWhole()
    {
        index();
        Conversation talk;
        for (const Question& asked : { weighed("green blue", { { "blue", -1 } }), question("green -blue") }) {
            const Answer answer = m_session->ask(asked, talk);
            QCOMPARE(names(answer).first(), "green.jpg");
            const auto& terms = answer.hits[1].terms;
            QCOMPARE(terms.size(), std::size_t { 4 });
            QVERIFY(terms[3].kind == search::TermKind::Part && terms[3].label == "blue" && terms[3].weight < 0);
            for (const ExplainedHit& hit : answer.hits)
                QVERIFY(align::score(alignmentOf(answer, hit)) == hit.score);
        }
        QVERIFY(names(m_session->ask(question("-green"), talk)).last().contains("green"));
    }

    void ofAChoiceTheBestCounts()
    {
        index();
        Conversation talk;
        for (const align::Pooling pooling : { align::Pooling::MrSw, align::Pooling::MrAVGw }) {
            Question asked = question("red | green");
            asked.pooling = pooling;
            const Answer answer = m_session->ask(asked, talk);
            QCOMPARE(names(answer).last(), "blue and green.jpg");
            for (const ExplainedHit& hit : answer.hits) {
                QVERIFY((hit.terms[0].contribution == 0) != (hit.terms[1].contribution == 0));
                QVERIFY(align::score(alignmentOf(answer, hit)) == hit.score);
            }
        }
    }

    void aPhraseIsMetByOneRegion()
    {
        index();
        Conversation talk;
        const Answer words = ask("green blue", talk), phrase = ask("\"green blue\"", talk);
        QCOMPARE(phrase.query.terms.size(), std::size_t { 2 });
        QCOMPARE(phrase.query.terms[0].label, std::string("green blue"));
        // No region of the photograph is both.
        const auto of = [](const Answer& answer, std::size_t terms) {
            float sum = 0;
            for (const ExplainedHit& hit : answer.hits)
                for (std::size_t t = 0; hit.photo.path.filename() == "blue and green.jpg" && t < terms; ++t)
                    sum += hit.terms[t].contribution;
            return sum;
        };
        QVERIFY(of(phrase, 1) < of(words, 2) - 0.1f);
        // In a mean it is two words: no more of the score than they would be.
        Question mean = question("\"green blue\"");
        mean.pooling = align::Pooling::MrAVGw;
        QVERIFY(std::abs(2 * of(m_session->ask(mean, talk), 1) - of(phrase, 1)) < 1e-5f);
    }

    void whatHasGrownIsScannedAlone()
    {
        index();
        Conversation talk, other;
        QCOMPARE(ask("green", talk).scanned, std::size_t { 3 });
        ask("green", other);
        add("greener.jpg", { 19, 199, 19 }, { 19, 199, 19 });
        add("dark.jpg", { 9, 9, 9 }, { 9, 9, 9 });
        fs::remove(m_folder->path() / "photographs/red.jpg");
        index();
        const int sentences = m_sentences;
        const Answer answer = ask("green", talk);
        QCOMPARE(answer.scanned, std::size_t { 2 });
        QCOMPARE(answer.searchable, std::int64_t { 4 });
        QCOMPARE(names(answer).first(), "greener.jpg");
        QVERIFY(!names(answer).contains("red.jpg"));
        QCOMPARE(m_sentences, sentences);
        // As if asked for the first time.
        Conversation fresh;
        const Answer anew = ask("green", fresh);
        QCOMPARE(anew.scanned, std::size_t { 4 });
        QCOMPARE(names(anew), names(answer));
        for (std::size_t i = 0; i < answer.hits.size(); ++i)
            QVERIFY(anew.hits[i].score == answer.hits[i].score);
        // Whoever talks beside meets the same index.
        const Answer beside = ask("green", other);
        QCOMPARE(beside.scanned, std::size_t { 2 });
        QVERIFY(beside.index == answer.index);
        index(); // nothing has changed
        QCOMPARE(ask("green", talk).scanned, std::size_t { 0 });
    }

    void aFilterScansNothingTwice()
    {
        setWritten("red.jpg", 2020);
        setWritten("green.jpg", 2021);
        setWritten("blue and green.jpg", 2022);
        index();
        Conversation talk;
        Question of2021 = question("green");
        of2021.filter = { std::chrono::local_days(std::chrono::year(2021) / 1 / 1),
            std::chrono::local_days(std::chrono::year(2021) / 12 / 31) };
        Answer answer = m_session->ask(of2021, talk);
        QCOMPARE(names(answer), QStringList { "green.jpg" });
        QCOMPARE(answer.scanned, std::size_t { 1 });
        QCOMPARE(answer.searchable, std::int64_t { 1 });
        answer = ask("green", talk);
        QCOMPARE(answer.scanned, std::size_t { 2 });
        QCOMPARE(answer.hits.size(), std::size_t { 3 });
        QCOMPARE(m_session->ask(of2021, talk).scanned, std::size_t { 0 });
        of2021.asked = Browse {};
        QCOMPARE(names(m_session->ask(of2021, talk)), QStringList { "green.jpg" });
    }

    void browsingShowsTheNewestFirst()
    {
        setWritten("red.jpg", 2021);
        setWritten("green.jpg", 2022);
        setWritten("blue and green.jpg", 2020);
        index();
        Conversation talk;
        const Answer answer = m_session->ask({ Browse {} }, talk);
        QCOMPARE(names(answer), (QStringList { "green.jpg", "red.jpg", "blue and green.jpg" }));
        QVERIFY(!answer.isRanked() && !answer.index && answer.hits[0].terms.empty());
        QCOMPARE(answer.photos, std::int64_t { 3 });
        QCOMPARE(answer.thumbnails.size(), std::size_t { 3 });
        QVERIFY(fs::exists(answer.thumbnails[0]));
        QCOMPARE(m_sentences, 0);
    }

    void theAlignmentOfAHitHasItsScore()
    {
        index();
        Conversation talk;
        for (const char* model : { "colours", "pairs" }) {
            indexWith(model);
            const Answer answer = m_session->ask(question("a green dog near blue", model), talk);
            QCOMPARE(answer.hits.size(), std::size_t { 3 });
            for (const ExplainedHit& hit : answer.hits)
                QVERIFY(align::score(alignmentOf(answer, hit)) == hit.score);
        }
    }

    void aModelThatComparesPairsScoresTheBest()
    {
        index();
        indexWith("pairs");
        Conversation talk;
        Question pairs = question("green", "pairs");
        pairs.shortlist = 2;
        Answer answer = m_session->ask(pairs, talk);
        QVERIFY(answer.pairs);
        QCOMPARE(names(answer), (QStringList { "green.jpg", "blue and green.jpg" }));
        // The shortlist may be another model's.
        Question twice = question("green");
        twice.rerank = "pairs";
        twice.shortlist = 2;
        answer = m_session->ask(twice, talk);
        QCOMPARE(answer.model, std::string("pairs"));
        QCOMPARE(names(answer), (QStringList { "green.jpg", "blue and green.jpg" }));
        const int sentences = m_sentences;
        twice.asked = Sentence { "green", { { "green", -1 }, { "", 0 } } };
        QCOMPARE(names(m_session->ask(twice, talk)).first(), "red.jpg"); // the shortlist is what is least green
        twice.asked = Sentence { "green", { { "green", 2 } } };
        QCOMPARE(names(m_session->ask(twice, talk)).first(), "green.jpg");
        QCOMPARE(m_sentences, sentences);
        add("greener.jpg", { 19, 199, 19 }, { 19, 199, 19 });
        index();
        indexWith("pairs");
        twice.asked = Sentence { "green" };
        QCOMPARE(names(m_session->ask(twice, talk)).first(), "greener.jpg");
        twice.rerank = "other";
        QVERIFY(m_session->ask(twice, talk).whyEmpty == WhyEmpty::NothingIndexed);
        twice.rerank = "colours";
        QVERIFY_THROWS_EXCEPTION(Error, m_session->ask(twice, talk)); // scores no pairs
    }

    void aStoppedQuestionCanBeAskedAgain()
    {
        index();
        Conversation talk;
        std::stop_source source;
        source.request_stop();
        try {
            m_session->ask(question("green"), talk, source.get_token());
            QFAIL("No error.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Cancelled);
        }
        QCOMPARE(ask("green", talk).scanned, std::size_t { 3 });
    }

    void aRunThatFindsNothingToDoOpensNoModel()
    {
        const IndexReport first = index();
        QCOMPARE(first.added, std::int64_t { 3 });
        QCOMPARE(m_opened, 1);
        const IndexReport second = index();
        QCOMPARE(second.unchanged, std::int64_t { 3 });
        QCOMPARE(second.added + second.removed, std::int64_t { 0 });
        QCOMPARE(m_opened, 1);
        open(); // the next day
        QCOMPARE(m_session->index({}, "colours", {}).unchanged, std::int64_t { 3 });
        QCOMPARE(m_opened, 1);
    }

    void aModelThatIsGoneIsTold()
    {
        try {
            m_session->index({ photographs() }, "gone", {});
            QFAIL("No error.");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("gone") != std::string::npos);
        }
    }

    void onlyFoldersThatAPersonAddsAreKept()
    {
        m_session->index({ photographs() }, "colours", {});
        Conversation talk;
        QVERIFY(m_session->ask({ Browse {} }, talk).roots.empty());
        m_session->addAndIndex({ photographs(), photographs() / "red.jpg" }, "colours", {});
        QCOMPARE(m_session->ask({ Browse {} }, talk).roots, std::vector { photographs() });
        add("new.jpg", { 1, 2, 3 }, { 1, 2, 3 });
        QCOMPARE(m_session->index({}, "colours", {}).added, std::int64_t { 1 });
    }

    /// Two threads come to a folder that is none yet; both wait until it is one.
    void aNewLibraryIsMadeBeforeAnybodyReads()
    {
        for (int round = 0; round < 20; ++round) {
            open();
            std::atomic<int> failures = 0;
            const auto run = [&failures](const auto& work) {
                try {
                    work();
                } catch (const Error& error) {
                    qWarning("%s", error.what());
                    ++failures;
                }
            };
            {
                const std::jthread reader([&] {
                    run([&] {
                        Conversation talk;
                        m_session->ask({ Browse {} }, talk);
                    });
                });
                const std::jthread writer([&] { run([&] { m_session->index({ photographs() }, "colours", {}); }); });
            }
            QCOMPARE(failures, 0);
            fs::remove_all(m_session->folder());
        }
    }

    void aLibraryOfVersionOneIsSearchedAtOnce()
    {
        const LibraryV1 old(m_folder->path() / "old");
        LibrarySession session(old.library(), source(), cache());
        Conversation talk;
        const Answer all = session.ask({ Browse {} }, talk);
        QCOMPARE(names(all), (QStringList { "volcano_at_dusk.jpg", "cat_face.jpg", "green_bus.jpg" }));
        QCOMPARE(all.rejected, std::int64_t { 1 });
        QCOMPARE(old.version(), 4);
    }

private:
    ModelSource source()
    {
        const auto open = [this](const std::string& name) -> std::unique_ptr<model::ImageTextModel> {
            ++m_opened;
            if (name == "pairs")
                return std::make_unique<NamedPairs>();
            if (name != "colours" && name != "other")
                throw Error(ErrorKind::ModelMismatch, "There is no model \"" + name + "\".");
            return std::make_unique<CountedModel>(m_sentences, name == "other" ? "0123012301230123" : kFingerprint);
        };
        const auto installed = [] {
            std::vector<InstalledModel> models(3);
            models[0].name = "colours";
            models[0].fingerprint = kFingerprint;
            models[1].name = "other";
            models[1].fingerprint = "0123012301230123";
            models[2].name = "pairs";
            models[2].fingerprint = PairColourModel().info().fingerprint;
            return models;
        };
        return { open, installed, "colours" };
    }
    std::shared_ptr<ModelCache> cache() { return std::make_shared<ModelCache>(source().open); }

    /// "pairs" by name.
    struct NamedPairs : PairColourModel {
        NamedPairs()
            : named(PairColourModel::info())
        {
            named.name = "pairs";
        }
        const model::ModelInfo& info() const override { return named; }
        model::ModelInfo named;
    };

    void open()
    {
        m_session = std::make_unique<LibrarySession>(
            m_folder->path() / "library", source(), cache(), LibrarySession::IfMissing::Make);
    }

    fs::path photographs() const { return m_folder->path() / "photographs"; }
    void add(const std::string& name, std::array<std::uint8_t, 3> colour, std::array<std::uint8_t, 3> corner)
    {
        m_folder->addJpeg("photographs/" + name, quartered(64, 64, colour, corner));
    }
    void setWritten(const std::string& name, int year)
    {
        using namespace std::chrono;
        const sys_time<nanoseconds> noon = sys_days(std::chrono::year(year) / 6 / 1) + 12h;
        fs::last_write_time(photographs() / name, file_clock::from_sys(noon));
    }
    IndexReport indexWith(const std::string& model) { return m_session->index({ photographs() }, model, {}); }
    IndexReport index() { return m_session->addAndIndex({ photographs() }, "colours", {}); }
    static Question question(const std::string& sentence, const std::string& model = "colours")
    {
        return { Sentence { sentence }, {}, model };
    }
    static Question weighed(const std::string& sentence, std::vector<TermWeight> weights)
    {
        return { Sentence { sentence, std::move(weights) }, {}, "colours" };
    }
    Answer ask(const std::string& sentence, Conversation& talk) { return m_session->ask(question(sentence), talk); }
    static QStringList names(const Answer& answer)
    {
        QStringList names;
        for (const ExplainedHit& hit : answer.hits)
            names << QString::fromStdString(hit.photo.path.filename().string());
        return names;
    }

    int m_opened = 0, m_sentences = 0;
    std::unique_ptr<PhotoFolder> m_folder;
    std::unique_ptr<LibrarySession> m_session;
};

QTEST_GUILESS_MAIN(LibrarySessionTest)
#include "library_session_test.moc"
