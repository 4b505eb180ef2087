// A model without words everywhere a model is used: what can be had works, what cannot says so in a sentence.
#include <QTest>

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/engine/alignment_export.h"
#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/modality_gap.h"
#include "core/engine/evaluation/retrieval.h"
#include "core/engine/search/searcher.h"
#include "core/search/highway_index.h"
#include "tests/support/global_model.h"
#include "tests/support/indexing.h"
#include "tests/support/photo_folder.h"
#include "tests/support/searching.h"
#include "tests/support/stopping.h"

using namespace wordsight;
using namespace wordsight::engine;
namespace fs = std::filesystem;

class GlobalOnlyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<test::PhotoFolder>();
        m_folder->addJpeg("images/red.jpg", test::quartered(64, 48, { 250, 5, 5 }, { 250, 5, 5 }));
        m_folder->addJpeg("images/green.jpg", test::quartered(64, 48, { 5, 250, 5 }, { 5, 250, 5 }));
        m_folder->addJpeg("images/blue.jpg", test::quartered(64, 48, { 5, 5, 250 }, { 5, 5, 250 }));
        fs::create_directories(m_folder->path() / "entities" / "Annotations");
        writeFileAtomically(m_folder->path() / "dataset.json", std::string_view(R"({"images":[
            {"filename":"red.jpg","split":"val","sentences":[{"raw":"red"},{"raw":"red red"}]},
            {"filename":"green.jpg","split":"val","sentences":[{"raw":"green"}]},
            {"filename":"blue.jpg","split":"val","sentences":[{"raw":"blue"},{"raw":"blue blue"}]}]})"));
    }

    void aLibraryIsSearchedByWholes()
    {
        auto library = store::Library::open(m_folder->path() / "library", store::Library::Mode::Create);
        const std::vector<fs::path> paths { m_folder->path() / "images" };
        QCOMPARE(test::index(library, paths, m_model, {}).added, 3);
        const store::ModelRows rows = library.rows(m_model.info().fingerprint);
        QCOMPARE(rows.vectors.regionCount(0), std::size_t(0));
        QVERIFY(rows.vectors.layout().hasGlobal);
        const search::HighwayIndex index(rows);
        const SearchResult result = test::search(index, parseQuery(m_model, "green"));
        const auto hits = explain(result, index, library, 3);
        QCOMPARE(hits.size(), std::size_t(3));
        QCOMPARE(hits[0].photo.path.filename(), fs::path("green.jpg"));
        QCOMPARE(hits[0].terms.size(), std::size_t(1));
        QVERIFY(hits[0].terms[0].kind == search::TermKind::Global);
        QCOMPARE(hits[0].terms[0].contribution, hits[0].score);
        QVERIFY(hits[0].terms[0].box == (Box { 0, 0, 1, 1 }));
        const align::Alignment alignment = alignStored(index, hits[0].photo.id, result.query);
        QVERIFY(!align::hasMatrix(alignment));
        QVERIFY(std::abs(align::score(alignment) - hits[0].score) < 1e-6f);
    }

    void nothingToLookForIsNoTerm()
    {
        QVERIFY(parseQuery(m_model, " ").terms.empty());
        QCOMPARE(parseQuery(m_model, "green").terms.size(), std::size_t(1));
    }

    void retrievalIsByWholes()
    {
        const RetrievalReport report = evaluateRetrieval(m_model, input(), {}, {});
        QCOMPARE(report.result.t2i.r1, 100.0);
        QCOMPARE(report.result.i2t.r1, 100.0);
        QVERIFY2(report.scoring.find("global") != std::string::npos, report.scoring.c_str());
    }

    void groundingSaysThatThereAreNoMaps()
    {
        QVERIFY(complaint([&] {
            evaluateGrounding(m_model, input(), { m_folder->path() / "entities", {} }, 0, {});
        }).contains("no word has a map"));
    }

    void exportsSayThatThereAreNoMaps()
    {
        const auto picture = test::quartered(64, 48, { 250, 5, 5 }, { 5, 250, 5 });
        const auto alignment = alignImage(m_model, picture, parseQuery(m_model, "red"));
        const auto file = [&](const char* name) { return m_folder->path() / name; };
        for (const char* matrix : { "a.csv", "a.npz" }) {
            QVERIFY(complaint([&] {
                exportAlignment(alignment, picture, "red", file(matrix));
            }).contains("no word has a map"));
            QVERIFY(!fs::exists(file(matrix)));
        }
        exportAlignment(alignment, picture, "red", file("a.json"));
        const auto json = nlohmann::json::parse(readTextFile(file("a.json")));
        QVERIFY(json["note"].get<std::string>().find("no word has a map") != std::string::npos);
        QCOMPARE(json["score"].get<float>(), align::score(alignment));
        exportAlignment(alignment, picture, "red", file("a.svg"));
        const std::string svg = readTextFile(file("a.svg"));
        QVERIFY(
            svg.find("This model compares") != std::string::npos && svg.find("= whole sentence") != std::string::npos);
        QVERIFY(svg.find("linearGradient") == std::string::npos); // no scale of colours where nothing is coloured
        exportAlignment(alignment, picture, "red", file("a.png"));
        QVERIFY(fs::file_size(file("a.png")) > 1000);
    }

    void theGapOfBothClouds()
    {
        std::vector<std::string> stages;
        const ModalityGap gap
            = modalityGap(m_model, input(), { [&](const Progress& p) { stages.push_back(p.stage); }, {} });
        QCOMPARE(gap.model, std::string("wholes"));
        QCOMPARE(gap.images.rows, std::size_t(3));
        QCOMPARE(gap.sentences.rows, std::size_t(5));
        QCOMPARE(gap.images.cols, std::size_t(2));
        QCOMPARE(gap.imageNames, (std::vector<std::string> { "red.jpg", "green.jpg", "blue.jpg" }));
        QCOMPARE(gap.captions[2], std::string("green"));
        QCOMPARE(gap.owner, (std::vector<std::size_t> { 0, 0, 1, 2, 2 }));
        QCOMPARE(gap.retrieval.t2i.r1, 100.0);
        QVERIFY(gap.centroidDistance > 0 && gap.centroidDistance < 1);
        QVERIFY(gap.classifierAccuracy >= 0 && gap.classifierAccuracy <= 100);
        QVERIFY(gap.planeShare > 0.5 && gap.planeShare <= 1.0001);
        // A sentence lies nearer to its photograph than to the others, also on the plane.
        const auto distance = [&](std::size_t sentence, std::size_t image) {
            return std::hypot(
                gap.sentences(sentence, 0) - gap.images(image, 0), gap.sentences(sentence, 1) - gap.images(image, 1));
        };
        QVERIFY(distance(2, 1) < distance(2, 0) && distance(2, 1) < distance(2, 2));
        QCOMPARE(stages.back(), std::string("Comparing both clouds"));
    }

    void theGapCanBeStoppedAndNeedsWholes()
    {
        QVERIFY_THROWS_EXCEPTION(Error, modalityGap(m_model, input(), test::stopWhen([](const Progress& p) {
            return p.stage == "Comparing both clouds";
        })));
        struct NoWholes : test::GlobalModel {
            std::vector<model::ImageEncoding> encodeImages(std::span<const image::Image> images) override
            {
                auto encodings = GlobalModel::encodeImages(images);
                for (auto& encoding : encodings)
                    encoding.global.clear();
                return encodings;
            }
        } model;
        QVERIFY(complaint([&] { modalityGap(model, input(), {}); }).contains("no two clouds"));
    }

private:
    EvaluationInput input() const { return { m_folder->path() / "dataset.json", m_folder->path() / "images", "val" }; }

    template <class Work> static QString complaint(Work work)
    {
        try {
            work();
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

    std::unique_ptr<test::PhotoFolder> m_folder;
    test::GlobalModel m_model;
};

QTEST_GUILESS_MAIN(GlobalOnlyTest)
#include "global_only_test.moc"
