#include <QTest>

#include <algorithm>

#include <sys/stat.h>

#include "core/base/error.h"
#include "core/engine/library/index_plan.h"
#include "core/engine/library/run_index.h"
#include "tests/support/colour_model.h"
#include "tests/support/indexing.h"
#include "tests/support/photo_folder.h"
#include "tests/support/unprivileged.h"

using namespace wordsight;
using namespace wordsight::engine;
using namespace wordsight::test;
using store::Library;
namespace fs = std::filesystem;

namespace {

image::Image picture(int seed)
{
    const auto shade = static_cast<std::uint8_t>(seed * 5);
    return quartered(64, 48, { shade, 20, 120 }, { 200, shade, 10 });
}

} // namespace

/// Photographs whose files cannot be seen are kept; those that were seen to be deleted go.
class OfflineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_photos = std::make_unique<PhotoFolder>();
        m_folder = std::make_unique<QTemporaryDir>();
        fs::permissions(m_photos->path(), fs::perms::all);
        m_seed = 0;
        m_library.emplace(Library::open(m_folder->filePath("library").toStdString(), Library::Mode::Create));
    }

    void everyRootIsJudgedByItself()
    {
        add("a", 5);
        add("b", 5);
        QCOMPARE(index({ at("a"), at("b") }).added, std::int64_t { 10 });
        fs::rename(at("b"), at("elsewhere"));
        fs::create_directory(at("b")); // the empty mount point
        m_library->addRoot(at("b"));
        const IndexReport empty = index({ at("a"), at("b") });
        QCOMPARE(empty.unchanged, std::int64_t { 5 });
        QCOMPARE(empty.removed, std::int64_t { 0 });
        isOffline(empty, at("b"), "it is empty", 5);
        fs::remove(at("b")); // as where drives are mounted in folders that come and go with them
        const IndexReport away = index({ at("a"), at("b") });
        isOffline(away, at("b"), "it is not there", 5);
        QCOMPARE(m_library->photoCount(), std::int64_t { 10 });
        fs::rename(at("elsewhere"), at("b"));
        const IndexReport back = index({ at("a"), at("b") });
        QCOMPARE(back.unchanged, std::int64_t { 10 });
        QVERIFY(back.offline.empty() && m_library->unseen().empty());
    }

    void anEmptyFolderThatHadManyIsKept()
    {
        add("root", 10);
        add("root/drive", 10);
        index();
        empty(at("root/drive"));
        const IndexReport report = index();
        QCOMPARE(report.removed, std::int64_t { 0 });
        isOffline(report, at("root/drive"), "it is empty", 10);
        QVERIFY(report.offline[0].mayBeDeleted);
        QCOMPARE(index(true).removed, std::int64_t { 10 });
        QVERIFY(m_library->unseen().empty());
        QCOMPARE(m_library->photoCount(), std::int64_t { 10 });
    }

    void whatAnEmptiedFolderHadMayHaveMoved()
    {
        add("root", 10);
        add("root/from", 6);
        index();
        fs::create_directory(at("root/to"));
        for (const auto& file : fs::directory_iterator(at("root/from")))
            fs::copy(file.path(), at("root/to") / file.path().filename());
        empty(at("root/from"));
        const IndexReport report = index();
        QCOMPARE(report.moved, std::int64_t { 6 });
        QVERIFY(report.offline.empty());
        QCOMPARE(m_library->photoCount(), std::int64_t { 16 });
    }

    void whatMayNotBeListedIsKept_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("nothing allowed") << 0;
        QTest::newRow("names may be read, files may not") << 0444;
        QTest::newRow("files may be opened, names may not be read") << 0111;
    }

    void whatMayNotBeListedIsKept()
    {
        QFETCH(int, mode);
        add("root", 5);
        add("root/closed", 5);
        index();
        QVERIFY(::chmod(at("root/closed").c_str(), static_cast<mode_t>(mode)) == 0);
        {
            const Unprivileged user;
            const IndexReport report = index();
            isOffline(report, at("root/closed"), "Permission denied", 5);
            QVERIFY(report.offline[0].isUnreadable && !report.offline[0].isRoot);
            QCOMPARE(report.unchanged, std::int64_t { 5 });
            QCOMPARE(index(true).removed, std::int64_t { 0 }); // nobody saw that it was deleted
        }
        QVERIFY(::chmod(at("root/closed").c_str(), 0755) == 0);
        QCOMPARE(index().unchanged, std::int64_t { 10 });
        QVERIFY(m_library->unseen().empty());
    }

    void aRootThatMayNotBeReadIsNamed()
    {
        add("root", 5);
        index();
        for (const fs::path& closed : { at("root"), m_photos->path() }) {
            QVERIFY(::chmod(closed.c_str(), 0) == 0);
            {
                const Unprivileged user;
                const IndexReport report = index();
                isOffline(report, at("root"), "Permission denied", 5);
                QVERIFY(report.offline[0].isUnreadable && report.offline[0].isRoot);
                QCOMPARE(report.roots, std::int64_t { 1 });
            }
            QVERIFY(::chmod(closed.c_str(), 0777) == 0);
        }
    }

    /// A drive of which it is known that it was one.
    void aDriveThatWasTakenOutIsKept()
    {
        add("root", 10);
        add("root/drive", 3);
        index();
        const auto known = m_library->mounts();
        QCOMPARE(known.size(), std::size_t { 1 });
        QCOMPARE(known[0].path, at("root"));
        // Not many, another file beside: but it was a file system of its own.
        m_library->putMounts(std::vector<store::MountState> { { at("root/drive"), known[0].device + 1, true } });
        empty(at("root/drive"));
        m_photos->addBytes("root/drive/README", {});
        isOffline(index(), at("root/drive"), "it is not mounted", 3);
        QCOMPARE(index(true).removed, std::int64_t { 0 });
        fs::remove_all(at("root/drive")); // its mount point, too
        isOffline(index(), at("root/drive"), "it is not mounted", 3);
        QCOMPARE(m_library->photoCount(), std::int64_t { 13 });
    }

    void anotherFileSystemThanBeforeHasDeletedNothing()
    {
        add("root", 4);
        index();
        const auto known = m_library->mounts();
        m_library->putMounts(
            std::vector<store::MountState> { { at("root"), known[0].device + 1, known[0].isMountPoint } });
        // With a photograph that it had it is the same, under another number.
        QCOMPARE(index().unchanged, std::int64_t { 4 });
        QCOMPARE(m_library->mounts(), known);
        m_library->putMounts(
            std::vector<store::MountState> { { at("root"), known[0].device + 1, known[0].isMountPoint } });
        empty(at("root"));
        m_photos->addJpeg("root/of another card.jpg", picture(200));
        const IndexReport report = index(true);
        QCOMPARE(report.added, std::int64_t { 1 });
        isOffline(report, at("root"), "another file system is there than before", 4);
        QCOMPARE(m_library->photoCount(), std::int64_t { 5 });
    }

    void moreThanAFifthIsAskedFor()
    {
        const auto files = add("root", 20);
        index();
        for (int i = 0; i < 4; ++i)
            fs::remove(files[i]);
        QCOMPARE(index().removed, std::int64_t { 4 }); // a fifth
        for (int i = 4; i < 8; ++i)
            fs::remove(files[i]);
        const IndexReport report = index(); // four of sixteen
        QCOMPARE(report.removed, std::int64_t { 0 });
        isOffline(report, at("root"), "4 of 16 photographs are not there any more", 4);
        QVERIFY(report.offline[0].mayBeDeleted && report.offline[0].isRoot);
        QCOMPARE(report.offlineCount(true), std::int64_t { 4 });
        QCOMPARE(m_library->unseen().size(), std::size_t { 4 }); // the others are there
        QCOMPARE(m_library->unseen()[0].path, files[4]);
        QCOMPARE(index(true).removed, std::int64_t { 4 });
        QVERIFY(m_library->unseen().empty());
        QCOMPARE(m_library->photoCount(), std::int64_t { 12 });
    }

    void aRenamedFolderIsNoLoss()
    {
        add("root/a", 6);
        index();
        fs::rename(at("root/a"), at("root/b"));
        const IndexReport report = index();
        QCOMPARE(report.moved, std::int64_t { 6 });
        QCOMPARE(report.removed + static_cast<std::int64_t>(report.offline.size()), std::int64_t { 0 });
    }

    void aDeletedFolderIsNoDriveThatIsNotThere()
    {
        add("root", 20);
        add("root/few", 3);
        index();
        fs::remove_all(at("root/few"));
        QCOMPARE(index().removed, std::int64_t { 3 });
    }

    void aLinkThatLeadsNowhereHasLostNothing()
    {
        add("root", 5);
        add("drive/photographs", 2);
        fs::create_directory_symlink(at("drive/photographs"), at("root/linked"));
        const auto single = add("drive/single", 1).front();
        fs::create_symlink(single, at("root/single.jpg"));
        QCOMPARE(index().added, std::int64_t { 8 });
        fs::rename(at("drive"), at("away"));
        const IndexReport report = index();
        QCOMPARE(report.removed, std::int64_t { 0 });
        QCOMPARE(report.offlineCount(), std::int64_t { 3 });
        fs::rename(at("away"), at("drive"));
        QCOMPARE(index().unchanged, std::int64_t { 8 });
    }

    void aLinkToWhereOneMayNotLookIsOfflineAlone()
    {
        add("root", 2);
        const auto file = add("closed", 1).front();
        fs::create_symlink(file, at("root/linked.jpg"));
        QCOMPARE(index().added, std::int64_t { 3 });
        const auto other = at("root/0.jpg");
        QVERIFY(::chmod(at("closed").c_str(), 0) == 0);
        {
            fs::remove(other);
            const Unprivileged user;
            const IndexReport report = index();
            isOffline(report, at("root/linked.jpg"), "Permission denied", 1);
            QCOMPARE(report.removed, std::int64_t { 1 }); // the folder beside it could be read
        }
        QVERIFY(::chmod(at("closed").c_str(), 0755) == 0);
    }

    /// What is gone over alone says nothing of the rest.
    void otherRootsStayAsTheyWere()
    {
        add("a", 5);
        add("b", 5);
        m_library->addRoot(at("a"));
        m_library->addRoot(at("b"));
        index({ at("a"), at("b") });
        fs::remove_all(at("a"));
        index({ at("a"), at("b") });
        QCOMPARE(m_library->unseen(), (std::vector<store::Unseen> { { at("a"), "it is not there" } }));
        index({ at("b") });
        QCOMPARE(m_library->unseen().size(), std::size_t { 1 });
    }

