#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <numeric>

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

    /// Libraries made before own regions stay searchable, and new photographs are appended to them.
    void filesOfVersionOneAreReadAndAppendedTo()
    {
        VectorFile::open(m_file, layout, 0).append(regions(3), global);
        std::fstream older(m_file, std::ios::binary | std::ios::in | std::ios::out);
        older.seekp(8);
        older.write("\1\0\0\0", 4);
        older.close();
        QVERIFY(VectorFile::view(m_file, 1).layout() == layout);
        VectorFile::open(m_file, layout, 1).append(regions(5), global);
        const store::VectorView view = VectorFile::view(m_file, 2);
        QCOMPARE(fromHalf(view.row(0)[0]), 3.f);
        QCOMPARE(fromHalf(view.row(1)[0]), 5.f);
        QCOMPARE(view.boxes(1).size(), std::size_t { 2 });
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
