#pragma once

#include <QWidget>

#include "core/base/progress.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace wordsight::ui {

/// Starts and stops something long, and tells how far it is or how it ended.
class RunRow : public QWidget {
    Q_OBJECT
public:
    explicit RunRow(const QString& start, QWidget* parent = nullptr);

    void setReady(bool ready, const QString& why); ///< `why` not, as a tip
    void showProgress(const QString& what, const Progress& progress);
    void showIdle(const QString& message);

Q_SIGNALS:
    void started();
    void cancelled();

private:
    void enable();

    QPushButton* m_start;
    QPushButton* m_cancel;
    QProgressBar* m_bar;
    QLabel* m_message;
    bool m_ready = false;
    bool m_running = false;
};

} // namespace wordsight::ui
