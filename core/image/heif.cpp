#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <libheif/heif.h>

#include "core/base/error.h"
#include "core/image/colour_profile.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

using Context = std::unique_ptr<heif_context, decltype(&heif_context_free)>;
using Handle = std::unique_ptr<heif_image_handle, decltype(&heif_image_handle_release)>;
using Pixels = std::unique_ptr<heif_image, decltype(&heif_image_release)>;

void check(const heif_error& error)
{
    if (error.code == heif_error_Ok)
        return;
    if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype)
        throw Error(ErrorKind::UnreadableInput, "The HEIC or AVIF file is of a variant that cannot be decoded.");
    throw Error(ErrorKind::UnreadableInput, "The HEIC or AVIF file is damaged or cut off.");
}

/// The bytes must outlive it.
Context contextOf(std::span<const std::byte> bytes)
{
    Context context(heif_context_alloc(), &heif_context_free);
    check(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr));
    return context;
}

Handle primaryOf(heif_context* context)
{
    heif_image_handle* handle = nullptr;
    check(heif_context_get_primary_image_handle(context, &handle));
    return { handle, &heif_image_handle_release };
}

} // namespace

Image decodeHeif(std::span<const std::byte> bytes, std::int64_t maxPixels)
{
    const Context context = contextOf(bytes);
    const Handle handle = primaryOf(context.get());
    refuseLarge(heif_image_handle_get_width(handle.get()), heif_image_handle_get_height(handle.get()), maxPixels);
    const bool hasAlpha = heif_image_handle_has_alpha_channel(handle.get());
    heif_image* decoded = nullptr;
    check(heif_decode_image(handle.get(), &decoded, heif_colorspace_RGB,
        hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, nullptr));
    const Pixels pixels(decoded, &heif_image_release);
    const int width = heif_image_get_width(decoded, heif_channel_interleaved);
    const int height = heif_image_get_height(decoded, heif_channel_interleaved);
    refuseLarge(width, height, maxPixels);
    int stride = 0;
    const std::uint8_t* plane = heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
    Image image { width, height, std::vector<std::uint8_t>(std::size_t { 3 } * width * height) };
    const bool premultiplied = heif_image_is_premultiplied_alpha(decoded);
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* from = plane + static_cast<std::size_t>(stride) * y;
        auto* to = image.rgb.data() + std::size_t { 3 } * width * y;
        if (!hasAlpha)
            std::memcpy(to, from, std::size_t { 3 } * width);
        for (int x = 0; hasAlpha && x < width; ++x, to += 3, from += 4)
            for (int c = 0; c < 3; ++c)
                to[c] = onWhite(from[c], from[3], premultiplied);
    }
    std::vector<std::byte> icc(heif_image_handle_get_raw_color_profile_size(handle.get()));
    if (!icc.empty() && heif_image_handle_get_raw_color_profile(handle.get(), icc.data()).code == heif_error_Ok)
        ColourProfile(icc, ColourProfile::Numbers::Rgb).applyTo(image.rgb);
    return image;
}

std::pair<std::int64_t, std::int64_t> sizeOfHeif(std::span<const std::byte> bytes)
{
    const Context context = contextOf(bytes);
    const Handle handle = primaryOf(context.get());
    return { heif_image_handle_get_width(handle.get()), heif_image_handle_get_height(handle.get()) };
}

std::vector<std::byte> exifOfHeif(std::span<const std::byte> bytes)
{
    const Context context = contextOf(bytes);
    const Handle handle = primaryOf(context.get());
    heif_item_id id = 0;
    if (heif_image_handle_get_list_of_metadata_block_IDs(handle.get(), "Exif", &id, 1) != 1)
        return {};
    std::vector<std::byte> block(heif_image_handle_get_metadata_size(handle.get(), id));
    check(heif_image_handle_get_metadata(handle.get(), id, block.data()));
    // Four bytes say how far behind them the TIFF header begins.
    std::size_t skip = 0;
    for (std::size_t i = 0; i < 4 && i < block.size(); ++i)
        skip = skip << 8 | std::to_integer<std::size_t>(block[i]);
    if (block.size() < 4 || skip > block.size() - 4)
        return {};
    block.erase(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(4 + skip));
    return block;
}

} // namespace wordsight::image
