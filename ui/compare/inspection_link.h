#pragma once

#include <QObject>

#include "ui/inspector/inspection_state.h"

namespace wordsight::ui {

class PhotoView;

/// Keeps two inspections of one photograph in step: what is pointed at or chosen in one is so in the other, where it
/// has that word or a region in that place; both look the same and show the same part.
class InspectionLink : public QObject {
public:
    InspectionLink(InspectionState& left, PhotoView& leftPhoto, InspectionState& right, PhotoView& rightPhoto,
        QObject* parent = nullptr);

private:
    void follow(InspectionState& from, InspectionState& to);
    void follow(PhotoView& from, PhotoView& to);
    /// Runs `act` unless it follows from something that was passed on already.
    template <class Act> void pass(Act act);

    bool m_passing = false;
};

/// The region of `to` where a region of `from` has its middle; -1 where there is none.
int sameRegion(const InspectionState& from, int region, const InspectionState& to);

} // namespace wordsight::ui
