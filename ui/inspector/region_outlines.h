#pragma once

#include <QFont>
#include <QPalette>

#include "ui/inspector/inspection_state.h"
#include "ui/inspector/photo_placement.h"

class QPainter;

namespace wordsight::ui {

/// Boxes over the photograph: every region where the style asks for it, the best region of the shown term (of every
/// word, with all words shown) in the term's colour with its name. No name is written over another, nor over the area
/// `taken`.
void paintRegions(QPainter& painter, const InspectionState& state, const PhotoPlacement& placement,
    const QPalette& palette, const QRectF& taken);

/// The boxes that a data set says are right, dashed, with their phrases; with a word shown, the others step back.
void paintMarks(QPainter& painter, const InspectionState& state, const PhotoPlacement& placement);

/// The region pointed at.
void paintHoveredRegion(QPainter& painter, const InspectionState& state, const PhotoPlacement& placement);

/// What must be painted again when a region is pointed at or left.
QRect outlineArea(const InspectionState& state, const PhotoPlacement& placement, int region);

/// White or black text on a rounded ground, `topLeft` and all.
void paintPill(QPainter& painter, QPointF topLeft, const QString& text, const QColor& ground);
QSizeF pillSize(const QFont& font, const QString& text);

} // namespace wordsight::ui
