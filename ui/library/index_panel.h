#pragma once

#include <QWidget>

#include "core/base/progress.h"
#include "core/engine/library/run_index.h"
#include "ui/shared/search_outcome.h"

class QLabel;
class QProgressBar;
class QToolButton;

namespace wordsight::ui {

/// The line at the bottom: how far indexing has come, with pause and cancel; what is in the library; files that were
/// left out; model and device.
class IndexPanel : public QWidget {
    Q_OBJECT
public:
    explicit IndexPanel(QWidget* parent = nullptr);

    void showStarted();
    void showProgress(const Progress& progress);
    void showPaused(bool paused);
    void showFinished(const engine::IndexReport& report);
    void showStopped(const QString& message);
    void showLibrary(const SearchOutcome& found);
    /// The model the library is searched with, before it is opened.
    void showModel(const std::string& name);
    QString message() const;

Q_SIGNALS:
    void pauseToggled();
    void cancelRequested();
    void rejectedRequested();
    void modelRequested();

private:
    void setRunning(bool running);

    QLabel* m_message;
    QProgressBar* m_bar;
    QToolButton* m_pause;
    QToolButton* m_cancel;
    QToolButton* m_rejected;
    QLabel* m_library;
    QToolButton* m_model;
    QString m_modelName;
    QString m_lastProgress;
};

} // namespace wordsight::ui
