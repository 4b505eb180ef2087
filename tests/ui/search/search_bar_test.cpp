#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QtTest>

#include "ui/search/search_bar.h"
#include "ui/search/term_chip.h"
#include "ui/shared/term_colors.h"

using namespace wordsight;
using namespace wordsight::ui;

class SearchBarTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_bar.reset(); }
    void typingAsksOnceAfterAPause();
    void enterAsksAtOnce();
    void clearingAsksForEverything();
    void clickMutesAndUnmutes();
    void shiftClickTurnsAgainst();
    void keysWeigh();
    void wheelWeighsInSteps();
    void contextMenuWeighs();
    void resetBringsBack();
    void chipsThatStayKeepTheirFocus();
    void accessibleNamesTellTheState();
    void hoverIsTold();
    void coloursDiffer();
    void unknownWordsSaySo();
    void longSentencesKeepTheWindowsSize();

private:
    TermChip* chip(int index) const { return m_bar->findChild<TermChip*>("chip-" + QString::number(index)); }
    QLineEdit* field() const { return m_bar->findChild<QLineEdit*>("sentence"); }
    static std::vector<search::Term> terms(const QStringList& words);
    std::unique_ptr<SearchBar> m_bar;
};

std::vector<search::Term> SearchBarTest::terms(const QStringList& words)
{
    std::vector<search::Term> terms;
    for (const QString& word : words)
        terms.push_back({ .label = word.toStdString() });
    terms.push_back({ .kind = search::TermKind::Global, .label = words.join(' ').toStdString() });
    return terms;
}

void SearchBarTest::init()
{
    m_bar = std::make_unique<SearchBar>();
    m_bar->resize(900, 120);
    m_bar->setTerms(terms({ "a", "brown", "dog" }));
    m_bar->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_bar.get()));
}

void SearchBarTest::unknownWordsSaySo()
{
    auto changed = terms({ "dog", "xyzzy" });
    changed[1].unknown = true;
    m_bar->setTerms(changed);
    QVERIFY(!chip(0)->text().contains("?"));
    QCOMPARE(chip(1)->text(), QString("xyzzy ?"));
    QVERIFY(chip(1)->toolTip().contains("cannot read"));
    QVERIFY(chip(1)->accessibleName().contains("not known"));
}

void SearchBarTest::typingAsksOnceAfterAPause()
{
    QSignalSpy asked(m_bar.get(), &SearchBar::asked);
    QTest::keyClicks(field(), "two cats");
    QCOMPARE(asked.size(), 0);
    QTRY_COMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toString(), "two cats");
}

void SearchBarTest::enterAsksAtOnce()
{
    QSignalSpy asked(m_bar.get(), &SearchBar::asked);
    QTest::keyClicks(field(), " cats ");
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toString(), "cats");
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(asked.size(), 1); // nothing new to ask
}

void SearchBarTest::clearingAsksForEverything()
{
    m_bar->setSentence("dog");
    QSignalSpy asked(m_bar.get(), &SearchBar::asked);
    QToolButton* clear = nullptr;
    for (QToolButton* button : field()->findChildren<QToolButton*>())
        if (button->objectName() != "" || button->x() > field()->width() / 2)
            clear = button;
    QVERIFY(clear);
    QTest::mouseClick(clear, Qt::LeftButton);
    QTRY_COMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toString(), "");
}

void SearchBarTest::clickMutesAndUnmutes()
{
    QSignalSpy changed(m_bar.get(), &SearchBar::weightsChanged);
    QTest::mouseClick(chip(1), Qt::LeftButton);
    QCOMPARE(m_bar->weights()[1].weight, 0.0f);
    QTest::mouseClick(chip(1), Qt::LeftButton);
    QCOMPARE(m_bar->weights()[1].weight, 1.0f);
    QCOMPARE(changed.size(), 2);
    // A press that is let go elsewhere is no click.
    QTest::mousePress(chip(1), Qt::LeftButton);
    QTest::mouseRelease(chip(1), Qt::LeftButton, {}, { -50, -50 });
    QCOMPARE(m_bar->weights()[1].weight, 1.0f);
}

void SearchBarTest::shiftClickTurnsAgainst()
{
    QTest::mouseClick(chip(2), Qt::LeftButton, Qt::ShiftModifier);
    QCOMPARE(m_bar->weights()[2].weight, -1.0f);
    QTest::mouseClick(chip(2), Qt::LeftButton);
    QCOMPARE(m_bar->weights()[2].weight, 0.0f);
    QTest::mouseClick(chip(2), Qt::LeftButton);
    QCOMPARE(m_bar->weights()[2].weight, -1.0f); // muting remembers
}

void SearchBarTest::keysWeigh()
{
    chip(0)->setFocus();
    QTest::keyClick(chip(0), Qt::Key_Up);
    QTest::keyClick(chip(0), Qt::Key_Up);
    QCOMPARE(m_bar->weights()[0].weight, 1.5f);
    QTest::keyClick(chip(0), Qt::Key_Down);
    QCOMPARE(m_bar->weights()[0].weight, 1.25f);
    QTest::keyClick(chip(0), Qt::Key_Minus);
    QCOMPARE(m_bar->weights()[0].weight, -1.25f);
    QTest::keyClick(chip(0), Qt::Key_Space);
    QCOMPARE(m_bar->weights()[0].weight, 0.0f);
    QTest::keyClick(chip(0), Qt::Key_Home);
    QCOMPARE(m_bar->weights()[0].weight, 1.0f);
    QTest::keyClick(chip(0), Qt::Key_Right);
    QVERIFY(chip(1)->hasFocus());
    for (int i = 0; i < 40; ++i)
        QTest::keyClick(chip(1), Qt::Key_Up);
    QCOMPARE(m_bar->weights()[1].weight, 4.0f);
}

