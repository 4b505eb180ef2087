#pragma once

#include <QObject>

#include "ui/controllers/found.h"
#include "ui/tasks/background_task.h"
#include "ui/tasks/pools.h"
#include "ui/views/inspector/inspector_subject.h"

namespace wordsight::ui {

/// Works out in the background what the inspector shows of a hit: the whole matrix, from stored vectors.
/// The latest hit wins.
class InspectionController : public QObject {
    Q_OBJECT
public:
    explicit InspectionController(Pools& pools, QObject* parent = nullptr);

    /// A row of found->hits.
    void inspect(const FoundPtr& found, int row);
    void clear();
    bool isBusy() const { return m_task.isRunning(); }

Q_SIGNALS:
    void ready(const wordsight::ui::InspectorSubject& subject);
    void failed(const QString& message);

private:
    BackgroundTask<InspectorSubject> m_task;
};

} // namespace wordsight::ui
