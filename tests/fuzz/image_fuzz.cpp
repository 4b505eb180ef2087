// Photographs of every format, and what they say of themselves.
#include <cstdlib>

#include "core/base/error.h"
#include "core/image/decode.h"
#include "core/image/metadata.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace wordsight;
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    image::readMetadata(bytes);
    for (const int minSide : { 0, 32 })
        try {
            const auto image = image::decode(bytes, { .minSide = minSide, .maxPixels = 1'000'000 });
            if (image.rgb.size() != std::size_t { 3 } * image.width * image.height || image.rgb.size() > 3'000'000)
                std::abort();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::UnreadableInput)
                std::abort();
        }
    return 0;
}
