#include <QTemporaryDir>
#include <QTest>

#include <cstring>

#include <zip.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/npy.h"
#include "core/data/npy_matrix.h"
#include "core/data/npy_rows.h"

using namespace wordsight;

class TestNpy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTripsFloatsAndText()
    {
        const std::filesystem::path file = (m_folder.path() + "/ä.npz").toStdString();
        writeNpz(file,
            { { "matrix", NpyArray::ofFloats({ 2, 3 }, { 1, 2, 3, 4, 5, 6.5f }) },
                { "words", NpyArray::ofStrings({ "Hündin", "犬", "" }) } });
        const auto arrays = readNpz(file);
        QCOMPARE(arrays.size(), std::size_t { 2 });
        QCOMPARE(arrays.at("matrix").shape, (std::vector<std::size_t> { 2, 3 }));
        QCOMPARE(arrays.at("matrix").toFloats(), (std::vector<float> { 1, 2, 3, 4, 5, 6.5f }));
        QCOMPARE(arrays.at("words").dtype, std::string("U6"));
        const auto& bytes = arrays.at("words").bytes;
        const auto* codes = reinterpret_cast<const char32_t*>(bytes.data());
        QCOMPARE(codes[1], U'ü');
        QCOMPARE(codes[6], U'犬');
        QCOMPARE(codes[12], U'\0');
    }

    void readsFortranOrderAsC()
    {
        std::string text("\x93NUMPY\x01\x00", 8);
        const std::string header = "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }\n";
        const auto length = static_cast<std::uint16_t>(header.size());
        text.append(reinterpret_cast<const char*>(&length), 2);
        text += header;
        const std::int32_t columns[] = { 1, 4, 2, 5, 3, 6 };
        text.append(reinterpret_cast<const char*>(columns), sizeof columns);
        QCOMPARE(readNpy(write(text)).toInts(), (std::vector<std::int64_t> { 1, 2, 3, 4, 5, 6 }));
    }

    void rowsOfALargeArrayAreReadOneByOne()
    {
        const std::filesystem::path file = (m_folder.path() + "/rows.npy").toStdString();
        writeNpy(file, NpyArray::ofFloats({ 3, 2, 2 }, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }));
        const NpyRows rows(file);
        QCOMPARE(rows.shape(), (std::vector<std::size_t> { 3, 2, 2 }));
        QCOMPARE(rows.rowSize(), std::size_t { 4 });
        QCOMPARE(rows.row(2), (std::vector<float> { 8, 9, 10, 11 }));
        QCOMPARE(rows.beginningOf(1, 4).size(), std::size_t { 4 });
        QCOMPARE(rows.beginningOf(1, 400).size(), std::size_t { 16 });
        NpyArray doubles { "f8", { 2, 1 }, std::vector<std::byte>(16) };
        const double values[] = { 0.25, -3 };
        std::memcpy(doubles.bytes.data(), values, sizeof values);
        writeNpy(file, doubles);
        QCOMPARE(NpyRows(file).row(1), (std::vector<float> { -3 }));
        std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
        QVERIFY_EXCEPTION_THROWN(NpyRows { file }, Error);
        writeNpy(file, NpyArray::ofFloats({}, { 1 }));
        QVERIFY_EXCEPTION_THROWN(NpyRows { file }, Error);
    }

    void refusesWhatIsNotAnArray_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("not an array at all");
        QTest::newRow("header cut") << QByteArray("\x93NUMPY\x01\x00\xff\x7f{'descr'", 19);
        const QByteArray objects("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n");
        QTest::newRow("pickle") << QByteArray("\x93NUMPY\x01\x00", 8) + char(objects.size()) + '\0' + objects + "....";
        const QByteArray large("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }\n");
        const QByteArray big("{'descr': '>f4', 'fortran_order': False, 'shape': (0,), }\n");
        QTest::newRow("big-endian") << QByteArray("\x93NUMPY\x01\x00", 8) + char(big.size()) + '\0' + big;
        const QByteArray digits("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,), }\n");
        QTest::newRow("digits") << QByteArray("\x93NUMPY\x01\x00", 8) + char(digits.size()) + '\0' + digits;
        for (const char* name : { "npy_f0_fortran.npy", "npy_shape_v1_60000.npy" })
            QTest::newRow(name) << QByteArray::fromStdString(
                readTextFile(std::filesystem::path(WORDSIGHT_SOURCE_DIR "/tests/data/cases/hostile") / name));
        QTest::newRow("overflow") << QByteArray("\x93NUMPY\x01\x00", 8) + char(large.size()) + '\0' + large;
    }
    void refusesWhatIsNotAnArray()
    {
        QFETCH(QByteArray, bytes);
        const auto file = write(bytes.toStdString());
        try {
            readNpy(file);
            QFAIL("was read");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::UnreadableInput);
            QVERIFY(std::string(error.what()).find(file.string()) != std::string::npos);
        }
    }

    void anArchiveThatUnpacksOutOfProportionIsRefused()
    {
        const std::filesystem::path file = (m_folder.path() + "/zeros.npz").toStdString();
        std::string text = npyHeader("f4", { 25, 1'000'000 });
        text.resize(text.size() + 100'000'000);
        int code = 0;
        zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        zip_file_add(archive, "zeros.npy", zip_source_buffer(archive, text.data(), text.size(), 0), 0);
        QCOMPARE(zip_close(archive), 0);
        QVERIFY(std::filesystem::file_size(file) < 200'000);
        try {
            readNpz(file);
            QFAIL("was read");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("unpack") != std::string::npos, error.what());
        }
    }

    void matrixIsWrittenInPlaceAndReadBack()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = (folder.path() + "/scores.npy").toStdString();
        {
            NpyMatrixWriter abandoned(file, 3, 2);
        }
        QVERIFY(std::filesystem::is_empty(folder.path().toStdString()));
        {
            NpyMatrixWriter writer(file, 2, 3);
            writer.values()(1, 2) = 6.5f;
            QVERIFY(!std::filesystem::exists(file));
            writer.commit();
        }
        QCOMPARE(readNpy(file).shape, (std::vector<std::size_t> { 2, 3 }));
        QCOMPARE(readNpy(file).toFloats(), (std::vector<float> { 0, 0, 0, 0, 0, 6.5f }));
        QCOMPARE(MappedMatrix::open(file, 2, 3).values()(1, 2), 6.5f);
        QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path().toStdString()), {}), 1);
        QVERIFY_THROWS_EXCEPTION(Error, MappedMatrix::open(file, 3, 2));
        QVERIFY_THROWS_EXCEPTION(Error, NpyMatrixWriter("/proc/none.npy", 1, 1));
    }

    void bareNumbersNeedTheirShape()
    {
        const float numbers[] = { 1, 2, 3, 4, 5, 6 };
        const auto file = write(std::string(reinterpret_cast<const char*>(numbers), sizeof numbers));
        QCOMPARE(MappedMatrix::open(file, 3, 2).values()(2, 0), 5.0f);
        QVERIFY_THROWS_EXCEPTION(Error, MappedMatrix::open(file, 4, 2));
    }

private:
    std::filesystem::path write(const std::string& text)
    {
        const std::filesystem::path file = (m_folder.path() + "/array.npy").toStdString();
        writeFileAtomically(file, text);
        return file;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestNpy)
#include "npy_test.moc"
