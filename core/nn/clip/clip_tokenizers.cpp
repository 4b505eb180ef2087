#include "core/nn/clip/clip_tokenizers.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/text/byte_fallback_tokenizer.h"
#include "core/text/byte_pair_tokenizer.h"
#include "core/text/sentence_piece_tokenizer.h"

namespace wordsight::nn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTokenizerJson = "tokenizer.json";

std::unique_ptr<text::SubwordTokenizer> open(const fs::path& folder, const ClipOptions& options)
{
    const auto files = clipTokenizerFiles(folder, options.family);
    if (options.siglip() && files[0] == kTokenizerJson)
        return std::make_unique<text::ByteFallbackTokenizer>(folder / files[0],
            text::ByteFallbackTokenizer::Cleaning { options.text.lowerCase, options.text.dropPunctuation });
    if (options.siglip())
        return std::make_unique<text::SentencePieceTokenizer>(folder / files[0], options.text.lowerCase);
    if (files.size() == 2)
        return std::make_unique<text::BytePairTokenizer>(folder / files[0], folder / files[1]);
    return std::make_unique<text::BytePairTokenizer>(folder / files[0]);
}

} // namespace

std::vector<std::string> clipTokenizerFiles(const fs::path& folder, ClipFamily family)
{
    const auto has = [&](const char* name) { return fs::is_regular_file(folder / name); };
    if (family == ClipFamily::Siglip) {
        if (has("spiece.model"))
            return { "spiece.model" };
        if (has(kTokenizerJson) && text::ByteFallbackTokenizer::reads(folder / kTokenizerJson))
            return { kTokenizerJson };
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} has no tokenizer that can be read: neither spiece.model, SigLIP's, nor a tokenizer.json "
                        "with a byte-pair encoding, SigLIP 2's.",
                folder.string()));
    }
    if (has("vocab.json") && has("merges.txt"))
        return { "vocab.json", "merges.txt" };
    if (has(kTokenizerJson))
        return { kTokenizerJson };
    throw Error(ErrorKind::ModelMismatch,
        fmt::format(
            "{} has no tokenizer: either vocab.json and merges.txt or tokenizer.json must be there.", folder.string()));
}

std::unique_ptr<text::SubwordTokenizer> openClipTokenizer(const fs::path& folder, const ClipOptions& options)
{
    auto tokenizer = open(folder, options);
    if (tokenizer->vocabularySize() > static_cast<std::size_t>(options.text.vocabulary))
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{}: its tokenizer has {} pieces, its network {}.", folder.string(),
                tokenizer->vocabularySize(), options.text.vocabulary));
    if (options.text.pooling == ClipTextPooling::First && options.text.endId != tokenizer->endId())
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{}: its tokenizer ends a sentence with {}, its network waits for {} (eos_token_id).",
                folder.string(), tokenizer->endId(), options.text.endId));
    return tokenizer;
}

} // namespace wordsight::nn
