// NumPy's arrays and archives of them.
#include "core/base/error.h"
#include "core/data/npy.h"
#include "tests/fuzz/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace wordsight;
    const auto file = fuzz::written("array", data, size);
    try {
        const auto array = readNpy(file);
        if (array.dtype[0] != 'U')
            array.toFloats();
    } catch (const Error&) {
    }
    try {
        readNpz(file);
    } catch (const Error&) {
    }
    return 0;
}
