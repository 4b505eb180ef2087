#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <numeric>

#include <sys/resource.h>

#include "core/base/error.h"
#include "core/data/half.h"
#include "core/store/vector_file.h"

using namespace wordsight;
using store::VectorFile;
using store::VectorLayout;

namespace {

const VectorLayout layout { 4, { { 0, 0, .5f, 1 }, { .5f, 0, .5f, 1 } }, true, "0123456789abcdef" };

Matrix regions(float first)
{
    Matrix matrix(2, 4);
    for (std::size_t i = 0; i < 8; ++i)
        matrix.data[i] = first + static_cast<float>(i) / 16;
    return matrix;
}

Matrix numbered(std::size_t rows, std::size_t cols)
{
    Matrix matrix(rows, cols);
    std::iota(matrix.data.begin(), matrix.data.end(), 0.f);
    return matrix;
}

std::vector<Box> boxesOf(std::size_t count)
{
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < count; ++i)
        boxes.push_back({ static_cast<float>(i) / 200, .25f, .5f, .125f });
    return boxes;
}

const std::vector<float> global = { .25f, .5f, .75f, -1 };

void flip(const std::string& file, std::size_t bit)
{
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    char byte = 0;
    stream.seekg(static_cast<std::streamoff>(bit / 8)).get(byte);
    byte = static_cast<char>(byte ^ 1 << bit % 8);
    stream.seekp(static_cast<std::streamoff>(bit / 8)).put(byte);
}

template <class Action> bool isRefused(const Action& action)
{
    try {
        action();
        return false;
    } catch (const Error& error) {
        return error.kind() == ErrorKind::LibraryMismatch;
    }
}

/// `layout` with one row, byte for byte as versions 1 and 2 were.
void writeOlder(const std::string& file, std::uint32_t version, const Matrix& regions)
{
    std::string bytes(4096, '\0');
    const std::uint32_t numbers[] = { version, 4, 1, 2, 1, 0 };
    std::memcpy(bytes.data(), "WSVECTOR", 8);
    std::memcpy(&bytes[8], numbers, sizeof numbers);
    std::memcpy(&bytes[32], layout.fingerprint.data(), layout.fingerprint.size());
    std::memcpy(&bytes[96], layout.boxes.data(), 2 * sizeof(Box));
    for (const auto* values : { &regions.data, &global })
        for (const float value : *values) {
            const std::uint16_t half = toHalf(value);
            bytes.append(reinterpret_cast<const char*>(&half), sizeof half);
        }
    std::ofstream(file, std::ios::binary) << bytes;
}

} // namespace

class TestVectorFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_file = (m_folder.path() + "/" + QTest::currentTestFunction() + ".vec").toStdString(); }

    void readsBackWhatWasAppended()
    {
        VectorFile file = VectorFile::open(m_file, layout, 0);
        QCOMPARE(file.append(regions(0), global), std::size_t { 0 });
        QCOMPARE(file.append(regions(1), global), std::size_t { 1 });
        file.sync();
        const store::VectorView view = VectorFile::view(m_file, 2);
        QVERIFY(view.layout() == layout);
        QCOMPARE(view.row(1).size(), std::size_t { 12 });
        QCOMPARE(fromHalf(view.row(1)[5]), 1 + 5 / 16.f);
        QCOMPARE(fromHalf(view.row(0)[11]), -1.f);
    }

    void cutsOffRowsThatWereNeverCommitted()
    {
        {
            VectorFile file = VectorFile::open(m_file, layout, 0);
            file.append(regions(0), global);
            file.append(regions(1), global);
        }
        VectorFile file = VectorFile::open(m_file, layout, 1);
        QCOMPARE(file.rows(), std::size_t { 1 });
        file.append(regions(7), global);
        QCOMPARE(fromHalf(VectorFile::view(m_file, 2).row(1)[0]), 7.f);
        QVERIFY_EXCEPTION_THROWN(VectorFile::view(m_file, 3), Error);
    }

    void aViewStaysValidWhileRowsAreAppended()
    {
        VectorFile file = VectorFile::open(m_file, layout, 0);
        file.append(regions(3), global);
        const store::VectorView view = VectorFile::view(m_file, 1);
        for (int i = 0; i < 5000; ++i)
            file.append(regions(0), global);
        QCOMPARE(fromHalf(view.row(0)[0]), 3.f);
    }

    void refusesAFileOfAnotherModelOrADamagedOne()
    {
        VectorFile::open(m_file, layout, 0).append(regions(0), global);
        VectorLayout other = layout;
        other.fingerprint = "another";
        QVERIFY_EXCEPTION_THROWN(VectorFile::open(m_file, other, 1), Error);
        std::ofstream(m_file, std::ios::binary | std::ios::in) << "garbage!";
        try {
            VectorFile::view(m_file, 1);
            QFAIL("was read");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::LibraryMismatch);
            QVERIFY(std::string(error.what()).find(m_file) != std::string::npos);
        }
    }

    void rowsMayHaveRegionsOfTheirOwn()
    {
        const VectorLayout own { 3, {}, true, "0123456789abcdef", true };
        const std::vector<float> whole { 1, 2, 3 };
        const std::vector<std::size_t> counts { 10, 0, 100, 1 };
        VectorFile file = VectorFile::open(m_file, own, 0);
        for (const std::size_t count : counts) {
            const auto boxes = count == 1 ? std::vector<Box>() : boxesOf(count); // the last does not know where it lies
            file.append(numbered(count, 3), whole, boxes);
        }
        file.sync();
        const store::VectorView view = VectorFile::view(m_file, counts.size());
        QVERIFY(view.layout() == own);
        for (std::size_t i = 0; i < counts.size(); ++i) {
            QCOMPARE(view.regionCount(i), counts[i]);
            QCOMPARE(view.row(i).size(), (counts[i] + 1) * 3);
            QCOMPARE(fromHalf(view.row(i).back()), 3.f);
            QVERIFY(std::ranges::equal(view.boxes(i), counts[i] == 1 ? std::vector<Box>() : boxesOf(counts[i])));
            for (std::size_t element = 0; element < counts[i] * 3; ++element)
                QCOMPARE(fromHalf(view.row(i)[element]), static_cast<float>(element));
        }
    }

    void ownRowsGoOnWhereTheCommittedOnesEnd()
    {
        const VectorLayout own { 3, {}, false, "0123456789abcdef", true };
        {
            VectorFile file = VectorFile::open(m_file, own, 0);
            for (const std::size_t count : { 5, 2, 7 })
                file.append(numbered(count, 3), {}, boxesOf(count));
        }
        VectorFile file = VectorFile::open(m_file, own, 2); // the third was never committed
        QCOMPARE(file.append(numbered(1, 3), {}, {}), std::size_t { 2 });
        const store::VectorView view = VectorFile::view(m_file, 3);
        QCOMPARE(view.regionCount(0), std::size_t { 5 });
        QCOMPARE(view.regionCount(1), std::size_t { 2 });
        QCOMPARE(view.regionCount(2), std::size_t { 1 });
        QVERIFY(view.boxes(2).empty());
        QVERIFY_EXCEPTION_THROWN(VectorFile::view(m_file, 4), Error);
        QVERIFY_EXCEPTION_THROWN(VectorFile::open(m_file, own, 4), Error);
        QVERIFY_EXCEPTION_THROWN(file.append(numbered(2, 3), {}, boxesOf(1)), Error);
    }

    void aViewGoesOnFromAnEarlierOne()
    {
        for (const bool own : { true, false }) {
            const std::filesystem::path path = m_file + (own ? "o" : "c");
            const VectorLayout shape { 3, own ? std::vector<Box>() : boxesOf(2), false, "0123456789abcdef", own };
            VectorFile file = VectorFile::open(path, shape, 0);
            const auto boxes = [&](std::size_t count) { return own ? boxesOf(count) : std::vector<Box>(); };
            const std::size_t second = own ? 4 : 2;
            file.append(numbered(2, 3), {}, boxes(2));
            const store::VectorView one = VectorFile::view(path, 1);
            QCOMPARE(VectorFile::view(path, 1, one).row(0).data(), one.row(0).data()); // the same mapping
            file.append(numbered(second, 3), {}, boxes(second));
            const store::VectorView two = VectorFile::view(path, 2, one);
            QCOMPARE(two.rows(), std::size_t { 2 });
            QCOMPARE(two.regionCount(1), second);
            QCOMPARE(fromHalf(two.row(1).back()), static_cast<float>(second * 3 - 1));
            QCOMPARE(two.row(0).size(), std::size_t { 6 });
            QCOMPARE(VectorFile::view(path, 1, two).rows(), std::size_t { 1 });
            QVERIFY_EXCEPTION_THROWN(VectorFile::view(path, 3, two), Error);
        }
    }

    void aDamagedOwnRowIsNotFollowed()
    {
        const VectorLayout own { 3, {}, false, "0123456789abcdef", true };
        VectorFile::open(m_file, own, 0).append(numbered(2, 3), {}, boxesOf(2));
        std::fstream damaged(m_file, std::ios::binary | std::ios::in | std::ios::out);
        damaged.seekp(4096);
        damaged.write("\xff\xff\xff\x7f", 4);
        damaged.close();
        QVERIFY_EXCEPTION_THROWN(VectorFile::view(m_file, 1), Error);
    }

    /// Libraries made before own regions and checksums stay searchable, and new photographs are appended to them.
    void olderFilesAreReadAndAppendedTo_data()
    {
        QTest::addColumn<unsigned>("version");
        QTest::newRow("1") << 1u;
        QTest::newRow("2") << 2u;
    }
    void olderFilesAreReadAndAppendedTo()
    {
        QFETCH(unsigned, version);
        writeOlder(m_file, version, regions(3));
        QVERIFY(VectorFile::view(m_file, 1).layout() == layout);
        VectorFile::open(m_file, layout, 1).append(regions(5), global);
        const store::VectorView view = VectorFile::view(m_file, 2);
        QCOMPARE(fromHalf(view.row(0)[0]), 3.f);
        QCOMPARE(fromHalf(view.row(1)[0]), 5.f);
        QCOMPARE(view.boxes(1).size(), std::size_t { 2 });
    }

    void everyFlippedBitOfARowIsNoticed_data()
    {
        QTest::addColumn<bool>("own");
        QTest::newRow("common regions") << false;
        QTest::newRow("own regions") << true;
    }
    void everyFlippedBitOfARowIsNoticed()
    {
        QFETCH(bool, own);
        const VectorLayout form { 4, own ? std::vector<Box>() : layout.boxes, true, "0123456789abcdef", own };
        std::filesystem::remove(m_file);
        {
            VectorFile file = VectorFile::open(m_file, form, 0);
            for (int i = 0; i < 3; ++i)
                file.append(regions(static_cast<float>(i)), global, own ? boxesOf(2) : std::vector<Box>());
        }
        const std::size_t size = std::filesystem::file_size(m_file);
        const std::size_t row = (size - 4096) / 3;
        const auto isWhole = [&] {
            try {
                const auto view = VectorFile::view(m_file, 3);
                for (std::size_t i = 0; i < 3; ++i)
                    view.row(i);
                return true;
            } catch (const Error& error) {
                return error.kind() != ErrorKind::LibraryMismatch;
            }
        };
        QVERIFY(isWhole());
        for (std::size_t bit = 8 * (4096 + row); bit < 8 * (4096 + 2 * row); ++bit) {
            flip(m_file, bit);
            const bool whole = isWhole();
            flip(m_file, bit);
            QVERIFY2(!whole, qPrintable(QString("bit %1").arg(bit)));
        }
        QVERIFY(isWhole());
    }

    void everyFlippedBitOfAHeaderIsNoticed()
    {
        VectorFile::open(m_file, layout, 0).append(regions(3), global);
        for (std::size_t bit = 0; bit < std::size_t { 8 } * 4096; bit += bit < 8 * 160 ? 1 : 97) {
            flip(m_file, bit);
            QVERIFY2(isRefused([&] { VectorFile::view(m_file, 1); }), qPrintable(QString("bit %1").arg(bit)));
            flip(m_file, bit);
        }
        QCOMPARE(fromHalf(VectorFile::view(m_file, 1).row(0)[0]), 3.f);
    }

    void aRowOfAnotherPlaceIsNoticed()
    {
        {
            VectorFile file = VectorFile::open(m_file, layout, 0);
            file.append(regions(1), global);
            file.append(regions(1), global);
        }
        std::fstream file(m_file, std::ios::binary | std::ios::in | std::ios::out);
        std::string rows(std::filesystem::file_size(m_file) - 4096, ' ');
        file.seekg(4096).read(rows.data(), static_cast<std::streamsize>(rows.size()));
        rows = rows.substr(rows.size() / 2) + rows.substr(0, rows.size() / 2);
        file.seekp(4096).write(rows.data(), static_cast<std::streamsize>(rows.size()));
        file.close();
        QVERIFY(isRefused([&] { VectorFile::view(m_file, 2).row(0); }));
    }

    /// Numbers of a damaged database: no product of them may wrap.
    void moreRowsThanAnyFileHasAreRefused()
    {
        VectorFile::open(m_file, layout, 0).append(regions(3), global);
        const auto size = std::filesystem::file_size(m_file);
        for (const int shift : { 20, 54, 59, 60, 61, 62, 63 }) {
            const std::size_t rows = std::size_t { 1 } << shift;
            QVERIFY(isRefused([&] { VectorFile::view(m_file, rows); }));
            QVERIFY(isRefused([&] { VectorFile::open(m_file, layout, rows); }));
        }
        QCOMPARE(std::filesystem::file_size(m_file), size);
    }

    void whatCannotBeOpenedNowIsNotCalledDamaged()
    {
        VectorFile::open(m_file, layout, 0).append(regions(3), global);
        rlimit before {};
        ::getrlimit(RLIMIT_NOFILE, &before);
        const rlimit none { 0, before.rlim_max };
        ::setrlimit(RLIMIT_NOFILE, &none);
        ErrorKind kind = ErrorKind::Internal;
        std::string said;
        try {
            VectorFile::view(m_file, 1);
        } catch (const Error& error) {
            kind = error.kind();
            said = error.what();
        }
        ::setrlimit(RLIMIT_NOFILE, &before);
        QCOMPARE(kind, ErrorKind::Io);
        QVERIFY2(said.find("Too many open files") != std::string::npos, said.c_str());
        QVERIFY(isRefused([&] { VectorFile::view(m_file + ".missing", 1); }));
    }

    void rowsThatNoLibraryKnowsAreKept()
    {
        VectorFile::open(m_file, layout, 0).append(regions(3), global);
        VectorFile::open(m_file, layout, 0).append(regions(5), global);
        QCOMPARE(fromHalf(VectorFile::view(m_file, 1).row(0)[0]), 5.f);
        QCOMPARE(fromHalf(VectorFile::view(m_file + ".old", 1).row(0)[0]), 3.f);
    }

    void roundsHalvesToNearest()
    {
        QCOMPARE(toHalf(1.f), std::uint16_t { 0x3C00 });
        QCOMPARE(toHalf(-2.f), std::uint16_t { 0xC000 });
        QCOMPARE(toHalf(1.f + 1.f / 2048), std::uint16_t { 0x3C00 }); // a tie goes to even
        QCOMPARE(fromHalf(0x3555), 0.33325195f);
    }

private:
    QTemporaryDir m_folder;
    std::string m_file;
};

QTEST_GUILESS_MAIN(TestVectorFile)
#include "vector_file_test.moc"
