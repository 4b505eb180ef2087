#include <QTemporaryFile>
#include <QTest>

#include <cstdio>
#include <random>

#include <unistd.h>

#include <opencv2/imgcodecs.hpp>

#include "core/base/error.h"
#include "core/image/decode.h"
#include "core/image/metadata.h"
#include "tests/support/photo_folder.h"

using namespace wordsight;
using namespace wordsight::test;

namespace {

constexpr std::array<std::uint8_t, 3> red = { 220, 30, 30 };
constexpr std::array<std::uint8_t, 3> blue = { 30, 30, 220 };

bool isBlue(const image::Image& image, double x, double y)
{
    const auto* pixel = image.rgb.data()
        + 3 * (static_cast<std::size_t>(y * image.height) * image.width + static_cast<std::size_t>(x * image.width));
    return pixel[2] > 150 && pixel[0] < 100;
}

std::string reasonFor(const std::vector<std::byte>& bytes)
{
    try {
        image::decode(bytes);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::UnreadableInput ? error.what() : "wrong kind";
    }
    return "";
}

std::vector<std::byte> encoded(const char* suffix, const cv::Mat& pixels)
{
    std::vector<uchar> bytes;
    cv::imencode(suffix, pixels, bytes);
    const auto* begin = reinterpret_cast<const std::byte*>(bytes.data());
    return { begin, begin + bytes.size() };
}

std::filesystem::path dataFile(const std::string& name)
{
    return std::filesystem::path(WORDSIGHT_SOURCE_DIR "/tests/data/image") / name;
}

image::Image noise(int width, int height)
{
    image::Image image { width, height, std::vector<std::uint8_t>(std::size_t { 3 } * width * height) };
    std::minstd_rand random(7);
    for (std::uint8_t& value : image.rgb)
        value = static_cast<std::uint8_t>(random());
    return image;
}

} // namespace

