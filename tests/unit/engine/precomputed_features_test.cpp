#include <QTemporaryDir>
#include <QTest>

#include <cmath>

#include "core/base/error.h"
#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/retrieval.h"
#include "core/engine/search/searcher.h"
#include "core/search/highway_index.h"
#include "tests/support/colour_model.h"
#include "tests/support/feature_files.h"
#include "tests/support/indexing.h"
#include "tests/support/photo_folder.h"
#include "tests/support/searching.h"

using namespace wordsight;
using namespace wordsight::test;
using namespace wordsight::engine;
using store::Library;
namespace fs = std::filesystem;

namespace {

const std::vector<float> red { 1, 0, 0 }, green { 0, 1, 0 }, blue { 0, 0, 1 }, teal { 0, 0.6f, 0.8f };

std::vector<float> joined(std::initializer_list<std::vector<float>> parts)
{
    std::vector<float> all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace

/// Photographs whose vectors come of features that another program computed: index, search, explain, evaluate.
class PrecomputedFeaturesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<PhotoFolder>();
        for (const char* name : { "11_first.jpg", "COCO_val2014_000000000022.jpg", "plain.jpg", "unknown.jpg" })
            m_folder->addJpeg(std::string("photos/") + name, quartered(64, 48, { 9, 9, 9 }, { 20, 20, 20 }));
        // Differing numbers of regions, in pixels of the photographs (64 × 48).
        writeTeranFiles(
            m_folder->path() / "features", "11", 2, { 0, 0, 32, 24, 16, 12, 64, 48 }, joined({ green, red }));
        writeTeranFiles(m_folder->path() / "features", "22", 3, { 0, 0, 9, 9, 32, 0, 64, 48, 0, 0, 64, 48 },
            joined({ red, blue, red }));
        writeTeranFiles(m_folder->path() / "features", "plain", 1, { 0, 0, 64, 48 }, teal);
    }

    void aLibraryOfFeaturesIsSearchedAndExplained()
    {
        const IndexReport report = index();
        QCOMPARE(report.added, std::int64_t { 3 });
        QCOMPARE(report.withoutFeatures.size(), 1u);
        QCOMPARE(report.withoutFeatures[0].path.filename(), fs::path("unknown.jpg"));
        QVERIFY(report.withoutFeatures[0].reason.find("has no features of the photograph unknown.jpg")
            != std::string::npos);
        const Library library = Library::open(at(), Library::Mode::ReadOnly);
        QVERIFY(library.rejected().empty()); // nothing is wrong with the photograph itself
        const search::HighwayIndex rows(library.rows(m_model.info().fingerprint));
        const SearchResult result = test::search(rows, parseQuery(m_model, "blue"));
        const auto hits = explain(result, rows, library, 3);
        QCOMPARE(hits.size(), 3u);
        for (const ExplainedHit& hit : hits) {
            const align::Alignment alignment = alignStored(rows, hit.photo.id, result.query);
            QVERIFY(align::hasBoxes(alignment));
            QVERIFY(std::abs(align::score(alignment) - hit.score) < 1e-6f);
            if (hit.photo.path.filename() == "COCO_val2014_000000000022.jpg") {
                QCOMPARE(alignment.boxes.size(), 3u);
                QVERIFY(hit.terms[0].box == (Box { 0.5f, 0, 0.5f, 1 }));
            }
        }
        QCOMPARE(index().unchanged, std::int64_t { 3 });
    }

    void whatIsDamagedIsLeftOutUntilItIsMended()
    {
        const fs::path boxes = m_folder->path() / "features/bu_box/22.npy";
        writeNpy(boxes, NpyArray::ofFloats({ 3, 4 }, { 0, 0, 9, 9, 32, 0, 640, 48, 0, 0, 64, 48 }));
        const IndexReport damaged = index();
        QCOMPARE(damaged.added, std::int64_t { 2 });
        QCOMPARE(damaged.withoutFeatures.size(), 2u);
        QVERIFY(damaged.withoutFeatures[0].reason.find(
                    "22.npy: box 2 (32, 0, 640, 48) lies outside the photograph, which is 64 × 48")
            != std::string::npos);
        writeNpy(boxes, NpyArray::ofFloats({ 3, 4 }, { 0, 0, 9, 9, 32, 0, 64, 48, 0, 0, 64, 48 }));
        QCOMPARE(index().added, std::int64_t { 1 });
    }

