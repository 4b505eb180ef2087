#include "core/image/decode.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/container.h"
#include "core/image/jpeg.h"
#include "core/image/metadata.h"
#include "core/image/png_reader.h"

namespace wordsight::image {

namespace {

/// Four channels, blue first, to RGB on white. `premultiplied`: the colours hold their alpha already (libtiff's way).
cv::Mat onWhite(const cv::Mat& bgra, bool premultiplied)
{
    cv::Mat rgb(bgra.size(), CV_8UC3);
    for (int y = 0; y < bgra.rows; ++y) {
        const auto* from = bgra.ptr<cv::Vec4b>(y);
        auto* to = rgb.ptr<cv::Vec3b>(y);
        for (int x = 0; x < bgra.cols; ++x) {
            const int alpha = from[x][3];
            for (int c = 0; c < 3; ++c) {
                const int colour = premultiplied ? from[x][2 - c] : from[x][2 - c] * alpha / 255;
                to[x][c] = cv::saturate_cast<std::uint8_t>(colour + 255 - alpha);
            }
        }
    }
    return rgb;
}

cv::Mat toRgb(cv::Mat mat, bool premultiplied)
{
    if (mat.depth() == CV_16U)
        mat.convertTo(mat, CV_8U, 1.0 / 257);
    else if (mat.depth() == CV_32F || mat.depth() == CV_64F)
        mat.convertTo(mat, CV_8U, 255);
    else if (mat.depth() != CV_8U)
        mat.convertTo(mat, CV_8U);
    if (mat.channels() == 4)
        return onWhite(mat, premultiplied);
    cv::Mat rgb;
    cv::cvtColor(mat, rgb, mat.channels() == 1 ? cv::COLOR_GRAY2RGB : cv::COLOR_BGR2RGB);
    return rgb;
}

Image toImage(const cv::Mat& rgb)
{
    Image image { rgb.cols, rgb.rows, std::vector<std::uint8_t>(rgb.total() * 3) };
    rgb.copyTo(cv::Mat(rgb.rows, rgb.cols, CV_8UC3, image.rgb.data()));
    return image;
}

Image decodeWithOpenCv(std::span<const std::byte> bytes, Format format)
{
    static const auto silence = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    (void)silence;
    const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    try {
        const cv::Mat mat = cv::imdecode(raw, cv::IMREAD_UNCHANGED);
        if (!mat.empty())
            return toImage(toRgb(mat, format == Format::Tiff));
    } catch (const cv::Exception&) {
        // The same as an empty answer: the file is at fault.
    }
    throw Error(ErrorKind::UnreadableInput, "The file is damaged, cut off, or of a variant that cannot be decoded.");
}

/// EXIF orientation: how the stored rows and columns map to the upright photograph.
Image upright(Image image, int orientation)
{
    if (orientation <= 1 || orientation > 8)
        return image;
    cv::Mat mat(image.height, image.width, CV_8UC3, image.rgb.data());
    cv::Mat turned;
    switch (orientation) {
    case 2:
        cv::flip(mat, turned, 1);
        break;
    case 3:
        cv::rotate(mat, turned, cv::ROTATE_180);
        break;
    case 4:
        cv::flip(mat, turned, 0);
        break;
    case 5:
        cv::transpose(mat, turned);
        break;
    case 6:
        cv::rotate(mat, turned, cv::ROTATE_90_CLOCKWISE);
        break;
    case 7:
        cv::transpose(mat, turned);
        cv::rotate(turned, turned, cv::ROTATE_180);
        break;
    default:
        cv::rotate(mat, turned, cv::ROTATE_90_COUNTERCLOCKWISE);
        break;
    }
    return toImage(turned);
}

} // namespace

Image decode(std::span<const std::byte> bytes, const DecodeOptions& options)
{
    const Container container = inspect(bytes);
    if (container.width > options.maxPixels / container.height)
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("The photograph is too large: {} × {} pixels; at most {} megapixels are read.", container.width,
                container.height, options.maxPixels / 1'000'000));
    switch (container.format) {
    case Format::Jpeg:
        return upright(decodeJpeg(bytes, options.minSide), readMetadata(bytes).orientation);
    case Format::Png:
        return upright(decodePng(bytes), readMetadata(bytes).orientation);
    case Format::Tiff: // OpenCV turns TIFF files itself, whatever it is asked
        return decodeWithOpenCv(bytes, container.format);
    default:
        return upright(decodeWithOpenCv(bytes, container.format), readMetadata(bytes).orientation);
    }
}

Image decodeFile(const std::filesystem::path& file, const DecodeOptions& options)
{
    const auto bytes = readFile(file);
    try {
        return decode(bytes, options);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}: {}", file.string(), error.what()));
    }
}

bool hasPhotographExtension(const std::filesystem::path& file)
{
    static constexpr std::array<std::string_view, 20> known {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".bmp",
        ".dib",
        ".tif",
        ".tiff",
        ".jp2",
        ".j2k",
        ".pbm",
        ".pgm",
        ".ppm",
        ".pnm",
        ".ras",
        ".heic",
        ".heif",
        ".avif",
    };
    std::string extension = file.extension().string();
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
    return std::ranges::find(known, extension) != known.end();
}

} // namespace wordsight::image
