// How fast the exact scan is, beside two plain ways to compute the same maxima in the same run, and how fast a
// re-weighted query is ranked again.
#include <benchmark/benchmark.h>
#include <opencv2/core.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <unistd.h>

#include "core/data/half.h"
#include "core/search/highway_index.h"
#include "core/search/rank.h"
#include "core/store/vector_file.h"

using namespace wordsight;

namespace {

constexpr std::size_t photos = 500;
constexpr std::size_t regions = 81;
constexpr std::size_t dimension = 384;

Matrix unitRows(std::size_t rows, std::mt19937& engine)
{
    std::normal_distribution<float> normal(0, 1 / std::sqrt(static_cast<float>(dimension)));
    Matrix matrix(rows, dimension);
    std::ranges::generate(matrix.data, [&] { return normal(engine); });
    return matrix;
}

/// A vector file on disk, as the indexer writes it; gone when the program ends.
class Vectors {
public:
    Vectors()
        : m_file(std::filesystem::temp_directory_path() / ("wordsight-bench-" + std::to_string(getpid()) + ".vec"))
    {
        store::VectorLayout layout { dimension, std::vector<Box>(regions), false, "0123456789abcdef" };
        store::VectorFile file = store::VectorFile::open(m_file, layout, 0);
        std::mt19937 engine(1);
        for (std::size_t i = 0; i < photos; ++i) {
            file.append(unitRows(regions, engine), {});
            rows.rows.push_back(i);
            rows.photos.push_back({ static_cast<std::int64_t>(i) });
        }
        file.sync();
        rows.vectors = store::VectorFile::view(m_file, photos);
    }
    ~Vectors() { std::filesystem::remove(m_file); }

    store::ModelRows rows;

private:
    std::filesystem::path m_file;
};

const store::ModelRows& rows()
{
    static const Vectors vectors;
    return vectors.rows;
}

search::Query queryOf(std::size_t words)
{
    std::mt19937 engine(2);
    const Matrix vectors = unitRows(words, engine);
    search::Query query;
    for (std::size_t w = 0; w < words; ++w)
        query.terms.push_back({ .vector = { vectors.row(w).begin(), vectors.row(w).end() } });
    return query;
}

void countPhotos(benchmark::State& state, std::size_t count)
{
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

void scan(benchmark::State& state)
{
    const search::Query query = queryOf(static_cast<std::size_t>(state.range(0)));
    const search::HighwayIndex index(rows(), static_cast<int>(state.range(1)));
    for (auto _ : state)
        benchmark::DoNotOptimize(index.scan(query));
    countPhotos(state, photos);
}

void plainLoops(benchmark::State& state)
{
    const search::Query query = queryOf(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        for (const std::size_t row : rows().rows)
            for (const search::Term& term : query.terms) {
                const std::uint16_t* element = rows().vectors.row(row).data();
                float best = -2;
                for (std::size_t r = 0; r < regions; ++r) {
                    float sum = 0;
                    for (const float factor : term.vector)
                        sum += fromHalf(*element++) * factor;
                    best = std::max(best, sum);
                }
                benchmark::DoNotOptimize(best);
            }
    countPhotos(state, photos);
}

void matrixProducts(benchmark::State& state)
{
    const auto words = static_cast<int>(state.range(0));
    const search::Query query = queryOf(static_cast<std::size_t>(words));
    cv::Mat terms(words, dimension, CV_32F), cosines, best, vectors;
    for (int w = 0; w < words; ++w)
        std::ranges::copy(query.terms[static_cast<std::size_t>(w)].vector, terms.ptr<float>(w));
    cv::setNumThreads(1);
    for (auto _ : state)
        for (const std::size_t row : rows().rows) {
            const cv::Mat halves(
                regions, dimension, CV_16F, const_cast<std::uint16_t*>(rows().vectors.row(row).data()));
            halves.convertTo(vectors, CV_32F);
            cv::gemm(vectors, terms, 1, cv::noArray(), 0, cosines, cv::GEMM_2_T);
            cv::reduce(cosines, best, 0, cv::REDUCE_MAX);
            benchmark::DoNotOptimize(best.data);
        }
    countPhotos(state, photos);
}

void rankAnew(benchmark::State& state)
{
    const auto count = static_cast<std::size_t>(state.range(0));
    search::Query query = queryOf(8);
    search::TermScores scores { count, 8, std::vector<float>(count * 8), std::vector<std::uint16_t>(count * 8), {},
        {} };
    std::mt19937 engine(3);
    std::uniform_real_distribution<float> uniform(-1, 1);
    std::ranges::generate(scores.scores, [&] { return uniform(engine); });
    for (std::size_t i = 0; i < count; ++i)
        scores.ids.push_back({ static_cast<std::int64_t>(i) });
    for (auto _ : state) {
        query.terms[3].weight = -query.terms[3].weight;
        benchmark::DoNotOptimize(search::rank(scores, query, 200));
    }
    countPhotos(state, count);
}

BENCHMARK(scan)
    ->ArgNames({ "words", "threads" })
    ->ArgsProduct({ { 1, 6, 12 }, { 1, 2 } })
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(plainLoops)->ArgName("words")->Arg(12)->Unit(benchmark::kMillisecond);
BENCHMARK(matrixProducts)->ArgName("words")->Arg(12)->Unit(benchmark::kMillisecond);
BENCHMARK(rankAnew)->ArgName("photos")->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
