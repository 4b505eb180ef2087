#pragma once

#include <span>
#include <vector>

#include <QAbstractTableModel>

#include "ui/inspector/inspection_state.h"

namespace wordsight::ui {

/// The sum that is the score: one row per term, factor × (best match − usual) = contribution, and a last row with the
/// score.
class ContributionsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Word, Factor, Best, Usual, Adds, ColumnCount };
    enum Role { ContributionRole = Qt::UserRole }; ///< float

    explicit ContributionsModel(const InspectionState& state, QObject* parent = nullptr);

    bool isTotal(int row) const { return row == static_cast<int>(m_rows.size()) - 1; }
    /// The row that stands for all words that only hold others together.
    bool isLittleWords(int row) const { return row >= 0 && row < rowCount() && m_rows[row] == kLittleWords; }
    bool isTerm(int row) const { return row >= 0 && row < rowCount() && m_rows[row] >= 0; }
    int termOf(int row) const { return isTerm(row) ? m_rows[row] : -1; } ///< -1: all words
    int rowOf(int term) const;
    /// The terms by what a column says of them; by Word they stand as in the sentence. The sum stays last.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    /// Some term counts only what it has above an average photograph.
    bool hasBaselines() const;

    /// Short headings, for narrow places.
    void setBrief(bool brief);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    static constexpr int kTotal = -1;
    static constexpr int kLittleWords = -2;

    void reload();
    void arrange();
    float valueOf(int term, int column) const;
    bool isFolded(int term) const;
    bool isLostSentence(int term) const;
    double foldedSum() const;
    QString text(int row, int column) const;
    QString explanation(int term) const;

    const InspectionState& m_state;
    bool m_brief = false;
    int m_sortedBy = Word;
    Qt::SortOrder m_order = Qt::AscendingOrder;
    std::vector<int> m_rows;     ///< terms, kLittleWords, kTotal
    std::vector<double> m_shown; ///< contributions as shown
};

/// Values rounded to `digits` decimals such that they add up to the rounded total: each is the next number below or
/// above the exact one, and those with the largest rest are rounded up.
std::vector<double> roundedToSum(std::span<const double> values, double total, int digits);

} // namespace wordsight::ui
