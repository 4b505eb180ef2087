// Files of captions and of instances, whatever program wrote them.
#include "core/base/error.h"
#include "core/dataset/caption_file.h"
#include "core/dataset/coco.h"
#include "tests/fuzz/scratch_file.h"

#include <spdlog/spdlog.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace wordsight;
    spdlog::set_level(spdlog::level::off);
    const auto file = fuzz::written("captions", data, size);
    try {
        dataset::readCaptionFile(file);
    } catch (const Error&) {
    }
    try {
        dataset::CocoInstances(file).phrases({ "a.jpg", "", { "a dog and a person" } });
    } catch (const Error&) {
    }
    return 0;
}
