#include <QTemporaryFile>
#include <QTest>

#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

#include <unistd.h>

#include <opencv2/imgcodecs.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/decode.h"
#include "core/image/metadata.h"
#include "core/image/photograph.h"

using namespace wordsight;

namespace {

namespace fs = std::filesystem;

constexpr int columns = 8;
constexpr int rows = 6;

const fs::path data = WORDSIGHT_SOURCE_DIR "/tests/data";

/// Means of the cells of a grid, RGB.
std::vector<double> gridOf(const image::Image& image)
{
    std::vector<double> grid;
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            for (int c = 0; c < 3; ++c) {
                double sum = 0;
                const int top = row * image.height / rows, below = (row + 1) * image.height / rows;
                const int left = column * image.width / columns, right = (column + 1) * image.width / columns;
                for (int y = top; y < below; ++y)
                    for (int x = left; x < right; ++x)
                        sum += image.rgb[3 * (static_cast<std::size_t>(y) * image.width + x) + c];
                grid.push_back(sum / (below - top) / (right - left));
            }
    return grid;
}

std::string reasonFor(const fs::path& file)
{
    try {
        image::decodeFile(file);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::UnreadableInput ? error.what() : "wrong kind";
    }
    return "";
}

} // namespace

/// One small picture in every format and kind, against what ImageMagick sees (scripts/golden_images.py).
class TestFormats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isWhatImageMagickSees_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<QByteArray>("means");
        std::ifstream references(data / "formats/references.tsv");
        for (std::string line; std::getline(references, line);) {
            std::istringstream fields(line);
            std::string name, means;
            int width = 0, height = 0;
            fields >> name >> width >> height >> means;
            QTest::newRow(name.c_str()) << width << height << QByteArray::fromHex(means.c_str());
        }
    }
    void isWhatImageMagickSees()
    {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(QByteArray, means);
        const fs::path file = data / QTest::currentDataTag();
        QVERIFY(image::hasPhotographExtension(file));
        const image::Image image = image::decodeFile(file);
        QCOMPARE(image.width, width);
        QCOMPARE(image.height, height);
        QCOMPARE(image::uprightSize(readFile(file)), std::pair(width, height));
        const auto grid = gridOf(image);
        QCOMPARE(grid.size(), static_cast<std::size_t>(means.size()));
        double error = 0;
        for (std::size_t i = 0; i < grid.size(); ++i)
            error += std::abs(grid[i] - static_cast<std::uint8_t>(means[static_cast<qsizetype>(i)]));
        error /= static_cast<double>(grid.size());
        QVERIFY2(error <= 3, qPrintable(QString("mean error %1").arg(error)));
    }

    /// Cut at many lengths and changed in many places, every file is read or refused, never in another way, and no
    /// library has a word of its own on it; but for libjxl and dav1d, which speak of some damage and cannot be told not
    /// to.
    void everyFileMayBeDamaged()
    {
        std::fflush(stderr);
        const int saved = ::dup(2);
        QTemporaryFile printed;
        QVERIFY(printed.open());
        ::dup2(printed.handle(), 2);
        std::minstd_rand random(5);
        for (const auto& entry : fs::directory_iterator(data / "formats")) {
            const auto whole = readFile(entry.path());
            const bool speaks = entry.path().extension() == ".jxl" || entry.path().extension() == ".avif";
            for (std::size_t length = 0; length < whole.size(); length += 1 + length / 12) {
                try {
                    const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<long>(length));
                    image::readMetadata(part);
                    image::decode(part);
                } catch (const Error& error) {
                    QVERIFY2(error.kind() == ErrorKind::UnreadableInput, entry.path().c_str());
                }
            }
            for (int round = 0; round < 8 && !speaks; ++round) {
                auto damaged = whole;
                for (int i = 0; i < 1 + round * 3; ++i)
                    damaged[random() % damaged.size()] ^= static_cast<std::byte>(1 + random() % 255);
                try {
                    image::readMetadata(damaged);
                    image::decode(damaged, { .maxPixels = 4'000'000 });
                } catch (const Error& error) {
                    QVERIFY2(error.kind() == ErrorKind::UnreadableInput, entry.path().c_str());
                }
            }
        }
        std::fflush(stderr);
        ::dup2(saved, 2);
        ::close(saved);
        printed.seek(0);
        QCOMPARE(printed.readAll(), QByteArray());
    }

    void sensorsValuesAreDeveloped()
    {
        const auto at = [](const image::Image& image, double x, double y) {
            return &image.rgb[3
                * (static_cast<std::size_t>(y * image.height) * image.width
                    + static_cast<std::size_t>(x * image.width))];
        };
        const auto lying = image::decodeFile(data / "formats/sensor_1.dng");
        QCOMPARE(std::pair(lying.width, lying.height), std::pair(96, 72));
        QCOMPARE(image::uprightSize(readFile(data / "formats/sensor_1.dng")), std::pair(192, 144));
        const auto* red = at(lying, .1, .1);
        QVERIFY(red[0] > 150 && red[1] < 90 && red[2] < 90);
        const auto* green = at(lying, .73, .65);
        QVERIFY(green[1] > 150 && green[0] < 90);
        const auto standing = image::decodeFile(data / "formats/sensor_6.dng");
        QCOMPARE(std::pair(standing.width, standing.height), std::pair(72, 96));
        QCOMPARE(image::uprightSize(readFile(data / "formats/sensor_6.dng")), std::pair(144, 192));
        const auto* turned = at(standing, .9, .1);
        QVERIFY(turned[0] > 150 && turned[1] < 90 && turned[2] < 90);
    }

    void whatIsWrongWithAReadableFileIsNoted()
    {
        const auto noteOf = [](const char* name) { return image::readPhotograph(readFile(data / name)).note; };
        QCOMPARE(
            noteOf("cases/images/no_eoi.jpg"), std::string("The JPEG file is read, but its end marker is missing."));
        QVERIFY(noteOf("cases/images/junk_in_header.jpg").find("stray bytes") != std::string::npos);
        QCOMPARE(noteOf("formats/baseline.jpg"), std::string());
        QCOMPARE(noteOf("formats/source.png"), std::string());
    }

    /// The same numbers with and without a profile are other colours.
    void profilesAreSeen()
    {
        const image::Image plain = image::decodeFile(data / "formats/source.png");
        for (const char* name : { "icc_turned.png", "icc_turned.tif", "icc_rgb16.tif" }) {
            const image::Image meant = image::decodeFile(data / "formats" / name);
            QVERIFY(plain.rgb[0] > 200 && plain.rgb[2] < 50); // red that is meant as blue
            QVERIFY2(meant.rgb[0] < 60 && meant.rgb[2] > 200, name);
        }
        // A profile that cannot be read changes nothing.
        auto bytes = readFile(data / "formats/icc_turned.tif");
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        bytes[text.find("acsp")] = std::byte { 'x' };
        QCOMPARE(image::decode(bytes).rgb, plain.rgb);
    }

    void aWrongChecksumIsNoPicture()
    {
        QVERIFY(reasonFor(data / "cases/images/png_badcrc_idat.png").find("damaged") != std::string::npos);
    }

    void theDecodersOwnSizeIsLimited()
    {
        QVERIFY(!reasonFor(data / "cases/hostile/png_before.png").empty());
        QVERIFY(reasonFor(data / "cases/hostile/bmp40_rle_249mp.bmp").find("far too little") != std::string::npos);
        const auto tiff = readFile(data / "formats/tiff_none.tif");
        QVERIFY_THROWS_EXCEPTION(Error, image::decode(tiff, { .maxPixels = 64 * 48 - 1 }));
        const auto jp2 = readFile(data / "formats/rgb.jp2");
        QVERIFY_THROWS_EXCEPTION(Error, image::decode(jp2, { .maxPixels = 64 * 48 - 1 }));
    }

    void aCommentIsNoSize()
    {
        const auto file = data / "cases/hostile/size_differs.pbm";
        const image::Image image = image::decodeFile(file);
        QCOMPARE(image.width, 5);
        QCOMPARE(image.height, 8);
        QCOMPARE(image::uprightSize(readFile(file)), std::pair(5, 8));
    }

    void jpeg2000IsDecodedSmaller()
    {
        const image::Image image = image::decode(readFile(data / "formats/rgb.jp2"), { .minSide = 12 });
        QCOMPARE(image.width, 16);
        QCOMPARE(image.height, 12);
    }

    /// A refinement that is sent again and again: each time the decoder goes over all pixels.
    void scansWithoutEndAreRefused()
    {
        auto bytes = readFile(data / "formats/progressive.jpg");
        std::size_t scan = bytes.size() - 2;
        while (bytes[scan] != std::byte { 0xff } || bytes[scan + 1] != std::byte { 0xda })
            --scan;
        const std::vector<std::byte> last(bytes.begin() + static_cast<long>(scan), bytes.end() - 2);
        for (int i = 0; i < 150; ++i)
            bytes.insert(bytes.end() - 2, last.begin(), last.end());
        try {
            image::decode(bytes);
            QFAIL("was read");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("takes too long") != std::string::npos, error.what());
        }
    }

    void aFifthOfAPictureIsNone()
    {
        for (const char* name : { "baseline.jpg", "progressive.jpg" }) {
            auto bytes = readFile(data / "formats" / name);
            bytes.resize(bytes.size() - bytes.size() / 5);
            QVERIFY_THROWS_EXCEPTION(Error, image::decode(bytes));
        }
    }

    void wrongRestartNumbersAreRead()
    {
        const image::Image picture = image::decodeFile(data / "formats/source.png");
        const cv::Mat pixels(48, 64, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
        std::vector<uchar> encoded;
        cv::imencode(".jpg", pixels, encoded, { cv::IMWRITE_JPEG_RST_INTERVAL, 1 });
        const auto* begin = reinterpret_cast<const std::byte*>(encoded.data());
        const std::vector<std::byte> right(begin, begin + encoded.size());
        auto wrong = right;
        int markers = 0;
        for (std::size_t i = 0; i + 1 < wrong.size(); ++i)
            if (wrong[i] == std::byte { 0xff } && (wrong[i + 1] & std::byte { 0xf8 }) == std::byte { 0xd0 }) {
                wrong[i + 1] = std::byte { 0xd0 };
                ++markers;
            }
        QVERIFY(markers > 4);
        QVERIFY(image::decode(wrong) == image::decode(right));
        QCOMPARE(image::readPhotograph(wrong).note,
            std::string("The JPEG file is read, but its restart markers are numbered wrongly."));
        QCOMPARE(image::readPhotograph(right).note, std::string());
        std::size_t second = 0; // one that is lost takes pixels with it
        for (std::size_t i = 0, seen = 0; i + 1 < right.size() && second == 0; ++i)
            if (right[i] == std::byte { 0xff } && (right[i + 1] & std::byte { 0xf8 }) == std::byte { 0xd0 }
                && ++seen == 2)
                second = i;
        QVERIFY(second > 20);
        std::vector<std::byte> lost(right.begin(), right.begin() + static_cast<long>(second - 20));
        lost.insert(lost.end(), right.begin() + static_cast<long>(second + 2), right.end());
        QVERIFY_THROWS_EXCEPTION(Error, image::decode(lost));
    }
};

QTEST_GUILESS_MAIN(TestFormats)
#include "formats_test.moc"
