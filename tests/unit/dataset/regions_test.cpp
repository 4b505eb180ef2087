#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/dataset/regions/region_source.h"
#include "tests/support/feature_files.h"
#include "tests/support/stopping.h"

using namespace wordsight;
using namespace wordsight::dataset;
namespace fs = std::filesystem;

namespace {

std::vector<float> numbered(std::size_t count, float first)
{
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), first);
    return values;
}

PhotographKey named(const std::string& file, std::vector<std::string> ids = {})
{
    return { file, std::move(ids), {} };
}

PhotographKey sized(const std::string& file, int width, int height)
{
    return { file, {}, [=] { return std::optional(std::pair(width, height)); } };
}

} // namespace

/// Files of features, made here as the published tools make them, whole and damaged.
class RegionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void teranFolders()
    {
        const std::vector<float> corners { 0, 0, 100, 50, 20, 10, 200.5f, 100 };
        test::writeTeranFiles(at(""), "391895", 2, corners, numbered(6, 1));
        test::writeTeranFiles(at(""), "7", 1, { 0.25f, 0.5f, 0.75f, 1 }, numbered(3, 10)); // fractions already
        const auto source = openRegions(at(""));
        QCOMPARE(source->dimension(), 3u);
        QCOMPARE(source->photographs(), 2u);
        QVERIFY(source->hasBoxes());
        const auto coco = source->find(sized("val2014/COCO_val2014_000000391895.jpg", 200, 100));
        QVERIFY(coco.has_value());
        QCOMPARE(coco->features.rows, 2u);
        QCOMPARE(coco->features.data, numbered(6, 1));
        QCOMPARE(coco->boxes[0], (Box { 0, 0, 0.5f, 0.5f }));
        QVERIFY(std::abs(coco->boxes[1].x - 0.1f) + std::abs(coco->boxes[1].w - 0.9f) < 1e-6f); // cut at the edge
        QCOMPARE(source->find(named("1000268201_693b08cb0e.jpg", { "7" }))->boxes,
            (std::vector<Box> { { 0.25f, 0.5f, 0.5f, 0.5f } }));
        QVERIFY(!source->find(named("8.jpg")).has_value());
        QVERIFY(openRegions(at("bu_att"))->hasBoxes());
        fs::remove_all(at("bu_box"));
        const auto unplaced = openRegions(at(""));
        QVERIFY(!unplaced->hasBoxes());
        QVERIFY(unplaced->find(named("7"))->boxes.empty());
    }

    void teranFoldersOfOtherNumbers()
    {
        test::writeTeranFiles(at(""), "1", 1, { 0, 0, 1, 1 }, { 1, 2 });
        NpyArray half { "f2", { 1, 2 }, {} };
        const std::uint16_t bits[] = { 0x3C00, 0xC000 };
        half.bytes.assign(
            reinterpret_cast<const std::byte*>(bits), reinterpret_cast<const std::byte*>(bits) + sizeof bits);
        writeNpz(at("bu_att/1.npz"), { { "feat", half } });
        QCOMPARE(openRegions(at(""))->find(named("1"))->features.data, (std::vector<float> { 1, -2 }));
    }

    void damagedTeranFolders_data()
    {
        QTest::addColumn<std::function<void(const fs::path&)>>("damage");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, std::function<void(const fs::path&)> damage, const char* file,
                             const char* reason) { QTest::newRow(name) << damage << file << reason; };
        row(
            "no feat",
            [](const fs::path& f) {
                writeNpz(f / "bu_att/1.npz", { { "x", NpyArray::ofFloats({ 2, 3 }, numbered(6, 0)) } });
            },
            "bu_att/1.npz", "no array \"feat\"");
        row(
            "shape",
            [](const fs::path& f) {
                writeNpz(f / "bu_att/1.npz", { { "feat", NpyArray::ofFloats({ 6 }, numbered(6, 0)) } });
            },
            "bu_att/1.npz", "[regions × features], and is [6]");
        row(
            "not a zip", [](const fs::path& f) { writeFileAtomically(f / "bu_att/1.npz", "PK nonsense"); },
            "bu_att/1.npz", "not an NPZ");
        row(
            "NaN",
            [](const fs::path& f) {
                writeNpz(f / "bu_att/1.npz", { { "feat", NpyArray::ofFloats({ 2, 3 }, { 1, 2, 3, 4, NAN, 6 }) } });
            },
            "bu_att/1.npz", "region 2 has a value that is no finite number (nan) in column 2");
        row(
            "width",
            [](const fs::path& f) {
                writeNpz(f / "bu_att/1.npz", { { "feat", NpyArray::ofFloats({ 2, 4 }, numbered(8, 0)) } });
            },
            "bu_att/", "columns; other photographs have");
        row(
            "no boxes of this one", [](const fs::path& f) { fs::remove(f / "bu_box/1.npy"); }, "bu_box/1.npy",
            "No such file");
        row(
            "number of boxes",
            [](const fs::path& f) {
                writeNpy(f / "bu_box/1.npy", NpyArray::ofFloats({ 3, 4 }, numbered(12, 0)));
            },
            "bu_box/1.npy", "[2 × 4], one per region of bu_att, and are [3 × 4]");
        row(
            "outside",
            [](const fs::path& f) {
                writeNpy(f / "bu_box/1.npy", NpyArray::ofFloats({ 2, 4 }, { 0, 0, 5, 5, 0, 0, 90, 20 }));
            },
            "bu_box/1.npy", "box 2 (0, 0, 90, 20) lies outside the photograph, which is 50 × 40");
        row(
            "turned",
            [](const fs::path& f) {
                writeNpy(f / "bu_box/1.npy", NpyArray::ofFloats({ 2, 4 }, { 9, 0, 5, 5, 0, 0, 9, 20 }));
            },
            "bu_box/1.npy", "box 1 (9, 0, 5, 5) has its corners in the wrong order");
        row(
            "infinite",
            [](const fs::path& f) {
                writeNpy(f / "bu_box/1.npy", NpyArray::ofFloats({ 2, 4 }, { 0, 0, 5, 5, 0, 0, INFINITY, 20 }));
            },
            "bu_box/1.npy", "no finite number (inf)");
    }
    void damagedTeranFolders()
    {
        using Damage = std::function<void(const fs::path&)>;
        QFETCH(Damage, damage);
        QFETCH(QString, file);
        QFETCH(QString, reason);
        for (const char* id : { "0", "1" })
            test::writeTeranFiles(at(""), id, 2, { 0, 0, 5, 5, 10, 10, 20, 20 }, numbered(6, 1));
        damage(at(""));
        expectRefusal(
            [&] {
                const auto source = openRegions(at(""));
                for (const char* id : { "0", "1" })
                    source->find(sized(id, 50, 40));
            },
            file, reason);
    }

    void pixelsNeedASize()
    {
        test::writeTeranFiles(at(""), "1", 1, { 0, 0, 9, 9 }, { 1, 2 });
        expectRefusal([&] { openRegions(at(""))->find(named("1")); }, "bu_box/1.npy",
            "is not known: name the folder of the photographs");
    }

    void bottomUpTsv()
    {
        const std::string text
            = test::tsvLine("42", 200, 100, std::vector<float> { 0, 0, 100, 50, 20, 10, 199, 99 }, numbered(8, 1))
            + "\r\n" + test::tsvLine("1000092795", 50, 50, std::vector<float> { 25, 0, 50, 25 }, numbered(4, 20))
            + "\r\n" + test::tsvLine("42", 9, 9, std::vector<float> { 0, 0, 9, 9 }, numbered(4, 90))
            + "\r\n"; // twice: the first counts
        writeFileAtomically(at("a.tsv"), text);
        const auto source = openRegions(at("a.tsv"));
        QCOMPARE(source->photographs(), 2u);
        QCOMPARE(source->dimension(), 4u);
        const auto first = source->find(named("COCO_train2014_000000000042.jpg"));
        QCOMPARE(first->features.rows, 2u);
        QCOMPARE(first->features.data, numbered(8, 1));
        QCOMPARE(first->boxes[0], (Box { 0, 0, 0.5f, 0.5f }));
        QCOMPARE(source->find(named("1000092795.jpg"))->boxes, (std::vector<Box> { { 0.5f, 0, 0.5f, 0.5f } }));
        QVERIFY(!source->find(named("43.jpg")).has_value());
    }

    void tsvInPartsWithHeaderAndNoLastNewline()
    {
        fs::create_directories(at("parts"));
        writeFileAtomically(at("parts/train.tsv.0"),
            "image_id\timage_w\timage_h\tnum_boxes\tboxes\tfeatures\n"
                + test::tsvLine("1", 10, 10, std::vector<float> { 0, 0, 9, 9 }, numbered(2, 1)) + "\n\n");
        writeFileAtomically(
            at("parts/train.tsv.1"), test::tsvLine("2", 10, 10, std::vector<float> { 0, 0, 5, 5 }, numbered(2, 3)));
        const auto source = openRegions(at("parts"));
        QCOMPARE(source->photographs(), 2u);
        QCOMPARE(source->find(named("2.jpg"))->features.data, numbered(2, 3));
    }

    /// Lines are longer than what is read at once, and begin anywhere in it.
    void tsvLinesAreFoundWhereverTheyLie()
    {
        std::string text;
        for (int i = 0; i < 40; ++i)
            text += test::tsvLine(std::to_string(i), 10, 10, std::vector<float> { 0, 0, 9, 9 },
                        numbered(90'000 + 0 * i, static_cast<float>(i)))
                + "\n";
        QVERIFY(text.size() > 3 * (4u << 20));
        writeFileAtomically(at("large.tsv"), text);
        std::int64_t told = -1;
        const auto source
            = openRegions(at("large.tsv"), JobControl { [&](const Progress& progress) { told = progress.done; }, {} });
        QVERIFY(told > 0);
        QCOMPARE(source->photographs(), 40u);
        for (const int i : { 0, 11, 12, 39 })
            QCOMPARE(source->find(named(std::to_string(i)))->features.data.front(), static_cast<float>(i));
        QVERIFY_EXCEPTION_THROWN(openRegions(at("large.tsv"), test::stoppedJob()), Error);
    }

    void damagedTsv_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("reason");
        const std::vector<float> corners { 0, 0, 9, 9, 1, 1, 5, 5 };
        const QStringList good
            = QString::fromStdString(test::tsvLine("7", 10, 10, corners, numbered(4, 1))).split('\t');
        const auto with = [&](int column, const QString& text) {
            QStringList changed = good;
            changed[column] = text;
            return changed.join('\t');
        };
        const auto floats
            = [](const std::vector<float>& values) { return QString::fromStdString(test::base64(values)); };
        QTest::newRow("columns") << good.mid(0, 5).join('\t') << "line 2: 5 columns, not the 6 of a bottom-up TSV";
        QTest::newRow("text") << "hello"
                              << "line 2: 1 columns";
        QTest::newRow("base64") << with(5, "!!!!") << "line 2, column features: its 4 characters are no base64 text";
        QTest::newRow("Python's b''") << with(4, "b'" + good[4] + "'") << "line 2, column boxes: its ";
        QTest::newRow("cut base64") << with(5, good[5].chopped(3)) << "line 2, column features: its";
        QTest::newRow("cut floats") << with(5, floats(numbered(3, 1)))
                                    << "line 2, column features: 12 bytes; 2 boxes of 2 float32 are 16";
        QTest::newRow("other width") << with(5, floats(numbered(6, 1)))
                                     << "line 2, column features: 24 bytes; 2 boxes of 2";
        QTest::newRow("boxes") << with(4, floats(numbered(7, 1)))
                               << "line 2, column boxes: 28 bytes; 2 boxes of 4 float32 are 32";
        QTest::newRow("count") << with(3, "3") << "line 2, column boxes: 32 bytes; 3 boxes of 4";
        QTest::newRow("no boxes") << with(3, "0") << "line 2, column num_boxes: \"0\" is no positive number";
        QTest::newRow("half a box") << with(3, "1.5") << "line 2, column num_boxes: 1.5 is no number of boxes";
        QTest::newRow("many boxes") << with(3, "99999999") << "line 2, column num_boxes";
        QTest::newRow("no width") << with(1, "wide") << "line 2, column image_w: \"wide\" is no positive number";
        QTest::newRow("negative height") << with(2, "-4") << "line 2, column image_h: \"-4\"";
        QTest::newRow("NaN")
            << with(5, floats({ 1, 2, 3, std::numeric_limits<float>::quiet_NaN() }))
            << "line 2, column features: region 2 has a value that is no finite number (nan) in column 2";
        QTest::newRow("outside") << with(4, floats({ 0, 0, 9, 9, 1, 1, 5, 50 }))
                                 << "line 2, column boxes: box 2 (1, 1, 5, 50) lies outside";
    }
    void damagedTsv()
    {
        QFETCH(QString, line);
        QFETCH(QString, reason);
        const std::vector<float> corners { 0, 0, 9, 9, 1, 1, 5, 5 };
        writeFileAtomically(
            at("d.tsv"), test::tsvLine("1", 10, 10, corners, numbered(4, 1)) + "\n" + line.toStdString() + "\n");
        expectRefusal([&] { openRegions(at("d.tsv"))->find(named("7")); }, "d.tsv, " + reason.section(':', 0, 0),
            reason.section(": ", 1));
    }

    void aFirstLineThatIsDamagedIsSaidAtOnce()
    {
        writeFileAtomically(at("d.tsv"), "1\t10\t10\t1\tAAAA\tAAAA\n");
        expectRefusal(
            [&] { openRegions(at("d.tsv")); }, "d.tsv, line 1, column boxes", "3 bytes; 1 boxes of 4 float32 are 16");
        writeFileAtomically(at("e.tsv"), "");
        expectRefusal([&] { openRegions(at("e.tsv")); }, "e.tsv", "holds no photographs");
    }

    void precompFolder_data()
    {
        QTest::addColumn<std::size_t>("rowsEach");
        QTest::addColumn<bool>("ids");
        QTest::newRow("once, ids") << std::size_t { 1 } << true;
        QTest::newRow("five times, ids") << std::size_t { 5 } << true;
        QTest::newRow("once") << std::size_t { 1 } << false;
        QTest::newRow("five times") << std::size_t { 5 } << false;
    }
    void precompFolder()
    {
        QFETCH(std::size_t, rowsEach);
        QFETCH(bool, ids);
        for (const std::string split : { "test", "dev" })
            writePrecomp(split, 3, rowsEach, ids);
        const auto source = openRegions(at(""));
        QCOMPARE(source->photographs(), 6u);
        QCOMPARE(source->dimension(), 2u);
        QVERIFY(!source->hasBoxes());
        const auto all = source->captioned();
        QCOMPARE(all.size(), 6u);
        const auto images = ofSplit(all, "test");
        QCOMPARE(images.size(), 3u);
        QCOMPARE(ofSplit(all, "val").size(), 3u); // SCAN calls it dev
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(images[i].captions.size(), 5u);
            QCOMPARE(images[i].captions[4], "test, sentence " + std::to_string(5 * i + 4));
            const auto regions = source->find(named(images[i].filename));
            QCOMPARE(regions->features.rows, 4u);
            QCOMPARE(regions->features.data, numbered(8, static_cast<float>(100 * i)));
            QVERIFY(regions->boxes.empty());
        }
        if (ids) // dev and test have the same here: it takes the split's name
            expectRefusal([&] { source->find(named("51.jpg")); }, at("").filename().c_str(),
                "several splits have a photograph 51");
    }

    void precompOfWholePhotographs()
    {
        writeNpy(at("test_ims.npy"), NpyArray::ofFloats({ 2, 3 }, numbered(6, 0)));
        writeFileAtomically(at("test_caps.txt"), "a\nb\n");
        const auto source = openRegions(at(""));
        const auto second = source->find(named("test/1"));
        QCOMPARE(second->features.rows, 1u);
        QCOMPARE(second->global, numbered(3, 3));
        QCOMPARE(source->captioned()[1].captions, (std::vector<std::string> { "b" }));
    }

    void damagedPrecomp_data()
    {
        QTest::addColumn<std::function<void(const fs::path&)>>("damage");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, std::function<void(const fs::path&)> damage, const char* file,
                             const char* reason) { QTest::newRow(name) << damage << file << reason; };
        row(
            "no captions", [](const fs::path& f) { fs::remove(f / "test_caps.txt"); }, "test_caps.txt", "No such file");
        row(
            "captions", [](const fs::path& f) { writeFileAtomically(f / "test_caps.txt", "a\nb\nc\nd\n"); },
            "test_caps.txt", "4 sentences cannot be shared out among the 3 rows of test_ims.npy");
        row(
            "ids", [](const fs::path& f) { writeFileAtomically(f / "test_ids.txt", "1\n2\n"); }, "test_ids.txt",
            "2 lines; there are 3 photographs and 15");
        row(
            "same ids", [](const fs::path& f) { writeFileAtomically(f / "test_ids.txt", "1\n2\n1\n"); }, "test_ims.npy",
            "two of its photographs are called 1");
        row(
            "shape", [](const fs::path& f) { writeNpy(f / "test_ims.npy", NpyArray::ofFloats({ 3 }, numbered(3, 0))); },
            "test_ims.npy", "and is [3]");
        row(
            "no photographs",
            [](const fs::path& f) {
                writeNpy(f / "test_ims.npy", NpyArray::ofFloats({ 0, 4, 2 }, {}));
            },
            "test_caps.txt", "15 sentences cannot");
        row(
            "cut off", [](const fs::path& f) { fs::resize_file(f / "test_ims.npy", 150); }, "test_ims.npy",
            "the data is cut off");
        row(
            "NaN",
            [](const fs::path& f) {
                auto values = numbered(24, 0);
                values[9] = NAN;
                writeNpy(f / "test_ims.npy", NpyArray::ofFloats({ 3, 4, 2 }, values));
            },
            "test_ims.npy, row 1", "region 1 has a value that is no finite number (nan) in column 2");
        row(
            "repeated in part",
            [](const fs::path& f) {
                std::vector<float> values(2 * 15);
                for (std::size_t i = 0; i < values.size(); ++i)
                    values[i] = i < 10 ? 1 : static_cast<float>(i);
                writeNpy(f / "test_ims.npy", NpyArray::ofFloats({ 15, 1, 2 }, values));
            },
            "test_ims.npy", "five times in some places and not around row 5");
        row(
            "another width",
            [](const fs::path& f) {
                writeNpy(f / "dev_ims.npy", NpyArray::ofFloats({ 1, 3 }, numbered(3, 0)));
                writeFileAtomically(f / "dev_caps.txt", "a\n");
            },
            "test_ims.npy", "2 features per region; dev_ims.npy has 3");
    }
    void damagedPrecomp()
    {
        using Damage = std::function<void(const fs::path&)>;
        QFETCH(Damage, damage);
        QFETCH(QString, file);
        QFETCH(QString, reason);
        writePrecomp("test", 3, 1, true);
        damage(at(""));
        expectRefusal(
            [&] {
                const auto source = openRegions(at(""));
                for (const auto& image : source->captioned())
                    source->find(named(image.filename));
            },
            file, reason);
    }

    void fortranOrderHasNoRows()
    {
        writePrecomp("test", 3, 1, true);
        std::string text = readTextFile(at("test_ims.npy"));
        text.replace(text.find("False, "), 7, "True,  ");
        writeFileAtomically(at("test_ims.npy"), text);
        expectRefusal([&] { openRegions(at("")); }, "test_ims.npy", "numpy.ascontiguousarray");
    }

    void whatIsNoneOfTheLayoutsIsSaid()
    {
        expectRefusal([&] { openRegions(at("nothing")); }, "nothing", "does not exist");
        fs::create_directories(at("empty"));
        expectRefusal([&] { openRegions(at("empty/")); }, "empty", "neither a folder bu_att");
        fs::create_directories(at("bu_att"));
        expectRefusal([&] { openRegions(at("")); }, "bu_att", "holds no .npz");
    }

