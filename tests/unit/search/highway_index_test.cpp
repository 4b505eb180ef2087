#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>
#include <random>

#include <hwy/targets.h>

#include "core/base/error.h"
#include "core/data/half.h"
#include "core/search/batch.h"
#include "core/search/highway_index.h"
#include "core/search/internal/blocks.h"
#include "core/search/rank.h"
#include "core/store/vector_file.h"

using namespace wordsight;
using namespace wordsight::search;

namespace {

struct Shape {
    std::size_t photos, regions, dimension, words;
    bool global;
};

/// Unit vectors, as the encoders give them.
Matrix unitRows(std::size_t rows, std::size_t cols, std::mt19937& engine)
{
    std::normal_distribution<float> normal;
    Matrix matrix(rows, cols);
    for (std::size_t r = 0; r < rows; ++r) {
        double squares = 0;
        for (float& x : matrix.row(r))
            squares += std::pow(x = normal(engine), 2);
        for (float& x : matrix.row(r))
            x /= static_cast<float>(std::sqrt(squares));
    }
    return matrix;
}

Term termOf(TermKind kind, std::span<const float> vector)
{
    Term term;
    term.kind = kind;
    term.vector.assign(vector.begin(), vector.end());
    term.label = "term";
    return term;
}

double dot(std::span<const std::uint16_t> halves, std::span<const float> vector)
{
    double sum = 0;
    for (std::size_t d = 0; d < vector.size(); ++d)
        sum += static_cast<double>(fromHalf(halves[d])) * static_cast<double>(vector[d]);
    return sum;
}

Matrix matrixOf(std::size_t rows, std::size_t cols, std::vector<float> data)
{
    Matrix matrix(rows, cols);
    matrix.data = std::move(data);
    return matrix;
}

} // namespace

