// Boxes and names over the photograph.
#include <QToolButton>

#include "tests/ui/inspector/inspected.h"
#include "tests/ui/support/pixels.h"
#include "ui/shared/term_colors.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class OutlinesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void regionsAreOutlinedOnDemand();
    void theCaptionHidesNoName();
    void noNameHidesAnother();
    void onlyWordsThatMatterAreOutlined();
};

void OutlinesTest::regionsAreOutlinedOnDemand()
{
    Inspected inspected;
    inspected.showGrey();
    const QRectF box = inspected.photo()->placement().rectangle(subjectOf({}).alignment.boxes[7]);
    const QPoint edge(qRound(box.left()), qRound(box.center().y()));
    const QColor before = inspected.colorAt(edge);
    QTest::mouseClick(inspected.inspector.findChild<QToolButton*>("regions"), Qt::LeftButton);
    QVERIFY(inspected.colorAt(edge) != before);
    QTest::keyClick(inspected.photo(), Qt::Key_R);
    QCOMPARE(inspected.colorAt(edge), before);
}

void OutlinesTest::theCaptionHidesNoName()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    subject.alignment.boxes[bestRegion(0)] = { 0, 0, 1, 1 };
    inspected.show(subject);
    PhotoView* photo = inspected.photo();
    photo->resize(
        photo->height() * 4 / 3, photo->height()); // the photograph reaches the corner that the caption lies in
    const QColor ground = termColor(0, search::TermKind::Word, photo->palette());
    const int pixels = pixelsOf(photo->picture(), ground); // an exported picture has the names, but no caption
    QVERIFY(pixels > 0);
    QVERIFY(pixelsOf(photo->grab().toImage(), ground) > 0.99 * pixels); // edges are blended
}

void OutlinesTest::noNameHidesAnother()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph());
    inspected.show(subject);
    PhotoView* photo = inspected.photo();
    const QColor ground = termColor(0, search::TermKind::Word, photo->palette());
    const QRect inside
        = photo->placement().rectangle(subject.alignment.boxes[bestRegion(0)]).toAlignedRect().adjusted(5, 5, -5, -5);
    const auto ofName = [&] { return pixelsOf(photo->grab(inside).toImage(), ground); };
    const int apart = ofName();
    QVERIFY(apart > 0);
    subject.alignment.boxes[bestRegion(1)] = subject.alignment.boxes[bestRegion(0)]; // both names begin at one corner
    subject.alignment.boxes[bestRegion(1)].w *= 2;
    inspected.show(subject);
    QVERIFY(ofName() > 0.8 * apart);
}

void OutlinesTest::onlyWordsThatMatterAreOutlined()
{
    Inspected inspected;
    InspectorSubject subject = subjectOf(inspected.photograph(), "a dog on grass near five more tall old trees");
    for (std::size_t term = 0; term + 1 < subject.terms.size(); ++term) {
        subject.terms[term].weight = 1;
        subject.terms[term].contribution = term == 1 ? 0.5f : term == 5 ? 0.3f : term == 7 ? -0.4f : 0.1f;
    }
    subject.terms[0].functionWord = true;
    subject.terms[0].contribution = 1;
    inspected.show(subject);
    PhotoView* photo = inspected.photo();
    const auto drawn = [&](int term) {
        return pixelsOf(photo->picture(), termColor(term, search::TermKind::Word, photo->palette())) > 0;
    };
    for (int term = 0; term < 10; ++term)
        QVERIFY2(drawn(term) == (term == 1 || term == 5 || term == 7), qPrintable(QString::number(term)));
}

QTEST_MAIN(OutlinesTest)
#include "outlines_test.moc"
