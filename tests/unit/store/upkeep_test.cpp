#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <map>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/half.h"
#include "core/store/backup.h"
#include "core/store/database_repair.h"
#include "core/store/library.h"

using namespace wordsight;
using store::Library;

namespace {

namespace fs = std::filesystem;

const store::VectorLayout common { 2, { { 0, 0, 1, 1 } }, true, "feedfeedfeedfeed" };
const store::VectorLayout own { 2, {}, false, "0ddba110ddba110d", true };

std::string hashOf(int number)
{
    return QByteArray::number(number).rightJustified(32, '0').toStdString();
}

/// Photograph i of either model: its vectors say i.
store::NewEncoding encodingOf(PhotoId id, const store::VectorLayout& layout, int i)
{
    const auto value = static_cast<float>(i);
    store::NewEncoding encoding { id, Matrix(layout.perPhotoRegions ? 1 + static_cast<std::size_t>(i) % 3 : 1, 2), {} };
    std::ranges::fill(encoding.regions.data, value);
    if (layout.hasGlobal)
        encoding.global = { value, -value };
    return encoding;
}

void flip(const fs::path& file, std::size_t byte, int bits = 1)
{
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    char value = 0;
    stream.seekg(static_cast<std::streamoff>(byte)).get(value);
    stream.seekp(static_cast<std::streamoff>(byte)).put(static_cast<char>(value ^ bits));
}

/// By photograph, what its vectors say.
std::map<std::int64_t, int> valuesOf(const Library& library, const store::VectorLayout& layout)
{
    std::map<std::int64_t, int> values;
    const store::ModelRows rows = library.rows(layout.fingerprint);
    for (std::size_t i = 0; i < rows.rows.size(); ++i)
        values[rows.photos[i].value] = static_cast<int>(fromHalf(rows.vectors.row(rows.rows[i]).front()));
    return values;
}

} // namespace

