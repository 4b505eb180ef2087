// What decoding in helper processes costs beside decoding here: 12-megapixel JPEGs as indexing reads them.
//   bench_decode [PHOTOGRAPHS] prints milliseconds of processor time per photograph of both, turn and turn about, and
//   their ratio. Helpers are started anew in every round; other programs on the machine count for little.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sys/resource.h>

#include "core/image/isolated/decoder_pool.h"

using namespace wordsight;

namespace {

/// A real photograph, made as large as a camera's.
std::vector<std::byte> cameraJpeg(const std::string& file)
{
    cv::Mat large;
    cv::resize(cv::imread(file), large, { 4000, 3000 }, 0, 0, cv::INTER_CUBIC);
    std::vector<uchar> jpeg;
    cv::imencode(".jpg", large, jpeg, { cv::IMWRITE_JPEG_QUALITY, 92 });
    const auto* begin = reinterpret_cast<const std::byte*>(jpeg.data());
    return { begin, begin + jpeg.size() };
}

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// Of this process and of those that have ended.
double processorSeconds()
{
    double sum = 0;
    for (const auto whose : { RUSAGE_SELF, RUSAGE_CHILDREN }) {
        rusage used {};
        getrusage(whose, &used);
        sum += seconds(used.ru_utime) + seconds(used.ru_stime);
    }
    return sum;
}

template <class Read> void onAllCores(int photographs, Read read)
{
    std::atomic<int> next = 0;
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < std::max(1u, std::thread::hardware_concurrency()); ++t)
        threads.emplace_back([&] {
            while (next++ < photographs)
                read();
        });
}

} // namespace

int main(int argc, char** argv)
{
    const int photographs = argc > 1 ? std::atoi(argv[1]) : 100;
    const auto bytes = cameraJpeg(WORDSIGHT_SOURCE_DIR "/resources/samples/two_dogs_at_window.jpg");
    const image::DecodeOptions options { .minSide = 288 };
    fmt::print("{:.1f} MB each\n", static_cast<double>(bytes.size()) / 1e6);
    std::vector<double> ratios;
    for (int round = 0; round < 7; ++round) {
        const double begin = processorSeconds();
        onAllCores(photographs, [&] { image::readInProcess(bytes, {}, options); });
        const double middle = processorSeconds();
        {
            image::DecoderPool pool(WORDSIGHT_DECODER, {});
            onAllCores(photographs, [&] { pool.read(bytes, {}, options); });
        }
        const double here = middle - begin, there = processorSeconds() - middle;
        ratios.push_back(there / here);
        fmt::print("here {:.2f} ms, in helpers {:.2f} ms, ratio {:.3f}\n", 1000 * here / photographs,
            1000 * there / photographs, ratios.back());
    }
    std::ranges::sort(ratios);
    fmt::print("median ratio {:.3f}\n", ratios[ratios.size() / 2]);
}
