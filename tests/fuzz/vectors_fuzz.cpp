// A vector file; its first byte says how many rows are asked for.
#include "core/base/error.h"
#include "core/store/vector_file.h"
#include "tests/fuzz/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace wordsight;
    if (size < 1)
        return 0;
    const std::size_t rows = data[0] == 255 ? std::size_t { 1 } << 60 : data[0];
    try {
        const auto view = store::VectorFile::view(fuzz::written("a.vec", data + 1, size - 1), rows);
        for (std::size_t i = 0; i < view.rows(); ++i) {
            unsigned sum = 0;
            for (const std::uint16_t value : view.row(i))
                sum += value;
            for (const Box& box : view.boxes(i))
                sum += box.x > 0;
            volatile unsigned used = sum;
            (void)used;
        }
    } catch (const Error&) {
    }
    return 0;
}
