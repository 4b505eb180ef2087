// Sentences, and the files of tokenizers.
#include "core/base/error.h"
#include "core/text/byte_pair_tokenizer.h"
#include "core/text/words.h"
#include "tests/fuzz/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace wordsight;
    const std::string_view sentence(reinterpret_cast<const char*>(data), size);
    for (const auto& word : text::wordsOf(sentence))
        if (word.span.begin >= word.span.end || word.span.end > size)
            std::abort();
    try {
        text::BytePairTokenizer(fuzz::written("tokenizer.json", data, size)).encode("a dog", 77);
    } catch (const Error&) {
    }
    return 0;
}
