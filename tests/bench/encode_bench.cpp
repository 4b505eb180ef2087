// What a photograph costs a model: processor time of one encoder as a share of another's, both in turns in one run, on
// sample photographs. Reading, decoding and stretching are the reader's and do not count.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/image/decode.h"
#include "core/image/transform.h"
#include "core/model/image_text_model.h"
#include "core/model/model_config.h"
#include "core/nn/backbones/efficientnet_lite.h"
#include "core/nn/backbones/pixels.h"
#include "core/nn/formats/pickle_reader.h"
#include "tests/support/weights.h"

using namespace wordsight;
namespace fs = std::filesystem;

namespace {

using Encoder = std::function<void()>;

constexpr std::size_t photographs = 16;
constexpr std::size_t atOnce = 4; ///< as the encoders take them on a CPU

std::vector<image::Image> samples(int side)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(WORDSIGHT_SOURCE_DIR) / "resources/samples"))
        if (image::hasPhotographExtension(entry.path()))
            files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<image::Image> images;
    for (std::size_t i = 0; i < photographs; ++i)
        images.push_back(image::stretch(image::decodeFile(files.at(i)), side, side));
    return images;
}

/// A model of models/ as the indexer runs it: from pixels to region vectors.
Encoder model(const std::string& name)
{
    const auto opened = std::shared_ptr(
        model::openModel(fs::path(WORDSIGHT_SOURCE_DIR) / "models" / name, test::weights(), DeviceChoice::Cpu));
    return [opened, images = samples(opened->info().photographs.value().side)] {
        benchmark::DoNotOptimize(opened->encodeImages(images));
    };
}

/// The forward pass of EfficientNet-Lite2 alone, at `side` pixels (a multiple of 32).
Encoder lite2(int side)
{
    const auto weights = test::weights().path / model::configOfPinnedBackbones().imageBackbone.path;
    nn::EfficientNetLite2 network;
    network->load(nn::readTorchTensors(weights), weights.string());
    std::vector<torch::Tensor> batches;
    const auto pixels = nn::imageNetPixels(side);
    const auto images = samples(side);
    for (std::size_t i = 0; i < photographs; i += atOnce)
        batches.push_back(pixels(std::span(images).subspan(i, atOnce)));
    return [network, batches]() mutable {
        const torch::NoGradGuard frozen;
        for (const torch::Tensor& batch : batches)
            benchmark::DoNotOptimize(network->forward(batch));
    };
}

/// Counter "share": processor time of `one` over that of `other`.
void share(benchmark::State& state, const Encoder& one, const Encoder& other)
{
    const auto timed = [](const Encoder& encode) {
        const std::clock_t begin = std::clock();
        encode();
        return double(std::clock() - begin) / CLOCKS_PER_SEC;
    };
    one(); // weights are packed for their inputs' shape at the first batch
    other();
    double first = 0, second = 0;
    for (auto _ : state) {
        first += timed(one);
        second += timed(other);
    }
    state.counters["share"] = first / second;
    state.counters["ms_a_photograph"] = 1000 * first / double(state.iterations() * std::int64_t(photographs));
}

void fastAgainstDefault(benchmark::State& state)
{
    share(state, model("wordsight-fast"), model("default"));
}
void defaultAgainstLite2At256(benchmark::State& state)
{
    share(state, model("default"), lite2(256));
}

BENCHMARK(fastAgainstDefault)->Unit(benchmark::kMillisecond);
BENCHMARK(defaultAgainstLite2At256)->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char** argv)
{
    model::setComputeThreads(1);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
