#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include <gif_lib.h>

#include "core/base/error.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuseGif()
{
    throw Error(ErrorKind::UnreadableInput, "The GIF file is damaged or cut off.");
}

struct Input {
    std::span<const std::byte> left;

    static int read(GifFileType* gif, GifByteType* to, int count)
    {
        auto& input = *static_cast<Input*>(gif->UserData);
        const std::size_t got = std::min(input.left.size(), static_cast<std::size_t>(count));
        if (got > 0)
            std::memcpy(to, input.left.data(), got);
        input.left = input.left.subspan(got);
        return static_cast<int>(got);
    }
};

struct Closing {
    void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};

/// Extensions before the first picture say which colour of it is transparent.
int transparentColour(GifFileType* gif, int transparent)
{
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif, &code, &block) == GIF_ERROR)
        refuseGif();
    if (GraphicsControlBlock control; code == GRAPHICS_EXT_FUNC_CODE && block != nullptr
        && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        transparent = control.TransparentColor;
    while (block != nullptr)
        if (DGifGetExtensionNext(gif, &block) == GIF_ERROR)
            refuseGif();
    return transparent;
}

/// A picture's rows come in four passes where they are interlaced.
std::vector<int> rowOrder(int height, bool interlaced)
{
    std::vector<int> rows;
    const int starts[] = { 0, 4, 2, 1 }, steps[] = { 8, 8, 4, 2 };
    for (int pass = 0; pass < 4 && interlaced; ++pass)
        for (int row = starts[pass]; row < height; row += steps[pass])
            rows.push_back(row);
    for (int row = 0; row < height && !interlaced; ++row)
        rows.push_back(row);
    return rows;
}

void readPicture(GifFileType* gif, int transparent, Image& image)
{
    const GifImageDesc& picture = gif->Image;
    const ColorMapObject* colours = picture.ColorMap != nullptr ? picture.ColorMap : gif->SColorMap;
    if (colours == nullptr || picture.Width <= 0 || picture.Height <= 0)
        refuseGif();
    std::vector<GifPixelType> line(static_cast<std::size_t>(picture.Width));
    for (const int row : rowOrder(picture.Height, picture.Interlace)) {
        if (DGifGetLine(gif, line.data(), picture.Width) == GIF_ERROR)
            refuseGif();
        const int y = picture.Top + row;
        for (int x = 0; x < picture.Width && y < image.height && picture.Left + x < image.width; ++x) {
            const int index = line[static_cast<std::size_t>(x)];
            if (index == transparent || index >= colours->ColorCount)
                continue;
            auto* to = &image.rgb[3 * (static_cast<std::size_t>(y) * image.width + picture.Left + x)];
            to[0] = colours->Colors[index].Red;
            to[1] = colours->Colors[index].Green;
            to[2] = colours->Colors[index].Blue;
        }
    }
}

} // namespace

Image decodeGif(std::span<const std::byte> bytes, std::int64_t maxPixels)
{
    Input input { bytes };
    int code = 0;
    const std::unique_ptr<GifFileType, Closing> gif(DGifOpen(&input, Input::read, &code));
    if (!gif)
        refuseGif();
    refuseLarge(gif->SWidth, gif->SHeight, maxPixels);
    int transparent = NO_TRANSPARENT_COLOR;
    for (GifRecordType record = UNDEFINED_RECORD_TYPE; record != IMAGE_DESC_RECORD_TYPE;) {
        if (DGifGetRecordType(gif.get(), &record) == GIF_ERROR || record == TERMINATE_RECORD_TYPE)
            refuseGif();
        if (record == EXTENSION_RECORD_TYPE)
            transparent = transparentColour(gif.get(), transparent);
    }
    if (DGifGetImageDesc(gif.get()) == GIF_ERROR)
        refuseGif();
    refuseLarge(gif->Image.Width, gif->Image.Height, maxPixels);
    Image image { gif->SWidth, gif->SHeight,
        std::vector<std::uint8_t>(std::size_t { 3 } * gif->SWidth * gif->SHeight, 255) };
    readPicture(gif.get(), transparent, image);
    return image;
}

} // namespace wordsight::image
