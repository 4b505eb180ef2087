#include <QTest>

#include "core/base/error.h"
#include "core/engine/reranker.h"
#include "core/model/pair_scorer.h"
#include "tests/support/colour_model.h"
#include "tests/support/photo_folder.h"

using namespace wordsight;
using namespace wordsight::engine;

namespace {

/// Colours, compared in pairs: a word looks at a region by the share of its cosine in the word's cosines with all
/// regions, and earns the cosine that it sees on average; the whole sentence adds half of its cosine. So a photograph
/// that is of a word's colour all over beats one with a single such corner, which maxima cannot tell.
class PairColourModel : public test::ColourModel, public model::PairScorer {
public:
    PairColourModel()
        : test::ColourModel("9a12c01052c01052")
    {
    }

    model::PairScorer* pairScorer() override { return this; }

    std::unique_ptr<Photographs> prepare(std::span<const model::ImageEncoding> photographs) override
    {
        auto held = std::make_unique<Held>();
        held->photographs.assign(photographs.begin(), photographs.end());
        return held;
    }

    Matrix scores(const Photographs& photographs, std::span<const model::TextEncoding> sentences) override
    {
        Matrix matrix(photographs.size(), sentences.size());
        for (std::size_t s = 0; s < sentences.size(); ++s) {
            const auto pairs = explain(photographs, sentences[s]);
            for (std::size_t p = 0; p < pairs.size(); ++p)
                matrix(p, s) = pairs[p].score;
        }
        return matrix;
    }

    std::vector<model::PairScore> explain(const Photographs& photographs, const model::TextEncoding& sentence) override
    {
        std::vector<model::PairScore> pairs;
        for (const model::ImageEncoding& photograph : dynamic_cast<const Held&>(photographs).photographs)
            pairs.push_back(pair(photograph, sentence));
        return pairs;
    }

private:
    struct Held final : Photographs {
        std::size_t size() const override { return photographs.size(); }
        std::vector<model::ImageEncoding> photographs;
    };

    static float dot(std::span<const float> a, std::span<const float> b)
    {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0f);
    }