    void anotherModelOfTheSameLibraryIsNotTouched()
    {
        ColourModel photographs;
        {
            Library library = Library::open(at(), Library::Mode::Create);
            QCOMPARE(test::index(library, paths(), photographs, {}).added, std::int64_t { 4 });
        }
        QCOMPARE(index().added, std::int64_t { 3 });
        const Library library = Library::open(at(), Library::Mode::ReadOnly);
        QCOMPARE(library.rows(photographs.info().fingerprint).rows.size(), 4u);
        QCOMPARE(library.rows(m_model.info().fingerprint).rows.size(), 3u);
    }

    void aModelTakesWhatItWasMadeFor()
    {
        Library library = Library::open(at(), Library::Mode::Create);
        ColourModel photographs;
        const PhotographFeatures features = open("features");
        QCOMPARE(hintThrown([&] { test::index(library, paths(), m_model, {}); }), Hint::NameFeatures);
        QCOMPARE(kindThrown([&] { test::index(library, paths(), photographs, {}, &features); }, "takes no features"),
            ErrorKind::Usage);
        writeTeranFiles(m_folder->path() / "wide", "11", 1, { 0, 0, 1, 1 }, { 1, 2, 3, 4 });
        const PhotographFeatures wide = open("wide");
        QCOMPARE(kindThrown([&] { test::index(library, paths(), m_model, {}, &wide); }, "takes 3 features per region"),
            ErrorKind::ModelMismatch);
    }

    void evaluationOnFeatures()
    {
        writeDataset();
        EvaluationInput input { m_folder->path() / "dataset.json", m_folder->path() / "photos", "val",
            m_folder->path() / "features" };
        const RetrievalReport report = evaluateRetrieval(m_model, input, {}, {});
        QCOMPARE(report.images, 3u);
        QCOMPARE(report.captions, 3u);
        QCOMPARE(report.result.t2i.r1, 100.0);
        QCOMPARE(report.result.i2t.r1, 100.0);
        input.split = "test";
        QCOMPARE(
            kindThrown([&] { evaluateRetrieval(m_model, input, {}, {}); }, "no features of the photograph unknown.jpg"),
            ErrorKind::UnreadableInput);
        ColourModel photographs;
        QCOMPARE(
            kindThrown([&] { evaluateRetrieval(photographs, input, {}, {}); }, "takes no features"), ErrorKind::Usage);
    }

    void groundingUsesEachPhotographsBoxes()
    {
        writeDataset();
        const fs::path entities = m_folder->path() / "entities";
        fs::create_directories(entities / "Annotations");
        fs::create_directories(entities / "Sentences");
        writeFileAtomically(entities / "Annotations/11.xml",
            std::string_view("<annotation><size><width>64</width><height>48</height></size><object>"
                             "<name>1</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>32</xmax><ymax>24</ymax></"
                             "bndbox></object></annotation>"));
        writeFileAtomically(entities / "Sentences/11.txt", std::string_view("[/EN#1/other green] red\n"));
        const EvaluationInput input { m_folder->path() / "dataset.json", m_folder->path() / "photos", "val",
            m_folder->path() / "features" };
        const eval::PointingResult result = evaluateGrounding(m_model, input, { entities, {} }, 0, {}).pointing;
        QCOMPARE(result.phrases, 1u);
        QCOMPARE(result.pointing, 100.0);
        QCOMPARE(result.baselineRandom, 50.0); // one of its two regions has its middle there
        fs::remove_all(m_folder->path() / "features/bu_box");
        QCOMPARE(kindThrown(
                     [&] {
                         evaluateGrounding(m_model, input, { entities, {} }, 0, {});
                     },
                     "came without boxes"),
            ErrorKind::UnreadableInput);
    }

