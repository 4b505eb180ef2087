#pragma once

#include <vector>

#include <QMetaType>
#include <QString>

#include "core/align/alignment.h"
#include "core/engine/search/answer.h"

namespace wordsight::ui {

/// A box that a data set says is right.
struct MarkedBox {
    Box box;
    QString label; ///< the phrase it belongs to
    TextSpan span; ///< of the phrase in the sentence
};

/// One hit with everything the inspector shows of it. The alignment's columns are the Word terms in order; a Global
/// term has none. Without a sentence there are no terms: then only the photograph is shown.
struct InspectorSubject {
    QString path;
    QString thumbnail;    ///< a small picture, shown where the file cannot be opened; empty: there is none
    QString offline;      ///< why its file could not be seen; empty where it could
    std::size_t rank = 0; ///< from 1; 0: it was not ranked
    float score = 0;
    QString sentence;
    align::Alignment alignment;
    std::vector<engine::ExplainedTerm> terms; ///< contributions sum to score
    std::vector<MarkedBox> marks;             ///< drawn over the heatmap
    engine::AnswerScale scale {};             ///< of the ranking that it is from; nothing: of none
    int chosenTerm = -1;                      ///< whose map is shown first; -1: the one that was, or all words
};

} // namespace wordsight::ui
