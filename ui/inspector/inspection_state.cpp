#include "ui/inspector/inspection_state.h"

#include <algorithm>
#include <span>
#include <utility>

#include "ui/shared/term_label.h"

namespace wordsight::ui {

void InspectionState::setSubject(const InspectorSubject& subject)
{
    // Other weights make no new sentence; only what follows the words and the whole may come and go with them.
    const auto same = [](const engine::ExplainedTerm& one, const engine::ExplainedTerm& other) {
        return one.kind == other.kind && (one.kind == search::TermKind::Global || one.label == other.label);
    };
    const auto isPart = [](const engine::ExplainedTerm& term) { return term.kind == search::TermKind::Part; };
    const auto words = [&](const InspectorSubject& of) {
        return std::span(of.terms).first(
            static_cast<std::size_t>(std::ranges::find_if(of.terms, isPart) - of.terms.begin()));
    };
    const bool sameTerms = std::ranges::equal(words(subject), words(m_subject), same);
    m_subject = subject;
    if (!sameTerms)
        m_chosenTerm = m_hoveredTerm = -1;
    if (std::max(m_chosenTerm, m_hoveredTerm) >= static_cast<int>(subject.terms.size()))
        m_chosenTerm = m_hoveredTerm = -1;
    if (subject.chosenTerm >= 0)
        m_chosenTerm = subject.chosenTerm;
    m_hoveredRegion = -1;
    const Matrix& matrix = m_subject.alignment.matrix;
    m_factors = align::factors(m_subject.alignment.weights, m_subject.alignment.pooling);
    m_names = RegionNames(m_subject.alignment.boxes);
    scale();
    m_columns.clear();
    m_terms.clear();
    m_best.clear();
    for (int term = 0; term < termCount(); ++term) {
        const bool inMatrix = !isGlobal(term) && m_terms.size() < matrix.cols;
        m_columns.push_back(inMatrix ? static_cast<int>(m_terms.size()) : -1);
        if (inMatrix)
            m_terms.push_back(term);
        const std::vector<float> column = values(term);
        m_best.push_back(column.empty() ? -1 : static_cast<int>(std::ranges::max_element(column) - column.begin()));
    }
    Q_EMIT subjectChanged();
}

bool InspectionState::isGlobal(int term) const
{
    return term >= 0 && m_subject.terms[term].kind != search::TermKind::Word;
}

QString InspectionState::label(int term) const
{
    return term < 0 ? tr("all words") : termLabel(m_subject.terms[term].kind, m_subject.terms[term].label);
}

int InspectionState::columnOf(int term) const
{
    return term < 0 ? -1 : m_columns[term];
}

int InspectionState::termOf(int column) const
{
    return column < 0 ? -1 : m_terms[column];
}

float InspectionState::factor(int term) const
{
    const int column = columnOf(term);
    return column < 0 ? m_subject.terms[term].weight : m_factors[column];
}

std::optional<std::size_t> InspectionState::word(int term) const
{
    return term < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(m_columns[term]));
}

std::vector<float> InspectionState::values(int term) const
{
    if (term >= 0 && m_columns[term] < 0)
        return {};
    return align::regionValues(m_subject.alignment, word(term));
}

void InspectionState::scale()
{
    const engine::AnswerScale& ranking = m_subject.scale;
    const bool ownScale = m_style.scaling == align::HeatScaling::Word; // a matrix has one for all its words
    m_matrixRange = align::rangeOf(
        m_subject.alignment, 0, ownScale ? align::HeatScaling::Photograph : m_style.scaling, ranking.heat);
    m_leastPart = ranking.leastPart;
    m_mostPart = ranking.mostPart;
    for (const engine::ExplainedTerm& term : m_subject.terms) {
        m_leastPart = std::min(m_leastPart, term.contribution);
        m_mostPart = std::max(m_mostPart, term.contribution);
    }
}

int InspectionState::bestRegion(int term) const
{
    if (term >= 0)
        return m_best[term];
    if (regionCount() == 0 || m_terms.empty())
        return -1;
    const std::vector<float> sums = values(-1);
    return sums.empty() ? -1 : static_cast<int>(std::ranges::max_element(sums) - sums.begin());
}

align::HeatRange InspectionState::range(int term) const
{
    if (term >= 0 && m_columns[term] < 0)
        return {};
    return align::rangeOf(m_subject.alignment, word(term), m_style.scaling, m_subject.scale.heat);
}

int InspectionState::regionAt(QPointF at) const
{
    const std::vector<Box>& boxes = m_subject.alignment.boxes;
    int found = -1;
    for (int r = 0; hasBoxes() && r < regionCount(); ++r) {
        const Box& box = boxes[r];
        const bool inside = at.x() >= box.x && at.y() >= box.y && at.x() < box.x + box.w && at.y() < box.y + box.h;
        if (inside && (found < 0 || box.w * box.h < boxes[found].w * boxes[found].h))
            found = r;
    }
    return found;
}

void InspectionState::chooseTerm(int term)
{
    if (term == m_chosenTerm || term >= termCount())
        return;
    m_chosenTerm = term;
    Q_EMIT chosenTermChanged(term);
    if (m_hoveredTerm < 0)
        Q_EMIT shownTermChanged();
}

void InspectionState::chooseNextTerm(int step)
{
    const int places = termCount() + 1;
    chooseTerm((m_chosenTerm + 1 + step + places) % places - 1);
}

void InspectionState::hoverTerm(int term)
{
    if (term == m_hoveredTerm || term >= termCount())
        return;
    const int before = std::exchange(m_hoveredTerm, term);
    Q_EMIT hoveredTermChanged(term, before);
    Q_EMIT shownTermChanged();
}

void InspectionState::hoverRegion(int region)
{
    if (region == m_hoveredRegion || region >= regionCount())
        return;
    const int before = std::exchange(m_hoveredRegion, region);
    Q_EMIT hoveredRegionChanged(region, before);
}

void InspectionState::setStyle(const align::HeatStyle& style)
{
    if (style == m_style)
        return;
    m_style = style;
    scale();
    Q_EMIT styleChanged();
}

void InspectionState::showLittleWords(bool shown)
{
    if (std::exchange(m_littleWords, shown) != shown)
        Q_EMIT littleWordsChanged(shown);
}

void InspectionState::showOutlines(bool shown)
{
    if (std::exchange(m_outlines, shown) != shown)
        Q_EMIT styleChanged();
}

} // namespace wordsight::ui
