#pragma once

#include <string>

#include <QSortFilterProxyModel>

#include "ui/inspector/hover_table.h"
#include "ui/inspector/matrix_model.h"

namespace wordsight::ui {

/// The whole matrix as a heat table in the colours of the heatmaps, one row per region, sorted by place or by a word.
/// Pointing at a cell, by mouse or arrow keys, shows its region and its word in the photograph, and the other way
/// round.
class MatrixView : public HoverTable {
    Q_OBJECT
public:
    MatrixView(InspectionState& state, QWidget* parent = nullptr);

private:
    void pointAt(const QModelIndex& index);
    void regionChanged(int region, int before);
    void keepSorting();
    void hideLittleWords();
    void showMenu(const QPoint& at);
    void updateRow(int region);
    void updateColumn(int term);

    InspectionState& m_state;
    MatrixModel m_model;
    QSortFilterProxyModel m_sorted;
    std::string m_sortedBy;  ///< the word; empty: by the regions' places
    bool m_pointing = false; ///< what is pointed at comes from here: no need to bring it into view
};

} // namespace wordsight::ui
