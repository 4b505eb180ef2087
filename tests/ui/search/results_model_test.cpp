#include <QAbstractItemModelTester>
#include <QPixmap>

#include "tests/ui/support/test_window.h"
#include "ui/library/rejected_model.h"
#include "ui/search/results_model.h"
#include "ui/shared/paths.h"

using namespace wordsight;
using namespace wordsight::ui;

class ResultsModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void holdsToTheRulesOfModels();
    void rowsAreHits();
    void thumbnailsArrive();
    void unreadableThumbnailIsTriedOnce();
    void rejectedFiles();

private:
    static OutcomePtr found(const QStringList& paths);
};

OutcomePtr ResultsModelTest::found(const QStringList& paths)
{
    auto found = std::make_shared<SearchOutcome>();
    found->question.asked = engine::Sentence { "red sky" };
    for (const QString& path : paths) {
        engine::ExplainedHit hit;
        hit.rank = found->hits.size() + 1;
        hit.photo.path = toPath(path);
        hit.score = 1.5f / hit.rank;
        hit.terms = { { .label = "red", .kind = search::TermKind::Word, .contribution = 1.0f / hit.rank },
            { .label = "sky", .kind = search::TermKind::Word, .contribution = -0.25f },
            { .label = "red sky", .kind = search::TermKind::Global, .contribution = 0.5f / hit.rank + 0.25f } };
        found->hits.push_back(hit);
        found->thumbnails.push_back(toPath(path + ".thumbnail"));
    }
    return found;
}

void ResultsModelTest::holdsToTheRulesOfModels()
{
    QThreadPool pool;
    ThumbnailLoader loader(pool);
    ResultsModel model(loader);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setOutcome(found({ "/a.jpg", "/b.jpg" }));
    model.setOutcome(found({ "/b.jpg" }));
    model.setOutcome({});
    QCOMPARE(model.rowCount(), 0);
}

void ResultsModelTest::rowsAreHits()
{
    QThreadPool pool;
    ThumbnailLoader loader(pool);
    ResultsModel model(loader);
    model.setOutcome(found({ "/p/a.jpg", "/p/b.jpg" }));
    const QModelIndex second = model.index(1);
    QCOMPARE(second.data().toString(), "b.jpg");
    QCOMPARE(second.data(ResultsModel::PathRole).toString(), "/p/b.jpg");
    QCOMPARE(second.data(Qt::AccessibleTextRole).toString(), "Rank 2, b.jpg, score 0.750");
    QCOMPARE(second.data(Qt::AccessibleDescriptionRole).toString(), "red 0.500, sky -0.250, whole sentence 0.500");
    QCOMPARE(model.indexOf("/p/b.jpg"), second);
    QVERIFY(!model.indexOf("/p/c.jpg").isValid());
    QCOMPARE(model.hit({}), nullptr);
    // The strips of all rows share one scale: the largest sums on either side.
    QCOMPARE(model.extent().inFavour, 1.75f);
    QCOMPARE(model.extent().against, 0.25f);
}

void ResultsModelTest::thumbnailsArrive()
{
    const test::Place place;
    QThreadPool pool;
    ThumbnailLoader loader(pool);
    ResultsModel model(loader);
    // There is no thumbnail file: it is made from the photograph.
    model.setOutcome(found({ place.photograph("red.png") }));
    QSignalSpy ready(&loader, &ThumbnailLoader::ready);
    QVERIFY(model.index(0).data(Qt::DecorationRole).value<QPixmap>().isNull());
    QVERIFY(loader.isBusy());
    QTRY_COMPARE(ready.size(), 1);
    const QImage image = model.index(0).data(Qt::DecorationRole).value<QPixmap>().toImage();
    QCOMPARE(image.size(), QSize(160, 120));
    QCOMPARE(image.pixelColor(80, 60), QColor(Qt::red));
    QVERIFY(!loader.isBusy());
}

void ResultsModelTest::unreadableThumbnailIsTriedOnce()
{
    QThreadPool pool;
    ThumbnailLoader loader(pool);
    QSignalSpy ready(&loader, &ThumbnailLoader::ready);
    QVERIFY(loader.thumbnail("/nowhere/t.jpg", "/nowhere/p.jpg").isNull());
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(loader.thumbnail("/nowhere/t.jpg", "/nowhere/p.jpg").size(), QSize(1, 1));
    QVERIFY(!loader.isBusy());
}

void ResultsModelTest::rejectedFiles()
{
    RejectedModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRejected({ { "/p/broken.jpg", 10, 0, "The file is truncated." } });
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, RejectedModel::Name).data().toString(), "broken.jpg");
    QCOMPARE(model.index(0, RejectedModel::Reason).data().toString(), "The file is truncated.");
    QCOMPARE(model.index(0, RejectedModel::Folder).data().toString(), "/p");
    QCOMPARE(model.index(0, 0).data(RejectedModel::PathRole).toString(), "/p/broken.jpg");
}

QTEST_MAIN(ResultsModelTest)
#include "results_model_test.moc"