    void precompFoldersBringTheirSentences()
    {
        const fs::path folder = m_folder->path() / "precomp";
        fs::create_directories(folder);
        writeNpy(
            folder / "test_ims.npy", NpyArray::ofFloats({ 3, 2, 3 }, joined({ red, green, blue, blue, teal, teal })));
        writeFileAtomically(
            folder / "test_caps.txt", std::string_view("red green\nred\nblue\nblue blue\ngreen blue\nblue green\n"));
        const EvaluationInput input { {}, {}, "test", folder };
        const RetrievalReport report = evaluateRetrieval(m_model, input, {}, {});
        QCOMPARE(report.images, 3u);
        QCOMPARE(report.captions, 6u);
        QCOMPARE(report.result.t2i.r1, 100.0);
        const EvaluationInput withoutSentences { {}, {}, "test", m_folder->path() / "features" };
        QCOMPARE(hintThrown([&] { evaluateRetrieval(m_model, withoutSentences, {}, {}); }), Hint::NameDataset);
        QCOMPARE(hintThrown([&] { evaluateRetrieval(m_model, {}, {}, {}); }), Hint::NamePhotographs);
    }

    void aDataSetSaysWhatItCallsItsPhotographs()
    {
        // TERAN's files of Flickr30k are named by a photograph's place in the split file.
        const fs::path folder = m_folder->path() / "numbered";
        writeTeranFiles(folder, "1", 1, { 0, 0, 640, 240 }, red);
        writeFileAtomically(m_folder->path() / "numbered.json", std::string_view(R"({"images":[
            {"filename":"x.jpg","split":"val","sentences":[]},
            {"filename":"unknown.jpg","split":"val","width":640,"height":480,"sentences":[]}]})"));
        const PhotographFeatures features(
            dataset::openRegions(folder), dataset::readKarpathy(m_folder->path() / "numbered.json"));
        const RegionFeatures found = features.of(m_folder->path() / "photos/unknown.jpg");
        QCOMPARE(found.features.data, red);
        QCOMPARE(found.boxes[0], (Box { 0, 0, 1, 0.5f })); // measured in the photograph before it was made smaller
        const align::Alignment alignment = alignFeatures(m_model, found, parseQuery(m_model, "red"));
        QCOMPARE(alignment.boxes, found.boxes);
        QVERIFY(alignment.matrix(0, 0) > 0.9f);
    }

private:
    std::string at() const { return m_folder->path() / "library"; }
    std::vector<fs::path> paths() const { return { m_folder->path() / "photos" }; }
    PhotographFeatures open(const char* name) const
    {
        return PhotographFeatures(dataset::openRegions(m_folder->path() / name));
    }

    IndexReport index()
    {
        Library library = Library::open(at(), Library::Mode::Create);
        const PhotographFeatures features = open("features");
        return test::index(library, paths(), m_model, {}, &features);
    }

    void writeDataset()
    {
        writeFileAtomically(m_folder->path() / "dataset.json", std::string_view(R"({"images":[
            {"filename":"11_first.jpg","split":"val","sentences":[{"raw":"green red"}]},
            {"filename":"COCO_val2014_000000000022.jpg","cocoid":22,"split":"val","sentences":[{"raw":"red blue"}]},
            {"filename":"plain.jpg","split":"val","sentences":[{"raw":"green blue"}]},
            {"filename":"unknown.jpg","split":"test","sentences":[{"raw":"blue"}]}]})"));
    }

    /// What a person is told to do about a usage error; nothing where there was none.
    template <class Action> static std::optional<Hint> hintThrown(Action action)
    {
        try {
            action();
        } catch (const Error& error) {
            return error.kind() == ErrorKind::Usage ? std::optional(error.hint()) : std::nullopt;
        }
        return std::nullopt;
    }

    template <class Action> static std::optional<ErrorKind> kindThrown(Action action, const std::string& mentions)
    {
        try {
            action();
        } catch (const Error& error) {
            if (std::string(error.what()).find(mentions) != std::string::npos)
                return error.kind();
            qWarning("%s", error.what());
        }
        return std::nullopt;
    }

    ColourModel m_model = ColourModel::ofFeatures();
    std::unique_ptr<PhotoFolder> m_folder;
};

QTEST_GUILESS_MAIN(PrecomputedFeaturesTest)
#include "precomputed_features_test.moc"
