#include "ui/search/results_model.h"

#include <QFileInfo>
#include <QPixmap>

#include "ui/shared/paths.h"
#include "ui/shared/term_label.h"
#include "ui/shared/thumbnail_loader.h"

namespace wordsight::ui {

namespace {

QString explanation(const engine::ExplainedHit& hit)
{
    QStringList parts;
    for (const engine::ExplainedTerm& term : hit.terms)
        parts << ResultsModel::tr("%1 %2").arg(termLabel(term.kind, term.label)).arg(term.contribution, 0, 'f', 3);
    return parts.join(", ");
}

QString toolTip(const engine::ExplainedHit& hit)
{
    QString text = QString("%1\n%2 × %3").arg(toQString(hit.photo.path)).arg(hit.photo.width).arg(hit.photo.height);
    if (!hit.photo.takenAt.empty())
        text += " · " + QString::fromStdString(hit.photo.takenAt);
    if (!hit.offline.empty())
        text += ResultsModel::tr("\nOffline: %1").arg(QString::fromStdString(hit.offline));
    if (!hit.terms.empty())
        text += ResultsModel::tr("\nScore %1 = %2").arg(hit.score, 0, 'f', 3).arg(explanation(hit));
    return text;
}

QString comparison(const RankDelta* delta)
{
    if (!delta)
        return {};
    return delta->other ? ResultsModel::tr("\nOn the other side it has rank %1").arg(*delta->other)
                        : ResultsModel::tr("\nIt is not ranked on the other side");
}

QString spoken(const engine::ExplainedHit& hit)
{
    QString name = toQString(hit.photo.path.filename());
    if (!hit.offline.empty())
        name += ResultsModel::tr(", offline");
    if (hit.terms.empty())
        return name;
    return ResultsModel::tr("Rank %1, %2, score %3").arg(hit.rank).arg(name).arg(hit.score, 0, 'f', 3);
}

} // namespace

ResultsModel::ResultsModel(ThumbnailLoader& thumbnails, QObject* parent)
    : QAbstractListModel(parent)
    , m_thumbnails(thumbnails)
{
}

void ResultsModel::setOutcome(OutcomePtr found)
{
    beginResetModel();
    m_found = std::move(found);
    m_extent = {};
    m_deltas.clear();
    m_pages.clear();
    m_needed.reset();
    if (m_found)
        m_extent = { m_found->scale.against, m_found->scale.inFavour };
    if (m_found)
        for (const engine::ExplainedHit& hit : m_found->hits)
            m_extent.include(ContributionExtent::of(hit.terms));
    endResetModel();
}

void ResultsModel::setDeltas(std::vector<RankDelta> deltas)
{
    m_deltas = std::move(deltas);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

const RankDelta* ResultsModel::delta(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    return index.isValid() && row < m_deltas.size() ? &m_deltas[row] : nullptr;
}

void ResultsModel::addPage(const std::shared_ptr<const engine::AnswerPage>& page)
{
    m_needed.reset();
    if (!m_found || page->hits.empty() || page->first + page->hits.size() > m_found->listed())
        return;
    m_pages[page->first] = page;
    Q_EMIT dataChanged(
        index(static_cast<int>(page->first)), index(static_cast<int>(page->first + page->hits.size() - 1)));
}

const engine::ExplainedHit* ResultsModel::hit(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return nullptr;
    const auto row = static_cast<std::size_t>(index.row());
    if (row < m_found->hits.size())
        return &m_found->hits[row];
    const std::size_t first = row / kPageLength * kPageLength;
    if (const auto page = m_pages.find(first); page != m_pages.end())
        return &page->second->hits[row - first];
    if (!m_needed) {
        m_needed = first;
        Q_EMIT pageNeeded(first);
    }
    return nullptr;
}

const std::filesystem::path& ResultsModel::thumbnail(std::size_t row) const
{
    const std::size_t first = row / kPageLength * kPageLength;
    return row < m_found->hits.size() ? m_found->thumbnails[row] : m_pages.at(first)->thumbnails[row - first];
}

QModelIndex ResultsModel::indexOf(PhotoId photo) const
{
    const auto place = m_found ? m_found->placeOf(photo) : std::nullopt;
    return place ? index(static_cast<int>(*place)) : QModelIndex();
}

QModelIndex ResultsModel::indexOf(const QString& path) const
{
    const std::string wanted = toPath(path).native();
    for (std::size_t row = 0; m_found && row < m_found->hits.size(); ++row)
        if (m_found->hits[row].photo.path.native() == wanted)
            return index(static_cast<int>(row));
    return {};
}

int ResultsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_found ? 0 : static_cast<int>(m_found->listed());
}

QVariant ResultsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const engine::ExplainedHit* shown = hit(index);
    if (!shown) // it comes; its rank is known
        return role == Qt::AccessibleTextRole ? tr("Rank %1").arg(index.row() + 1) : QVariant();
    switch (role) {
    case Qt::DisplayRole:
        return toQString(shown->photo.path.filename());
    case Qt::ToolTipRole:
        return toolTip(*shown) + comparison(delta(index));
    case Qt::AccessibleTextRole:
        return spoken(*shown) + QString(comparison(delta(index))).replace('\n', ". ");
    case Qt::AccessibleDescriptionRole:
        return explanation(*shown);
    case Qt::DecorationRole:
        return m_thumbnails.thumbnail(thumbnail(static_cast<std::size_t>(index.row())), shown->photo.path);
    case PathRole:
        return toQString(shown->photo.path);
    default:
        return {};
    }
}

} // namespace wordsight::ui
