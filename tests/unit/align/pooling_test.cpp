#include <QTest>

#include <algorithm>
#include <numeric>
#include <random>

#include "core/align/alignment.h"
#include "core/align/pooling.h"

using namespace wordsight;
using namespace wordsight::align;

namespace {

constexpr std::array all { Pooling::MrSw, Pooling::MrAVGw, Pooling::MwSr, Pooling::Symmetric, Pooling::Sum,
    Pooling::Mean };

Matrix matrixOf(std::size_t rows, std::size_t cols, std::vector<float> data)
{
    Matrix matrix(rows, cols);
    matrix.data = std::move(data);
    return matrix;
}

Matrix randomMatrix(std::size_t rows, std::size_t cols, unsigned seed)
{
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> uniform(-1, 1);
    Matrix matrix(rows, cols);
    std::ranges::generate(matrix.data, [&] { return uniform(engine); });
    return matrix;
}

double maxOfColumn(const Matrix& a, std::size_t w)
{
    double best = a(0, w);
    for (std::size_t r = 1; r < a.rows; ++r)
        best = std::max<double>(best, a(r, w));
    return best;
}

double maxOfRow(const Matrix& a, std::size_t r)
{
    return std::ranges::max(a.row(r));
}

/// The definitions of the paper, at weight 1.
double expected(const Matrix& a, Pooling pooling)
{
    double mrSw = 0, mwSr = 0;
    for (std::size_t w = 0; w < a.cols; ++w)
        mrSw += maxOfColumn(a, w);
    for (std::size_t r = 0; r < a.rows; ++r)
        mwSr += maxOfRow(a, r);
    const double sum = std::accumulate(a.data.begin(), a.data.end(), 0.0);
    switch (pooling) {
    case Pooling::MrSw:
        return mrSw;
    case Pooling::MrAVGw:
        return mrSw / static_cast<double>(a.cols);
    case Pooling::MwSr:
        return mwSr;
    case Pooling::Symmetric:
        return mrSw + mwSr;
    case Pooling::Sum:
        return sum;
    case Pooling::Mean:
        return sum / static_cast<double>(a.data.size());
    }
    return 0;
}

} // namespace

class PoolingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesReadBack()
    {
        for (const Pooling pooling : all)
            QVERIFY(poolingNamed(name(pooling)) == pooling);
        QVERIFY(poolingNamed("MrAVGw") == Pooling::MrAVGw);
        QVERIFY(!poolingNamed("max"));
        QVERIFY(!poolingNamed(""));
    }

    void followsThePaper()
    {
        const Matrix a = randomMatrix(49, 11, 1);
        const std::vector<float> ones(a.cols, 1.0f);
        for (const Pooling pooling : all) {
            const double difference = std::abs(score(a, ones, pooling) - expected(a, pooling));
            QVERIFY2(difference < 1e-4, name(pooling).data());
        }
    }

    void contributionsAddUpExactly()
    {
        for (unsigned seed = 0; seed < 50; ++seed) {
            const Matrix a = randomMatrix(36, 9, seed);
            std::vector<float> weights = randomMatrix(1, 9, seed + 1000).data;
            weights[seed % 9] = 0;
            for (const Pooling pooling : all) {
                float sum = 0;
                for (const float part : contributions(a, weights, pooling))
                    sum += part;
                QVERIFY(score(a, weights, pooling) == sum); // QCOMPARE would forgive a little
            }
        }
    }

    void weightsActOnWhatAWordEarned()
    {
        const Matrix a = matrixOf(2, 3, { 0.5f, -0.25f, 0.75f, 0.25f, -0.5f, 0.125f });
        const std::vector<float> weights { 2, -1, 0 };
        QCOMPARE(contributions(a, weights, Pooling::MrSw), (std::vector<float> { 1, 0.25f, 0 }));
        QCOMPARE(contributions(a, weights, Pooling::MrAVGw), (std::vector<float> { 0.5f, 0.125f, 0 }));
        // Region 0 is the muted word's, region 1 is the first word's.
        QCOMPARE(contributions(a, weights, Pooling::MwSr), (std::vector<float> { 0.5f, 0, 0 }));
        QCOMPARE(contributions(a, weights, Pooling::Sum), (std::vector<float> { 1.5f, 0.75f, 0 }));
        QCOMPARE(contributions(a, weights, Pooling::Mean), (std::vector<float> { 0.375f, 0.1875f, 0 }));
    }

    void mutingChangesNoOtherWord()
    {
        const Matrix a = randomMatrix(10, 4, 7);
        for (const Pooling pooling : { Pooling::MrSw, Pooling::MwSr, Pooling::Symmetric, Pooling::Sum }) {
            auto before = contributions(a, std::vector<float> { 1, 1, 1, 1 }, pooling);
            const auto after = contributions(a, std::vector<float> { 1, 0, 1, 1 }, pooling);
            before[1] = 0;
            QCOMPARE(after, before);
        }
    }

    void nothingToPool()
    {
        for (const Pooling pooling : all) {
            QCOMPARE(score(Matrix(5, 0), {}, pooling), 0.0f);
            QCOMPARE(score(Matrix(0, 2), std::vector<float> { 1, 1 }, pooling), 0.0f);
            QCOMPARE(score(Matrix(3, 2), std::vector<float> { 0, 0 }, pooling), 0.0f);
        }
    }

    void alignmentScoresItself()
    {
        Alignment alignment;
        alignment.matrix = alignmentMatrix(matrixOf(2, 2, { 1, 0, 0.6f, 0.8f }), matrixOf(2, 2, { 1, 0, 0, 1 }));
        QCOMPARE(alignment.matrix, matrixOf(2, 2, { 1, 0, 0.6f, 0.8f }));
        alignment.weights = { 1, 0.5f };
        alignment.globalScore = 0.25f;
        alignment.globalWeight = 2;
        QCOMPARE(score(alignment), 1 + 0.4f + 0.5f);
        alignment.pooling = Pooling::MrAVGw;
        QCOMPARE(score(alignment), 0.5f + 0.2f + 0.5f);
    }
};

QTEST_GUILESS_MAIN(PoolingTest)
#include "pooling_test.moc"
