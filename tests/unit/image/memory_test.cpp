#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

#include <tiffio.h>

#include "core/base/file.h"
#include "core/image/decode.h"
#include "core/image/in_process.h"

using namespace wordsight;
namespace fs = std::filesystem;

namespace {

constexpr int kSide = 12'000; // 144 megapixels

/// White above, black below, in strips of `rows`, or in tiles for 0.
void writeTiff(const fs::path& file, std::uint32_t rows, std::uint16_t bits)
{
    const std::unique_ptr<TIFF, decltype(&TIFFClose)> tiff(TIFFOpen(file.c_str(), "w"), &TIFFClose);
    TIFFSetField(tiff.get(), TIFFTAG_IMAGEWIDTH, kSide);
    TIFFSetField(tiff.get(), TIFFTAG_IMAGELENGTH, kSide);
    TIFFSetField(tiff.get(), TIFFTAG_BITSPERSAMPLE, bits);
    TIFFSetField(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, 3);
    TIFFSetField(tiff.get(), TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    TIFFSetField(tiff.get(), TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff.get(), TIFFTAG_COMPRESSION, COMPRESSION_PACKBITS);
    const std::size_t bytes = bits / 8u;
    const auto fill = [](std::vector<std::uint8_t>& row, bool above) { std::ranges::fill(row, above ? 255 : 0); };
    if (rows > 0) {
        TIFFSetField(tiff.get(), TIFFTAG_ROWSPERSTRIP, rows);
        std::vector<std::uint8_t> row(std::size_t { kSide } * 3 * bytes);
        for (std::uint32_t y = 0; y < kSide; ++y) {
            fill(row, y < kSide / 2);
            QCOMPARE(TIFFWriteScanline(tiff.get(), row.data(), y), 1);
        }
        return;
    }
    constexpr std::uint32_t side = 400;
    TIFFSetField(tiff.get(), TIFFTAG_TILEWIDTH, side);
    TIFFSetField(tiff.get(), TIFFTAG_TILELENGTH, side);
    std::vector<std::uint8_t> tile(std::size_t { side } * side * 3 * bytes);
    for (std::uint32_t y = 0; y < kSide; y += side) {
        fill(tile, y < kSide / 2);
        for (std::uint32_t x = 0; x < kSide; x += side)
            QVERIFY(TIFFWriteTile(tiff.get(), tile.data(), x, y, 0, 0) > 0);
    }
}

/// Since resetPeak(), bytes.
long peak()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stol(line.substr(6)) * 1024;
    return 0;
}

void resetPeak()
{
    std::ofstream("/proc/self/clear_refs") << 5;
}

} // namespace

/// What large photographs take.
class MemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLargeTiffIsNeverInMemoryAsAWhole_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("bits");
        QTest::newRow("one strip") << kSide << 8;
        QTest::newRow("strips of 100 rows") << 100 << 8;
        QTest::newRow("tiles") << 0 << 8;
        QTest::newRow("one strip of 16 bits") << kSide << 16;
    }
    void aLargeTiffIsNeverInMemoryAsAWhole()
    {
        QFETCH(int, rows);
        QFETCH(int, bits);
        QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "large.tif";
        writeTiff(file, static_cast<std::uint32_t>(rows), static_cast<std::uint16_t>(bits));
        const auto bytes = readFile(file);
        resetPeak();
        const long before = peak();
        const image::Image image = image::decodeInProcess(bytes, { .minSide = 320 });
        QVERIFY2((peak() - before) >> 20 <= 100, qPrintable(QString("%1 MB").arg((peak() - before) >> 20)));
        QCOMPARE(image.width, 375);
        QCOMPARE(image.height, 375);
        const auto at
            = [&](int y) { return std::vector(&image.rgb[375u * 3 * y + 600], &image.rgb[375u * 3 * y + 603]); };
        QCOMPARE(at(10), (std::vector<std::uint8_t> { 255, 255, 255 }));
        QCOMPARE(at(370), (std::vector<std::uint8_t> { 0, 0, 0 }));
    }
};

QTEST_GUILESS_MAIN(MemoryTest)
#include "memory_test.moc"
