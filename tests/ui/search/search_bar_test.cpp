#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

#include "core/engine/search/question_text.h"
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
    void chipsAndFieldStayInStep();
    void changesAreUndone();
    void littleWordsAreQuiet();
    void wholeSentenceComesFirst();
    void aWordTurnedAgainstHasOneChip();
    void noChipIsHiddenInANarrowBar();

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

namespace {

/// As the engine says it: with the places of words.
std::vector<search::Term> placed(const QString& text)
{
    std::vector<search::Term> terms;
    for (const engine::QuestionPart& part : engine::readQuestion(text.toStdString()).parts) {
        search::Term term { .weight = part.weight, .label = part.text, .span = part.word };
        term.functionWord = part.text == "a" || part.text == "on" || part.text == "the";
        terms.push_back(term);
    }
    terms.push_back({ .kind = search::TermKind::Global, .label = text.toStdString() });
    return terms;
}

} // namespace

void SearchBarTest::chipsAndFieldStayInStep()
{
    m_bar->setSentence("brown dog \"red coat\"");
    m_bar->setTerms(placed(m_bar->sentence()), m_bar->sentence());
    QSignalSpy changed(m_bar.get(), &SearchBar::weightsChanged);
    QSignalSpy asked(m_bar.get(), &SearchBar::asked);
    QTest::mouseClick(chip(1), Qt::LeftButton, Qt::ShiftModifier);
    QCOMPARE(m_bar->sentence(), QString("brown -dog \"red coat\""));
    QTest::mouseClick(chip(2), Qt::LeftButton); // before the answer to the first came
    QCOMPARE(m_bar->sentence(), QString("brown -dog \"red coat\"^0"));
    chip(3)->setFocus();
    QTest::keyClick(chip(3), Qt::Key_Up);
    QCOMPARE(m_bar->sentence(), QString("brown -dog \"red coat\"^0 *^1.25"));
    QCOMPARE(changed.size(), 3);
    QTest::qWait(0);
    QCOMPARE(asked.size(), 0);
    // The other way round.
    m_bar->setSentence("brown dog^2 -\"red coat\"");
    m_bar->setTerms(placed(m_bar->sentence()), m_bar->sentence());
    QCOMPARE(chip(1)->weight(), 2.0f);
    QCOMPARE(chip(2)->weight(), -1.0f);
    // An answer to what was asked before does not weigh chips.
    m_bar->setTerms(placed("brown dog \"red coat\""), "brown dog \"red coat\"");
    QCOMPARE(chip(1)->weight(), 2.0f);
    QTest::mouseClick(m_bar->findChild<QToolButton*>("resetWeights"), Qt::LeftButton);
    QCOMPARE(m_bar->sentence(), QString("brown dog \"red coat\""));
}

void SearchBarTest::changesAreUndone()
{
    QTest::keyClicks(field(), "brown dog");
    m_bar->setTerms(placed("brown dog"), "brown dog");
    QTest::mouseClick(chip(1), Qt::LeftButton);
    QTest::mouseClick(chip(0), Qt::LeftButton, Qt::ShiftModifier);
    QCOMPARE(m_bar->sentence(), QString("-brown dog^0"));
    QSignalSpy asked(m_bar.get(), &SearchBar::asked);
    chip(0)->setFocus();
    QTest::keySequence(chip(0), QKeySequence::Undo);
    QCOMPARE(m_bar->sentence(), QString("brown dog^0"));
    QCOMPARE(asked.last()[0].toString(), QString("brown dog^0"));
    field()->setFocus();
    QTest::keySequence(field(), QKeySequence::Undo);
    QCOMPARE(m_bar->sentence(), QString("brown dog"));
    QTRY_COMPARE(asked.last()[0].toString(), QString("brown dog"));
    QTest::keySequence(field(), QKeySequence::Redo);
    QCOMPARE(m_bar->sentence(), QString("brown dog^0"));
}

void SearchBarTest::littleWordsAreQuiet()
{
    m_bar->setSentence("a dog on the grass");
    m_bar->setTerms(placed(m_bar->sentence()), m_bar->sentence());
    auto* little = m_bar->findChild<QToolButton*>("littleWords");
    QVERIFY(little->isVisible() && little->text().startsWith("+3"));
    QVERIFY(!chip(0)->isVisible() && chip(1)->isVisible() && !chip(2)->isVisible() && chip(4)->isVisible());
    QTest::mouseClick(little, Qt::LeftButton);
    QVERIFY(chip(0)->isVisible() && chip(2)->isVisible() && chip(3)->isVisible());
    QTest::mouseClick(chip(2), Qt::LeftButton);
    QTest::mouseClick(little, Qt::LeftButton);
    QVERIFY(!chip(0)->isVisible() && chip(2)->isVisible()); // somebody cares for it
    m_bar->setTerms(placed("dog"), "dog");
    QVERIFY(!little->isVisible());
}

void SearchBarTest::wholeSentenceComesFirst()
{
    QCoreApplication::processEvents();
    QVERIFY(chip(3)->x() < chip(0)->x() && chip(0)->x() < chip(1)->x());
    field()->setFocus();
    QTest::keyClick(field(), Qt::Key_Tab);
    QVERIFY(chip(3)->hasFocus());
}

void SearchBarTest::aWordTurnedAgainstHasOneChip()
{
    m_bar->setSentence("brown -dog");
    auto terms = placed(m_bar->sentence());
    terms.push_back({ .kind = search::TermKind::Part, .weight = -1, .label = "dog" });
    m_bar->setTerms(terms, m_bar->sentence());
    QCOMPARE(m_bar->findChildren<TermChip*>().size(), 3);
    QCOMPARE(m_bar->weights(), (std::vector<TermWeight> { { "brown", 1 }, { "dog", -1 }, { "", 1 } }));
}

void SearchBarTest::noChipIsHiddenInANarrowBar()
{
    QWidget window;
    auto* layout = new QVBoxLayout(&window);
    auto* bar = new SearchBar;
    layout->addWidget(bar);
    layout->addStretch(1);
    window.resize(1200, 400);
    window.show();
    bar->setTerms(terms({ "brown", "dog", "running", "grass", "behind", "children" }));
    const auto allSeen = [bar] {
        for (const TermChip* chip : bar->findChildren<TermChip*>())
            if (chip->visibleRegion().boundingRect() != chip->rect())
                return false;
        return true;
    };
    for (const int width : { 1200, 720, 560, 900, 520 }) {
        window.resize(width, 400);
        QTRY_VERIFY2(allSeen(), qPrintable(QString::number(width)));
        bar->setSummary(width % 100 ? "7,000 photographs ranked in 12 ms" : "");
        QTRY_VERIFY2(allSeen(), qPrintable(QString::number(width)));
    }
}

QTEST_MAIN(SearchBarTest)
#include "search_bar_test.moc"