class TestDecode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void turnsUprightExactlyOnce_data()
    {
        QTest::addColumn<int>("orientation");
        QTest::addColumn<bool>("right");
        QTest::addColumn<bool>("bottom");
        // Where the stored top left corner lies once the photograph is upright (EXIF 2.3, Orientation).
        QTest::newRow("1") << 1 << false << false;
        QTest::newRow("2") << 2 << true << false;
        QTest::newRow("3") << 3 << true << true;
        QTest::newRow("4") << 4 << false << true;
        QTest::newRow("5") << 5 << false << false;
        QTest::newRow("6") << 6 << true << false;
        QTest::newRow("7") << 7 << true << true;
        QTest::newRow("8") << 8 << false << true;
    }
    void turnsUprightExactlyOnce()
    {
        QFETCH(int, orientation);
        QFETCH(bool, right);
        QFETCH(bool, bottom);
        const auto jpeg = withOrientation(image::encodeJpeg(quartered(160, 96, red, blue)), orientation);
        QCOMPARE(image::readMetadata(jpeg).orientation, orientation);
        for (const int minSide : { 0, 40 }) {
            const image::Image image = image::decode(jpeg, { .minSide = minSide });
            QCOMPARE(image.width > image.height, orientation < 5);
            for (const bool r : { false, true })
                for (const bool b : { false, true })
                    QCOMPARE(isBlue(image, r ? .75 : .25, b ? .75 : .25), r == right && b == bottom);
            const image::Image small = image::thumbnail(image, 64);
            QCOMPARE(std::max(small.width, small.height), 64);
            QVERIFY(isBlue(small, right ? .75 : .25, bottom ? .75 : .25));
        }
    }

    void turnsEveryFormatUpright_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<int>("orientation");
        for (const char* suffix : { "png", "webp", "tiff" })
            for (int orientation = 1; orientation <= 8; ++orientation)
                QTest::addRow("%s %d", suffix, orientation) << suffix << orientation;
    }
    void turnsEveryFormatUpright()
    {
        QFETCH(QString, suffix);
        QFETCH(int, orientation);
        const auto bytes
            = readFile(dataFile("orientation_" + std::to_string(orientation) + "." + suffix.toStdString()));
        QCOMPARE(image::readMetadata(bytes).orientation, orientation);
        const image::Image image = image::decode(bytes);
        QCOMPARE(image.width > image.height, orientation < 5);
        const bool right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
        const bool bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
        for (const bool r : { false, true })
            for (const bool b : { false, true })
                QCOMPARE(isBlue(image, r ? .75 : .25, b ? .75 : .25), r == right && b == bottom);
    }

    void aDateOfAnyLengthIsRead()
    {
        const auto bytes = readFile(WORDSIGHT_SOURCE_DIR "/tests/data/cases/hostile/exif_date_65400.jpg");
        QCOMPARE(image::readMetadata(bytes).takenAt, std::optional<std::string>("2020-01-01T00:00:00"));
    }

    void readsCmykProgressiveAndJpeg2000()
    {
        for (const char* name : { "cmyk.jpg", "progressive.jpg", "jpeg2000.jp2" }) {
            const image::Image image = image::decodeFile(dataFile(name));
            QCOMPARE(image.width, 40);
            QCOMPARE(image.height, 24);
            QVERIFY2(isBlue(image, .25, .25) && !isBlue(image, .75, .75), name);
        }
    }

    void toleratesStrayBytesButNoDamage()
    {
        auto stray = image::encodeJpeg(quartered(320, 240, red, blue));
        stray.insert(stray.end() - 2, 12, std::byte { 0 });
        QVERIFY(isBlue(image::decode(stray), .25, .25));
        auto damaged = image::encodeJpeg(noise(320, 240));
        for (std::size_t i = damaged.size() / 2; i < damaged.size() / 2 + 200; ++i)
            damaged[i] = static_cast<std::byte>(i * 37 % 256);
        QVERIFY(!reasonFor(damaged).empty());
    }

    void printsNothingAboutBadFiles()
    {
        std::fflush(stderr);
        const int saved = ::dup(2);
        QTemporaryFile printed;
        QVERIFY(printed.open());
        ::dup2(printed.handle(), 2);
        for (const char* suffix : { ".jpg", ".png", ".webp", ".bmp", ".tiff" }) {
            auto bytes = encoded(suffix, cv::Mat(60, 60, CV_8UC3, cv::Scalar(200, 40, 40)));
            reasonFor({ bytes.begin(), bytes.begin() + static_cast<long>(bytes.size() / 2) });
            for (std::size_t i = bytes.size() / 2; i < bytes.size(); i += 3)
                bytes[i] = std::byte { 0x5a };
            reasonFor(bytes);
        }
        std::fflush(stderr);
        ::dup2(saved, 2);
        ::close(saved);
        QCOMPARE(printed.size(), 0);
    }

    void refusesFilesOfEveryLengthPolitely()
    {
        for (const char* name : { "orientation_6.png", "orientation_6.webp", "orientation_6.tiff", "cmyk.jpg" }) {
            const auto whole = readFile(dataFile(name));
            for (std::size_t length = 0; length < whole.size(); length += 1 + length / 40) {
                const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<long>(length));
                image::readMetadata(part);
                QVERIFY(reasonFor(part) != "wrong kind");
            }
        }
    }

    void readsEveryFormat_data()
    {
        QTest::addColumn<QString>("suffix");
        for (const char* suffix : { ".jpg", ".png", ".webp", ".bmp", ".tiff" })
            QTest::newRow(suffix) << suffix;
    }
    void readsEveryFormat()
    {
        QFETCH(QString, suffix);
        const auto bytes = encoded(suffix.toLatin1(), cv::Mat(40, 60, CV_8UC3, cv::Scalar(200, 40, 40)));
        const image::Image image = image::decode(bytes);
        QCOMPARE(image.width, 60);
        QCOMPARE(image.height, 40);
        QVERIFY(isBlue(image, .5, .5));
        QVERIFY(!reasonFor({ bytes.begin(), bytes.begin() + static_cast<long>(bytes.size() / 2) }).empty());
    }

    void readsGreySixteenBitsAndAlpha()
    {
        QCOMPARE(image::decode(encoded(".png", cv::Mat(9, 9, CV_8UC1, cv::Scalar(77)))).rgb,
            std::vector<std::uint8_t>(243, 77));
        QCOMPARE(image::decode(encoded(".png", cv::Mat(9, 9, CV_16UC3, cv::Scalar(257 * 9, 257 * 9, 257 * 9)))).rgb,
            std::vector<std::uint8_t>(243, 9));
        QCOMPARE(image::decode(encoded(".png", cv::Mat(9, 9, CV_8UC4, cv::Scalar(0, 0, 0, 0)))).rgb,
            std::vector<std::uint8_t>(243, 255));
    }

    void decodesLargeJpegsSmaller()
    {
        const image::Image image
            = image::decode(image::encodeJpeg(quartered(1600, 1200, red, blue)), { .minSide = 288 });
        QCOMPARE(image.width, 400);
        QCOMPARE(image.height, 300);
    }

    void saysWhyNot()
    {
        QVERIFY(reasonFor({}).find("empty") != std::string::npos);
        QVERIFY(
            reasonFor(std::vector<std::byte>(1000, std::byte { 'x' })).find("not a photograph") != std::string::npos);
        auto cut = image::encodeJpeg(quartered(640, 480, red, blue));
        cut.resize(cut.size() * 2 / 3);
        QVERIFY(reasonFor(cut).find("cut off") != std::string::npos);
        auto huge = image::encodeJpeg(quartered(64, 64, red, blue));
        for (std::size_t i = 0; i + 8 < huge.size(); ++i)
            if (huge[i] == std::byte { 0xFF } && huge[i + 1] == std::byte { 0xC0 })
                for (std::size_t k = 5; k <= 8; ++k)
                    huge[i + k] = std::byte { 0xF0 };
        QVERIFY(reasonFor(huge).find("at most 250 megapixels") != std::string::npos);
    }

    void namesTheFile()
    {
        PhotoFolder folder;
        const auto file = folder.addBytes("zerstört 破損.jpg", {});
        try {
            image::decodeFile(file);
            QFAIL("was read");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("zerstört 破損.jpg") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TestDecode)
#include "decode_test.moc"
