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

const engine::ExplainedHit* ResultsModel::hit(const QModelIndex& index) const
{
    return index.isValid() && index.row() < rowCount() ? &m_found->hits[index.row()] : nullptr;
}

QModelIndex ResultsModel::indexOf(const QString& path) const
{
    const std::string wanted = toPath(path).native();
    for (int row = 0; row < rowCount(); ++row)
        if (m_found->hits[row].photo.path.native() == wanted)
            return index(row);
    return {};
}

int ResultsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_found ? 0 : static_cast<int>(m_found->hits.size());
}

QVariant ResultsModel::data(const QModelIndex& index, int role) const
{
    const engine::ExplainedHit* shown = hit(index);
    if (!shown)
        return {};
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
        return m_thumbnails.thumbnail(m_found->thumbnails[index.row()], shown->photo.path);
    case PathRole:
        return toQString(shown->photo.path);
    default:
        return {};
    }
}

} // namespace wordsight::ui
