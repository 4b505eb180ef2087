#include <QTest>

#include <algorithm>

#include "core/base/error.h"
#include "core/engine/library/index_plan.h"
#include "core/engine/library/run_index.h"
#include "core/image/decode.h"
#include "tests/support/colour_model.h"
#include "tests/support/indexing.h"
#include "tests/support/photo_folder.h"
#include "tests/support/stopping.h"

using namespace wordsight;
using namespace wordsight::engine;
using namespace wordsight::test;
using store::Library;
namespace fs = std::filesystem;

namespace {

image::Image picture(int seed)
{
    const auto shade = static_cast<std::uint8_t>(seed * 40);
    return quartered(64, 48, { shade, 20, 120 }, { 200, shade, 10 });
}

/// Fails the test that opens a model.
model::ImageTextModel& mustNotOpen()
{
    QTest::qFail("A model was opened.", __FILE__, __LINE__);
    throw Error(ErrorKind::Internal, "A model was opened.");
}

} // namespace

/// What there is to do is known before a model is opened.
class IndexPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_photos = std::make_unique<PhotoFolder>();
        m_folder = std::make_unique<QTemporaryDir>();
        m_library.emplace(Library::open(m_folder->filePath("library").toStdString(), Library::Mode::Create));
    }

    void whatIsNewIsToBeRead()
    {
        const auto a = m_photos->addJpeg("a.jpg", picture(1));
        const auto bad = m_photos->addBytes("bad.jpg", {});
        const IndexPlan plan = planned();
        QCOMPARE(plan.fingerprint, fingerprint());
        QVERIFY(!plan.isEmpty());
        QCOMPARE(filesOf(plan), (std::vector { a, bad }));
        QCOMPARE(plan.unchanged + plan.rejected, std::int64_t { 0 });
        QVERIFY(m_library->roots().empty()); // looking at a folder does not add it
    }

    void whatIsKnownIsToldApart()
    {
        m_photos->addJpeg("same.jpg", picture(1));
        const auto changed = m_photos->addJpeg("changed.jpg", picture(2));
        const auto moved = m_photos->addJpeg("moved.jpg", picture(3));
        const auto deleted = m_photos->addJpeg("deleted.jpg", picture(4));
        m_photos->addBytes("bad.jpg", {});
        const auto badAndGone = m_photos->addBytes("bad and gone.jpg", {});
        indexAll();
        const std::vector gone { m_library->photoAt(deleted)->id, m_library->photoAt(moved)->id };
        m_photos->addJpeg("changed.jpg", picture(6));
        const auto here = m_photos->path() / "moved here.jpg";
        fs::rename(moved, here);
        fs::remove(deleted);
        fs::remove(badAndGone);
        const IndexPlan plan = planned();
        QCOMPARE(plan.unchanged, std::int64_t { 1 });
        QCOMPARE(plan.rejected, std::int64_t { 1 });
        QCOMPARE(filesOf(plan), (std::vector { changed, here }));
        QVERIFY(std::ranges::is_permutation(plan.gone, gone)); // one of them will turn out to have moved
        QCOMPARE(plan.goneRejected, std::vector { badAndGone });
        QVERIFY(planIndex(*m_library, paths(), "another").unchanged == 0); // another model has seen nothing
    }

    void photographsElsewhereAreNoneOfItsBusiness()
    {
        m_photos->addJpeg("in/a.jpg", picture(1));
        const auto b = m_photos->addJpeg("out/b.jpg", picture(2));
        indexAll();
        fs::remove(b);
        const std::vector inside { m_photos->path() / "in" };
        QVERIFY(planIndex(*m_library, inside, fingerprint()).isEmpty());
        QCOMPARE(planned().gone.size(), std::size_t { 1 });
    }

    void aDriveThatIsNotMountedHasLostNothing()
    {
        const auto a = m_photos->addJpeg("a.jpg", picture(1));
        indexAll();
        fs::remove(a);
        QVERIFY(planned().isEmpty());
    }

    void aRunWithNothingToReadOpensNoModel()
    {
        m_photos->addJpeg("a.jpg", picture(1));
        const auto b = m_photos->addJpeg("b.jpg", picture(2));
        m_photos->addBytes("bad.jpg", {});
        indexAll();
        IndexReport report = runIndex(*m_library, planned(), mustNotOpen, {});
        QCOMPARE(report.unchanged, std::int64_t { 2 });
        QCOMPARE(report.rejected, std::int64_t { 1 });
        QVERIFY(!report.stopped);
        fs::remove(b); // removing needs no model either
        report = runIndex(*m_library, planned(), mustNotOpen, {});
        QCOMPARE(report.removed, std::int64_t { 1 });
        QCOMPARE(m_library->photoCount(), std::int64_t { 1 });
    }

    void aRunThatIsStoppedAtOnceOpensNoModel()
    {
        m_photos->addJpeg("a.jpg", picture(1));
        QVERIFY(runIndex(*m_library, planned(), mustNotOpen, test::stoppedJob()).stopped);
    }

    void theModelIsOpenedOnce()
    {
        for (int i = 0; i < 40; ++i)
            m_photos->addJpeg(std::to_string(i) + ".jpg", picture(i % 5));
        ColourModel model;
        int opened = 0;
        const auto open = [&]() -> model::ImageTextModel& {
            ++opened;
            return model;
        };
        QCOMPARE(runIndex(*m_library, planned(), open, {}).added, std::int64_t { 40 });
        QCOMPARE(opened, 1);
    }

    void anotherModelThanPlannedIsRefused()
    {
        m_photos->addJpeg("a.jpg", picture(1));
        ColourModel other("anotheranotheran");
        try {
            runIndex(*m_library, planned(), [&]() -> model::ImageTextModel& { return other; }, {});
            QFAIL("No error.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::ModelMismatch);
        }
    }

private:
    static std::string fingerprint() { return ColourModel().info().fingerprint; }
    std::vector<fs::path> paths() const { return { m_photos->path() }; }
    IndexPlan planned() const { return planIndex(*m_library, paths(), fingerprint()); }
    void indexAll()
    {
        ColourModel model;
        test::index(*m_library, paths(), model, {});
    }
    static std::vector<fs::path> filesOf(const IndexPlan& plan)
    {
        std::vector<fs::path> files;
        for (const FoundFile& file : plan.fresh)
            files.push_back(file.path);
        return files;
    }

    std::unique_ptr<PhotoFolder> m_photos;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::optional<Library> m_library;
};

QTEST_GUILESS_MAIN(IndexPlanTest)
#include "index_plan_test.moc"
