#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "core/data/npy.h"
#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/relevance.h"
#include "core/engine/evaluation/report_export.h"
#include "core/engine/evaluation/retrieval.h"
#include "core/engine/search/searcher.h"
#include "tests/support/colour_model.h"
#include "tests/support/photo_folder.h"
#include "tests/support/stopping.h"

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
        const std::vector<std::pair<std::string, std::size_t>> captions { { "red", 0 }, { "red red", 0 },
            { "green red", 1 }, { "blue", 1 }, { "blue", 2 } };
        const std::array pictures { test::quartered(64, 48, { 250, 5, 5 }, { 250, 5, 5 }),
            test::quartered(64, 48, { 250, 5, 5 }, { 5, 250, 5 }),
            test::quartered(64, 48, { 5, 5, 250 }, { 5, 5, 250 }) };
        double rankSum = 0;
        for (const auto& [caption, owner] : captions) {
            std::vector<float> scores;
            for (const auto& picture : pictures)
                scores.push_back(align::score(alignImage(m_model, picture, parseQuery(m_model, caption))));
            rankSum
                += 1 + static_cast<double>(std::ranges::count_if(scores, [&](float s) { return s > scores[owner]; }));
        }
        QCOMPARE(report.result.t2i.meanr, rankSum / 5);
    }

    void everyPoolingIsThatOfTheAlignment_data()
    {
        QTest::addColumn<QString>("pooling");
        for (const char* pooling : { "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" })
            QTest::newRow(pooling) << pooling;
    }

    void everyPoolingIsThatOfTheAlignment()
    {
        QFETCH(QString, pooling);
        RetrievalOptions options;
        options.pooling = align::poolingNamed(pooling.toStdString());
        options.scoresFile = m_folder->path() / "scores.npy";
        const RetrievalReport report = evaluateRetrieval(m_model, input(), options, {});
        QCOMPARE(report.scoring, pooling.toStdString() + " + 0.5·global");
        const NpyArray scores = readNpy(options.scoresFile);
        QCOMPARE(scores.shape, (std::vector<std::size_t> { 3, 5 }));
        const auto picture = test::quartered(64, 48, { 250, 5, 5 }, { 5, 250, 5 });
        align::Alignment alignment = alignImage(m_model, picture, parseQuery(m_model, "green red"));
        alignment.pooling = *options.pooling;
        const float expected = align::score(alignment);
        QVERIFY(std::abs(scores.toFloats()[1 * 5 + 2] - expected) < 0.02f * std::max(1.0f, expected)); // JPEG
    }

    void reportsHaveFailuresCurvesAndIntervals()
    {
        const Collection collection = readCollection(input(), {});
        Matrix scores(3, 5); // photographs "1_r", "2_g", "3_b" own captions 0 1, 2 3, 4
        scores.data = { 9, 8, 7, 1, 0, 6, 1, 5, 2, 3, 1, 9, 6, 4, 3 };
        RetrievalOptions options;
        options.failures = 1;
        const Relevance relevance = Relevance::byRougeL(collection, {});
        options.relevance = relevance.values();
        const RetrievalReport report = reportRetrieval(scores, collection, options);
        QCOMPARE(report.imageToText.curve, (std::vector<double> { 100.0 / 3, 200.0 / 3, 200.0 / 3, 100, 100 }));
        QCOMPARE(report.imageToText.failures.size(), 1u);
        const RetrievalFailure& photo = report.imageToText.failures[0];
        QCOMPARE(photo.image, std::string("3_b.jpg"));
        QCOMPARE(photo.rank, 4u);
        QCOMPARE(photo.firstCaption, std::string("red red"));
        QCOMPARE(photo.firstImage, std::string("1_r.jpg"));
        QCOMPARE(photo.firstScore, 9.0f);
        const RetrievalFailure& sentence = report.textToImage.failures[0];
        QCOMPARE(sentence.caption, std::string("green red")); // behind "1_r" and "3_b", the first of three ranks of 2
        QCOMPARE(sentence.rank, 3u);
        QCOMPARE(sentence.firstImage, std::string("1_r.jpg"));
        QVERIFY(report.intervals && report.intervals->samples == 1000);
        QVERIFY(report.intervals->t2i.r1.low <= report.result.t2i.r1
            && report.intervals->t2i.r1.high >= report.result.t2i.r1);
        QVERIFY(report.ndcg && report.ndcg->i2t > 0 && report.ndcg->i2t < 1);
    }

    void reportsOfModelsStandInOneTable()
    {
        RetrievalReport one = reportRetrieval(Matrix(3, 5), readCollection(input(), {}), {});
        one.model = "one, with comma";
        RetrievalReport two = one;
        two.model = "two";
        const std::vector reports { one, two };
        const auto json
            = QJsonDocument::fromJson(QByteArray::fromStdString(exportReports(reports, ReportFormat::Json)));
        QCOMPARE(json.array().size(), 2);
        QCOMPARE(json[1]["model"].toString(), QString("two"));
        QCOMPARE(json[0]["t2i"]["r1"].toDouble(), 0.0); // all scores are equal: none is right
        QCOMPARE(json[0]["images"].toInt(), 3);
        QVERIFY(json[0]["intervals"]["rsum"].toArray().size() == 2);
        const auto alone = QJsonDocument::fromJson(
            QByteArray::fromStdString(exportReports(std::span(reports).first(1), ReportFormat::Json)));
        QVERIFY(alone.isObject());
        const QString csv = QString::fromStdString(exportReports(reports, ReportFormat::Csv));
        QCOMPARE(csv.count("\r\n"), 5);
        QVERIFY(csv.contains("\"one, with comma\",,whole,3,5,i2t,"));
        QVERIFY(exportReports(reports, ReportFormat::Markdown).find("| two | image → text |") != std::string::npos);
    }

    void groundingPointsAtPhrases()
    {
        annotate(
            "1", { { "1", "<xmin>0</xmin><ymin>0</ymin><xmax>64</xmax><ymax>48</ymax>" } }, "[/EN#1/people red]\n");
        annotate("2",
            { { "7", "<xmin>0</xmin><ymin>0</ymin><xmax>32</xmax><ymax>24</ymax>" },
                { "8", "<xmin>0</xmin><ymin>0</ymin><xmax>32</xmax><ymax>24</ymax>" } },
            "[/EN#7/animals green] [/EN#8/other red]\n");
        const eval::PointingResult result
            = evaluateGrounding(m_model, input(), { m_folder->path() / "entities", {} }, 10, {}).pointing;
        QCOMPARE(result.phrases, 3u);
        QCOMPARE(result.byType.at("people"), 100.0);
        QCOMPARE(result.byType.at("animals"), 100.0); // green is in its quarter
        QCOMPARE(result.byType.at("other"), 0.0);     // red is in the other three
        QVERIFY(std::abs(result.pointing - 200.0 / 3) < 1e-9);
        QVERIFY(std::abs(result.baselineRandom - 100 * (1 + 0.25 + 0.25) / 3) < 1e-6);
    }

    void groundingTakesCoco()
    {
        write("captions.json",
            R"({"images":[{"id":1,"file_name":"2_g.jpg"}],"annotations":[{"image_id":1,"caption":"green bus"},{"image_id":1,"caption":"red truck"}]})");
        write("instances.json", R"({"images":[{"id":1,"file_name":"2_g.jpg","width":64,"height":48}],
            "categories":[{"id":6,"name":"bus","supercategory":"vehicle"},{"id":8,"name":"truck","supercategory":"vehicle"}],
            "annotations":[{"image_id":1,"category_id":6,"bbox":[0,0,32,24]},{"image_id":1,"category_id":8,"bbox":[30,20,3,3]}]})");
        const EvaluationInput coco { m_folder->path() / "captions.json", m_folder->path() / "images", "val" };
        const GroundingReport report
            = evaluateGrounding(m_model, coco, { {}, m_folder->path() / "instances.json" }, 10, {});
        QCOMPARE(report.pointing.phrases, 2u);
        QCOMPARE(report.pointing.phrasesByType.at("vehicle"), 2u);
        QCOMPARE(report.bySize.phrasesByType.at("large"), 1u);
        QCOMPARE(report.bySize.phrasesByType.at("small"), 1u);
        QVERIFY(!report.misses.empty());
        QCOMPARE(kindThrown([&] { evaluateGrounding(m_model, coco, {}, 10, {}); }), ErrorKind::Usage);
        const auto json = QJsonDocument::fromJson(
            QByteArray::fromStdString(exportReports(std::span(&report, 1), ReportFormat::Json)));
        QCOMPARE(json["phrases_by_size"]["small"].toInt(), 1);
        QCOMPARE(json["curve"].toArray().size(), 20);
    }

    void progressGoesToTheEndAndCanStop()
    {
        std::map<std::string, Progress> last;
        evaluateRetrieval(m_model, input(), {}, { [&](const Progress& p) { last[p.stage] = p; }, {} });
        QCOMPARE(last.size(), 2u);
        for (const auto& [stage, progress] : last)
            QVERIFY2(progress.total > 0 && progress.done == progress.total, stage.c_str());
        QCOMPARE(kindThrown([&] {
            evaluateRetrieval(m_model, input(), {}, test::stopWhen([](const Progress& p) { return p.done > 0; }));
        }),
            ErrorKind::Cancelled);
    }

    void saysWhichFileIsMissing()
    {
        EvaluationInput missing = input();
        missing.split = "test";
        QCOMPARE(
            kindThrown([&] { evaluateRetrieval(m_model, missing, {}, {}); }, "gone.jpg"), ErrorKind::UnreadableInput);
        missing.split = "training";
        QCOMPARE(kindThrown([&] { evaluateRetrieval(m_model, missing, {}, {}); }, "training"), ErrorKind::Usage);
        QCOMPARE(kindThrown(
                     [&] {
                         evaluateGrounding(m_model, input(), { m_folder->path() / "none", {} }, 10, {});
                     },
                     "none"),
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

    template <class Action> static std::optional<ErrorKind> kindThrown(Action action, const std::string& mentions = {})
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