/// Real vector files, scanned by the kernel that the processor at hand gets, held against plain loops in double.
class HighwayIndexTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsPlainLoops_data()
    {
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<qint64>("instructions");
        for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1)
            addShapes(left & -left);
    }

    void equalsPlainLoops()
    {
        QFETCH(Shape, shape);
        QFETCH(qint64, instructions);
        hwy::SetSupportedTargetsForTest(instructions);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        const auto restore = qScopeGuard([] {
            hwy::SetSupportedTargetsForTest(0);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        });
        makeRows(shape);
        const Query query = makeQuery(shape);
        const TermScores found = HighwayIndex(m_rows, 3).scan(query);
        QCOMPARE(found.photos, m_rows.rows.size());
        QCOMPARE(found.terms, query.terms.size());
        QVERIFY(found.ids == m_rows.photos);
        QVERIFY(found.rows == m_rows.rows);
        for (std::size_t i = 0; i < found.photos; ++i)
            for (std::size_t t = 0; t < found.terms; ++t) {
                const auto [value, region] = expected(i, query.terms[t]);
                const std::size_t at = i * found.terms + t;
                QVERIFY(std::abs(found.scores[at] - value) < 2e-6);
                if (query.terms[t].kind == TermKind::Word)
                    QVERIFY(found.regions[at] == region
                        || std::abs(dot(regionOf(i, found.regions[at]), query.terms[t].vector) - value) < 2e-6);
            }
    }

    void isTheSameOnAnyNumberOfThreads()
    {
        const Shape shape { 300, 20, 64, 9, true };
        makeRows(shape);
        const Query query = makeQuery(shape);
        const TermScores one = HighwayIndex(m_rows, 1).scan(query), many = HighwayIndex(m_rows, 7).scan(query);
        QCOMPARE(one.scores, many.scores);
        QCOMPARE(one.regions, many.regions);
    }

    void theMatrixHasTheMaximaBitForBit()
    {
        const Shape shape { 40, 50, 100, 11, true };
        makeRows(shape);
        const Query query = makeQuery(shape);
        const TermScores found = HighwayIndex(m_rows).scan(query);
        for (std::size_t i = 0; i < found.photos; ++i) {
            const Matrix matrix = HighwayIndex(m_rows).cosines(m_rows.photos[i], query).words;
            for (std::size_t w = 0; w < shape.words; ++w) {
                const std::size_t at = i * found.terms + w;
                QVERIFY(matrix(found.regions[at], w) == found.scores[at]); // QCOMPARE would forgive a little
                for (std::size_t r = 0; r < matrix.rows; ++r)
                    QVERIFY(matrix(r, w) <= found.scores[at]);
            }
        }
    }

    void everyPoolingRanksAsTheWholeMatrixDoes()
    {
        using align::Pooling;
        const Shape shape { 30, 12, 48, 6, true };
        makeRows(shape);
        Query query = makeQuery(shape);
        for (const auto pooling :
            { Pooling::MrSw, Pooling::MrAVGw, Pooling::MwSr, Pooling::Symmetric, Pooling::Sum, Pooling::Mean }) {
            query.pooling = pooling;
            const TermScores found = HighwayIndex(m_rows).scan(query);
            query.terms[0].weight = 0; // after the scan: no vector is read again
            query.terms[2].weight = -1.5f;
            std::vector<float> weights;
            for (std::size_t w = 0; w < shape.words; ++w)
                weights.push_back(query.terms[w].effectiveWeight());
            const auto hits = rank(found, query, shape.photos);
            QCOMPARE(hits.size(), m_rows.rows.size());
            for (const Hit& hit : hits) {
                const Matrix matrix = HighwayIndex(m_rows).cosines(hit.photo, query).words;
                const double global
                    = expected(hit.row, query.terms.back()).first * query.terms.back().effectiveWeight();
                QVERIFY(std::abs(hit.score - (align::score(matrix, weights, pooling) + global)) < 1e-5);
            }
            QVERIFY(std::ranges::is_sorted(hits, std::ranges::greater {}, &Hit::score));
            query.terms[0].weight = query.terms[2].weight = 1;
        }
    }

    void contributionsAddUpToTheScoreExactly()
    {
        const Shape shape { 100, 30, 40, 8, true };
        makeRows(shape);
        Query query = makeQuery(shape);
        query.pooling = align::Pooling::MrAVGw;
        query.terms[1].weight = -0.7f;
        query.terms[3].weight = 0;
        const TermScores found = HighwayIndex(m_rows).scan(query);
        for (const Hit& hit : rank(found, query, 100)) {
            float sum = 0;
            for (const float part : contributions(found, query, hit.row))
                sum += part;
            QVERIFY(hit.score == sum);
            QVERIFY(contributions(found, query, hit.row)[3] == 0);
        }
    }

    void ranksTheBestWithTiesByPhotograph()
    {
        TermScores scores { 5, 1, { 0.5f, 0.9f, 0.5f, std::numeric_limits<float>::quiet_NaN(), 0.5f },
            std::vector<std::uint16_t>(5), { { 30 }, { 20 }, { 10 }, { 5 }, { 40 } }, {}, 0 };
        Query query;
        query.terms.push_back(termOf(TermKind::Word, std::vector<float> { 1 }));
        QCOMPARE(photosOf(rank(scores, query, 3)), (QList<int> { 20, 10, 30 }));
        QCOMPARE(photosOf(rank(scores, query, 99)), (QList<int> { 20, 10, 30, 40, 5 }));
        QCOMPARE(rank(scores, query, 0).size(), 0u);
        query.terms[0].weight = 0;
        QCOMPARE(photosOf(rank(scores, query, 5)), (QList<int> { 5, 10, 20, 30, 40 }));
        query.terms[0].weight = -1;
        QCOMPARE(photosOf(rank(scores, query, 4)), (QList<int> { 10, 30, 40, 20 }));
    }

    void onlyWhatIsAboveTheBaselineCounts()
    {
        TermScores scores { 2, 2, { 0.5f, 0.25f, 0.75f, 0.125f }, std::vector<std::uint16_t>(4), { { 1 }, { 2 } }, {},
            0 };
        Query query;
        query.terms
            = { termOf(TermKind::Word, std::vector<float> { 1 }), termOf(TermKind::Word, std::vector<float> { 1 }) };
        query.terms[0].baseline = 0.25f;
        query.terms[1].baseline = 0.125f;
        query.terms[1].weight = 4;
        QCOMPARE(contributions(scores, query, 0), (std::vector<float> { 0.25f, 0.5f }));
        QCOMPARE(contributions(scores, query, 1), (std::vector<float> { 0.5f, 0 }));
        QCOMPARE(photosOf(rank(scores, query, 2)), (QList<int> { 1, 2 }));
        query.terms[1].weight = 0;
        QCOMPARE(contributions(scores, query, 1), (std::vector<float> { 0.5f, 0 }));
        QCOMPARE(photosOf(rank(scores, query, 2)), (QList<int> { 2, 1 }));
    }

    void rowsThatWereRemovedAreNotScanned()
    {
        const Shape shape { 20, 4, 16, 3, false };
        makeRows(shape);
        m_rows.rows = { 3, 11, 12 };
        m_rows.photos = { { 103 }, { 111 }, { 112 } };
        const Query query = makeQuery(shape);
        const TermScores found = HighwayIndex(m_rows).scan(query);
        QCOMPARE(found.photos, 3u);
        QVERIFY(std::abs(found.scores[1 * 3 + 2] - expected(1, query.terms[2]).first) < 2e-6);
    }

    void nothingToScanOrToAsk()
    {
        const Query query = makeQuery({ 0, 4, 16, 3, false });
        QCOMPARE(HighwayIndex({}).scan(query).photos, 0u);
        makeRows({ 3, 4, 16, 0, false });
        const TermScores found = HighwayIndex(m_rows).scan({});
        QCOMPARE(found.photos, m_rows.rows.size());
        QCOMPARE(rank(found, {}, 10).size(), m_rows.rows.size());
    }

    void refusesTermsOfAnotherModel()
    {
        makeRows({ 3, 4, 16, 0, false });
        const Query query = makeQuery({ 0, 0, 24, 1, false });
        try {
            HighwayIndex(m_rows).scan(query);
            QFAIL("No error.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::ModelMismatch);
        }
    }

    void stopsWhenAsked()
    {
        std::stop_source source;
        int worked = 0;
        try {
            forBlocks(1000, 64, 1, source.get_token(), [&](std::size_t, std::size_t) {
                if (++worked == 2)
                    source.request_stop();
            });
            QFAIL("No error.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Cancelled);
        }
        QCOMPARE(worked, 2);
        makeRows({ 1000, 4, 16, 3, false });
        const Query query = makeQuery({ 1000, 4, 16, 3, false });
        TermScores known;
        QVERIFY_THROWS_EXCEPTION(Error, HighwayIndex(m_rows).extend(known, query, source.get_token()));
        QCOMPARE(known.photos, 0u); // as it was
    }

    void aLibraryThatHasGrownIsScannedWhereItIsNew()
    {
        const Shape shape { 60, 7, 32, 5, true };
        makeRows(shape);
        Query query = makeQuery(shape);
        for (const auto pooling : { align::Pooling::MrSw, align::Pooling::Symmetric }) {
            query.pooling = pooling;
            // Of 40 photographs two go, one gets new vectors in another row, and 20 come.
            store::ModelRows before = m_rows;
            before.rows.resize(40);
            before.photos.resize(40);
            TermScores scores;
            QCOMPARE(HighwayIndex(before).extend(scores, query), 40u);
            QCOMPARE(HighwayIndex(before).extend(scores, query), 0u);
            store::ModelRows after = m_rows;
            const PhotoId encodedAnew = after.photos[7];
            for (const std::size_t gone : { 39u, 20u, 7u }) {
                after.rows.erase(after.rows.begin() + gone);
                after.photos.erase(after.photos.begin() + gone);
            }
            after.photos.back() = encodedAnew; // no longer in the order of photographs
            const HighwayIndex index(after);
            QCOMPARE(index.extend(scores, query), 20u);
            const TermScores anew = index.scan(query);
            QVERIFY(std::ranges::equal(scores.scores, anew.scores)); // the same bits
            QCOMPARE(scores.regions, anew.regions);
            QVERIFY(scores.ids == anew.ids && scores.rows == anew.rows);
            QVERIFY(index.contains(encodedAnew) && !index.contains(m_rows.photos[20]));
            QVERIFY(index.cosines(encodedAnew, query).globals[0] == anew.scores.back());
            // Fewer, as under a filter: nothing is scanned.
            TermScores fewer = scores;
            QCOMPARE(HighwayIndex(before).extend(fewer, query), 3u); // those that `after` had lost
            store::ModelRows some = after;
            some.rows = { after.rows[3], after.rows[30] };
            some.photos = { after.photos[3], after.photos[30] };
            QCOMPARE(HighwayIndex(some).extend(scores, query), 0u);
            QVERIFY(scores.ids == some.photos);
            QCOMPARE(scores.scores.size(), 2 * query.terms.size());
        }
    }

    void aFileInPlaceOfAnotherIsScannedAnew()
    {
        const Shape shape { 5, 4, 16, 3, false };
        makeRows(shape);
        const Query query = makeQuery(shape);
        const HighwayIndex before(m_rows);
        TermScores scores = before.scan(query);
        makeRows(shape); // the same photographs in the same rows
        QCOMPARE(HighwayIndex(m_rows).extend(scores, query), 5u);
        QCOMPARE(scores.scores, HighwayIndex(m_rows).scan(query).scores);
    }

    void aPhotographThatIsNotThereIsToldOf()
    {
        makeRows({ 3, 4, 16, 0, false });
        const HighwayIndex index(m_rows);
        QVERIFY(!index.contains({ 99 }));
        for (const auto& ask : std::vector<std::function<void()>> {
                 [&] { index.boxes({ 99 }); }, [&] { index.vectors({ 99 }); }, [&] { index.cosines({ 99 }, {}); } })
            try {
                ask();
                QFAIL("No error.");
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::ModelMismatch);
            }
    }

    void encodingsInMemoryGetTheSameMaxima()
    {
        std::mt19937 engine(5);
        std::vector<Matrix> photos;
        for (int i = 0; i < 37; ++i)
            photos.push_back(unitRows(10 + static_cast<std::size_t>(i % 3), 50, engine));
        const Matrix terms = unitRows(101, 50, engine);
        const Matrix found = maxSim(photos, terms, 2);
        QCOMPARE(found.rows, 37u);
        QCOMPARE(found.cols, 101u);
        for (std::size_t i = 0; i < photos.size(); ++i)
            for (std::size_t t = 0; t < terms.rows; ++t) {
                double best = -2;
                for (std::size_t r = 0; r < photos[i].rows; ++r)
                    best = std::max(best,
                        std::inner_product(
                            photos[i].row(r).begin(), photos[i].row(r).end(), terms.row(t).begin(), 0.0));
                QVERIFY(std::abs(found(i, t) - best) < 2e-6);
            }
        QCOMPARE(maxSim(photos, matrixOf(0, 50, {})).cols, 0u);
    }

private:
    static void addShapes(std::int64_t instructions)
    {
        for (const Shape& shape : { Shape { 12, 81, 384, 12, true }, { 20, 49, 256, 7, false }, { 3, 1, 8, 1, true },
                 { 5, 9, 33, 5, true }, { 66, 5, 17, 13, false }, { 1, 36, 1024, 29, true }, { 4, 6, 3, 2, false } })
            QTest::addRow("%s: %zu photographs, %zu regions, %zu dimensions, %zu words", hwy::TargetName(instructions),
                shape.photos, shape.regions, shape.dimension, shape.words)
                << shape << qint64(instructions);
    }

    void makeRows(const Shape& shape)
    {
        m_folder = std::make_unique<QTemporaryDir>();
        store::VectorLayout layout;
        layout.dimension = static_cast<std::uint32_t>(shape.dimension);
        layout.boxes.resize(shape.regions);
        layout.hasGlobal = shape.global;
        layout.fingerprint = "0123456789abcdef";
        const std::filesystem::path path = m_folder->filePath("v.vec").toStdString();
        store::VectorFile file = store::VectorFile::open(path, layout, 0);
        m_rows = {};
        for (std::size_t i = 0; i < shape.photos; ++i) {
            const Matrix global = unitRows(1, shape.dimension, m_engine);
            file.append(unitRows(shape.regions, shape.dimension, m_engine),
                shape.global ? std::span<const float>(global.data) : std::span<const float> {});
            m_rows.rows.push_back(i);
            m_rows.photos.push_back({ static_cast<std::int64_t>(100 + i) });
        }
        file.sync();
        m_rows.vectors = store::VectorFile::view(path, shape.photos);
    }

    Query makeQuery(const Shape& shape)
    {
        Query query;
        const Matrix vectors = unitRows(shape.words + 1, shape.dimension, m_engine);
        for (std::size_t w = 0; w < shape.words; ++w)
            query.terms.push_back(termOf(TermKind::Word, vectors.row(w)));
        if (shape.global) {
            query.terms.push_back(termOf(TermKind::Global, vectors.row(shape.words)));
            query.terms.back().modelWeight = 2;
        }
        return query;
    }

    std::span<const std::uint16_t> regionOf(std::size_t photo, std::size_t region) const
    {
        const std::size_t dimension = m_rows.vectors.layout().dimension;
        return m_rows.vectors.row(m_rows.rows[photo]).subspan(region * dimension, dimension);
    }

    std::pair<double, std::size_t> expected(std::size_t photo, const Term& term) const
    {
        const std::size_t regions = m_rows.vectors.layout().boxes.size();
        if (term.kind == TermKind::Global)
            return { dot(regionOf(photo, regions), term.vector), 0 };
        std::pair<double, std::size_t> best { -2, 0 };
        for (std::size_t r = 0; r < regions; ++r)
            if (const double value = dot(regionOf(photo, r), term.vector); value > best.first)
                best = { value, r };
        return best;
    }

    static QList<int> photosOf(const std::vector<Hit>& hits)
    {
        QList<int> photos;
        for (const Hit& hit : hits)
            photos.append(static_cast<int>(hit.photo.value));
        return photos;
    }

    std::mt19937 m_engine { 11 };
    std::unique_ptr<QTemporaryDir> m_folder;
    store::ModelRows m_rows;
};

QTEST_GUILESS_MAIN(HighwayIndexTest)
#include "highway_index_test.moc"
