#include "ui/inspector/contributions_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "ui/shared/number_text.h"

namespace wordsight::ui {

namespace {

constexpr int kDigits = 4;
constexpr int kAllDigits = 7;

} // namespace

std::vector<double> roundedToSum(std::span<const double> values, double total, int digits)
{
    const double unit = std::pow(10.0, -digits);
    std::vector<double> steps, rests;
    for (const double value : values) {
        steps.push_back(std::floor(value / unit));
        rests.push_back(value / unit - steps.back());
    }
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return rests[i]; });
    const double missing = std::round(total / unit) - std::accumulate(steps.begin(), steps.end(), 0.0);
    for (std::size_t i = 0; i < order.size() && static_cast<double>(i) < missing; ++i)
        steps[order[i]] += 1;
    for (double& step : steps)
        step *= unit;
    return steps;
}

ContributionsModel::ContributionsModel(const InspectionState& state, QObject* parent)
    : QAbstractTableModel(parent)
    , m_state(state)
{
    connect(&state, &InspectionState::subjectChanged, this, &ContributionsModel::reload);
    connect(&state, &InspectionState::littleWordsChanged, this, &ContributionsModel::reload);
}

void ContributionsModel::reload()
{
    beginResetModel();
    std::vector<double> parts;
    for (const engine::ExplainedTerm& term : m_state.subject().terms)
        parts.push_back(term.contribution);
    m_shown = roundedToSum(parts, m_state.subject().score, kDigits);
    arrange();
    endResetModel();
}

void ContributionsModel::arrange()
{
    m_rows.clear();
    bool folds = false;
    for (int term = 0; term < m_state.termCount(); ++term) {
        folds = folds || isFolded(term);
        if (!isFolded(term) && !isLostSentence(term))
            m_rows.push_back(term);
    }
    const auto less = [this](int one, int other) { return valueOf(one, m_sortedBy) < valueOf(other, m_sortedBy); };
    const auto more = [&less](int one, int other) { return less(other, one); };
    if (m_order == Qt::AscendingOrder)
        std::ranges::stable_sort(m_rows, less);
    else
        std::ranges::stable_sort(m_rows, more);
    if (folds)
        m_rows.push_back(kLittleWords);
    m_rows.push_back(kTotal);
}

float ContributionsModel::valueOf(int term, int column) const
{
    const engine::ExplainedTerm& part = m_state.subject().terms[term];
    switch (column) {
    case Factor:
        return m_state.factor(term);
    case Best:
        return part.maximum;
    case Usual:
        return part.baseline;
    case Adds:
        return part.contribution;
    default:
        return static_cast<float>(term);
    }
}

void ContributionsModel::sort(int column, Qt::SortOrder order)
{
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<int> terms;
    for (const QModelIndex& index : before)
        terms.push_back(index.row() < static_cast<int>(m_rows.size()) ? m_rows[index.row()] : kTotal);
    m_sortedBy = column < 0 ? static_cast<int>(Word) : column;
    m_order = order;
    arrange();
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after << index(static_cast<int>(std::ranges::find(m_rows, terms[i]) - m_rows.begin()), before[i].column());
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
}

bool ContributionsModel::isFolded(int term) const
{
    return !m_state.showsLittleWords() && m_state.subject().terms[term].functionWord;
}

/// Of a choice between sentences ("a dog | cat") the ones that do not count here.
bool ContributionsModel::isLostSentence(int term) const
{
    const auto& terms = m_state.subject().terms;
    return terms[term].kind == search::TermKind::Global && terms[term].contribution == 0
        && std::ranges::count(terms, search::TermKind::Global, &engine::ExplainedTerm::kind) > 1;
}

double ContributionsModel::foldedSum() const
{
    double sum = 0;
    for (int term = 0; term < m_state.termCount(); ++term)
        sum += isFolded(term) ? m_shown[term] : 0;
    return sum;
}

int ContributionsModel::rowOf(int term) const
{
    const int wanted = term < 0 ? kTotal : isFolded(term) ? kLittleWords : term;
    return static_cast<int>(std::ranges::find(m_rows, wanted) - m_rows.begin());
}

bool ContributionsModel::hasBaselines() const
{
    return std::ranges::any_of(m_state.subject().terms, [](const auto& term) { return term.baseline != 0; });
}

int ContributionsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_state.termCount() == 0 ? 0 : static_cast<int>(m_rows.size());
}

int ContributionsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ContributionsModel::text(int row, int column) const
{
    if (isTotal(row))
        return column == Word ? tr("score") : column == Adds ? numberText(m_state.subject().score, kDigits) : QString();
    if (isLittleWords(row)) {
        int count = 0;
        for (int term = 0; term < m_state.termCount(); ++term)
            count += isFolded(term) ? 1 : 0;
        return column == Word ? (count == 1 ? tr("1 little word") : tr("%1 little words").arg(count))
            : column == Adds  ? signedText(foldedSum(), kDigits)
                              : QString();
    }
    const engine::ExplainedTerm& term = m_state.subject().terms[termOf(row)];
    switch (column) {
    case Word:
        return m_state.label(termOf(row));
    case Factor:
        return numberText(m_state.factor(termOf(row)), 3);
    case Best:
        return numberText(term.maximum, kDigits);
    case Usual:
        return numberText(term.baseline, kDigits);
    default:
        return signedText(m_shown[termOf(row)], kDigits);
    }
}

QString ContributionsModel::explanation(int term) const
{
    const engine::ExplainedTerm& part = m_state.subject().terms[term];
    const QString sum = part.baseline != 0
        ? tr("%1 × (%2 − %3) = %4")
              .arg(numberText(m_state.factor(term), kAllDigits), numberText(part.maximum, kAllDigits),
                  numberText(part.baseline, kAllDigits), numberText(part.contribution, kAllDigits))
        : tr("%1 × %2 = %3")
              .arg(numberText(m_state.factor(term), kAllDigits), numberText(part.maximum, kAllDigits),
                  numberText(part.contribution, kAllDigits));
    const int region = m_state.bestRegion(term);
    const QString where = region >= 0 ? tr("Best at %1.").arg(m_state.regionNames().name(region))
                                      : tr("The sentence as a whole against the photograph as a whole.");
    return QString("<b>%1</b><br>%2<br>%3").arg(m_state.label(term).toHtmlEscaped(), sum, where);
}

QVariant ContributionsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(index.row(), index.column());
    case Qt::TextAlignmentRole:
        return static_cast<int>((index.column() == Word ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return isTerm(index.row())       ? QVariant(explanation(termOf(index.row())))
            : isLittleWords(index.row()) ? QVariant(tr("Words that only hold others together: click to see each"))
                                         : QVariant();
    case Qt::AccessibleTextRole:
        return headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + ": "
            + text(index.row(), index.column());
    case ContributionRole:
        return isTerm(index.row())       ? m_state.subject().terms[termOf(index.row())].contribution
            : isLittleWords(index.row()) ? static_cast<float>(foldedSum())
                                         : m_state.subject().score;
    default:
        return {};
    }
}

void ContributionsModel::setBrief(bool brief)
{
    if (brief == m_brief)
        return;
    m_brief = brief;
    Q_EMIT headerDataChanged(Qt::Horizontal, Adds, Adds);
}

QVariant ContributionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    static const std::array<const char*, ColumnCount> names { QT_TR_NOOP("Word"), QT_TR_NOOP("Factor"),
        QT_TR_NOOP("Best match"), QT_TR_NOOP("Usual"), QT_TR_NOOP("Adds to the score") };
    static const std::array<const char*, ColumnCount> notes { QT_TR_NOOP(
                                                                  "A word of the sentence, or the sentence as a whole"),
        QT_TR_NOOP("What the match is multiplied by: what the word is worth to the model, times its weight (× 1 on its "
                   "chip unless you change it), shared by the words where the pooling is a mean"),
        QT_TR_NOOP("Cosine of the word and the region that meets it best"),
        QT_TR_NOOP("What the best match is in an average photograph; only what is above it counts"),
        QT_TR_NOOP("Factor × (best match − usual). The rows add up to the score.") };
    const align::Pooling pooling = m_state.subject().alignment.pooling;
    const bool byMaxima = pooling == align::Pooling::MrSw || pooling == align::Pooling::MrAVGw;
    if (role == Qt::DisplayRole) {
        const QString name = section == Best && !byMaxima ? tr("Earns")
            : section == Adds && m_brief                  ? tr("Adds")
                                                          : tr(names[section]);
        const bool asItStands = m_sortedBy == Word && m_order == Qt::AscendingOrder;
        if (section != m_sortedBy || asItStands)
            return name;
        return name + (m_order == Qt::AscendingOrder ? QString::fromUtf8(" ▴") : QString::fromUtf8(" ▾"));
    }
    if (role == Qt::ToolTipRole)
        return section == Best && !byMaxima ? tr("What the regions earn the word, before its weight")
                                            : tr(notes[section]);
    if (role == Qt::InitialSortOrderRole)
        return section == Word ? Qt::AscendingOrder : Qt::DescendingOrder;
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section == Word ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    return {};
}

} // namespace wordsight::ui
