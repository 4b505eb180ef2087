#include <QTest>

#include "core/base/error.h"
#include "core/engine/search/question.h"
#include "core/engine/search/reranker.h"
#include "core/search/highway_index.h"
#include "tests/support/pair_colour_model.h"
#include "tests/support/photo_folder.h"
#include "tests/support/searching.h"

using namespace wordsight;
using namespace wordsight::engine;

/// Re-ranking in a real library on disk.
class RerankerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_library.emplace(
            store::Library::open(m_folder->filePath("library").toStdString(), store::Library::Mode::Create));
        m_red = add("red.jpg", { 250, 10, 10 }, { 250, 10, 10 });
        m_corner = add("green corner.jpg", { 10, 10, 250 }, { 10, 255, 10 });
        m_green = add("green.jpg", { 10, 200, 10 }, { 10, 200, 10 });
        m_index = std::make_shared<search::HighwayIndex>(m_library->rows(m_model.info().fingerprint));
    }

    void pairsRankTheShortlist()
    {
        const search::Query query = parseQuery(m_model, "green");
        QCOMPARE(query.sentences, std::vector<std::string> { "green" });
        const SearchResult scanned = test::search(*m_index, query);
        const SearchResult result = searchPairs(query, 2);
        QCOMPARE(result.scores.photos, 2u); // red is not on the shortlist
        const auto hits = explain(result, *m_index, *m_library, 5);
        QCOMPARE(hits.size(), 2u);
        QCOMPARE(hits[0].photo.id, m_green);
        QCOMPARE(hits[1].photo.id, m_corner);
        QCOMPARE(best(scanned, 3).back(), m_red);
        QVERIFY(hits[0].terms[0].contribution > hits[1].terms[0].contribution);
        QVERIFY(
            explain(scanned, *m_index, *m_library, 2)[1].terms[0].contribution > 0.99f); // to maxima both are all green
    }

    void contributionsSumToTheScoreAndTheAlignmentSaysTheSame()
    {
        const SearchResult result = searchPairs(parseQuery(m_model, "a green dog near blue"));
        const auto hits = explain(result, *m_index, *m_library, 3);
        QCOMPARE(hits.size(), 3u);
        for (const ExplainedHit& hit : hits) {
            float sum = 0;
            for (const ExplainedTerm& term : hit.terms)
                sum += term.contribution;
            QVERIFY(sum == hit.score);
            const align::Alignment alignment = alignStored(*m_index, hit.photo.id, result.query, result.pairs.get());
            QVERIFY(align::score(alignment) == hit.score);
            const auto parts = align::contributions(alignment);
            for (std::size_t w = 0; w < parts.size(); ++w)
                QVERIFY(parts[w] == hit.terms[w].contribution);
            QVERIFY(align::globalContribution(alignment) == hit.terms.back().contribution);
        }
    }

    void theBoxOfAWordIsWhereItLooksMost()
    {
        const SearchResult result = searchPairs(parseQuery(m_model, "green"), 3);
        for (const ExplainedHit& hit : explain(result, *m_index, *m_library, 3))
            if (hit.photo.id == m_corner)
                QVERIFY(hit.terms[0].box == (Box { 0, 0, 0.5f, 0.5f }));
    }

    void weightsReRankWithoutTheModel()
    {
        SearchResult result = searchPairs(parseQuery(m_model, "green blue"));
        result.query.terms[0].weight = -1;
        result.query.terms[2].weight = 0;
        const auto hits = explain(result, *m_index, *m_library, 3);
        QCOMPARE(hits[0].photo.id, m_corner);
        QCOMPARE(hits[2].photo.id, m_green);
        QVERIFY(hits[0].terms[0].contribution < 0);
        QVERIFY(align::score(alignStored(*m_index, m_corner, result.query, result.pairs.get())) == hits[0].score);
    }

    void theShortlistMayBeAnothers()
    {
        const std::array wanted { m_red, PhotoId { 999 }, m_corner };
        const SearchResult result = rerank(m_model, *m_index, parseQuery(m_model, "red"), wanted);
        QCOMPARE(best(result, 5), (std::vector { m_red, m_corner })); // what is not indexed is left out
        expect(ErrorKind::ModelMismatch, [&] { alignStored(*m_index, m_green, result.query, result.pairs.get()); });
    }

    void aPhotographThatIsInNoLibraryIsAlignedAlike()
    {
        const search::Query query = parseQuery(m_model, "green blue");
        const align::Alignment fresh
            = alignImage(m_model, test::quartered(64, 64, { 10, 10, 250 }, { 10, 255, 10 }), query);
        const SearchResult paired = searchPairs(query);
        const align::Alignment stored = alignStored(*m_index, m_corner, paired.query, paired.pairs.get());
        QVERIFY(fresh.pooling == align::Pooling::Sum);
        QCOMPARE(fresh.boxes, stored.boxes);
        QVERIFY(std::abs(align::score(fresh) - align::score(stored)) < 0.01f);
    }

    void modelsThatScoreByMaximaStayAsTheyAre()
    {
        test::ColourModel plain;
        const search::Query query = parseQuery(plain, "green");
        QVERIFY(!scoresPairs(plain, query));
        expect(ErrorKind::Usage, [&] { rerank(plain, *m_index, query, {}); });
        search::Query edited = parseQuery(m_model, "green");
        edited.sentences.clear(); // its terms come from elsewhere
        QVERIFY(!scoresPairs(m_model, edited));
        expect(ErrorKind::Usage, [&] { rerank(m_model, *m_index, edited, {}); });
    }

    void stopsWhenAsked()
    {
        std::stop_source source;
        source.request_stop();
        expect(ErrorKind::Cancelled,
            [&] { rerank(m_model, *m_index, parseQuery(m_model, "red"), std::array { m_red }, source.get_token()); });
    }

private:
    /// The scan, and the best of it scored in pairs.
    SearchResult searchPairs(const search::Query& query, std::size_t shortlist = kShortlist)
    {
        return rerank(m_model, *m_index, query, best(test::search(*m_index, query), shortlist));
    }

    template <class Call> static void expect(ErrorKind kind, Call call)
    {
        try {
            call();
            QFAIL("No error.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), kind);
        }
    }

    PhotoId add(const std::string& name, std::array<std::uint8_t, 3> colour, std::array<std::uint8_t, 3> corner)
    {
        store::Photo photo;
        photo.path = m_folder->filePath(QString::fromStdString(name)).toStdString();
        photo.contentHash = name;
        photo.width = photo.height = 64;
        const PhotoId id = m_library->putPhoto(photo);
        const std::array pictures { test::quartered(64, 64, colour, corner) };
        auto encoding = m_model.encodeImages(pictures).front();
        const model::ModelInfo& info = m_model.info();
        std::vector<store::NewEncoding> encodings(1);
        encodings[0].photo = id;
        encodings[0].regions = std::move(encoding.regions);
        encodings[0].global = std::move(encoding.global);
        store::VectorLayout layout;
        layout.dimension = 3;
        layout.boxes = info.boxes;
        layout.hasGlobal = true;
        layout.fingerprint = info.fingerprint;
        m_library->addEncodings(info.name, layout, encodings);
        return id;
    }

    test::PairColourModel m_model;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::optional<store::Library> m_library;
    search::IndexPtr m_index;
    PhotoId m_red, m_corner, m_green;
};

QTEST_GUILESS_MAIN(RerankerTest)
#include "reranker_test.moc"
