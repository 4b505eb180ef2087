#include "ui/inspector/matrix_model.h"

#include "ui/shared/number_text.h"

namespace wordsight::ui {

MatrixModel::MatrixModel(const InspectionState& state, QObject* parent)
    : QAbstractTableModel(parent)
    , m_state(state)
{
    connect(&state, &InspectionState::subjectChanged, this, [this] {
        beginResetModel();
        m_rows = m_state.regionCount();
        m_columns = m_rows == 0 ? 0 : static_cast<int>(m_state.subject().alignment.matrix.cols) + 1;
        endResetModel();
    });
}

int MatrixModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int MatrixModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_columns;
}

QVariant MatrixModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const RegionNames& names = m_state.regionNames();
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignCenter);
    if (index.column() == 0) {
        if (role == Qt::DisplayRole)
            return names.shortName(index.row());
        if (role == SortRole)
            return index.row();
        return role == Qt::ToolTipRole || role == Qt::AccessibleTextRole ? names.name(index.row()) : QVariant();
    }
    const float cosine = m_state.cosine(index.row(), index.column() - 1);
    const QString word = m_state.label(termOf(index.column()));
    switch (role) {
    case Qt::DisplayRole:
        return numberText(cosine, 2);
    case SortRole:
    case CosineRole:
        return cosine;
    case Qt::ToolTipRole:
        return tr("<b>%1</b> and %2: %3").arg(word.toHtmlEscaped(), names.name(index.row()), numberText(cosine, 5));
    case Qt::AccessibleTextRole:
        return tr("%1, %2: %3").arg(word, names.name(index.row()), numberText(cosine, 3));
    default:
        return {};
    }
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return section == 0 ? tr("Region") : m_state.label(termOf(section));
    case Qt::ToolTipRole:
        return section == 0
            ? (m_state.regionNames().isGrid() ? tr("Row, column. Click to sort.") : tr("Click to sort."))
            : tr("Click to sort the regions by “%1”.").arg(m_state.label(termOf(section)));
    case Qt::InitialSortOrderRole:
        return section == 0 ? Qt::AscendingOrder : Qt::DescendingOrder;
    default:
        return {};
    }
}

} // namespace wordsight::ui
