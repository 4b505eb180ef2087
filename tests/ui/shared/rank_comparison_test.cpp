// Ranks of one list seen from another.
#include <QtTest>

#include "ui/compare/term_match.h"
#include "ui/shared/rank_comparison.h"

using namespace wordsight;
using namespace wordsight::ui;

class RankComparisonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void placesAreCountedFromTheOtherSide();
    void agreementCountsTheBest();
    void oppositeOrdersDisagree();
    void rankedByBothOnly();
    void sameWordIsFoundAtItsOccurrence();

private:
    static SearchOutcome ranked(std::initializer_list<int> photos)
    {
        SearchOutcome found;
        for (const int photo : photos) {
            engine::ExplainedHit hit;
            hit.rank = found.hits.size() + 1;
            hit.photo.id.value = photo;
            found.hits.push_back(hit);
        }
        return found;
    }
};

void RankComparisonTest::placesAreCountedFromTheOtherSide()
{
    const auto deltas = rankDeltas(ranked({ 4, 1, 2, 9 }), ranked({ 1, 2, 3, 4 }));
    QStringList texts;
    for (const RankDelta& delta : deltas)
        texts << deltaText(delta);
    QCOMPARE(texts, (QStringList { "▲3", "▼1", "▼1", "new" }));
    QCOMPARE(deltas[0].other, std::optional<std::size_t>(4));
    QCOMPARE(deltaText(rankDeltas(ranked({ 7 }), ranked({ 7 })).front()), "=");
}

void RankComparisonTest::agreementCountsTheBest()
{
    const RankAgreement both = agreement(ranked({ 1, 2, 3, 4 }), ranked({ 2, 9, 1, 4 }), 3);
    QCOMPARE(both.best, 3u);
    QCOMPARE(both.shared, 2u);
    QCOMPARE(both.common, 3u);
    QCOMPARE(agreement(ranked({ 1 }), ranked({}), 10).best, 0u);
}

void RankComparisonTest::oppositeOrdersDisagree()
{
    QCOMPARE(agreement(ranked({ 1, 2, 3 }), ranked({ 1, 2, 3 })).correlation, 1.0);
    QCOMPARE(agreement(ranked({ 1, 2, 3 }), ranked({ 3, 2, 1 })).correlation, -1.0);
    // Spearman by hand: differences 0, 1, 1 of three.
    QCOMPARE(agreement(ranked({ 1, 2, 3 }), ranked({ 1, 3, 2 })).correlation, 0.5);
}

void RankComparisonTest::rankedByBothOnly()
{
    // Without 8 and 9 the orders are the same.
    QCOMPARE(agreement(ranked({ 8, 1, 2, 3 }), ranked({ 1, 2, 9, 3 })).correlation, 1.0);
}

void RankComparisonTest::sameWordIsFoundAtItsOccurrence()
{
    const auto terms = [](std::initializer_list<const char*> words) {
        std::vector<search::Term> list;
        for (const char* word : words) {
            search::Term term;
            term.label = word;
            list.push_back(term);
        }
        search::Term whole;
        whole.kind = search::TermKind::Global;
        whole.label = words.size() > 0 ? *words.begin() : "";
        list.push_back(whole);
        return list;
    };
    const auto left = terms({ "a", "dog", "a", "cat" });
    const auto right = terms({ "cat", "a", "a" });
    QCOMPARE(sameTerm(left, 0, right), 1);
    QCOMPARE(sameTerm(left, 2, right), 2);
    QCOMPARE(sameTerm(left, 1, right), -1);
    QCOMPARE(sameTerm(left, 3, right), 0);
    QCOMPARE(sameTerm(left, 4, right), 3); // the sentence as a whole, whatever it says
    QCOMPARE(sameTerm(left, -1, right), -1);
}

QTEST_APPLESS_MAIN(RankComparisonTest)
#include "rank_comparison_test.moc"
