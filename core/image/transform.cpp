#include "core/image/transform.h"

#include <algorithm>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace wordsight::image {

namespace {

cv::Mat viewOf(const Image& image)
{
    return { image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()) };
}

std::vector<std::byte> encode(const Image& image, const char* suffix, const std::vector<int>& parameters)
{
    cv::Mat bgr;
    cv::cvtColor(viewOf(image), bgr, cv::COLOR_RGB2BGR);
    std::vector<uchar> bytes;
    cv::imencode(suffix, bgr, bytes, parameters);
    const auto* begin = reinterpret_cast<const std::byte*>(bytes.data());
    return { begin, begin + bytes.size() };
}

} // namespace

Image stretch(const Image& image, int width, int height)
{
    Image out { width, height, std::vector<std::uint8_t>(std::size_t { 3 } * width * height) };
    cv::Mat target = viewOf(out);
    // Area averaging where pixels get fewer (no aliasing), cubic where they get more.
    const bool shrinks = image.width > width && image.height > height;
    cv::resize(viewOf(image), target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_CUBIC);
    return out;
}

Image thumbnail(const Image& image, int longestSide)
{
    const int longest = std::max(image.width, image.height);
    if (longest <= longestSide)
        return image;
    const double scale = static_cast<double>(longestSide) / longest;
    return stretch(image, std::max(1, static_cast<int>(image.width * scale + 0.5)), std::max(1, static_cast<int>(image.height * scale + 0.5)));
}

std::vector<std::byte> encodeJpeg(const Image& image, int quality) { return encode(image, ".jpg", { cv::IMWRITE_JPEG_QUALITY, quality }); }

std::vector<std::byte> encodePng(const Image& image) { return encode(image, ".png", {}); }

} // namespace wordsight::image
