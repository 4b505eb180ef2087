#include <QTest>

#include <algorithm>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/data/half.h"
#include "core/image/decode.h"
#include "tests/support/colour_model.h"
#include "tests/support/indexing.h"
#include "tests/support/photo_folder.h"
#include "tests/support/stopping.h"

using namespace wordsight;
using namespace wordsight::test;
using store::Library;

namespace {

image::Image picture(int seed)
{
    const auto shade = static_cast<std::uint8_t>(seed * 7 % 200);
    return quartered(64, 48, { shade, 20, 120 }, { 200, shade, 10 });
}

/// Counts what it encodes.
class CountedModel : public ColourModel {
public:
    using ColourModel::ColourModel;
    std::vector<model::ImageEncoding> encodeImages(std::span<const image::Image> given) override
    {
        images += static_cast<int>(given.size());
        return ColourModel::encodeImages(given);
    }
    int images = 0;
};

} // namespace

class TestIndexer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_photos = std::make_unique<PhotoFolder>();
        m_store = std::make_unique<QTemporaryDir>();
    }

    void indexesAFolderOnce()
    {
        m_photos->addJpeg("a.jpg", picture(1));
        m_photos->addJpeg("deeper/Straße 犬.JPG", picture(2));
        m_photos->addBytes("notes.txt", {});
        m_photos->addJpeg(".hidden/c.jpg", picture(3));
        const engine::IndexReport first = run();
        QCOMPARE(first.added, std::int64_t { 2 });
        QVERIFY(!first.stopped);
        const engine::IndexReport second = run();
        QCOMPARE(second.added, std::int64_t { 0 });
        QCOMPARE(second.unchanged, std::int64_t { 2 });
        const Library library = Library::open(at(), Library::Mode::ReadOnly);
        QCOMPARE(library.photoCount(), std::int64_t { 2 });
        QCOMPARE(library.rows(ColourModel().info().fingerprint).rows.size(), std::size_t { 2 });
        for (const store::Photo& photo : library.photos()) {
            QCOMPARE(photo.width, 64);
            QVERIFY(std::filesystem::exists(library.thumbnailPath(photo.contentHash)));
        }
    }

    void listsBadFilesAndGoesOn()
    {
        m_photos->addJpeg("good.jpg", picture(1));
        m_photos->addBytes("empty.jpg", {});
        auto cut = image::encodeJpeg(picture(2));
        cut.resize(cut.size() / 2);
        m_photos->addBytes("cut.jpg", cut);
        m_photos->addBytes("text.png", std::vector<std::byte>(100, std::byte { 'a' }));
        QCOMPARE(run().rejected, std::int64_t { 3 });
        QCOMPARE(run().rejected, std::int64_t { 3 });
        m_photos->addJpeg("cut.jpg", picture(2));
        const engine::IndexReport mended = run();
        QCOMPARE(mended.added, std::int64_t { 1 });
        QCOMPARE(mended.rejected, std::int64_t { 2 });
        const auto rejected = Library::open(at(), Library::Mode::ReadOnly).rejected();
        QCOMPARE(rejected.size(), std::size_t { 2 });
        QVERIFY(rejected.at(0).reason.find("empty") != std::string::npos);
    }

    void knowsMovedChangedAndVanishedFiles()
    {
        const auto a = m_photos->addJpeg("a.jpg", picture(1));
        const auto b = m_photos->addJpeg("b.jpg", picture(2));
        const auto c = m_photos->addJpeg("c.jpg", picture(3));
        run();
        const PhotoId before = Library::open(at(), Library::Mode::ReadOnly).photoAt(a)->id;
        std::filesystem::create_directories(m_photos->path() / "later");
        std::filesystem::rename(a, m_photos->path() / "later" / "a2.jpg");
        m_photos->addJpeg("b.jpg", picture(9));
        std::filesystem::remove(c);
        const engine::IndexReport report = run();
        QCOMPARE(report.moved, std::int64_t { 1 });
        QCOMPARE(report.added, std::int64_t { 1 });
        QCOMPARE(report.removed, std::int64_t { 1 });
        const Library library = Library::open(at(), Library::Mode::ReadOnly);
        QCOMPARE(library.photoAt(m_photos->path() / "later" / "a2.jpg")->id.value, before.value);
        QCOMPARE(library.rows(ColourModel().info().fingerprint).rows.size(), std::size_t { 2 });
    }

    void identicalFilesAreEncodedOnce()
    {
        for (const char* name : { "a.jpg", "copy of a.jpg", "deep/a.jpg" })
            m_photos->addJpeg(name, picture(1));
        for (int i = 2; i < 40; ++i) // more than one batch between two that are the same
            m_photos->addJpeg("b" + std::to_string(i) + ".jpg", picture(i));
        m_photos->addJpeg("z.jpg", picture(1));
        CountedModel model;
        const engine::IndexReport report = run(model);
        QCOMPARE(report.added, std::int64_t { 42 });
        QCOMPARE(report.copied, std::int64_t { 3 });
        QCOMPARE(model.images, 39);
        const Library library = Library::open(at(), Library::Mode::ReadOnly);
        const store::ModelRows rows = library.rows(model.info().fingerprint);
        QCOMPARE(rows.rows.size(), std::size_t { 42 });
        const auto vectorsOf = [&](const char* name) {
            const auto photo = std::ranges::find(rows.photos, library.photoAt(m_photos->path() / name)->id);
            const auto row = rows.vectors.row(rows.rows[photo - rows.photos.begin()]);
            return std::vector(row.begin(), row.end());
        };
        for (const char* name : { "copy of a.jpg", "deep/a.jpg", "z.jpg" })
            QVERIFY(vectorsOf(name) == vectorsOf("a.jpg"));
        QVERIFY(vectorsOf("b2.jpg") != vectorsOf("a.jpg"));
        // Another model has seen none of them.
        CountedModel other("anotheranotheran");
        QCOMPARE(run(other).copied, std::int64_t { 3 });
        QCOMPARE(other.images, 39);
    }

    void oneOfTwoIdenticalFilesMayBeRenamed()
    {
        m_photos->addJpeg("a.jpg", picture(1));
        const auto b = m_photos->addJpeg("b.jpg", picture(1));
        m_photos->addJpeg("other.jpg", picture(2));
        run();
        const PhotoId before = Library::open(at(), Library::Mode::ReadOnly).photoAt(b)->id;
        std::filesystem::rename(b, m_photos->path() / "c.jpg");
        CountedModel model;
        const engine::IndexReport report = run(model);
        QCOMPARE(report.moved, std::int64_t { 1 });
        QCOMPARE(report.added + report.removed, std::int64_t { 0 });
        QCOMPARE(model.images, 0);
        const Library library = Library::open(at(), Library::Mode::ReadOnly);
        QCOMPARE(library.photoAt(m_photos->path() / "c.jpg")->id.value, before.value);
        QCOMPARE(library.photoCount(), std::int64_t { 3 });
        // One more copy, and the one that was there first changes in the same run.
        m_photos->addJpeg("d.jpg", picture(1));
        m_photos->addJpeg("a.jpg", picture(9));
        QCOMPARE(run(model).added, std::int64_t { 2 });
        QCOMPARE(model.images, 1);
        QCOMPARE(
            Library::open(at(), Library::Mode::ReadOnly).rows(model.info().fingerprint).rows.size(), std::size_t { 4 });
        QCOMPARE(run(model).unchanged, std::int64_t { 4 });
    }

    void forgetsVanishedRejects()
    {
        m_photos->addJpeg("good.jpg", picture(1));
        const auto bad = m_photos->addBytes("empty.jpg", {});
        run();
        QCOMPARE(Library::open(at(), Library::Mode::ReadOnly).rejected().size(), std::size_t { 1 });
        std::filesystem::remove(bad);
        run();
        QVERIFY(Library::open(at(), Library::Mode::ReadOnly).rejected().empty());
    }

    void triesAgainWhatCouldNotBeOpened()
    {
        if (::geteuid() == 0)
            QSKIP("The superuser may read every file.");
        const auto file = m_photos->addJpeg("a.jpg", picture(1));
        std::filesystem::permissions(file, std::filesystem::perms::none);
        QCOMPARE(run().rejected, std::int64_t { 1 });
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        QCOMPARE(run().added, std::int64_t { 1 });
    }

    void survivesCyclesAndFoldersNamedLikePhotographs()
    {
        m_photos->addJpeg("holiday.jpg/a.jpg", picture(1));
        std::filesystem::create_directory_symlink(m_photos->path(), m_photos->path() / "holiday.jpg" / "up");
        std::filesystem::create_symlink("nowhere", m_photos->path() / "broken.jpg");
        QCOMPARE(run().added, std::int64_t { 1 });
    }

    void doesNotIndexItsOwnThumbnails()
    {
        m_photos->addJpeg("a.jpg", picture(1));
        ColourModel model;
        const std::vector paths = { m_photos->path() };
        for (const std::int64_t added : { 1, 0 }) {
            Library library = Library::open(m_photos->path() / "library", Library::Mode::Create);
            QCOMPARE(test::index(library, paths, model, {}).added, added);
        }
    }

    void aKillLosesNothingCommitted()
    {
        for (int i = 0; i < 400; ++i)
            m_photos->addJpeg(std::to_string(i) + ".jpg", picture(i));
        const std::string fingerprint = ColourModel().info().fingerprint;
        Library::open(at(), Library::Mode::Create);
        const pid_t child = ::fork();
        if (child == 0) {
            run();
            ::_exit(0);
        }
        const Library reader = Library::open(at(), Library::Mode::ReadOnly);
        std::size_t seen = 0;
        QTRY_VERIFY((seen = reader.rows(fingerprint).rows.size()) > 0);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        const engine::IndexReport rest = run();
        QVERIFY(rest.unchanged >= static_cast<std::int64_t>(seen));
        QCOMPARE(rest.unchanged + rest.added, std::int64_t { 400 });
        const store::ModelRows rows = reader.rows(fingerprint);
        QCOMPARE(rows.rows.size(), std::size_t { 400 });
        // Every row still is the encoding of the photograph that it is said to be of.
        for (std::size_t i = 0; i < rows.rows.size(); i += 37) {
            const std::vector images
                = { image::stretch(image::decodeFile(reader.photo(rows.photos[i])->path), 32, 32) };
            ColourModel model;
            const Matrix expected = model.encodeImages(images).at(0).regions;
            const auto stored = rows.vectors.row(rows.rows[i]);
            for (std::size_t k = 0; k < expected.data.size(); ++k)
                QVERIFY(std::abs(fromHalf(stored[k]) - expected.data[k]) < 1e-3f);
        }
    }

    void stopsWhenAskedAndContinues()
    {
        for (int i = 0; i < 60; ++i)
            m_photos->addJpeg(std::to_string(i) + ".jpg", picture(i));
        const engine::IndexReport stopped
            = run(test::stopWhen([](const Progress& progress) { return progress.done >= 20; }));
        QVERIFY(stopped.stopped);
        QVERIFY(stopped.added >= 20 && stopped.added < 60);
        const engine::IndexReport rest = run();
        QCOMPARE(rest.unchanged, stopped.added);
        QCOMPARE(rest.added, 60 - stopped.added);
    }

    void everyModelHasVectorsOfItsOwn()
    {
        m_photos->addJpeg("a.jpg", picture(1));
        run();
        Library library = Library::open(at(), Library::Mode::ReadWrite);
        ColourModel other("anotheranotheran");
        const std::vector paths = { m_photos->path() };
        QCOMPARE(test::index(library, paths, other, {}).added, std::int64_t { 1 });
        QCOMPARE(library.models().size(), std::size_t { 2 });
        QCOMPARE(library.photoCount(), std::int64_t { 1 });
    }

    void saysWhichPathIsMissing()
    {
        Library library = Library::open(at(), Library::Mode::Create);
        ColourModel model;
        const std::vector<std::filesystem::path> paths = { "/nowhere/photos" };
        try {
            test::index(library, paths, model, {});
            QFAIL("was indexed");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::UnreadableInput);
            QVERIFY(std::string(error.what()).find("/nowhere/photos") != std::string::npos);
        }
    }

private:
    std::filesystem::path at() const { return m_store->path().toStdString() + "/library"; }

    engine::IndexReport run(const JobControl& job = {})
    {
        ColourModel model;
        return run(model, job);
    }
    engine::IndexReport run(ColourModel& model, const JobControl& job = {})
    {
        Library library = Library::open(at(), Library::Mode::Create);
        const std::vector paths = { m_photos->path() };
        return test::index(library, paths, model, job);
    }

    std::unique_ptr<PhotoFolder> m_photos;
    std::unique_ptr<QTemporaryDir> m_store;
};

QTEST_GUILESS_MAIN(TestIndexer)
#include "indexer_test.moc"
