#pragma once

#include <span>

#include <QPalette>
#include <QRectF>

#include "core/engine/searcher.h"
#include "ui/search/contribution_extent.h"

class QPainter;

namespace wordsight::ui {

/// Paints what each term adds to a score as one stacked bar in the terms' colours: right of zero what speaks for the
/// photograph, left of it what speaks against. Everything is drawn against `extent`.
void paintContributions(QPainter& painter, const QRectF& rect, std::span<const engine::ExplainedTerm> terms,
    const ContributionExtent& extent, const QPalette& palette);

} // namespace wordsight::ui
