#include <QDir>
#include <QTest>

#include <fstream>

#include "core/base/error.h"
#include "core/engine/library/library_check.h"
#include "tests/support/colour_model.h"
#include "tests/support/indexing.h"
#include "tests/support/photo_folder.h"

using namespace wordsight;
using engine::checkLibrary;
using engine::LibraryCheck;
using engine::LibraryFinding;
using engine::Reading;
using engine::Repair;
using store::Library;

namespace {

namespace fs = std::filesystem;

void flip(const fs::path& file, std::streamoff byte)
{
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    char value = 0;
    stream.seekg(byte).get(value);
    stream.seekp(byte).put(static_cast<char>(value ^ 4));
}

} // namespace

/// What is damaged in a library is found, mended, and encoded again where it has to be.
class TestLibraryCheck : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PhotoFolder> m_folder;
    test::ColourModel m_model;
    fs::path m_library;
    static constexpr int count = 6;

    fs::path photographs() const { return m_folder->path() / "photographs"; }

    engine::IndexReport index()
    {
        Library library = Library::open(m_library, Library::Mode::Create);
        const fs::path paths[] = { photographs() };
        return test::index(library, paths, m_model, {});
    }

    fs::path vectors() const
    {
        return *std::ranges::find_if(fs::directory_iterator(m_library / "vectors"), fs::directory_iterator(),
            [](const auto& entry) { return entry.path().extension() == ".vec"; });
    }

    fs::path thumbnail(const std::string& photograph) const
    {
        const Library library = Library::open(m_library, Library::Mode::ReadOnly);
        return library.thumbnailPath(library.photoAt(photographs() / photograph)->contentHash);
    }

    /// One finding of the kind before, mended by repair, and nothing after it.
    void isMended(LibraryFinding::Kind kind, int encodedAgain)
    {
        const LibraryCheck before = checkLibrary(m_library, Repair::No, Reading::Everything);
        QCOMPARE(before.findings.size(), std::size_t { 1 });
        QCOMPARE(before.findings[0].kind, kind);
        QCOMPARE(before.unmended(), std::int64_t { 1 });
        QCOMPARE(before.modelsToIndex.size(), encodedAgain > 0 ? std::size_t { 1 } : std::size_t { 0 });
        const LibraryCheck repaired = checkLibrary(m_library, Repair::Yes, Reading::Everything);
        QCOMPARE(repaired.findings.size(), std::size_t { 1 });
        QCOMPARE(repaired.unmended(), std::int64_t { 0 });
        QCOMPARE(index().added, std::int64_t { encodedAgain });
        const LibraryCheck after = checkLibrary(m_library, Repair::No, Reading::Everything);
        QVERIFY2(after.findings.empty(), after.findings.empty() ? "" : after.findings[0].text.c_str());
        QCOMPARE(after.vectors, std::int64_t { count });
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<test::PhotoFolder>();
        m_library = m_folder->path() / "library";
        for (int i = 0; i < count; ++i)
            m_folder->addJpeg("photographs/" + std::to_string(i) + ".jpg",
                test::quartered(60 + i, 40, { static_cast<std::uint8_t>(40 * i), 90, 200 }, { 255, 255, 255 }));
        index();
    }

    void aWholeLibraryIsWhole()
    {
        fs::remove(photographs() / "1.jpg");
        m_folder->addJpeg("photographs/2.jpg", test::quartered(9, 9, { 1, 2, 3 }, { 4, 5, 6 }));
        const LibraryCheck check = checkLibrary(m_library, Repair::No, Reading::Everything);
        QVERIFY(check.findings.empty());
        QCOMPARE(check.photographs, std::int64_t { count });
        QCOMPARE(check.vectors, std::int64_t { count });
        QCOMPARE(check.absent, std::int64_t { 1 });
        QCOMPARE(check.changed, std::int64_t { 1 });
    }

    void aFlippedBitOfAVector()
    {
        flip(vectors(), 4096 + 3);
        isMended(LibraryFinding::Kind::Vectors, 1);
    }

    void aDamagedHeaderOfVectors()
    {
        flip(vectors(), 12);
        isMended(LibraryFinding::Kind::Vectors, count);
    }

    void aLostVectorFile()
    {
        fs::remove(vectors());
        isMended(LibraryFinding::Kind::Vectors, count);
    }

    void aCutVectorFile()
    {
        fs::resize_file(vectors(), fs::file_size(vectors()) - 1);
        isMended(LibraryFinding::Kind::Vectors, 1);
    }

    void aMissingAndADamagedThumbnail()
    {
        fs::remove(thumbnail("0.jpg"));
        isMended(LibraryFinding::Kind::Thumbnail, 0);
        fs::resize_file(thumbnail("1.jpg"), 0); // as a power cut may leave it
        isMended(LibraryFinding::Kind::Thumbnail, 0);
    }

    void aThumbnailOfAPhotographThatIsNotThere()
    {
        fs::remove(thumbnail("0.jpg"));
        fs::remove(photographs() / "0.jpg");
        const LibraryCheck check = checkLibrary(m_library, Repair::Yes, Reading::Everything);
        QCOMPARE(check.unmended(), std::int64_t { 1 });
    }

    /// Other content under the same size and time.
    void aPhotographThatChangedInSecret()
    {
        const fs::path file = photographs() / "3.jpg";
        const auto time = fs::last_write_time(file);
        const auto length = fs::file_size(file);
        m_folder->addJpeg("photographs/3.jpg", test::quartered(60, 40, { 250, 0, 0 }, { 0, 0, 0 }));
        fs::resize_file(file, length); // zeros behind the end of a JPEG, or an end cut off
        fs::last_write_time(file, time);
        QCOMPARE(index().unchanged, std::int64_t { count });
        QCOMPARE(checkLibrary(m_library, Repair::No, Reading::OwnFiles).findings.size(), std::size_t { 0 });
        const LibraryCheck found = checkLibrary(m_library, Repair::Yes, Reading::Everything);
        QCOMPARE(found.findings.size(), std::size_t { 1 });
        QCOMPARE(found.findings[0].kind, LibraryFinding::Kind::Photograph);
        QCOMPARE(index().unchanged, std::int64_t { count - 1 });
        QVERIFY(checkLibrary(m_library, Repair::No, Reading::Everything).findings.empty());
    }

    void aDamagedDatabase()
    {
        std::string bytes;
        const fs::path file = m_library / "library.db";
        {
            std::ifstream stream(file, std::ios::binary);
            bytes.assign(std::istreambuf_iterator<char>(stream), {});
        }
        // The vectors of photograph 3, in the table but not in its index.
        const std::string record = std::string("\x03") + m_model.info().fingerprint;
        const auto place = bytes.find(record);
        QVERIFY(place != std::string::npos);
        flip(file, static_cast<std::streamoff>(place + record.size()));
        QVERIFY_EXCEPTION_THROWN(Library::open(m_library, Library::Mode::ReadOnly), Error);
        const LibraryCheck before = checkLibrary(m_library, Repair::No, Reading::Everything);
        QVERIFY(before.unmended() > 0);
        const LibraryCheck mended = checkLibrary(m_library, Repair::Yes, Reading::Everything);
        QCOMPARE(mended.unmended(), std::int64_t { 0 });
        QCOMPARE(mended.photographs, std::int64_t { count });
        QCOMPARE(index().added, std::int64_t { 1 });
        QVERIFY(checkLibrary(m_library, Repair::No, Reading::Everything).findings.empty());
    }

    void compactingSweepsWhatIsGone()
    {
        const fs::path gone = thumbnail("4.jpg");
        fs::remove(photographs() / "4.jpg");
        QCOMPARE(index().removed, std::int64_t { 1 });
        const auto before = fs::file_size(vectors());
        const engine::CompactReport report = engine::compactLibrary(m_library);
        QVERIFY(report.bytesAfter < report.bytesBefore);
        QVERIFY(fs::file_size(vectors()) < before && !fs::exists(gone));
        const LibraryCheck check = checkLibrary(m_library, Repair::No, Reading::Everything);
        QVERIFY(check.findings.empty());
        QCOMPARE(check.vectors, std::int64_t { count - 1 });
        QCOMPARE(index().unchanged, std::int64_t { count - 1 });
    }

    void damageIsNotCompactedAway()
    {
        flip(vectors(), 4096 + 3);
        try {
            engine::compactLibrary(m_library);
            QFAIL("It was compacted.");
        } catch (const Error& error) {
            QCOMPARE(error.hint(), Hint::RepairLibrary);
        }
        isMended(LibraryFinding::Kind::Vectors, 1);
    }
};

QTEST_GUILESS_MAIN(TestLibraryCheck)
#include "library_check_test.moc"
