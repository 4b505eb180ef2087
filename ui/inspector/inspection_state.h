#pragma once

#include <span>

#include <QObject>
#include <QPointF>

#include "core/align/heatmap.h"
#include "ui/inspector/inspector_subject.h"
#include "ui/inspector/region_names.h"

namespace wordsight::ui {

/// How heatmaps are drawn.
struct HeatmapStyle {
    align::Colormap colormap = align::Colormap::Turbo;
    float opacity = 0.55f;
    float threshold = 0;  ///< share of the scale below which the photograph stays bare
    bool oneScale = true; ///< all words on the scale of the whole matrix, or each on its own
    bool regions = false; ///< outline every region
    bool operator==(const HeatmapStyle&) const = default;
};

/// The values that the two ends of a colormap stand for: from 0, or the lowest where that is higher, as in exported
/// sheets; what points away from a word is no heat.
struct Scale {
    float low = 0;
    float high = 1;
    static Scale of(std::span<const float> values);
    float share(float value) const { return (value - low) / (high - low); } ///< may lie outside 0..1
};

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
    Scale scale(int term) const;
    Scale matrixScale() const { return m_matrixScale; }

    const RegionNames& regionNames() const { return m_names; }
    int regionAt(QPointF fractions) const; ///< the smallest that contains the point, or -1

    int chosenTerm() const { return m_chosenTerm; }
    int hoveredTerm() const { return m_hoveredTerm; }
    int shownTerm() const { return m_hoveredTerm >= 0 ? m_hoveredTerm : m_chosenTerm; }
    int hoveredRegion() const { return m_hoveredRegion; }
    const HeatmapStyle& style() const { return m_style; }

    void chooseTerm(int term);
    void chooseNextTerm(int step); ///< goes round by way of all words
    void hoverTerm(int term);
    void hoverRegion(int region);
    void setStyle(const HeatmapStyle& style);

Q_SIGNALS:
    void subjectChanged();
    void chosenTermChanged(int term);
    void hoveredTermChanged(int term, int before);
    void shownTermChanged();
    void hoveredRegionChanged(int region, int before);
    void styleChanged();

private:
    InspectorSubject m_subject;
    RegionNames m_names;
    Scale m_matrixScale;
    std::vector<float> m_factors; ///< of every column
    std::vector<int> m_columns;   ///< of every term
    std::vector<int> m_terms;     ///< of every column
    std::vector<int> m_best;      ///< region, of every term
    int m_chosenTerm = -1;
    int m_hoveredTerm = -1;
    int m_hoveredRegion = -1;
    HeatmapStyle m_style;
};

} // namespace wordsight::ui
