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
#include "core/image/in_process.h"
#include "core/image/jpeg.h"
#include "core/image/metadata.h"
#include "core/image/pixel_limit.h"
#include "core/image/png_reader.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

Image toImage(const cv::Mat& rgb)
{
    Image image { rgb.cols, rgb.rows, std::vector<std::uint8_t>(rgb.total() * 3) };
    rgb.copyTo(cv::Mat(rgb.rows, rgb.cols, CV_8UC3, image.rgb.data()));
    return image;
}

/// Sun raster files, which nobody has: the only ones that are left to OpenCV.
Image decodeSunRaster(std::span<const std::byte> bytes)
{
    static const auto silence = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    (void)silence;
    const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    try {
        cv::Mat mat = cv::imdecode(raw, cv::IMREAD_COLOR);
        if (!mat.empty()) {
            cv::cvtColor(mat, mat, cv::COLOR_BGR2RGB);
            return toImage(mat);
        }
    } catch (const cv::Exception&) {
        // The same as an empty answer: the file is at fault.
    }
    throw Error(ErrorKind::UnreadableInput, "The file is damaged, cut off, or of a variant that cannot be decoded.");
}

Image asStored(Format format, std::span<const std::byte> bytes, const DecodeOptions& options, std::string& note)
{
    switch (format) {
    case Format::Jpeg:
        return decodeJpeg(bytes, options.minSide, options.maxPixels, note);
    case Format::Png:
        return decodePng(bytes, options.maxPixels);
    case Format::WebP:
        return decodeWebp(bytes, options.maxPixels);
    case Format::Bmp:
        return decodeBmp(bytes, options.maxPixels);
    case Format::Tiff:
        return decodeTiff(bytes, options);
    case Format::Netpbm:
        return decodeNetpbm(bytes, options.maxPixels);
    case Format::Jpeg2000:
        return decodeJpeg2000(bytes, options.minSide, options.maxPixels);
    case Format::Gif:
        return decodeGif(bytes, options.maxPixels);
    case Format::Heif:
        return decodeHeif(bytes, options.maxPixels);
    case Format::JpegXl:
        return decodeJpegXl(bytes, options.maxPixels);
    case Format::Raw:
        return decodeRaw(bytes, options.minSide, options.maxPixels);
    case Format::SunRaster:
        break;
    }
    return decodeSunRaster(bytes);
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

Image decodeInProcess(std::span<const std::byte> bytes, const DecodeOptions& options, std::string& note)
{
    const Container container = inspect(bytes);
    if (container.format != Format::Jpeg) // a larger one is decoded at a fraction
        refuseLarge(container.width, container.height, options.maxPixels);
    return upright(asStored(container.format, bytes, options, note), readMetadataInProcess(bytes).orientation);
}

Image decodeInProcess(std::span<const std::byte> bytes, const DecodeOptions& options)
{
    std::string ignored;
    return decodeInProcess(bytes, options, ignored);
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
    static constexpr std::array<std::string_view, 32> known {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".gif",
        ".jxl",
        ".mpo",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
        ".raf",
        ".orf",
        ".rw2",
        ".pef",
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
    return std::ranges::find(known, lowerSuffix(file)) != known.end();
}

} // namespace wordsight::image
