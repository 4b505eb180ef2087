#include "ui/compare/inspection_link.h"

#include <QScopedValueRollback>

#include "ui/compare/term_match.h"
#include "ui/inspector/photo_view.h"

namespace wordsight::ui {

namespace {

int termIn(const InspectionState& to, const InspectionState& from, int term)
{
    return sameTerm(from.subject().terms, term, to.subject().terms);
}

} // namespace

int sameRegion(const InspectionState& from, int region, const InspectionState& to)
{
    if (region < 0 || !from.hasBoxes())
        return -1;
    const Box& box = from.subject().alignment.boxes[region];
    if (box.w >= 1 && box.h >= 1)
        return -1; // the whole photograph is no place in it
    return to.regionAt({ box.x + box.w / 2, box.y + box.h / 2 });
}

InspectionLink::InspectionLink(
    InspectionState& left, PhotoView& leftPhoto, InspectionState& right, PhotoView& rightPhoto, QObject* parent)
    : QObject(parent)
{
    follow(left, right);
    follow(right, left);
    follow(leftPhoto, rightPhoto);
    follow(rightPhoto, leftPhoto);
}

template <class Act> void InspectionLink::pass(Act act)
{
    if (m_passing)
        return;
    const QScopedValueRollback passing(m_passing, true);
    act();
}

// Whoever follows is the receiver: a connection ends with it, also while the other side still lives.
void InspectionLink::follow(InspectionState& from, InspectionState& to)
{
    connect(&from, &InspectionState::hoveredTermChanged, &to,
        [&, this](int term) { pass([&] { to.hoverTerm(termIn(to, from, term)); }); });
    connect(&from, &InspectionState::chosenTermChanged, &to, [&, this](int term) {
        // A word that the other side does not have leaves it as it is.
        if (const int same = termIn(to, from, term); term < 0 || same >= 0)
            pass([&] { to.chooseTerm(same); });
    });
    connect(&from, &InspectionState::hoveredRegionChanged, &to,
        [&, this](int region) { pass([&] { to.hoverRegion(sameRegion(from, region, to)); }); });
    connect(&from, &InspectionState::styleChanged, &to, [&, this] {
        pass([&] {
            to.setStyle(from.style());
            to.showOutlines(from.showsOutlines());
        });
    });
}

void InspectionLink::follow(PhotoView& from, PhotoView& to)
{
    connect(&from, &PhotoView::placementChanged, &to, [&from, &to] {
        if (from.hasPhotograph() && to.hasPhotograph())
            to.showLike(from.placement());
    });
}

} // namespace wordsight::ui
