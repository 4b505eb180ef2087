#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include "core/base/error.h"
#include "core/store/half.h"
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
        QCOMPARE(store::fromHalf(view.row(1)[5]), 1 + 5 / 16.f);
        QCOMPARE(store::fromHalf(view.row(0)[11]), -1.f);
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
        QCOMPARE(store::fromHalf(VectorFile::view(m_file, 2).row(1)[0]), 7.f);
        QVERIFY_EXCEPTION_THROWN(VectorFile::view(m_file, 3), Error);
    }

    void aViewStaysValidWhileRowsAreAppended()
    {
        VectorFile file = VectorFile::open(m_file, layout, 0);
        file.append(regions(3), global);
        const store::VectorView view = VectorFile::view(m_file, 1);
        for (int i = 0; i < 5000; ++i)
            file.append(regions(0), global);
        QCOMPARE(store::fromHalf(view.row(0)[0]), 3.f);
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

    void roundsHalvesToNearest()
    {
        QCOMPARE(store::toHalf(1.f), std::uint16_t { 0x3C00 });
        QCOMPARE(store::toHalf(-2.f), std::uint16_t { 0xC000 });
        QCOMPARE(store::toHalf(1.f + 1.f / 2048), std::uint16_t { 0x3C00 }); // a tie goes to even
        QCOMPARE(store::fromHalf(0x3555), 0.33325195f);
    }

private:
    QTemporaryDir m_folder;
    std::string m_file;
};

QTEST_GUILESS_MAIN(TestVectorFile)
#include "vector_file_test.moc"
