#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>

#include "core/base/error.h"
#include "core/dataset/regions/region_source.h"

/// features_memory PATH COUNT FIRST-ID: opens features and reads COUNT photographs, called FIRST-ID, FIRST-ID + 7, ...;
/// prints how long it took and the most memory that was in use.
int main(int count, char** arguments)
{
    using namespace wordsight;
    using Clock = std::chrono::steady_clock;
    if (count != 4)
        return 2;
    const auto seconds
        = [](Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); };
    const auto peak = [] {
        rusage usage {};
        ::getrusage(RUSAGE_SELF, &usage);
        return static_cast<double>(usage.ru_maxrss) / 1024;
    };
    try {
        const auto begin = Clock::now();
        const auto source = dataset::openRegions(arguments[1]);
        std::printf("%s: %zu photographs, %zu features per region; opened in %.1f s, at most %.0f MB\n",
            source->layout().c_str(), source->photographs(), source->dimension(), seconds(begin), peak());
        const auto reading = Clock::now();
        std::size_t regions = 0;
        const long photographs = std::atol(arguments[2]), first = std::atol(arguments[3]);
        for (long i = 0; i < photographs; ++i)
            if (const auto found = source->find({ std::to_string(first + 7 * i), {}, {} }))
                regions += found->features.rows;
        std::printf("%ld asked for, %zu regions read in %.1f s, at most %.0f MB\n", photographs, regions,
            seconds(reading), peak());
        return regions > 0 ? 0 : 1;
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 3;
    }
}
