#pragma once

#include <QObject>

#include "core/engine/library/library_session.h"
#include "ui/inspector/inspector_subject.h"
#include "ui/shared/background_task.h"
#include "ui/shared/pools.h"
#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// Works out in the background what the inspector shows of a hit: the whole matrix, from stored vectors.
/// The latest hit wins.
class InspectionController : public QObject {
    Q_OBJECT
public:
    explicit InspectionController(Pools& pools, QObject* parent = nullptr);

    /// The photograph at a place of `found`, from 0, an answer of the library.
    void inspect(const std::shared_ptr<engine::LibrarySession>& library, const OutcomePtr& found, std::size_t place);
    void clear();
    bool isBusy() const { return m_task.isRunning(); }

Q_SIGNALS:
    void ready(const wordsight::ui::InspectorSubject& subject);
    void failed(const QString& message);

private:
    BackgroundTask<InspectorSubject> m_task;
};

} // namespace wordsight::ui