/// Verifying, mending, compacting, backing up and restoring a library.
class TestUpkeep : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    fs::path m_at;
    static constexpr int count = 60;

    fs::path vectors(const store::VectorLayout& layout, const std::string& generation = {}) const
    {
        return m_at / "vectors" / (layout.fingerprint + generation + ".vec");
    }

    /// `count` photographs, encoded by two models.
    void fill() const
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        library.addRoot("/photos");
        std::vector<store::NewEncoding> encodings[2];
        for (int i = 1; i <= count; ++i) {
            const PhotoId id = library.putPhoto(
                { {}, "/photos/" + std::to_string(i) + ".jpg", 10, 20'000'000'000, hashOf(i), 640, 480, "" });
            encodings[0].push_back(encodingOf(id, common, i));
            encodings[1].push_back(encodingOf(id, own, i));
            fs::create_directories(library.thumbnailPath(hashOf(i)).parent_path());
            std::ofstream(library.thumbnailPath(hashOf(i))) << "a small picture";
        }
        library.addEncodings("model", common, encodings[0]);
        library.addEncodings("model", own, encodings[1]);
    }

    static std::map<std::string, store::VectorState> statesOf(const Library& library)
    {
        std::map<std::string, store::VectorState> states;
        for (const store::VectorState& state : library.vectorStates())
            states[state.fingerprint] = state;
        return states;
    }

    /// Everything but `lost` is searchable with the vectors that it had, and `lost` can be encoded again.
    void isMended(const store::VectorLayout& layout, const std::set<std::int64_t>& lost) const
    {
        Library library = Library::open(m_at, Library::Mode::ReadWrite);
        auto values = valuesOf(library, layout);
        for (int i = 1; i <= count; ++i) {
            QCOMPARE(values.contains(i), !lost.contains(i));
            if (lost.contains(i)) {
                const store::NewEncoding encoding[] = { encodingOf(PhotoId { i }, layout, i) };
                library.addEncodings("model", layout, encoding);
            }
        }
        values = valuesOf(library, layout);
        QCOMPARE(values.size(), std::size_t { count });
        for (const auto& [photo, value] : values)
            QCOMPARE(static_cast<std::int64_t>(value), photo);
        QVERIFY(statesOf(library)[layout.fingerprint].damage.empty());
    }

private Q_SLOTS:
    void init()
    {
        m_at = fs::path(m_folder.path().toStdString()) / QTest::currentTestFunction();
        if (QTest::currentDataTag())
            m_at += QTest::currentDataTag();
        fill();
    }

    void aWholeLibraryHasNoDamage()
    {
        QVERIFY(store::databaseDamage(m_at).empty());
        const Library library = Library::open(m_at, Library::Mode::ReadOnly);
        QCOMPARE(library.vectorStates().size(), std::size_t { 2 });
        for (const store::VectorState& state : library.vectorStates()) {
            QVERIFY2(state.damage.empty(), state.damage.c_str());
            QCOMPARE(state.inUse, std::int64_t { count });
            QCOMPARE(state.unused, std::int64_t { 0 });
        }
    }

    void damagedVectorsAreFoundAndGivenUp_data()
    {
        QTest::addColumn<bool>("ownRegions");
        QTest::addColumn<QString>("damage");
        QTest::addColumn<int>("firstLost");
        QTest::addColumn<int>("lastLost");
        for (const bool regions : { false, true }) {
            const char* kind = regions ? "own" : "common";
            QTest::addRow("%s, a bit", kind) << regions << "bit" << 7 << 7;
            QTest::addRow("%s, cut off", kind) << regions << "cut" << count << count;
            QTest::addRow("%s, header", kind) << regions << "header" << 1 << count;
            QTest::addRow("%s, empty", kind) << regions << "empty" << 1 << count;
            QTest::addRow("%s, of another model", kind) << regions << "other" << 1 << count;
        }
        QTest::addRow("own, how many regions") << true << "chain" << 7 << count;
    }
    void damagedVectorsAreFoundAndGivenUp()
    {
        QFETCH(bool, ownRegions);
        QFETCH(QString, damage);
        QFETCH(int, firstLost);
        QFETCH(int, lastLost);
        const store::VectorLayout& layout = ownRegions ? own : common;
        const fs::path file = vectors(layout);
        // Rows of common regions: 2 × 2 halves and a checksum; own ones: a header of 16 bytes, 1 + i % 3 regions,
        // padded.
        std::size_t seventh = 4096 + 6 * 16;
        if (ownRegions)
            seventh = 4096 + 6 * 32;
        if (damage == "bit")
            flip(file, seventh + (ownRegions ? 16 : 0), 4);
        else if (damage == "cut")
            fs::resize_file(file, fs::file_size(file) - 1);
        else if (damage == "header")
            flip(file, 13);
        else if (damage == "empty")
            fs::resize_file(file, 0);
        else if (damage == "other")
            fs::copy_file(vectors(ownRegions ? common : own), file, fs::copy_options::overwrite_existing);
        else
            flip(file, seventh, 2);
        std::set<std::int64_t> lost;
        for (int i = firstLost; i <= lastLost; ++i)
            lost.insert(i);
        {
            const Library library = Library::open(m_at, Library::Mode::ReadOnly);
            const store::VectorState state = statesOf(library)[layout.fingerprint];
            QVERIFY2(state.damage.find(file.string()) != std::string::npos, state.damage.c_str());
            std::set<std::int64_t> reported;
            for (const PhotoId id : state.lost)
                reported.insert(id.value);
            QCOMPARE(reported.size(), lost.size());
            QVERIFY(reported == lost);
            QVERIFY(statesOf(library)[ownRegions ? common.fingerprint : own.fingerprint].damage.empty());
        }
        Library::open(m_at, Library::Mode::ReadWrite).rewriteVectors(layout.fingerprint);
        isMended(layout, lost);
    }

    void aReaderGoesOnAcrossARewrittenFile()
    {
        const Library reader = Library::open(m_at, Library::Mode::ReadOnly);
        const auto before = valuesOf(reader, common);
        const store::ModelRows kept = reader.rows(common.fingerprint);
        Library writer = Library::open(m_at, Library::Mode::ReadWrite);
        writer.removePhoto(PhotoId { 1 });
        writer.rewriteVectors(common.fingerprint);
        auto expected = before;
        expected.erase(1);
        QVERIFY(valuesOf(reader, common) == expected);
        QCOMPARE(static_cast<int>(fromHalf(kept.vectors.row(kept.rows[1]).front())), 2); // what it had mapped stays
        QVERIFY(reader.rows(common.fingerprint).vectors.fileId() != kept.vectors.fileId());
    }

    void whatIsGoneIsSweptAway()
    {
        Library library = Library::open(m_at, Library::Mode::ReadWrite);
        const auto before = fs::file_size(vectors(common));
        for (int i = 1; i <= 50; ++i)
            library.removePhoto(PhotoId { i });
        writeFileAtomically(m_at / "vectors/gone.vec", "of a model that is gone");
        writeFileAtomically(m_at / "thumbs/notes.txt", "not ours");
        QCOMPARE(statesOf(library)[common.fingerprint].unused, std::int64_t { 50 });
        library.rewriteVectors(common.fingerprint);
        library.rewriteVectors(own.fingerprint);
        library.sweep();
        QVERIFY(!fs::exists(vectors(common)) && !fs::exists(m_at / "vectors/gone.vec"));
        QCOMPARE(fs::file_size(vectors(common, ".1")), before - 50 * 16);
        QVERIFY(fs::exists(m_at / "thumbs/notes.txt"));
        QVERIFY(!fs::exists(library.thumbnailPath(hashOf(50))) && fs::exists(library.thumbnailPath(hashOf(51))));
        const auto values = valuesOf(library, own);
        QCOMPARE(values.size(), std::size_t { 10 });
        QVERIFY(values.begin()->first == 51 && values.begin()->second == 51);
    }

    /// A bit anywhere in library.db: noticed, mended, and no photograph has another's vectors afterwards.
    void aDamagedDatabaseIsMadeAnew_data()
    {
        QTest::addColumn<int>("byte");
        const auto size = static_cast<int>(fs::file_size(m_at / "library.db"));
        for (int byte = 4096; byte < size; byte += size / 40)
            QTest::addRow("%d", byte) << byte;
    }
    void aDamagedDatabaseIsMadeAnew()
    {
        QFETCH(int, byte);
        flip(m_at / "library.db", static_cast<std::size_t>(byte), 0x10);
        const bool noticed = !store::databaseDamage(m_at).empty();
        std::vector<std::string> lost;
        if (noticed)
            lost = store::mendDatabase(m_at).lost;
        QVERIFY(store::databaseDamage(m_at).empty());
        Library library = Library::open(m_at, Library::Mode::ReadWrite);
        for (const auto& layout : { common, own })
            for (const auto& [photo, value] : valuesOf(library, layout))
                QCOMPARE(static_cast<std::int64_t>(value), photo);
        QVERIFY(library.photoCount() >= count - 2);
        QVERIFY(!lost.empty() || library.roots() == std::vector { fs::path("/photos") });
    }

    void aZeroedPageLosesNoPhotograph()
    {
        for (const int page : { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }) {
            const fs::path copy = m_at.string() + std::to_string(page);
            fs::copy(m_at, copy, fs::copy_options::recursive);
            if (fs::file_size(copy / "library.db") < static_cast<std::uintmax_t>(page) * 4096)
                continue;
            std::fstream stream(copy / "library.db", std::ios::binary | std::ios::in | std::ios::out);
            stream.seekp((page - 1) * 4096L);
            stream << std::string(4096, '\0');
            stream.close();
            if (store::databaseDamage(copy).empty())
                continue; // a page that nothing uses
            store::MendedDatabase report;
            report = store::mendDatabase(copy);
            QVERIFY(store::databaseDamage(copy).empty());
            QVERIFY(fs::exists(report.kept));
            const Library library = Library::open(copy, Library::Mode::ReadWrite);
            for (const auto& layout : { common, own })
                for (const auto& [photo, value] : valuesOf(library, layout))
                    QCOMPARE(static_cast<std::int64_t>(value), photo);
            QCOMPARE(library.roots().size() + static_cast<std::size_t>(library.photoCount()) > 0, true);
        }
    }

    void whatCannotBeReadAtAllSaysWhatToDo()
    {
        std::ofstream(m_at / "library.db", std::ios::trunc) << std::string(8192, 'x');
        fs::remove(m_at / "library.db-wal");
        try {
            store::mendDatabase(m_at);
            QFAIL("It was mended.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::LibraryMismatch);
            QVERIFY2(QString(error.what()).contains("backup"), error.what());
        }
    }

    void aBackupIsALibraryAndComesBack()
    {
        const fs::path backup = m_at.string() + " backup";
        store::backUp(m_at, backup);
        QVERIFY(fs::exists(Library::open(backup, Library::Mode::ReadOnly).thumbnailPath(hashOf(3))));
        const auto before = valuesOf(Library::open(backup, Library::Mode::ReadOnly), common);
        QCOMPARE(before.size(), std::size_t { count });
        // Since then the library went other ways, and its file holds the same rows in another order.
        {
            Library library = Library::open(m_at, Library::Mode::ReadWrite);
            library.removePhoto(PhotoId { 1 });
            const PhotoId id = library.putPhoto({ {}, "/photos/new.jpg", 1, 2, hashOf(99), 1, 1, "" });
            const store::NewEncoding encoding[] = { encodingOf(id, common, 99) };
            library.addEncodings("model", common, encoding);
            library.rewriteVectors(common.fingerprint);
        }
        const Library reader = Library::open(m_at, Library::Mode::ReadOnly);
        QCOMPARE(valuesOf(reader, common).count(61), std::size_t { 1 });
        store::restore(backup, m_at);
        QVERIFY(valuesOf(reader, common) == before);
        QVERIFY(valuesOf(Library::open(m_at, Library::Mode::ReadWrite), own) == before);
        // Only what is in use is left.
        QCOMPARE(std::distance(fs::directory_iterator(m_at / "vectors"), fs::directory_iterator()), 2);
    }

    void aBackupTakesThePlaceOfWhatIsNoLibraryAnyMore()
    {
        const fs::path backup = m_at.string() + " backup";
        store::backUp(m_at, backup);
        std::ofstream(m_at / "library.db", std::ios::trunc) << std::string(8192, 'x');
        store::restore(backup, m_at);
        QCOMPARE(valuesOf(Library::open(m_at, Library::Mode::ReadWrite), common).size(), std::size_t { count });
        const fs::path nowhere = m_at.string() + " elsewhere";
        store::restore(backup, nowhere);
        QCOMPARE(valuesOf(Library::open(nowhere, Library::Mode::ReadWrite), own).size(), std::size_t { count });
    }

    void damageIsNeitherBackedUpNorRestored()
    {
        const fs::path backup = m_at.string() + " backup";
        store::backUp(m_at, backup);
        QVERIFY_EXCEPTION_THROWN(store::backUp(m_at, backup), Error); // is there already
        flip(vectors(common), 4096 + 16);
        QVERIFY_EXCEPTION_THROWN(store::backUp(m_at, m_at.string() + " second"), Error);
        QVERIFY(!fs::exists(m_at.string() + " second"));
        flip(backup / "vectors" / (common.fingerprint + ".vec"), 4096 + 16);
        const auto before = valuesOf(Library::open(m_at, Library::Mode::ReadOnly), own);
        QVERIFY_EXCEPTION_THROWN(store::restore(backup, m_at), Error);
        QVERIFY(valuesOf(Library::open(m_at, Library::Mode::ReadOnly), own) == before);
    }

    /// The seal is what spares SQLite's own check: it is there after every clean end, and valid for nothing else.
    void onlyACleanEndSealsALibrary()
    {
        const auto seal = [this] { return readTextFile(m_at / "library.db.seal"); };
        const std::string first = seal();
        Library::open(m_at, Library::Mode::ReadWrite).photoCount();
        QCOMPARE(seal(), first);
        Library::open(m_at, Library::Mode::ReadWrite).removePhoto(PhotoId { 5 });
        const std::string second = seal();
        QVERIFY(second != first);
        const pid_t child = ::fork();
        if (child == 0) {
            Library library = Library::open(m_at, Library::Mode::ReadWrite);
            library.removePhoto(PhotoId { 6 });
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QCOMPARE(seal(), second);
        Library::open(m_at, Library::Mode::ReadOnly).photoCount();
        QCOMPARE(seal(), second);
        QCOMPARE(Library::open(m_at, Library::Mode::ReadWrite).photoCount(), std::int64_t { count - 2 });
        QVERIFY(seal() != second);
    }
};

QTEST_GUILESS_MAIN(TestUpkeep)
#include "upkeep_test.moc"
