#include <QTest>

#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/retrieval.h"
#include "core/engine/searcher.h"
#include "tests/support/colour_model.h"
#include "tests/support/photo_folder.h"

using namespace wordsight;
using namespace wordsight::engine;

/// Evaluations over real files, small enough to be worked out by hand.
class EvaluatorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<test::PhotoFolder>();
        m_folder->addJpeg("images/1_r.jpg", test::quartered(64, 48, { 250, 5, 5 }, { 250, 5, 5 }));
        m_folder->addJpeg("images/2_g.jpg", test::quartered(64, 48, { 250, 5, 5 }, { 5, 250, 5 }));
        m_folder->addJpeg("images/3_b.jpg", test::quartered(64, 48, { 5, 5, 250 }, { 5, 5, 250 }));
        write("dataset.json", R"({"images":[
            {"filename":"1_r.jpg","split":"val","sentences":[{"raw":"red"},{"raw":"red red"}]},
            {"filename":"2_g.jpg","split":"val","sentences":[{"raw":"green red"},{"raw":"blue"}]},
            {"filename":"3_b.jpg","split":"val","sentences":[{"raw":"blue"}]},
            {"filename":"gone.jpg","split":"test","sentences":[{"raw":"blue"}]}]})");
    }

    void retrievalAfterTheProtocol()
    {
        const RetrievalReport report = evaluateRetrieval(m_model, input(), {}, {});
        QCOMPARE(report.images, 3u);
        QCOMPARE(report.captions, 5u);
        QCOMPARE(report.model, std::string("colours"));
        QCOMPARE(report.scoring, std::string("mrsw + 0.5·global"));
        QCOMPARE(report.result.t2i.r1, 80.0); // only "blue" of the second photograph is wrong
        QCOMPARE(report.result.t2i.r5, 100.0);
        // The third photograph's caption ties with a wrong one, which counts against it; the second is mostly red.
        QCOMPARE(report.result.i2t.r1, 100.0 / 3);
        QCOMPARE(report.result.i2t.r5, 100.0);
    }

    void scoresAreThoseOfTheSearch()
    {
        // The rank of every caption's photograph, by alignments one by one.
        const RetrievalReport report = evaluateRetrieval(m_model, input(), {}, {});
        const std::vector<std::pair<std::string, std::size_t>> captions { { "red", 0 }, { "red red", 0 }, { "green red", 1 }, { "blue", 1 }, { "blue", 2 } };
        const std::array pictures { test::quartered(64, 48, { 250, 5, 5 }, { 250, 5, 5 }),
            test::quartered(64, 48, { 250, 5, 5 }, { 5, 250, 5 }), test::quartered(64, 48, { 5, 5, 250 }, { 5, 5, 250 }) };
        double rankSum = 0;
        for (const auto& [caption, owner] : captions) {
            std::vector<float> scores;
            for (const auto& picture : pictures)
                scores.push_back(align::score(alignImage(m_model, picture, parseQuery(m_model, caption))));
            rankSum += 1 + static_cast<double>(std::ranges::count_if(scores, [&](float s) { return s > scores[owner]; }));
        }
        QCOMPARE(report.result.t2i.meanr, rankSum / 5);
    }

    void groundingPointsAtPhrases()
    {
        annotate("1", { { "1", "<xmin>0</xmin><ymin>0</ymin><xmax>64</xmax><ymax>48</ymax>" } }, "[/EN#1/people red]\n");
        annotate("2",
            { { "7", "<xmin>0</xmin><ymin>0</ymin><xmax>32</xmax><ymax>24</ymax>" },
                { "8", "<xmin>0</xmin><ymin>0</ymin><xmax>32</xmax><ymax>24</ymax>" } },
            "[/EN#7/animals green] [/EN#8/other red]\n");
        const eval::PointingResult result = evaluateGrounding(m_model, input(), { m_folder->path() / "entities", {} }, 10, {}).pointing;
        QCOMPARE(result.phrases, 3u);
        QCOMPARE(result.byType.at("people"), 100.0);
        QCOMPARE(result.byType.at("animals"), 100.0); // green is in its quarter
        QCOMPARE(result.byType.at("other"), 0.0);     // red is in the other three
        QVERIFY(std::abs(result.pointing - 200.0 / 3) < 1e-9);
        QVERIFY(std::abs(result.baselineRandom - 100 * (1 + 0.25 + 0.25) / 3) < 1e-6);
    }

    void progressGoesToTheEndAndCanStop()
    {
        std::map<std::string, Progress> last;
        evaluateRetrieval(m_model, input(), {}, [&](const Progress& p) {
            last[p.stage] = p;
            return true;
        });
        QCOMPARE(last.size(), 2u);
        for (const auto& [stage, progress] : last)
            QVERIFY2(progress.total > 0 && progress.done == progress.total, stage.c_str());
        QCOMPARE(kindThrown([&] { evaluateRetrieval(m_model, input(), {}, [](const Progress& p) { return p.done == 0; }); }),
            ErrorKind::Cancelled);
    }

    void saysWhichFileIsMissing()
    {
        EvaluationInput missing = input();
        missing.split = "test";
        QCOMPARE(kindThrown([&] { evaluateRetrieval(m_model, missing, {}, {}); }, "gone.jpg"), ErrorKind::UnreadableInput);
        missing.split = "training";
        QCOMPARE(kindThrown([&] { evaluateRetrieval(m_model, missing, {}, {}); }, "training"), ErrorKind::Usage);
        QCOMPARE(kindThrown([&] { evaluateGrounding(m_model, input(), { m_folder->path() / "none", {} }, 10, {}); }, "none"),
            ErrorKind::UnreadableInput);
    }

private:
    EvaluationInput input() const { return { m_folder->path() / "dataset.json", m_folder->path() / "images", "val" }; }

    void write(const std::string& name, const std::string& text)
    {
        const auto bytes = std::as_bytes(std::span(text));
        m_folder->addBytes(name, { bytes.begin(), bytes.end() });
    }

    void annotate(const std::string& id, const std::map<std::string, std::string>& boxes, const std::string& sentences)
    {
        std::string xml = "<annotation><size><width>64</width><height>48</height></size>";
        for (const auto& [chain, box] : boxes)
            xml += "<object><name>" + chain + "</name><bndbox>" + box + "</bndbox></object>";
        write("entities/Annotations/" + id + ".xml", xml + "</annotation>");
        write("entities/Sentences/" + id + ".txt", sentences);
    }

    template <class Action>
    static std::optional<ErrorKind> kindThrown(Action action, const std::string& mentions = {})
    {
        try {
            action();
        } catch (const Error& error) {
            if (std::string(error.what()).find(mentions) != std::string::npos)
                return error.kind();
        }
        return std::nullopt;
    }

    test::ColourModel m_model;
    std::unique_ptr<test::PhotoFolder> m_folder;
};

QTEST_GUILESS_MAIN(EvaluatorTest)
#include "evaluator_test.moc"
