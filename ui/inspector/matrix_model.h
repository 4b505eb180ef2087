#pragma once

#include <QAbstractTableModel>

#include "ui/inspector/inspection_state.h"

namespace wordsight::ui {

/// Cosines of every region (rows) and word (columns, after the region's own name).
class MatrixModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { SortRole = Qt::UserRole, CosineRole }; ///< number; float, none in the region's column

    explicit MatrixModel(const InspectionState& state, QObject* parent = nullptr);

    /// The term of a column of this model; -1 for the region's.
    int termOf(int column) const { return m_state.termOf(column - 1); }
    int columnOf(int term) const { return m_state.columnOf(term) + 1; } ///< 0 for a term that has none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const InspectionState& m_state;
    int m_rows = 0;
    int m_columns = 0;
};

} // namespace wordsight::ui
