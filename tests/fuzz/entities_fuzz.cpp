// Flickr30k Entities: the input is an annotation, a zero byte, and sentences.
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/dataset/entities.h"
#include "tests/fuzz/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace wordsight;
    const auto* middle = std::find(data, data + size, 0);
    fuzz::written("Annotations/1.xml", data, static_cast<std::size_t>(middle - data));
    const std::size_t rest = middle == data + size ? 0 : static_cast<std::size_t>(data + size - middle - 1);
    fuzz::written("Sentences/1.txt", data + size - rest, rest);
    const std::string sentence(reinterpret_cast<const char*>(data + size - rest), rest);
    try {
        for (const auto& phrase : dataset::readEntities(fuzz::scratch(), { "1.jpg", "", { sentence, "a dog" } }))
            for (const Box& box : phrase.boxes)
                if (!(box.x >= 0 && box.y >= 0 && box.w > 0 && box.h > 0 && box.x + box.w <= 1.0001f))
                    std::abort();
    } catch (const Error&) {
    }
    return 0;
}