    static model::PairScore pair(const model::ImageEncoding& photograph, const model::TextEncoding& sentence)
    {
        model::PairScore result;
        result.attention = align::alignmentMatrix(photograph.regions, sentence.words);
        for (std::size_t w = 0; w < sentence.words.rows; ++w) {
            float sum = 0, squares = 0;
            for (std::size_t r = 0; r < result.attention.rows; ++r) {
                sum += result.attention(r, w);
                squares += result.attention(r, w) * result.attention(r, w);
            }
            for (std::size_t r = 0; r < result.attention.rows; ++r)
                result.attention(r, w) /= sum;
            result.wordScores.push_back(squares / sum);
            result.score += result.wordScores.back();
        }
        result.rest = 0.5f * dot(photograph.global, sentence.global);
        result.score += result.rest;
        return result;
    }
};

} // namespace

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
        m_rows = m_library->rows(m_model.info().fingerprint);
    }

    void pairsRankTheShortlist()
    {
        const search::Query query = parseQuery(m_model, "green");
        QCOMPARE(query.sentence, std::string("green"));
        const SearchResult scanned = engine::search(m_rows, query);
        const SearchResult result = searchWith(m_model, m_rows, query, {}, 2);
        QCOMPARE(result.maxima.photos, 2u); // red is not on the shortlist
        const auto hits = explain(result, m_rows, *m_library, 5);
        QCOMPARE(hits.size(), 2u);
        QCOMPARE(hits[0].photo.id, m_green);
        QCOMPARE(hits[1].photo.id, m_corner);
        QCOMPARE(best(scanned, 3).back(), m_red);
        QVERIFY(hits[0].terms[0].contribution > hits[1].terms[0].contribution);
        QVERIFY(
            explain(scanned, m_rows, *m_library, 2)[1].terms[0].contribution > 0.99f); // to maxima both are all green
    }

    void contributionsSumToTheScoreAndTheAlignmentSaysTheSame()
    {
        const SearchResult result = searchWith(m_model, m_rows, parseQuery(m_model, "a green dog near blue"));
        const auto hits = explain(result, m_rows, *m_library, 3);
        QCOMPARE(hits.size(), 3u);
        for (const ExplainedHit& hit : hits) {
            float sum = 0;
            for (const ExplainedTerm& term : hit.terms)
                sum += term.contribution;
            QVERIFY(sum == hit.score);
            const align::Alignment alignment = alignStored(m_rows, hit.photo.id, result.query);
            QVERIFY(align::score(alignment) == hit.score);
            const auto parts = align::contributions(alignment);
            for (std::size_t w = 0; w < parts.size(); ++w)
                QVERIFY(parts[w] == hit.terms[w].contribution);
            QVERIFY(align::globalContribution(alignment) == hit.terms.back().contribution);
        }
    }

    void theBoxOfAWordIsWhereItLooksMost()
    {
        const SearchResult result = searchWith(m_model, m_rows, parseQuery(m_model, "green"), {}, 3);
        for (const ExplainedHit& hit : explain(result, m_rows, *m_library, 3))
            if (hit.photo.id == m_corner)
                QVERIFY(hit.terms[0].box == (Box { 0, 0, 0.5f, 0.5f }));
    }

    void weightsReRankWithoutTheModel()
    {
        SearchResult result = searchWith(m_model, m_rows, parseQuery(m_model, "green blue"));
        result.query.terms[0].weight = -1;
        result.query.terms[2].weight = 0;
        const auto hits = explain(result, m_rows, *m_library, 3);
        QCOMPARE(hits[0].photo.id, m_corner);
        QCOMPARE(hits[2].photo.id, m_green);
        QVERIFY(hits[0].terms[0].contribution < 0);
        QVERIFY(align::score(alignStored(m_rows, m_corner, result.query)) == hits[0].score);
    }

    void theShortlistMayBeAnothers()
    {
        const std::array wanted { m_red, PhotoId { 999 }, m_corner };
        const SearchResult result = rerank(m_model, m_rows, parseQuery(m_model, "red"), wanted);
        QCOMPARE(best(result, 5), (std::vector { m_red, m_corner })); // what is not indexed is left out
        expect(ErrorKind::ModelMismatch, [&] { alignStored(m_rows, m_green, result.query); });
    }

    void aPhotographThatIsInNoLibraryIsAlignedAlike()
    {
        const search::Query query = parseQuery(m_model, "green blue");
        const align::Alignment fresh
            = alignImage(m_model, test::quartered(64, 64, { 10, 10, 250 }, { 10, 255, 10 }), query);
        const align::Alignment stored = alignStored(m_rows, m_corner, searchWith(m_model, m_rows, query).query);
        QVERIFY(fresh.pooling == align::Pooling::Sum);
        QCOMPARE(fresh.boxes, stored.boxes);
        QVERIFY(std::abs(align::score(fresh) - align::score(stored)) < 0.01f);
    }

    void modelsThatScoreByMaximaStayAsTheyAre()
    {
        test::ColourModel plain;
        const search::Query query = parseQuery(plain, "green");
        QVERIFY(searchWith(plain, m_rows, query).query.pairs == nullptr);
        expect(ErrorKind::Usage, [&] { rerank(plain, m_rows, query, {}); });
        search::Query edited = parseQuery(m_model, "green");
        edited.sentence.clear(); // its terms come from elsewhere
        QVERIFY(searchWith(m_model, m_rows, edited).query.pairs == nullptr);
        expect(ErrorKind::Usage, [&] { rerank(m_model, m_rows, edited, {}); });
    }

    void stopsWhenAsked()
    {
        expect(ErrorKind::Cancelled,
            [&] { rerank(m_model, m_rows, parseQuery(m_model, "red"), std::array { m_red }, [] { return true; }); });
    }

private:
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

    PairColourModel m_model;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::optional<store::Library> m_library;
    store::ModelRows m_rows;
    PhotoId m_red, m_corner, m_green;
};

QTEST_GUILESS_MAIN(RerankerTest)
#include "reranker_test.moc"
