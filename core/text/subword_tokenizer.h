#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace wordsight::text {

struct TokenIds {
    std::vector<std::int32_t> ids; ///< with the marks of beginning and end that the model was trained with
    bool truncated = false;        ///< the sentence was longer than the limit
};

/// A tokenizer that came with a foreign text encoder. Immutable after construction, so thread-safe.
class SubwordTokenizer {
public:
    virtual ~SubwordTokenizer() = default;
    /// At most `most` ids, the marks among them. Any bytes are taken: what is not UTF-8 becomes U+FFFD.
    virtual TokenIds encode(std::string_view sentence, std::size_t most) const = 0;
    virtual std::int32_t endId() const = 0; ///< marks the end of a sentence
    /// Fills up shorter sentences.
    virtual std::int32_t padId() const { return endId(); }
    virtual std::size_t vocabularySize() const = 0; ///< ids are below it
};

} // namespace wordsight::text
