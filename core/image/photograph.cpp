#include "core/image/photograph.h"

#include <tuple>

#include "core/base/file.h"
#include "core/base/input_file.h"
#include "core/image/in_process.h"
#include "core/image/isolated/decoder_pool.h"
#include "core/image/isolated/decoder_process.h"

namespace wordsight::image {
namespace {

Photograph read(std::span<const std::byte> bytes, const Wanted& wanted, const DecodeOptions& options)
{
    if (DecoderPool* helpers = decoderPool())
        return helpers->read(bytes, wanted, options);
    return readInProcess(bytes, wanted, options);
}

} // namespace

Photograph readInProcess(std::span<const std::byte> bytes, const Wanted& wanted, const DecodeOptions& options)
{
    Photograph photograph;
    if (wanted.pixels)
        photograph.pixels = decodeInProcess(bytes, options, photograph.note);
    if (wanted.metadata)
        photograph.metadata = readMetadataInProcess(bytes);
    if (wanted.size)
        std::tie(photograph.width, photograph.height) = uprightSizeInProcess(bytes);
    return photograph;
}

Photograph readPhotograph(std::span<const std::byte> bytes, const DecodeOptions& options)
{
    return read(bytes, {}, options);
}

PhotographFile::PhotographFile(
    const std::filesystem::path& file, const std::function<void(std::span<const std::byte>)>& seen)
{
    if (decoderPool()) {
        m_shared = std::make_unique<SharedBytes>(InputFile(file), seen);
        return;
    }
    m_bytes = readFile(file);
    seen(m_bytes);
}

PhotographFile::~PhotographFile() = default;

Photograph PhotographFile::read(const DecodeOptions& options) const
{
    return m_shared ? decoderPool()->read(*m_shared, {}, options) : readInProcess(m_bytes, {}, options);
}

Image decode(std::span<const std::byte> bytes, const DecodeOptions& options)
{
    return read(bytes, { .metadata = false, .size = false }, options).pixels;
}

Metadata readMetadata(std::span<const std::byte> bytes)
{
    return read(bytes, { .pixels = false, .size = false }, {}).metadata;
}

std::pair<int, int> uprightSize(std::span<const std::byte> bytes)
{
    const Photograph photograph = read(bytes, { .pixels = false, .metadata = false }, {});
    return { photograph.width, photograph.height };
}

} // namespace wordsight::image
