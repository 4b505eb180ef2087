#pragma once

#include <QObject>

#include "ui/inspector/photo_pyramid.h"
#include "ui/shared/background_task.h"

namespace wordsight::ui {

/// Reads photographs in the background; the latest wins.
class PhotoLoader : public QObject {
    Q_OBJECT
public:
    explicit PhotoLoader(QThreadPool& pool, QObject* parent = nullptr);

    /// Where the file cannot be opened, `thumbnail` stands for it, if there is one.
    void load(const QString& path, const QString& thumbnail = {});
    void cancel();
    bool isBusy() const { return m_task.isRunning(); }

Q_SIGNALS:
    void loaded(const wordsight::ui::PhotoPyramid& photograph);
    void failed(const QString& message);

private:
    BackgroundTask<PhotoPyramid> m_task;
};

} // namespace wordsight::ui
