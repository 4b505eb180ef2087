#pragma once

#include <QRectF>

#include "core/search/query.h"

class QColor;
class QPainter;

namespace wordsight::ui {

/// The mark beside a term's name, by its place in the query: words take turns at four shapes, so that they are told
/// apart also where colours are not; what stands for the whole sentence has a rounded square. Hollow: muted.
void paintTermMark(QPainter& painter, const QRectF& rect, std::size_t index, search::TermKind kind, const QColor& color,
    bool hollow = false);

} // namespace wordsight::ui
