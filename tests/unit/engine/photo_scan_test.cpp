#include <QTest>

#include <algorithm>

#include <sys/stat.h>

#include "core/base/file.h"
#include "core/engine/library/photo_scan.h"
#include "core/engine/library/run_index.h"
#include "tests/support/colour_model.h"
#include "tests/support/indexing.h"
#include "tests/support/photo_folder.h"

using namespace wordsight;
using namespace wordsight::engine;
using namespace wordsight::test;
namespace fs = std::filesystem;

namespace {

image::Image picture(int seed)
{
    const auto shade = static_cast<std::uint8_t>(seed * 5);
    return quartered(64, 48, { shade, 20, 120 }, { 200, shade, 10 });
}

} // namespace

/// What lies in a folder and is a photograph of a person's, and what is not. (The files are empty: none is opened.)
class PhotoScanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_photos = std::make_unique<PhotoFolder>();
        touch("a.jpg");
    }

    void whatOthersKeepIsLeftOut_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* folder : { "@eaDir", "#recycle", ".thumbnails", "$RECYCLE.BIN", "lost+found", "deep/@EADIR" })
            QTest::newRow(folder) << folder;
    }

    void whatOthersKeepIsLeftOut()
    {
        QFETCH(QString, folder);
        touch(folder.toStdString() + "/below/b.jpg");
        QCOMPARE(found(), QStringList { "a.jpg" });
    }

    void cachesAndLibrariesAreLeftOut()
    {
        touch("cache/b.jpg");
        write("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# made by a test\n");
        touch("no cache/c.jpg");
        write("no cache/CACHEDIR.TAG", "something else");
        touch("other library/thumbs/aa/d.jpg");
        write("other library/library.db", "");
        write("quiet/.nomedia", "");
        touch("quiet/below/e.jpg");
        // By its real path: whatever name leads there.
        fs::create_directory_symlink(at("other library/thumbs"), at("link"));
        QCOMPARE(found(), (QStringList { "a.jpg", "no cache/c.jpg" }));
        QStringList told;
        for (const auto& [path, folder] : scan().folders)
            if (folder.isTold)
                told << QString::fromStdString(fs::path(path).filename().string());
        told.sort();
        QCOMPARE(told, (QStringList { "cache", "link", "other library", "quiet" }));
    }

    void aLibraryAmongThePhotographsHidesNone()
    {
        write("library.db", "");
        touch("thumbs/aa/b.jpg");
        touch("vectors/c.jpg");
        touch("2024/d.jpg");
        QCOMPARE(found(), (QStringList { "2024/d.jpg", "a.jpg" }));
    }

    void patternsLeaveOut_data()
    {
        QTest::addColumn<QStringList>("patterns");
        QTest::addColumn<QStringList>("left");
        QTest::newRow("a name") << QStringList { "drafts" }
                                << QStringList { "2019/b.jpg", "2019/c.GIF", "2020/d.jpg", "a.jpg" };
        QTest::newRow("an ending, in any case")
            << QStringList { "*.gif" } << QStringList { "2019/b.jpg", "2020/d.jpg", "2020/drafts/e.jpg", "a.jpg" };
        QTest::newRow("a way") << QStringList { "2019/*" }
                               << QStringList { "2020/d.jpg", "2020/drafts/e.jpg", "a.jpg" };
        QTest::newRow("from the root on")
            << QStringList { "/drafts" }
            << QStringList { "2019/b.jpg", "2019/c.GIF", "2020/d.jpg", "2020/drafts/e.jpg", "a.jpg" };
        QTest::newRow("folders only") << QStringList { "a.jpg/", "20*/" } << QStringList { "a.jpg" };
        QTest::newRow("two") << QStringList { "2019", "DRAFTS" } << QStringList { "2020/d.jpg", "a.jpg" };
    }

    void patternsLeaveOut()
    {
        QFETCH(QStringList, patterns);
        QFETCH(QStringList, left);
        for (const char* name : { "2019/b.jpg", "2019/c.GIF", "2020/d.jpg", "2020/drafts/e.jpg" })
            touch(name);
        std::vector<std::string> given;
        for (const QString& pattern : patterns)
            given.push_back(pattern.toStdString());
        QCOMPARE(found({ at(""), given }), left);
        // The same in a file.
        write(".wordsightignore", ("# not these\n\n" + patterns.join('\n') + "\n").toStdString());
        QCOMPARE(found(), left);
    }

    void anIgnoreFileIsOfItsFolder()
    {
        touch("x/b.jpg");
        touch("x/c.jpg");
        touch("y/b.jpg");
        touch("z/b.jpg");
        write("x/.wordsightignore", "b.*");
        write("z/.wordsightignore", "");
        QCOMPARE(found(), (QStringList { "a.jpg", "x/c.jpg", "y/b.jpg" }));
    }

    void linkedFoldersAreEnteredOnce()
    {
        touch("real/b.jpg");
        const PhotoFolder outside;
        outside.path();
        fs::create_directories(outside.path() / "more");
        writeFileAtomically(outside.path() / "more/c.jpg", std::span<const std::byte>());
        fs::create_directory_symlink(outside.path(), at("linked"));
        fs::create_directory_symlink(outside.path(), at("linked again"));
        fs::create_directory_symlink(at(""), at("real/up"));
        fs::create_directory_symlink(at("real"), at("a link before it")); // known by its own name
        fs::create_directory_symlink(at("round"), at("round"));
        const PhotoScan entered = scan();
        QCOMPARE(entered.files.size(), std::size_t { 3 });
        QVERIFY(found().contains("real/b.jpg"));
        std::size_t elsewhere = 0;
        for (const auto& [path, folder] : entered.folders)
            elsewhere += folder.state == ScannedFolder::State::EnteredElsewhere ? 1 : 0;
        QCOMPARE(elsewhere, std::size_t { 3 });
        ScanRoot root { m_photos->path() };
        root.enterLinks = false;
        const PhotoScan skipped = scanPhotographs({ &root, 1 }, {});
        QCOMPARE(skipped.files.size(), std::size_t { 2 });
        QVERIFY(skipped.folders.at(at("linked").native()).state == ScannedFolder::State::LeftOut);
    }

    void otherKindsAreCounted()
    {
        for (const char* name : { "a.mov", "b.MOV", "deep/c.mov", "d.psd", "e" })
            touch(name);
        QCOMPARE(scan().passedOver, (std::map<std::string, std::int64_t> { { "", 1 }, { ".mov", 3 }, { ".psd", 1 } }));
    }

    void whatIsNoFileIsListedAndNotOpened()
    {
        QVERIFY(::mkfifo(at("pipe.jpg").c_str(), 0600) == 0);
        const std::string folder(250, 'd');
        fs::create_directories(at(folder));
        // Names may be made one by one that no path can hold.
        const fs::path before = fs::current_path();
        fs::current_path(m_photos->path());
        for (int depth = 0; depth < 17; ++depth) {
            QVERIFY(depth == 0 || ::mkdir(folder.c_str(), 0700) == 0);
            QVERIFY(::chdir(folder.c_str()) == 0);
            if (depth == 15)
                writeFileAtomically(std::string(200, 'f') + ".jpg", std::span<const std::byte>());
        }
        fs::current_path(before);
        const PhotoScan seen = scan();
        QCOMPARE(seen.odd.size(), std::size_t { 2 });
        const auto reasonOf = [&](const char* start) {
            return std::ranges::find_if(seen.odd, [&](const store::Rejected& odd) {
                return odd.path.filename().native().starts_with(start);
            })->reason;
        };
        QCOMPARE(reasonOf("pipe"), std::string("It is a pipe, not a file."));
        QCOMPARE(reasonOf("fff"), std::string("File name too long."));
        QVERIFY(std::ranges::any_of(seen.folders, [](const auto& each) {
            return each.second.state == ScannedFolder::State::Unlisted && each.second.reason == "File name too long";
        }));
        // A run lists the two, and once more the next time, without a model.
        const QTemporaryDir place;
        auto library = store::Library::open(place.filePath("library").toStdString(), store::Library::Mode::Create);
        fs::remove(at("a.jpg"));
        ColourModel model;
        const std::vector paths { m_photos->path() };
        for (int run = 0; run < 2; ++run) {
            const IndexReport report = test::index(library, paths, model, {});
            QCOMPARE(report.rejected, std::int64_t { 2 });
            QCOMPARE(library.rejected().size(), std::size_t { 2 });
        }
        fs::remove(at("pipe.jpg"));
        test::index(library, paths, model, {});
        QCOMPARE(library.rejected().size(), std::size_t { 1 });
    }

    void whatIsLeftOutNowIsForgottenUnasked()
    {
        const QTemporaryDir place;
        auto library = store::Library::open(place.filePath("library").toStdString(), store::Library::Mode::Create);
        fs::remove(at("a.jpg"));
        for (int i = 0; i < 6; ++i)
            m_photos->addJpeg((i < 3 ? "keep/" : "drafts/") + std::to_string(i) + ".jpg", picture(i));
        ColourModel model;
        const std::vector paths { m_photos->path() };
        QCOMPARE(test::index(library, paths, model, {}).added, std::int64_t { 6 });
        library.addRoot(m_photos->path());
        library.setRootRules(m_photos->path(), { { "drafts" }, true });
        QCOMPARE(test::index(library, paths, model, {}).removed, std::int64_t { 3 });
        library.setRootRules(m_photos->path(), {});
        QCOMPARE(test::index(library, paths, model, {}).added, std::int64_t { 3 });
        // The rules of a root hold below it, too.
        library.setRootRules(m_photos->path(), { { "drafts/*" }, true });
        const std::vector inner { m_photos->path() / "drafts" };
        QCOMPARE(test::index(library, inner, model, {}).removed, std::int64_t { 3 });
    }

private:
    fs::path at(const std::string& name) const { return name.empty() ? m_photos->path() : m_photos->path() / name; }
    void touch(const std::string& name) { m_photos->addBytes(name, {}); }
    void write(const std::string& name, const std::string& text)
    {
        fs::create_directories(at(name).parent_path());
        writeFileAtomically(at(name), text);
    }
    PhotoScan scan(const Exclusions& exclusions = {}) const
    {
        const ScanRoot root { m_photos->path(), exclusions };
        return scanPhotographs({ &root, 1 }, {});
    }
    QStringList found(const Exclusions& exclusions = {}) const
    {
        QStringList names;
        for (const FoundFile& file : scan(exclusions).files)
            names << QString::fromStdString(file.path.lexically_relative(m_photos->path()).string());
        return names;
    }

    std::unique_ptr<PhotoFolder> m_photos;
};

QTEST_GUILESS_MAIN(PhotoScanTest)
#include "photo_scan_test.moc"
