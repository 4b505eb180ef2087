#include <QTest>

#include <cmath>

#include "core/base/error.h"
#include "core/engine/search/searcher.h"
#include "core/search/highway_index.h"
#include "core/store/library.h"
#include "tests/support/colour_model.h"
#include "tests/support/photo_folder.h"
#include "tests/support/searching.h"

using namespace wordsight;
using namespace wordsight::engine;

/// Searching a real library on disk, with an encoder that knows three colours.
class SearcherTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_library.emplace(
            store::Library::open(m_folder->filePath("library").toStdString(), store::Library::Mode::Create));
        m_red = add("red.jpg", { 250, 10, 10 }, { 250, 10, 10 });
        m_blueWithGreen = add("blue and green.jpg", { 10, 10, 250 }, { 10, 250, 10 });
        m_green = add("green.jpg", { 10, 200, 10 }, { 10, 200, 10 });
        m_index = std::make_shared<search::HighwayIndex>(m_library->rows(m_model.info().fingerprint));
    }

    void wordsThenTheSentenceAreTerms()
    {
        const search::Query query = parseQuery(m_model, "red  blue");
        QCOMPARE(query.terms.size(), 3u);
        QCOMPARE(query.terms[1].label, std::string("blue"));
        QCOMPARE(query.terms[1].span, (TextSpan { 5, 9 }));
        QVERIFY(query.terms[2].kind == search::TermKind::Global);
        QCOMPARE(query.terms[2].effectiveWeight(), 0.5f);
        QVERIFY(query.pooling == align::Pooling::MrSw);
    }

    void wordsThatOnlyHoldOthersTogetherAreMarked()
    {
        const auto terms = parseQuery(m_model, "a green dog").terms;
        QVERIFY(terms[0].functionWord && !terms[1].functionWord && !terms[2].functionWord);
        QVERIFY(!terms[3].functionWord); // the sentence
    }

    void ranksAndSaysWhy()
    {
        const SearchResult result = test::search(*m_index, parseQuery(m_model, "green blue"));
        const auto hits = explain(result, *m_index, *m_library, 2);
        QCOMPARE(hits.size(), 2u);
        QCOMPARE(hits[0].rank, 1u);
        QCOMPARE(hits[0].photo.id, m_blueWithGreen);
        QCOMPARE(hits[0].photo.path.filename(), std::filesystem::path("blue and green.jpg"));
        QCOMPARE(hits[0].terms.size(), 3u);
        QCOMPARE(hits[0].terms[0].box, (Box { 0, 0, 0.5f, 0.5f })); // green is in the top left quarter
        QVERIFY(!(hits[0].terms[1].box == hits[0].terms[0].box));
        QCOMPARE(hits[0].terms[2].box, (Box { 0, 0, 1, 1 }));
        QCOMPARE(hits[0].terms[2].weight, 0.5f);
        for (const ExplainedHit& hit : hits) {
            float sum = 0;
            for (const ExplainedTerm& term : hit.terms)
                sum += term.contribution;
            QVERIFY(sum == hit.score);
        }
    }

    void weightsReRankWithoutAScan()
    {
        SearchResult result = test::search(*m_index, parseQuery(m_model, "green blue"));
        result.query.terms[1].weight = -1; // green, not blue
        result.query.terms[2].weight = 0;
        const auto hits = explain(result, *m_index, *m_library, 3);
        QCOMPARE(hits[0].photo.id, m_green);
        QVERIFY(hits[0].terms[1].contribution < 0);
        QVERIFY(hits[0].terms[2].contribution == 0);
    }

    void aStoredAlignmentHasTheCosinesThatRanked()
    {
        const SearchResult result = test::search(*m_index, parseQuery(m_model, "a green dog near blue"));
        for (const ExplainedHit& hit : explain(result, *m_index, *m_library, 3)) {
            const align::Alignment alignment = alignStored(*m_index, hit.photo.id, result.query);
            QCOMPARE(alignment.words.size(), 5u);
            QCOMPARE(alignment.matrix.rows, 4u);
            QVERIFY(align::score(alignment) == hit.score);
            const auto parts = align::contributions(alignment);
            for (std::size_t w = 0; w < parts.size(); ++w)
                QVERIFY(parts[w] == hit.terms[w].contribution);
            QVERIFY(alignment.globalScore == hit.terms.back().maximum);
        }
    }

    void aPhotographThatIsInNoLibraryIsAlignedAlike()
    {
        const image::Image picture = test::quartered(64, 64, { 10, 10, 250 }, { 10, 250, 10 });
        const search::Query query = parseQuery(m_model, "green blue");
        const align::Alignment fresh = alignImage(m_model, picture, query);
        const align::Alignment stored = alignStored(*m_index, m_blueWithGreen, query);
        QCOMPARE(fresh.boxes, stored.boxes);
        QVERIFY(std::abs(align::score(fresh) - align::score(stored)) < 0.01f);
        QVERIFY(fresh.matrix(0, 0) > 0.95f); // green in the green quarter
        QVERIFY(fresh.matrix(3, 0) < 0.5f);
    }

    void everyPoolingIsExplained()
    {
        search::Query query = parseQuery(m_model, "green blue");
        for (const char* name : { "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" }) {
            query.pooling = *align::poolingNamed(name);
            const SearchResult result = test::search(*m_index, query);
            for (const ExplainedHit& hit : explain(result, *m_index, *m_library, 3)) {
                const float whole = align::score(alignStored(*m_index, hit.photo.id, query));
                QVERIFY2(std::abs(whole - hit.score) < 1e-6f, name);
            }
        }
    }

    void whatIsExplainedLaterIsWhatRanked()
    {
        search::Query query = parseQuery(m_model, "a green dog near blue");
        for (const char* name : { "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" }) {
            query.pooling = *align::poolingNamed(name);
            const auto hits = explain(test::search(*m_index, query), *m_index, *m_library, 3);
            QCOMPARE(hits.size(), 3u);
            for (const ExplainedHit& hit : hits) {
                const auto terms = explainTerms(*m_index, hit.photo.id, query);
                QCOMPARE(terms.size(), hit.terms.size());
                for (std::size_t t = 0; t < terms.size(); ++t) {
                    QCOMPARE(terms[t].label, hit.terms[t].label);
                    QVERIFY2(terms[t].contribution == hit.terms[t].contribution, name);
                    QVERIFY2(terms[t].maximum == hit.terms[t].maximum, name);
                    QVERIFY2(query.pooling != align::Pooling::MrSw || terms[t].box == hit.terms[t].box, name);
                    QVERIFY(terms[t].functionWord == hit.terms[t].functionWord);
                }
            }
        }
    }

    void everyPhotographMayHaveItsOwnRegions()
    {
        constexpr int red = 0, green = 1, blue = 2;
        const std::vector<Box> three { { 0, 0, .5f, .5f }, { .25f, .25f, .5f, .75f }, { .1f, .6f, .9f, .4f } };
        const std::vector<Box> two { { .3f, 0, .2f, 1 }, { 0, 0, 1, 1 } };
        const PhotoId first = addRegions("first.jpg", { red, blue, red }, three);
        const PhotoId second = addRegions("second.jpg", { green, green, red, blue, green }, {}); // boxes are not known
        const PhotoId third = addRegions("third.jpg", { green, red }, two);
        const search::HighwayIndex rows(m_library->rows("features"));
        const SearchResult result = test::search(rows, { { colourTerm(blue), colourTerm(red) }, align::Pooling::MrSw });
        const auto hits = explain(result, rows, *m_library, 3);
        QCOMPARE(hits[0].photo.id, first);
        QCOMPARE(hits[0].score, 2.f);
        QVERIFY(hits[0].terms[0].box == three[1]);
        QVERIFY(hits[0].terms[1].box == three[0]);
        QCOMPARE(hits[1].photo.id, second);
        QCOMPARE(hits[1].score, 2.f);
        QVERIFY(!hits[1].terms[0].box);
        QCOMPARE(hits[2].photo.id, third);
        QVERIFY(hits[2].terms[1].box == two[1]);

        const align::Alignment placed = alignStored(rows, third, result.query);
        QCOMPARE(placed.boxes, two);
        QCOMPARE(placed.matrix.rows, 2u);
        const align::Alignment unplaced = alignStored(rows, second, result.query);
        QCOMPARE(unplaced.matrix.rows, 5u);
        QCOMPARE(unplaced.matrix(3, 0), 1.f);
        QVERIFY(align::hasBoxes(placed) && !align::hasBoxes(unplaced));
        QCOMPARE(align::score(unplaced), hits[1].score);
    }

    void removedPhotographsAreLeftOut()
    {
        const SearchResult result = test::search(*m_index, parseQuery(m_model, "red"));
        m_library->removePhoto(m_red);
        const auto hits = explain(result, *m_index, *m_library, 3);
        QCOMPARE(hits.size(), 2u);
        QCOMPARE(hits[0].rank, 1u);
    }

    void anEmptySentenceAndAnUnknownPhotograph()
    {
        QCOMPARE(explain(test::search(*m_index, {}), *m_index, *m_library, 5).size(), 3u);
        try {
            alignStored(*m_index, { 999 }, {});
            QFAIL("No error.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::ModelMismatch);
        }
    }

private:
    static search::Term colourTerm(int channel)
    {
        std::vector<float> vector(3);
        vector[static_cast<std::size_t>(channel)] = 1;
        return { search::TermKind::Word, vector };
    }

    PhotoId put(const std::string& name)
    {
        store::Photo photo;
        photo.path = m_folder->filePath(QString::fromStdString(name)).toStdString();
        photo.contentHash = name;
        photo.width = photo.height = 64;
        return m_library->putPhoto(photo);
    }

    /// A photograph with one region a colour, of a model whose photographs have regions of their own.
    PhotoId addRegions(const std::string& name, const std::vector<int>& colours, const std::vector<Box>& boxes)
    {
        Matrix regions(colours.size(), 3);
        for (std::size_t r = 0; r < colours.size(); ++r)
            regions(r, static_cast<std::size_t>(colours[r])) = 1;
        const PhotoId id = put(name);
        const std::array encodings { store::NewEncoding { id, std::move(regions), {}, boxes } };
        m_library->addEncodings("features", { 3, {}, false, "features", true }, encodings);
        return id;
    }

    PhotoId add(const std::string& name, std::array<std::uint8_t, 3> colour, std::array<std::uint8_t, 3> corner)
    {
        const PhotoId id = put(name);
        const std::array pictures { test::quartered(64, 64, colour, corner) };
        auto encoding = m_model.encodeImages(pictures).front();
        const model::ModelInfo& info = m_model.info();
        const std::array encodings { store::NewEncoding {
            id, std::move(encoding.regions), std::move(encoding.global) } };
        m_library->addEncodings(info.name, { 3, info.boxes, true, info.fingerprint }, encodings);
        return id;
    }

    test::ColourModel m_model;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::optional<store::Library> m_library;
    search::IndexPtr m_index;
    PhotoId m_red, m_blueWithGreen, m_green;
};

QTEST_GUILESS_MAIN(SearcherTest)
#include "searcher_test.moc"
