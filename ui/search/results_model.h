#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <unordered_map>

#include <QAbstractListModel>

#include "ui/search/contribution_extent.h"
#include "ui/shared/rank_comparison.h"
#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

class ThumbnailLoader;

/// All ranked photographs, or all there are where there is no sentence; only those that are looked at are explained.
/// The decoration of a row is its thumbnail, null while it is being read.
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
    /// What was wished for by pageNeeded().
    void addPage(const std::shared_ptr<const engine::AnswerPage>& page);
    /// The hit of a row; null outside of the rows, and while it is being explained.
    const engine::ExplainedHit* hit(const QModelIndex& index) const;
    /// The row of a photograph, or an invalid index; by its path only if it is explained already.
    QModelIndex indexOf(PhotoId photo) const;
    QModelIndex indexOf(const QString& path) const;
    /// What the strips of all rows are drawn against, so that they can be compared.
    const ContributionExtent& extent() const { return m_extent; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    /// A row is looked at that is not explained yet: its page begins at `first`.
    void pageNeeded(std::size_t first) const;

private:
    const std::filesystem::path& thumbnail(std::size_t row) const;

    ThumbnailLoader& m_thumbnails;
    OutcomePtr m_found;
    std::vector<RankDelta> m_deltas;
    ContributionExtent m_extent;
    std::unordered_map<std::size_t, std::shared_ptr<const engine::AnswerPage>> m_pages; ///< by where they begin
    mutable std::optional<std::size_t> m_needed;                                        ///< the page that is on its way
};

} // namespace wordsight::ui
