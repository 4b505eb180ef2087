// How long it takes to open a library of N photographs (library_opening [N]): as its last writer left it, and with
// SQLite's own check, which runs where a writer was killed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "core/store/library.h"

using namespace wordsight;
using store::Library;

namespace {

namespace fs = std::filesystem;

void fill(const fs::path& at, std::int64_t photographs)
{
    const store::VectorLayout layout { 4, { { 0, 0, 1, 1 } }, false, "0123456789abcdef" };
    Library library = Library::open(at, Library::Mode::Create);
    std::vector<store::NewEncoding> encodings;
    for (std::int64_t i = 0; i < photographs; ++i) {
        const std::string path = fmt::format("/home/somebody/Pictures/{}/{}/IMG_{:08}.jpg", i / 5000, i / 100, i);
        const PhotoId id = library.putPhoto({ {}, path, 3'000'000 + i, 1'600'000'000'000'000'000 + i * 1'000'000'000,
            fmt::format("{:032x}", i * 2654435761), 4000, 3000, "2020-05-01T10:00:00" });
        encodings.push_back({ id, Matrix(1, 4), {}, {} });
    }
    library.addEncodings("bench", layout, encodings);
}

double medianMs(const fs::path& at, Library::Mode mode, bool sealed)
{
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) {
        const fs::path seal = at / "library.db.seal", aside = at / "aside";
        if (!sealed)
            fs::rename(seal, aside);
        const auto begin = std::chrono::steady_clock::now();
        const Library library = Library::open(at, mode);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        if (!sealed)
            fs::rename(aside, seal);
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

} // namespace

int main(int argc, char** argv)
{
    const std::int64_t photographs = argc > 1 ? std::stoll(argv[1]) : 100'000;
    const fs::path at = fs::temp_directory_path() / ("wordsight-opening-" + std::to_string(getpid()));
    fill(at, photographs);
    std::printf("%lld photographs, library.db %.1f MB\n", static_cast<long long>(photographs),
        static_cast<double>(fs::file_size(at / "library.db")) / 1e6);
    for (const auto& [name, mode] :
        { std::pair("to write", Library::Mode::ReadWrite), std::pair("to read", Library::Mode::ReadOnly) })
        std::printf("%s: %.1f ms as it was left, %.1f ms with SQLite's check\n", name, medianMs(at, mode, true),
            medianMs(at, mode, false));
    fs::remove_all(at);
    return 0;
}
