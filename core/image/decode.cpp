#include "core/image/decode.h"

#include <cctype>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/file_header.h"
#include "core/image/metadata.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuse(const std::string& why) { throw Error(ErrorKind::UnreadableInput, why); }

/// The strongest reduction that JPEG decoding offers and that still leaves both sides ≥ minSide.
int reducedFlag(const FileHeader& header, int minSide)
{
    if (header.format != Format::Jpeg || minSide <= 0)
        return cv::IMREAD_COLOR;
    const std::int64_t side = std::min(header.width, header.height);
    if (side >= 8LL * minSide)
        return cv::IMREAD_REDUCED_COLOR_8;
    if (side >= 4LL * minSide)
        return cv::IMREAD_REDUCED_COLOR_4;
    return side >= 2LL * minSide ? cv::IMREAD_REDUCED_COLOR_2 : cv::IMREAD_COLOR;
}

cv::Mat toEightBit(const cv::Mat& pixels)
{
    cv::Mat out;
    switch (pixels.depth()) {
    case CV_8U: return pixels;
    case CV_16U: pixels.convertTo(out, CV_8U, 1.0 / 257); return out;
    case CV_32F:
    case CV_64F: pixels.convertTo(out, CV_8U, 255); return out;
    default: refuse("Its pixels are of a kind that photographs do not have");
    }
}

/// Any 8-bit picture → RGB; what is transparent shows white.
cv::Mat toRgb(const cv::Mat& pixels)
{
    cv::Mat rgb;
    switch (pixels.channels()) {
    case 1: cv::cvtColor(pixels, rgb, cv::COLOR_GRAY2RGB); return rgb;
    case 3: cv::cvtColor(pixels, rgb, cv::COLOR_BGR2RGB); return rgb;
    case 4: break;
    default: refuse("It has a number of colour channels that photographs do not have");
    }
    cv::cvtColor(pixels, rgb, cv::COLOR_BGRA2RGB);
    for (int y = 0; y < pixels.rows; ++y) {
        const auto* source = pixels.ptr<cv::Vec4b>(y);
        auto* target = rgb.ptr<cv::Vec3b>(y);
        for (int x = 0; x < pixels.cols; ++x)
            for (int c = 0; c < 3; ++c)
                target[x][c] = static_cast<uchar>((target[x][c] * source[x][3] + 255 * (255 - source[x][3]) + 127) / 255);
    }
    return rgb;
}

cv::Mat upright(const cv::Mat& pixels, int orientation)
{
    cv::Mat out = pixels;
    if (orientation >= 5)
        cv::transpose(pixels, out);
    constexpr int none = 2; // cv::flip: 0 upside down, 1 left-right, -1 both
    constexpr int flips[] = { none, none, 1, -1, 0, none, 1, -1, 0 };
    if (flips[orientation] != none)
        cv::flip(out, out, flips[orientation]);
    return out;
}

cv::Mat decodePixels(std::span<const std::byte> bytes, const std::optional<FileHeader>& header, int minSide)
{
    // Alpha and 16 bits survive only IMREAD_UNCHANGED; BMP writes 0 where alpha is not meant.
    const bool asStored = header && (header->format == Format::Png || header->format == Format::WebP || header->format == Format::Tiff);
    const int flags = asStored ? cv::IMREAD_UNCHANGED
                               : (header ? reducedFlag(*header, minSide) : cv::IMREAD_COLOR) | cv::IMREAD_IGNORE_ORIENTATION;
    const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    try {
        return cv::imdecode(raw, flags);
    } catch (const cv::Exception&) {
        return {};
    }
}

} // namespace

Image decode(std::span<const std::byte> bytes, const DecodeOptions& options)
{
    if (bytes.empty())
        refuse("The file is empty");
    if (bytes.size() > std::size_t { 1 } << 31)
        refuse("The file is larger than 2 GiB");
    const std::optional<FileHeader> header = readHeader(bytes);
    if (header) {
        if (header->width * header->height > options.maxPixels)
            refuse(fmt::format("The photograph has {} × {} pixels; at most {} million are read", header->width, header->height,
                options.maxPixels / 1'000'000));
        if (!header->complete)
            refuse("The file is cut off: its end is missing");
    }
    const cv::Mat pixels = decodePixels(bytes, header, options.minSide);
    if (pixels.empty())
        refuse(header ? "The file is damaged and cannot be decoded" : "The file is not a photograph in a known format");
    const cv::Mat rgb = upright(toRgb(toEightBit(pixels)), readMetadata(bytes).orientation);
    Image image { rgb.cols, rgb.rows, {} };
    image.rgb.resize(rgb.total() * 3);
    rgb.copyTo(cv::Mat(rgb.rows, rgb.cols, CV_8UC3, image.rgb.data()));
    return image;
}

Image decodeFile(const std::filesystem::path& file, const DecodeOptions& options)
{
    const std::vector<std::byte> bytes = readFile(file);
    try {
        return decode(bytes, options);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}: {}.", file.string(), error.what()));
    }
}

bool hasPhotographExtension(const std::filesystem::path& file)
{
    std::string extension = file.extension().string();
    for (char& c : extension)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const char* known : { ".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp", ".tif", ".tiff", ".jp2", ".ppm", ".pgm", ".pnm" })
        if (extension == known)
            return true;
    return false;
}

} // namespace wordsight::image