void SearchBarTest::wheelWeighsInSteps()
{
    const QPointF at = chip(1)->rect().center();
    const auto wheel = [&](int delta) {
        QWheelEvent event(at, chip(1)->mapToGlobal(at), {}, { 0, delta }, {}, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(chip(1), &event);
    };
    wheel(120);
    QCOMPARE(m_bar->weights()[1].weight, 1.25f);
    wheel(-60);
    QCOMPARE(m_bar->weights()[1].weight, 1.25f);
    wheel(-60);
    QCOMPARE(m_bar->weights()[1].weight, 1.0f);
}

void SearchBarTest::contextMenuWeighs()
{
    QContextMenuEvent event(QContextMenuEvent::Mouse, { 5, 5 }, chip(1)->mapToGlobal(QPoint(5, 5)));
    QCoreApplication::sendEvent(chip(1), &event);
    auto* menu = chip(1)->findChild<QMenu*>();
    QVERIFY(menu);
    QTRY_VERIFY(menu->isVisible());
    for (QAction* action : menu->actions())
        if (action->text() == "Weight 2")
            QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
    QCOMPARE(m_bar->weights()[1].weight, 2.0f);
}

void SearchBarTest::resetBringsBack()
{
    auto* reset = m_bar->findChild<QToolButton*>("resetWeights");
    QVERIFY(!reset->isVisible());
    QTest::mouseClick(chip(0), Qt::LeftButton);
    QTest::mouseClick(chip(3), Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(reset->isVisible());
    QSignalSpy changed(m_bar.get(), &SearchBar::weightsChanged);
    QTest::mouseClick(reset, Qt::LeftButton);
    for (const TermWeight& term : m_bar->weights())
        QCOMPARE(term.weight, 1.0f);
    QCOMPARE(changed.size(), 1);
}

void SearchBarTest::chipsThatStayKeepTheirFocus()
{
    TermChip* before = chip(2);
    before->setFocus();
    QTest::keyClick(before, Qt::Key_Up);
    m_bar->setTerms(terms({ "a", "brown", "dog" }));
    QCOMPARE(chip(2), before);
    QVERIFY(before->hasFocus());
    QCOMPARE(m_bar->weights()[2].weight, 1.25f);
    m_bar->setTerms(terms({ "cat" }));
    QCOMPARE(m_bar->weights(), (std::vector<TermWeight> { { "cat", 1 }, { "", 1 } }));
}

void SearchBarTest::accessibleNamesTellTheState()
{
    QCOMPARE(chip(2)->accessibleName(), "dog, weight 1");
    QTest::mouseClick(chip(2), Qt::LeftButton);
    QCOMPARE(chip(2)->accessibleName(), "dog, muted");
    QTest::keyClick(chip(2), Qt::Key_Minus);
    QCOMPARE(chip(2)->accessibleName(), "dog, against, weight -1");
    QCOMPARE(chip(3)->accessibleName(), "whole sentence, weight 1");
    QVERIFY(!field()->accessibleName().isEmpty());
}

void SearchBarTest::hoverIsTold()
{
    QSignalSpy hovered(m_bar.get(), &SearchBar::termHovered);
    QTest::mouseMove(chip(1));
    QTRY_VERIFY(!hovered.isEmpty());
    QCOMPARE(hovered.last()[0].toInt(), 1);
    QTest::mouseMove(field());
    QTRY_COMPARE(hovered.last()[0].toInt(), -1);
}

void SearchBarTest::coloursDiffer()
{
    QPalette light;
    light.setColor(QPalette::Window, Qt::white);
    QPalette dark;
    dark.setColor(QPalette::Window, Qt::black);
    QSet<QRgb> seen;
    for (std::size_t i = 0; i < 20; ++i)
        seen << termColor(i, search::TermKind::Word, light).rgb();
    seen << termColor(0, search::TermKind::Global, light).rgb();
    QCOMPARE(seen.size(), 21);
    QVERIFY(termColor(0, search::TermKind::Word, dark).lightness()
        > termColor(0, search::TermKind::Word, light).lightness());
}

void SearchBarTest::longSentencesKeepTheWindowsSize()
{
    SearchBar bar;
    bar.resize(900, bar.sizeHint().height());
    bar.show();
    std::vector<search::Term> terms(400);
    for (search::Term& term : terms)
        term.label = "grass";
    terms.front().label = std::string(2000, 'x');
    bar.setTerms(terms);
    QCoreApplication::processEvents();
    QVERIFY2(bar.heightForWidth(900) < 300, qPrintable(QString::number(bar.heightForWidth(900))));
    QVERIFY2(bar.minimumSizeHint().width() < 400, qPrintable(QString::number(bar.minimumSizeHint().width())));
    QVERIFY(bar.minimumSizeHint().height() < 300);
}

QTEST_MAIN(SearchBarTest)
#include "search_bar_test.moc"
