#include "core/image/transform.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/error.h"

namespace wordsight::image {

namespace {

cv::Mat viewOf(const Image& image)
{
    if (image.width <= 0 || image.height <= 0 || image.rgb.size() != std::size_t { 3 } * image.width * image.height)
        throw Error(ErrorKind::Internal, "An image's size does not fit its pixels.");
    return { image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()) };
}

} // namespace

Image stretch(const Image& image, int width, int height, Resampling resampling)
{
    if (image.width == width && image.height == height)
        return image;
    if (resampling != Resampling::Area)
        return resample(image, width, height, resampling);
    Image stretched { width, height, std::vector<std::uint8_t>(std::size_t { 3 } * width * height) };
    cv::Mat target = viewOf(stretched);
    const bool shrinks = width < image.width || height < image.height;
    cv::resize(viewOf(image), target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_CUBIC);
    return stretched;
}

Image thumbnail(const Image& image, int longestSide)
{
    const double scale = static_cast<double>(longestSide) / std::max(image.width, image.height);
    if (scale >= 1)
        return image;
    const auto scaled = [&](int side) { return std::max(1, static_cast<int>(std::lround(side * scale))); };
    return stretch(image, scaled(image.width), scaled(image.height));
}

std::vector<std::byte> encodeJpeg(const Image& image, int quality)
{
    cv::Mat bgr;
    cv::cvtColor(viewOf(image), bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> bytes;
    if (!cv::imencode(".jpg", bgr, bytes, { cv::IMWRITE_JPEG_QUALITY, quality }))
        throw Error(ErrorKind::Internal, "An image cannot be encoded as JPEG.");
    const auto view = std::as_bytes(std::span(bytes));
    return { view.begin(), view.end() };
}

} // namespace wordsight::image
