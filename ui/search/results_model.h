#pragma once

#include <QAbstractListModel>

#include "ui/search/contribution_extent.h"
#include "ui/shared/rank_comparison.h"
#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

class ThumbnailLoader;

/// Ranked hits, or all photographs where there is no sentence. The decoration of a row is its thumbnail, null while
/// it is being read.
class ResultsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { PathRole = Qt::UserRole + 1 };

    explicit ResultsModel(ThumbnailLoader& thumbnails, QObject* parent = nullptr);

    void setOutcome(OutcomePtr found);
    /// How every hit stands in another ranking; empty: there is none to compare with.
    void setDeltas(std::vector<RankDelta> deltas);
    /// Null where there is nothing to compare with.
    const RankDelta* delta(const QModelIndex& index) const;
    /// The hit of a row; null outside of the rows.
    const engine::ExplainedHit* hit(const QModelIndex& index) const;
    /// The row of a photograph, or an invalid index.
    QModelIndex indexOf(const QString& path) const;
    /// What the strips of all rows are drawn against, so that they can be compared.
    const ContributionExtent& extent() const { return m_extent; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    ThumbnailLoader& m_thumbnails;
    OutcomePtr m_found;
    std::vector<RankDelta> m_deltas;
    ContributionExtent m_extent;
};

} // namespace wordsight::ui
