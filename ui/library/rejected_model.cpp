#include "ui/library/rejected_model.h"

#include "ui/shared/paths.h"

namespace wordsight::ui {

void RejectedModel::setRejected(std::vector<store::Rejected> rejected)
{
    beginResetModel();
    m_rejected = std::move(rejected);
    endResetModel();
}

int RejectedModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rejected.size());
}

int RejectedModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RejectedModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const store::Rejected& file = m_rejected[index.row()];
    if (role == PathRole)
        return toQString(file.path);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    switch (index.column()) {
    case Name:
        return toQString(file.path.filename());
    case Reason:
        return QString::fromStdString(file.reason);
    case Folder:
        return toQString(file.path.parent_path());
    default:
        return {};
    }
}

QVariant RejectedModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("File");
    case Reason:
        return tr("Why it was left out");
    case Folder:
        return tr("Folder");
    default:
        return {};
    }
}

} // namespace wordsight::ui
