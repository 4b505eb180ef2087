#pragma once

#include <QTemporaryDir>

#include <array>
#include <filesystem>
#include <string>

#include "core/base/file.h"
#include "core/image/transform.h"

namespace wordsight::test {

/// A picture of one colour, with a second one in its top left quarter (so that orientation shows).
inline image::Image quartered(
    int width, int height, std::array<std::uint8_t, 3> colour, std::array<std::uint8_t, 3> corner)
{
    image::Image image { width, height, std::vector<std::uint8_t>(std::size_t { 3 } * width * height) };
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                image.rgb[3 * (std::size_t { 1 } * y * width + x) + c]
                    = (x < width / 2 && y < height / 2 ? corner : colour)[c];
    return image;
}

/// A temporary folder of photographs that are really files.
class PhotoFolder {
public:
    std::filesystem::path path() const { return m_folder.path().toStdString(); }

    std::filesystem::path addJpeg(const std::string& name, const image::Image& image)
    {
        return addBytes(name, image::encodeJpeg(image, 95));
    }

    std::filesystem::path addBytes(const std::string& name, const std::vector<std::byte>& bytes)
    {
        const std::filesystem::path file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        writeFileAtomically(file, bytes, Durability::Replaceable);
        return file;
    }

private:
    QTemporaryDir m_folder;
};

/// The JPEG with an EXIF block that says how to turn it (1..8).
inline std::vector<std::byte> withOrientation(const std::vector<std::byte>& jpeg, int orientation)
{
    std::vector<int> exif = { 0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, // header
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // one entry: Orientation, SHORT, 1
        0, 0, 0, 0 };
    exif[3] = static_cast<int>(exif.size()) - 2;
    std::vector<std::byte> out(jpeg.begin(), jpeg.begin() + 2);
    for (const int value : exif)
        out.push_back(static_cast<std::byte>(value));
    out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
    return out;
}

} // namespace wordsight::test
