#include "core/image/png_profile.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <zlib.h>

namespace wordsight::image {

namespace {

constexpr std::size_t kSignature = 8;
constexpr std::size_t kAround = 12; ///< bytes of a chunk beside its data: length, name, checksum
constexpr std::size_t kLargestProfile = std::size_t { 16 } << 20;

struct Chunk {
    std::string_view name;
    std::span<const std::byte> data;
    std::span<const std::byte> whole;
};

/// The chunks before the pixels, and what is left from there on as one more.
std::vector<Chunk> chunksBeforePixels(std::span<const std::byte> png)
{
    std::vector<Chunk> chunks;
    std::size_t at = kSignature;
    while (at + kAround <= png.size()) {
        std::size_t length = 0;
        for (std::size_t i = 0; i < 4; ++i)
            length = length << 8 | std::to_integer<std::size_t>(png[at + i]);
        const std::string_view name(reinterpret_cast<const char*>(png.data() + at + 4), 4);
        if (name == "IDAT" || length > png.size() - at - kAround)
            break;
        chunks.push_back({ name, png.subspan(at + 8, length), png.subspan(at, length + kAround) });
        at += length + kAround;
    }
    if (at < png.size())
        chunks.push_back({ {}, {}, png.subspan(at) });
    return chunks;
}

std::vector<std::byte> inflated(std::span<const std::byte> packed)
{
    z_stream stream {};
    if (inflateInit(&stream) != Z_OK)
        return {};
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    std::vector<std::byte> plain;
    int state = Z_OK;
    while (state == Z_OK && plain.size() < kLargestProfile) {
        std::array<std::byte, 1 << 14> part;
        stream.next_out = reinterpret_cast<Bytef*>(part.data());
        stream.avail_out = part.size();
        state = inflate(&stream, Z_NO_FLUSH);
        plain.insert(plain.end(), part.begin(), part.end() - stream.avail_out);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END ? plain : std::vector<std::byte>();
}

} // namespace

std::vector<std::byte> profileOfPng(std::span<const std::byte> png)
{
    for (const Chunk& chunk : chunksBeforePixels(png)) {
        if (chunk.name != "iCCP")
            continue;
        const auto nameEnd = std::ranges::find(chunk.data, std::byte { 0 }); // then the method, of which there is one
        const auto skip = static_cast<std::size_t>(nameEnd - chunk.data.begin()) + 2;
        return skip < chunk.data.size() ? inflated(chunk.data.subspan(skip)) : std::vector<std::byte>();
    }
    return {};
}

std::vector<std::byte> withoutColourChunks(std::span<const std::byte> png)
{
    const std::span<const std::byte> signature = png.first(std::min(kSignature, png.size()));
    std::vector<std::byte> plain(signature.begin(), signature.end());
    for (const Chunk& chunk : chunksBeforePixels(png))
        if (chunk.name != "cHRM" && chunk.name != "gAMA" && chunk.name != "iCCP" && chunk.name != "sRGB")
            plain.insert(plain.end(), chunk.whole.begin(), chunk.whole.end());
    return plain;
}

} // namespace wordsight::image
