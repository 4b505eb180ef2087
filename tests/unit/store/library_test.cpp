#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <map>
#include <thread>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/folder_lock.h"
#include "core/store/library.h"
#include "tests/support/library_v1.h"

using namespace wordsight;
using store::Library;

namespace {

const store::VectorLayout layout { 2, { { 0, 0, 1, 1 } }, false, "feedfeedfeedfeed" };

store::Photo photoAt(const std::string& path, const std::string& content = "00")
{
    return { {}, path, 10, 20, content, 640, 480, "" };
}

store::NewEncoding encodingOf(PhotoId id, float value)
{
    store::NewEncoding encoding { id, Matrix(1, 2), {} };
    encoding.regions.data = { value, value };
    return encoding;
}

template <class Action> ErrorKind kindOf(Action action)
{
    try {
        action();
    } catch (const Error& error) {
        return error.kind();
    }
    return ErrorKind::Internal;
}

void execute(const std::string& library, const std::string& sql)
{
    sqlite3* database = nullptr;
    if (sqlite3_open((library + "/library.db").c_str(), &database) != SQLITE_OK
        || sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        qFatal("%s", sqlite3_errmsg(database));
    sqlite3_close(database);
}

} // namespace

class TestLibrary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_at = (m_folder.path() + "/" + QTest::currentTestFunction()).toStdString(); }

    void keepsPhotographsByPathOfAnyBytes()
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        const std::string odd = "/photos/\xff\xfe not utf-8.jpg";
        const PhotoId id = library.putPhoto(photoAt(odd, "aa"));
        QCOMPARE(library.photoAt(odd)->id.value, id.value);
        QCOMPARE(library.photo(id)->path.native(), odd);
        QCOMPARE(library.photoWithContent("aa")->id.value, id.value);
        QVERIFY(!library.photoAt("/photos/other.jpg"));
        QCOMPARE(library.putPhoto(photoAt(odd, "aa")).value, id.value);
        QCOMPARE(library.photoCount(), std::int64_t { 1 });
    }

    void newContentDropsOldEncodings()
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        const PhotoId id = library.putPhoto(photoAt("/a.jpg", "aa"));
        const std::vector encodings = { encodingOf(id, 1) };
        library.addEncodings("m", layout, encodings);
        QVERIFY(library.isEncoded(id, layout.fingerprint));
        library.putPhoto(photoAt("/a.jpg", "aa"));
        QVERIFY(library.isEncoded(id, layout.fingerprint));
        library.putPhoto(photoAt("/a.jpg", "bb"));
        QVERIFY(!library.isEncoded(id, layout.fingerprint));
    }

    void aMovedPhotographKeepsItsEncoding()
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        const PhotoId id = library.putPhoto(photoAt("/a.jpg", "aa"));
        const std::vector encodings = { encodingOf(id, 1) };
        library.addEncodings("m", layout, encodings);
        library.movePhoto(id, photoAt("/b.jpg", "aa"));
        QVERIFY(!library.photoAt("/a.jpg"));
        QCOMPARE(library.rows(layout.fingerprint).photos.at(0).value, library.photoAt("/b.jpg")->id.value);
    }

    void removedPhotographsLeaveTheRows()
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        const PhotoId a = library.putPhoto(photoAt("/a.jpg"));
        const PhotoId b = library.putPhoto(photoAt("/b.jpg"));
        const std::vector encodings = { encodingOf(a, 1), encodingOf(b, 2) };
        library.addEncodings("m", layout, encodings);
        library.removePhoto(a);
        const store::ModelRows rows = library.rows(layout.fingerprint);
        QCOMPARE(rows.rows, std::vector<std::size_t> { 1 });
        QCOMPARE(rows.photos.at(0).value, b.value);
        QCOMPARE(rows.vectors.rows(), std::size_t { 2 });
        QCOMPARE(library.models().at(0).photos, std::int64_t { 1 });
    }

    void readersSeeCommittedRowsWhileAWriterWorks()
    {
        Library writer = Library::open(m_at, Library::Mode::Create);
        const Library reader = Library::open(m_at, Library::Mode::ReadOnly);
        QCOMPARE(reader.rows(layout.fingerprint).rows.size(), std::size_t { 0 });
        for (int i = 0; i < 50; ++i) {
            const std::vector encodings
                = { encodingOf(writer.putPhoto(photoAt("/" + std::to_string(i))), static_cast<float>(i)) };
            writer.addEncodings("m", layout, encodings);
            const store::ModelRows rows = reader.rows(layout.fingerprint);
            QCOMPARE(rows.rows.size(), static_cast<std::size_t>(i + 1));
            QCOMPARE(rows.vectors.row(rows.rows.back()).size(), std::size_t { 2 });
        }
    }

    void aKilledWriterLosesNothingCommitted()
    {
        const pid_t child = ::fork();
        if (child == 0) {
            Library library = Library::open(m_at, Library::Mode::Create);
            const std::vector committed = { encodingOf(library.putPhoto(photoAt("/a.jpg")), 1) };
            library.addEncodings("m", layout, committed);
            // What a crash between appending and committing leaves: rows that SQL does not know.
            std::ofstream(m_at + "/vectors/" + layout.fingerprint + ".vec", std::ios::binary | std::ios::app)
                << "half a row of rub";
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        Library library = Library::open(m_at, Library::Mode::ReadWrite);
        const std::vector more = { encodingOf(library.putPhoto(photoAt("/b.jpg")), 2) };
        library.addEncodings("m", layout, more);
        const store::ModelRows rows = library.rows(layout.fingerprint);
        QCOMPARE(rows.rows.size(), std::size_t { 2 });
        QCOMPARE(rows.vectors.row(0)[0], std::uint16_t { 0x3C00 });
        QCOMPARE(rows.vectors.row(1)[0], std::uint16_t { 0x4000 });
    }

    void aFolderThatCannotBeWrittenIsRead()
    {
        {
            Library library = Library::open(m_at, Library::Mode::Create);
            library.putPhoto(photoAt("/a.jpg"));
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_at))
            std::filesystem::permissions(
                entry, entry.is_directory() ? std::filesystem::perms(0555) : std::filesystem::perms(0444));
        std::filesystem::permissions(m_at, std::filesystem::perms(0555));
        std::filesystem::permissions(m_folder.path().toStdString(), std::filesystem::perms(0755));
        const pid_t child = ::fork();
        if (child == 0) {
            // Root may write anywhere: somebody else looks.
            if (::geteuid() == 0 && ::setuid(65534) != 0)
                ::_exit(2);
            try {
                ::_exit(Library::open(m_at, Library::Mode::ReadOnly).photoCount() == 1 ? 0 : 3);
            } catch (const Error&) {
                ::_exit(4);
            }
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        std::filesystem::permissions(m_at, std::filesystem::perms(0755));
        QCOMPARE(WEXITSTATUS(status), 0);
    }

    void onlyOneWriterAtATime()
    {
        const Library first = Library::open(m_at, Library::Mode::Create);
        try {
            Library::open(m_at, Library::Mode::ReadWrite);
            QFAIL("A second writer was let in");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::LibraryMismatch);
            QVERIFY(QString(error.what()).contains(QString::number(::getpid())));
        }
        Library::open(m_at, Library::Mode::ReadOnly);
    }

    void refusesWhatIsNoLibrary()
    {
        QCOMPARE(kindOf([&] { Library::open(m_at, Library::Mode::ReadOnly); }), ErrorKind::UnreadableInput);
        Library::open(m_at, Library::Mode::Create);
        std::ofstream(m_at + "/library.db", std::ios::trunc) << std::string(8192, 'x');
        QCOMPARE(kindOf([&] { Library::open(m_at, Library::Mode::ReadWrite); }), ErrorKind::LibraryMismatch);
    }

    void refusesANewerLibrary()
    {
        Library::open(m_at, Library::Mode::Create);
        sqlite3* connection = nullptr;
        sqlite3_open((m_at + "/library.db").c_str(), &connection);
        QCOMPARE(sqlite3_exec(connection, "PRAGMA user_version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(connection);
        QCOMPARE(kindOf([&] { Library::open(m_at, Library::Mode::ReadWrite); }), ErrorKind::LibraryMismatch);
    }

    /// What stands in library.db is held against the vectors, and nothing is cut on its word.
    void contradictingNumbersAreRefused_data()
    {
        QTest::addColumn<QString>("damage");
        QTest::newRow("a row beyond the file") << "UPDATE encodings SET row = 1000000 WHERE row = 2";
        QTest::newRow("a negative row") << "UPDATE encodings SET row = -5 WHERE row = 2";
        QTest::newRow("too few rows") << "UPDATE models SET rows = 1";
        QTest::newRow("no rows") << "UPDATE models SET rows = 0";
        QTest::newRow("negative rows") << "UPDATE models SET rows = -1";
        QTest::newRow("too many rows") << "UPDATE models SET rows = 4";
        QTest::newRow("2^54 rows") << "UPDATE models SET rows = 18014398509481984";
        QTest::newRow("2^62 rows") << "UPDATE models SET rows = 4611686018427387904";
        QTest::newRow("negative version") << "PRAGMA user_version = -2147483647";
        QTest::newRow("another model") << "PRAGMA foreign_keys = OFF; UPDATE models SET fingerprint = 'f00df00d'; "
                                          "UPDATE encodings SET fingerprint = 'f00df00d'";
    }
    void contradictingNumbersAreRefused()
    {
        QFETCH(QString, damage);
        const std::string at = m_at + QTest::currentDataTag();
        {
            Library library = Library::open(at, Library::Mode::Create);
            std::vector<store::NewEncoding> encodings;
            for (int i = 0; i < 3; ++i)
                encodings.push_back(encodingOf(library.putPhoto(photoAt("/" + std::to_string(i), "aa")), 1));
            library.addEncodings("model", layout, encodings);
        }
        const std::string vectors = at + "/vectors/feedfeedfeedfeed.vec";
        const auto size = std::filesystem::file_size(vectors);
        execute(at, damage.toStdString());
        if (damage.contains("f00d"))
            std::filesystem::copy_file(vectors, at + "/vectors/f00df00d.vec");
        const std::string fingerprint = damage.contains("f00d") ? "f00df00d" : layout.fingerprint;
        QCOMPARE(
            kindOf([&] { Library::open(at, Library::Mode::ReadOnly).rows(fingerprint); }), ErrorKind::LibraryMismatch);
        QCOMPARE(kindOf([&] {
            Library library = Library::open(at, Library::Mode::ReadWrite);
            store::VectorLayout own = layout;
            own.fingerprint = fingerprint;
            const store::NewEncoding encoding[] = { encodingOf(library.putPhoto(photoAt("/new", "bb")), 1) };
            library.addEncodings("model", own, encoding);
        }),
            ErrorKind::LibraryMismatch);
        QCOMPARE(std::filesystem::file_size(vectors), size);
    }

    void aFlippedBitInTheDatabaseIsNoticed()
    {
        {
            Library library = Library::open(m_at, Library::Mode::Create);
            for (int i = 0; i < 40; ++i) {
                const store::NewEncoding encoding[]
                    = { encodingOf(library.putPhoto(photoAt("/" + std::to_string(i), "aa")), 1) };
                library.addEncodings("model", layout, encoding);
            }
        }
        execute(m_at, "PRAGMA wal_checkpoint(TRUNCATE)");
        // The row of photograph 7 in the table, but not in its index.
        const std::string file = m_at + "/library.db";
        std::string bytes;
        {
            std::ifstream stream(file, std::ios::binary);
            bytes.assign(std::istreambuf_iterator<char>(stream), {});
        }
        const std::string record = std::string("\x07") + "feedfeedfeedfeed" + "\x06";
        const auto place = bytes.find(record);
        QVERIFY(place != std::string::npos);
        bytes[place + record.size() - 1] ^= 8;
        std::ofstream(file, std::ios::binary) << bytes;
        for (const auto mode : { Library::Mode::ReadOnly, Library::Mode::ReadWrite })
            QCOMPARE(kindOf([&] { Library::open(m_at, mode); }), ErrorKind::LibraryMismatch);
    }

    void photographsOfALostVectorFileAreEncodedAnew()
    {
        PhotoId id;
        {
            Library library = Library::open(m_at, Library::Mode::Create);
            id = library.putPhoto(photoAt("/a", "aa"));
            const store::NewEncoding encoding[] = { encodingOf(id, 1) };
            library.addEncodings("model", layout, encoding);
        }
        std::filesystem::remove(m_at + "/vectors/feedfeedfeedfeed.vec");
        QCOMPARE(kindOf([&] { Library::open(m_at, Library::Mode::ReadOnly).rows(layout.fingerprint); }),
            ErrorKind::LibraryMismatch);
        Library library = Library::open(m_at, Library::Mode::ReadWrite);
        QVERIFY(!library.isEncoded(id, layout.fingerprint));
        const store::NewEncoding encoding[] = { encodingOf(id, 2) };
        library.addEncodings("model", layout, encoding);
        QCOMPARE(library.rows(layout.fingerprint).photos.size(), std::size_t { 1 });
    }

    void aLibraryOfVersionOneIsBroughtUpToDateByWhoeverReadsIt()
    {
        const test::LibraryV1 old(m_at);
        QCOMPARE(old.version(), 1);
        const Library library = Library::open(old.library(), Library::Mode::ReadOnly);
        QCOMPARE(old.version(), 4);
        QCOMPARE(namesOf(library.photos()), (QStringList { "volcano_at_dusk.jpg", "cat_face.jpg", "green_bus.jpg" }));
        using namespace std::chrono;
        QVERIFY(library.photos()[0].shownAt == local_days(2023y / 12 / 31) + 23h + 59min + 59s);
        QVERIFY(library.photos()[2].shownAt == local_days(2019y / 7 / 14) + 10h + 20min + 30s);
        QCOMPARE(library.rejected().size(), std::size_t { 1 });
        QCOMPARE(library.rows("c0105c0105c01050").rows.size(), std::size_t { 3 });
        // What the migration filled in is what taking the photographs in anew fills in.
        Library fresh = Library::open(m_at + "/fresh", Library::Mode::Create);
        for (const store::Photo& photo : library.photos())
            QVERIFY(fresh.photo(fresh.putPhoto(photo))->shownAt == photo.shownAt);
    }

    void aReaderWaitsForWhoeverIsMigrating()
    {
        const test::LibraryV1 old(m_at);
        std::optional<FolderLock> lock = lockFolder(old.library());
        const std::jthread letsGo([&lock] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            lock.reset();
        });
        QCOMPARE(Library::open(old.library(), Library::Mode::ReadOnly).photoCount(), std::int64_t { 3 });
    }

    void anOlderLibraryThatIsBeingWrittenToSaysSo()
    {
        const test::LibraryV1 old(m_at);
        const FolderLock lock = lockFolder(old.library());
        try {
            Library::open(old.library(), Library::Mode::ReadOnly);
            QFAIL("It was opened.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::LibraryMismatch);
            const QString message = error.what();
            QVERIFY2(
                message.contains("older Wordsight") && message.contains(QString::number(::getpid())), error.what());
        }
        QCOMPARE(old.version(), 1);
    }

    void anOlderLibraryThatCannotBeWrittenSaysSo()
    {
        const test::LibraryV1 old(m_at);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_at))
            std::filesystem::permissions(
                entry, entry.is_directory() ? std::filesystem::perms(0555) : std::filesystem::perms(0444));
        std::filesystem::permissions(m_at, std::filesystem::perms(0555));
        std::filesystem::permissions(m_folder.path().toStdString(), std::filesystem::perms(0755));
        const pid_t child = ::fork();
        if (child == 0) {
            if (::geteuid() == 0 && ::setuid(65534) != 0)
                ::_exit(2);
            try {
                Library::open(old.library(), Library::Mode::ReadOnly);
                ::_exit(3);
            } catch (const Error& error) {
                const bool says = QString(error.what()).contains("Copy it to a place");
                ::_exit(error.kind() == ErrorKind::LibraryMismatch && says ? 0 : 4);
            }
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_at))
            std::filesystem::permissions(entry, std::filesystem::perms(0755));
        std::filesystem::permissions(m_at, std::filesystem::perms(0755));
        QCOMPARE(WEXITSTATUS(status), 0);
    }

    void photographsAreFilteredByDay()
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        const auto add = [&](const std::string& path, const std::string& takenAt) {
            store::Photo photo = photoAt(path, path);
            photo.takenAt = takenAt;
            photo.modified = std::int64_t { 1'600'000'000 } * 1'000'000'000; // in September 2020
            const std::vector encodings = { encodingOf(library.putPhoto(photo), 1) };
            library.addEncodings("m", layout, encodings);
        };
        add("/c.jpg", "2024-05-31T23:59:59");
        add("/a.jpg", "2024-05-31T00:00:00");
        add("/d.jpg", "2024-06-01T00:00:00");
        add("/b.jpg", "");
        add("/e.jpg", "2024-05-30T12:00:00");
        add("/f.jpg", "no date at all"); // as if there were none
        using namespace std::chrono;
        const local_days day(2024y / 5 / 31);
        const auto names = [&](const store::PhotoFilter& filter) {
            const QStringList names = namesOf(library.photos(filter));
            const store::ModelRows rows = library.rows(layout.fingerprint, filter);
            QStringList ranked;
            for (const PhotoId id : rows.photos)
                ranked << QString::fromStdString(library.photo(id)->path.filename().string());
            QStringList sorted = names;
            sorted.sort();
            ranked.sort();
            return sorted == ranked && std::ranges::is_sorted(rows.rows) ? names : QStringList { "rows differ" };
        };
        QCOMPARE(names({}), (QStringList { "d.jpg", "c.jpg", "a.jpg", "e.jpg", "b.jpg", "f.jpg" }));
        QCOMPARE(names({ day, day }), (QStringList { "c.jpg", "a.jpg" }));
        QCOMPARE(names({ day, {} }), (QStringList { "d.jpg", "c.jpg", "a.jpg" }));
        QCOMPARE(names({ {}, day }), (QStringList { "c.jpg", "a.jpg", "e.jpg", "b.jpg", "f.jpg" }));
        QCOMPARE(names({ local_days(2020y / 9 / 12), local_days(2020y / 9 / 14) }), (QStringList { "b.jpg", "f.jpg" }));
        QCOMPARE(names({ day + days(9), {} }), QStringList());
        // Another date in the file is another date in the library.
        store::Photo moved = *library.photoAt("/e.jpg");
        moved.takenAt = "2024-05-31T08:00:00";
        library.movePhoto(moved.id, moved);
        QCOMPARE(names({ day, day }), (QStringList { "c.jpg", "e.jpg", "a.jpg" }));
    }

    void allKnownFilesComeInOneAnswer()
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        const PhotoId encoded = library.putPhoto(photoAt("/encoded.jpg", "aa"));
        library.putPhoto(photoAt("/waiting.jpg", "bb"));
        library.putPhoto(photoAt("/locked.jpg", "cc"));
        library.putRejected({ "/locked.jpg", 10, 0, "cannot be opened" });
        library.putRejected({ "/bad.jpg", 1, 2, "is empty" });
        const std::vector encodings = { encodingOf(encoded, 1) };
        library.addEncodings("m", layout, encodings);
        std::map<std::string, store::KnownFile> known;
        for (const store::KnownFile& file : library.knownFiles(layout.fingerprint))
            QVERIFY(known.emplace(file.path.string(), file).second);
        using State = store::KnownFile::State;
        QCOMPARE(known.size(), std::size_t { 4 });
        QVERIFY(known["/encoded.jpg"].encoded && known["/encoded.jpg"].photo == encoded);
        QVERIFY(known["/encoded.jpg"].asPhotograph == (State { 10, 20 }) && !known["/encoded.jpg"].asRejected);
        QVERIFY(!known["/waiting.jpg"].encoded && known["/waiting.jpg"].asPhotograph);
        QVERIFY(known["/locked.jpg"].asPhotograph == (State { 10, 20 }));
        QVERIFY(known["/locked.jpg"].asRejected == (State { 10, 0 }));
        QVERIFY(known["/bad.jpg"].photo.value == 0 && !known["/bad.jpg"].asPhotograph);
        QVERIFY(known["/bad.jpg"].asRejected == (State { 1, 2 }));
        for (const store::KnownFile& file : library.knownFiles("another"))
            QVERIFY(!file.encoded);
        QCOMPARE(library.rejectedCount(), std::int64_t { 2 });
    }

    void theVersionTellsWhetherAnotherHasWritten()
    {
        Library writer = Library::open(m_at, Library::Mode::Create);
        const Library reader = Library::open(m_at, Library::Mode::ReadOnly);
        const std::int64_t before = reader.version();
        QCOMPARE(reader.version(), before);
        writer.putPhoto(photoAt("/a.jpg"));
        const std::int64_t after = reader.version();
        QVERIFY(after != before);
        QCOMPARE(reader.photoCount(), std::int64_t { 1 });
        QCOMPARE(reader.version(), after);
    }

    void listsRejectedFilesWithTheirReason()
    {
        Library library = Library::open(m_at, Library::Mode::Create);
        library.putRejected({ "/x.jpg", 1, 2, "The file is empty" });
        library.putRejected({ "/x.jpg", 1, 3, "The file is cut off" });
        QCOMPARE(library.rejected().size(), std::size_t { 1 });
        QCOMPARE(library.rejectedAt("/x.jpg")->reason, std::string("The file is cut off"));
        library.clearRejected("/x.jpg");
        QVERIFY(library.rejected().empty());
    }

private:
    static QStringList namesOf(const std::vector<store::Photo>& photos)
    {
        QStringList names;
        for (const store::Photo& photo : photos)
            names << QString::fromStdString(photo.path.filename().string());
        return names;
    }

    QTemporaryDir m_folder;
    std::string m_at;
};

QTEST_GUILESS_MAIN(TestLibrary)
#include "library_test.moc"
