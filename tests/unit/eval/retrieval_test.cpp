#include <QTest>

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/base/npy.h"
#include "core/eval/retrieval.h"

using namespace wordsight;
using namespace wordsight::eval;
namespace fs = std::filesystem;

namespace {

using Arrays = std::map<std::string, NpyArray>;

Matrix matrixOf(const NpyArray& array)
{
    Matrix matrix(array.shape.at(0), array.shape.at(1));
    matrix.data = array.toFloats();
    return matrix;
}

std::vector<std::size_t> fiveEach(std::size_t captions)
{
    std::vector<std::size_t> owner(captions);
    for (std::size_t c = 0; c < captions; ++c)
        owner[c] = c / 5;
    return owner;
}

bool same(const Recalls& ours, const NpyArray& theirs)
{
    const std::vector<float> t = theirs.toFloats();
    const double difference = std::max({ std::abs(ours.r1 - t[0]), std::abs(ours.r5 - t[1]), std::abs(ours.r10 - t[2]),
        std::abs(ours.medr - t[3]), std::abs(ours.meanr - t[4]) });
    return difference < 1e-4;
}

bool same(const std::vector<std::size_t>& ours, const NpyArray& theirs)
{
    return std::ranges::equal(ours, theirs.toInts(), {}, [](std::size_t rank) { return static_cast<std::int64_t>(rank); });
}

} // namespace

/// Against ranks and metrics that the reference's own code gave (metrics_*.npz; the JSON of the set describes it).
class RetrievalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsTheReference_data()
    {
        QTest::addColumn<QString>("file");
        const QString folder = qEnvironmentVariable("WORDSIGHT_PARITY", WORDSIGHT_SOURCE_DIR "/tests/data/parity");
        for (const auto& entry : fs::directory_iterator(folder.toStdString())) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("metrics_") && name.ends_with(".npz"))
                QTest::newRow(name.c_str()) << QString::fromStdString(entry.path().string());
        }
    }

    void equalsTheReference()
    {
        QFETCH(QString, file);
        const Arrays arrays = readNpz(file.toStdString());
        for (const std::string set : { "plain", "ties" })
            for (const auto& [ties, bound] : { std::pair { Ties::Best, "optimistic" }, { Ties::Worst, "pessimistic" } }) {
                const Matrix scores = matrixOf(arrays.at(set + "/sims"));
                const auto owner = fiveEach(scores.cols);
                const Ranks found = ranks(scores, owner, ties);
                const RetrievalResult result = retrieval(scores, owner, ties);
                const std::string derived = set + "/derived/";
                QVERIFY(same(found.images, arrays.at(derived + "i2t_rank_" + bound)));
                QVERIFY(same(found.captions, arrays.at(derived + "t2i_rank_" + bound)));
                QVERIFY(same(result.i2t, arrays.at(derived + "i2t_metrics_" + bound)));
                QVERIFY(same(result.t2i, arrays.at(derived + "t2i_metrics_" + bound)));
                if (set == "plain") {
                    QVERIFY(same(result.i2t, arrays.at("plain/scan/i2t_metrics")));
                    QVERIFY(same(result.t2i, arrays.at("plain/scan/t2i_metrics")));
                    QVERIFY(std::abs(result.rsum() - arrays.at("plain/scan/rsum").toDoubles()[0]) < 1e-3);
                }
            }
    }

    void medianOfAnEvenCountIsFloored()
    {
        QCOMPARE(recalls({ 0, 3, 0, 2 }).medr, 2.0);
        QCOMPARE(recalls({ 4, 0, 2 }).medr, 3.0);
        QCOMPARE(recalls({ 4, 0, 2 }).meanr, 3.0);
        QCOMPARE(recalls({}).r1, 0.0);
    }

    void brokenScoresNeverHelp()
    {
        Matrix scores(2, 2);
        scores.data.assign(4, std::numeric_limits<float>::quiet_NaN());
        const RetrievalResult result = retrieval(scores, std::vector<std::size_t> { 0, 1 });
        QCOMPARE(result.rsum(), 400.0); // R@5 and R@10 of two items are 100; R@1 is 0
        QCOMPARE(result.i2t.r1 + result.t2i.r1, 0.0);
    }

    void captionsNeedNotBeFiveNorInOrder()
    {
        Matrix scores(2, 3);
        scores.data = { 0.9f, 0.1f, 0.3f, 0.2f, 0.8f, 0.4f };
        const Ranks found = ranks(scores, std::vector<std::size_t> { 0, 1, 0 });
        QCOMPARE(found.images, (std::vector<std::size_t> { 0, 0 }));
        QCOMPARE(found.captions, (std::vector<std::size_t> { 0, 0, 1 }));
    }
};

QTEST_GUILESS_MAIN(RetrievalTest)
#include "retrieval_test.moc"
