#pragma once

#include <QObject>
#include <QPointF>

#include "core/align/heat_style.h"
#include "ui/inspector/inspector_subject.h"
#include "ui/inspector/region_names.h"

namespace wordsight::ui {

/// What the parts of the inspector share: the hit, and which word and region are chosen and pointed at. Every part
/// reads from here and tells here; none knows another. Terms are counted as in the subject, -1 stands for none or,
/// where a heatmap is chosen, for all words together.
class InspectionState : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    const InspectorSubject& subject() const { return m_subject; }
    void setSubject(const InspectorSubject& subject);

    int termCount() const { return static_cast<int>(m_subject.terms.size()); }
    int regionCount() const { return static_cast<int>(m_subject.alignment.matrix.rows); }
    bool isGlobal(int term) const;
    /// Whether heatmaps can be shown: features from elsewhere may have come without boxes.
    bool hasBoxes() const { return align::hasBoxes(m_subject.alignment); }
    QString label(int term) const;
    /// False for the sentence as a whole, where the model knows no words at all, and where it has no places.
    bool hasMap(int term) const { return regionCount() > 0 && !m_terms.empty() && !isGlobal(term) && hasBoxes(); }
    int columnOf(int term) const; ///< -1 for all words and for a Global term
    int termOf(int column) const;
    /// What a term's match is multiplied by: its weight, shared by the words where the pooling is a mean.
    float factor(int term) const;
    float cosine(int region, int column) const { return m_subject.alignment.matrix(region, column); }

    /// A term's value in every region; all words: their sum, each times its factor. Empty for a Global term.
    std::vector<float> values(int term) const;
    int bestRegion(int term) const; ///< -1 where there is no map
    /// What a term's heatmap is coloured by, as the style says: the sentence's, the photograph's or its own.
    align::HeatRange range(int term) const;
    /// What the matrix is coloured by.
    align::HeatRange matrixRange() const { return m_matrixRange; }
    /// How far bars reach to either side of zero: as far as a term goes in any photograph of the ranking.
    float leastPart() const { return m_leastPart; }
    float mostPart() const { return m_mostPart; }

    const RegionNames& regionNames() const { return m_names; }
    int regionAt(QPointF fractions) const; ///< the smallest that contains the point, or -1

    int chosenTerm() const { return m_chosenTerm; }
    int hoveredTerm() const { return m_hoveredTerm; }
    int shownTerm() const { return m_hoveredTerm >= 0 ? m_hoveredTerm : m_chosenTerm; }
    int hoveredRegion() const { return m_hoveredRegion; }
    const align::HeatStyle& style() const { return m_style; }
    bool showsOutlines() const { return m_outlines; } ///< of every region

    void chooseTerm(int term);
    void chooseNextTerm(int step); ///< goes round by way of all words
    void hoverTerm(int term);
    void hoverRegion(int region);
    void setStyle(const align::HeatStyle& style);
    void showOutlines(bool shown);
    /// Words that only hold others together have no row or column of their own until they are asked for.
    bool showsLittleWords() const { return m_littleWords; }
    void showLittleWords(bool shown);

Q_SIGNALS:
    void subjectChanged();
    void chosenTermChanged(int term);
    void hoveredTermChanged(int term, int before);
    void shownTermChanged();
    void hoveredRegionChanged(int region, int before);
    void littleWordsChanged(bool shown);
    void styleChanged(); ///< also: with outlines or without

private:
    void scale();
    std::optional<std::size_t> word(int term) const; ///< its column; nothing: all words

    InspectorSubject m_subject;
    RegionNames m_names;
    align::HeatRange m_matrixRange;
    float m_leastPart = 0;
    float m_mostPart = 0;
    std::vector<float> m_factors; ///< of every column
    std::vector<int> m_columns;   ///< of every term
    std::vector<int> m_terms;     ///< of every column
    std::vector<int> m_best;      ///< region, of every term
    int m_chosenTerm = -1;
    int m_hoveredTerm = -1;
    int m_hoveredRegion = -1;
    align::HeatStyle m_style;
    bool m_outlines = false;
    bool m_littleWords = false;
};

} // namespace wordsight::ui