private:
    fs::path at(const std::string& name) const { return m_photos->path() / name; }

    /// Photographs that differ from all others.
    std::vector<fs::path> add(const std::string& folder, int count)
    {
        std::vector<fs::path> files;
        for (int i = 0; i < count; ++i)
            files.push_back(m_photos->addJpeg(folder + "/" + std::to_string(i) + ".jpg", picture(++m_seed)));
        return files;
    }

    static void empty(const fs::path& folder)
    {
        fs::remove_all(folder);
        fs::create_directory(folder);
    }

    IndexReport index(bool prune = false) { return index({ at("root") }, prune); }
    IndexReport index(const std::vector<fs::path>& paths, bool prune = false)
    {
        ColourModel model;
        IndexPlan plan = planIndex(*m_library, paths, model.info().fingerprint);
        plan.prune = prune;
        return runIndex(*m_library, plan, [&model]() -> model::ImageTextModel& { return model; }, {});
    }

    static void isOffline(
        const IndexReport& report, const fs::path& path, const std::string& reason, std::int64_t photographs)
    {
        QCOMPARE(report.offline.size(), std::size_t { 1 });
        QCOMPARE(report.offline[0].path, path);
        QCOMPARE(report.offline[0].reason, reason);
        QCOMPARE(report.offline[0].photographs, photographs);
    }

    std::unique_ptr<PhotoFolder> m_photos;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::optional<Library> m_library;
    int m_seed = 0;
};

QTEST_GUILESS_MAIN(OfflineTest)
#include "offline_test.moc"
