// An evaluation of the size of COCO 5K from end to end, on vectors drawn at random: 5,000 photographs of 36 regions
// against 25,000 sentences, 1,024 numbers per vector. Says how long it took and how much memory it had at its highest;
// fails above 4 GB. Options: photographs, words per sentence, file for the scores.
//   /usr/bin/time -v build/tests/bench/coco5k_memory 5000 10 scores.npy
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/engine/evaluation/retrieval.h"
#include "core/image/transform.h"

using namespace wordsight;

namespace {

constexpr std::size_t regions = 36;
constexpr std::size_t dimension = 1024;
constexpr std::size_t captionsPerPhoto = 5;
constexpr double limit = 4e9;

/// Gives vectors at once that a network would need hours for.
class RandomModel : public model::ImageTextModel {
public:
    explicit RandomModel(std::size_t words)
        : m_words(words)
    {
        m_info.name = "random";
        m_info.dimension = dimension;
        m_info.globalWeight = 1;
        m_info.photographs = { .side = 8 };
        m_info.boxes.resize(regions);
    }

    const model::ModelInfo& info() const override { return m_info; }
    std::string device() const override { return "CPU"; }

    std::vector<model::ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        std::vector<model::ImageEncoding> encodings;
        for (std::size_t i = 0; i < images.size(); ++i)
            encodings.push_back({ unitRows(regions), unitRows(1).data, {} });
        return encodings;
    }

    std::vector<model::TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<model::TextEncoding> encodings;
        for (std::size_t s = 0; s < sentences.size(); ++s) {
            model::TextEncoding& encoding = encodings.emplace_back();
            encoding.words = unitRows(m_words);
            encoding.texts.assign(m_words, "word");
            encoding.spans.resize(m_words);
            encoding.weights.assign(m_words, 1);
            encoding.global = unitRows(1).data;
        }
        return encodings;
    }

private:
    Matrix unitRows(std::size_t rows)
    {
        std::uniform_real_distribution<float> even(-1, 1);
        Matrix matrix(rows, dimension);
        std::ranges::generate(matrix.data, [&] { return even(m_engine) * std::sqrt(3.0f / dimension); });
        return matrix;
    }

    std::size_t m_words;
    model::ModelInfo m_info;
    std::minstd_rand m_engine { 1 };
};

/// One small photograph under a split file that names it many times.
class Collection {
public:
    explicit Collection(std::size_t photos)
        : m_folder(std::filesystem::temp_directory_path() / fmt::format("wordsight-coco5k-{}", getpid()))
    {
        std::filesystem::create_directories(m_folder);
        writeFileAtomically(
            m_folder / "photo.jpg", image::encodeJpeg({ 8, 8, std::vector<std::uint8_t>(192, 128) }, 90));
        std::ofstream file(input().dataset);
        file << R"({"images":[)";
        for (std::size_t i = 0; i < photos; ++i) {
            file << (i > 0 ? "," : "") << R"({"filename":"photo.jpg","split":"test","sentences":[)";
            for (std::size_t c = 0; c < captionsPerPhoto; ++c)
                file << (c > 0 ? "," : "") << fmt::format(R"({{"raw":"caption {} of photograph {}"}})", c, i);
            file << "]}";
        }
        file << "]}";
    }
    ~Collection() { std::filesystem::remove_all(m_folder); }

    engine::EvaluationInput input() const { return { m_folder / "dataset.json", m_folder, "test" }; }

private:
    std::filesystem::path m_folder;
};

/// A line every ten seconds, as wordsight-cli shows it.
void show(const Progress& progress)
{
    static auto last = std::chrono::steady_clock::now();
    const auto now = std::chrono::steady_clock::now();
    if (now - last > std::chrono::seconds(10)) {
        last = now;
        fmt::print(stderr, "{}  {}/{}, {:.0f} s left\n", progress.stage, progress.done, progress.total,
            progress.secondsRemaining.value_or(0));
    }
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t photos = argc > 1 ? std::stoul(argv[1]) : 5000;
    const std::size_t words = argc > 2 ? std::stoul(argv[2]) : 10;
    const Collection collection(photos);
    RandomModel model(words);
    engine::RetrievalOptions options;
    options.protocol = photos == 5000 ? eval::Protocol::Coco5K : eval::Protocol::Whole;
    if (argc > 3)
        options.scoresFile = argv[3];
    const auto start = std::chrono::steady_clock::now();
    const engine::RetrievalReport report = engine::evaluateRetrieval(model, collection.input(), options, { show, {} });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    const double bytes = 1024.0 * static_cast<double>(usage.ru_maxrss);
    fmt::print("{} photographs × {} captions of {} words: {:.0f} s, {:.2f} GB at the highest, rsum {:.2f}\n",
        report.images, report.captions, words, seconds.count(), bytes / 1e9, report.result.rsum());
    return bytes < limit ? 0 : 1;
}