private:
    fs::path at(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }

    /// Region features numbered(8, 100 i) of photograph i; ids 51, 52, ...
    void writePrecomp(const std::string& split, std::size_t photographs, std::size_t rowsEach, bool ids)
    {
        std::vector<float> values;
        std::string captions, names;
        for (std::size_t i = 0; i < photographs; ++i)
            for (std::size_t k = 0; k < 5; ++k) {
                if (k < rowsEach) {
                    const auto row = numbered(8, static_cast<float>(100 * i));
                    values.insert(values.end(), row.begin(), row.end());
                }
                captions += split + ", sentence " + std::to_string(5 * i + k) + "\n";
                if (k == 0 || rowsEach == 5)
                    names += std::to_string(51 + i) + "\n";
            }
        writeNpy(at(split + "_ims.npy"), NpyArray::ofFloats({ photographs * rowsEach, 4, 2 }, values));
        writeFileAtomically(at(split + "_caps.txt"), captions);
        if (ids)
            writeFileAtomically(at(split + "_ids.txt"), names);
    }

    template <class Run> static void expectRefusal(Run run, const QString& file, const QString& reason)
    {
        try {
            run();
            QFAIL("was read");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::UnreadableInput);
            const QString said = error.what();
            QVERIFY2(said.contains(file), error.what());
            QVERIFY2(said.contains(reason), error.what());
        }
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(RegionsTest)
#include "regions_test.moc"
