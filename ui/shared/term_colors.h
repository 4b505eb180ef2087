#pragma once

#include <QColor>
#include <QPalette>

#include "core/search/query.h"

namespace wordsight::ui {

/// The colour of a query's term: the same in chips, contribution strips and the inspector. By the term's place in
/// the query, so that a word keeps its colour while more words are typed; the whole-sentence term is always slate.
/// Light and dark palettes get variants of the same hue.
QColor termColor(std::size_t index, search::TermKind kind, const QPalette& palette);

/// True where the palette's window is dark.
bool isDark(const QPalette& palette);

/// Black or white, whichever reads better on `background`.
QColor textOn(const QColor& background);

} // namespace wordsight::ui
