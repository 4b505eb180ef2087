#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "core/store/library.h"

namespace wordsight::ui {

/// Files that could not be read: name, reason, folder.
class RejectedModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Reason, Folder, ColumnCount };
    enum Role { PathRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;
    void setRejected(std::vector<store::Rejected> rejected);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<store::Rejected> m_rejected;
};

} // namespace wordsight::ui
