#pragma once

#include <QObject>

#include "ui/inspector/inspection_state.h"
#include "ui/shared/background_task.h"

class QAction;
class QMenu;

namespace wordsight::ui {

class PhotoView;

/// What can be taken out of the inspector: the explanation as PNG, SVG, CSV, JSON or NPZ, written in the background in
/// the colours shown; the view as a picture on the clipboard; the file itself.
class ExportActions : public QObject {
    Q_OBJECT
public:
    ExportActions(QThreadPool& pool, const InspectionState& state, PhotoView& photo, QWidget* parent);

    QMenu* menu() const { return m_menu; }
    bool isBusy() const { return m_task.isRunning(); }

Q_SIGNALS:
    void notice(const QString& text); ///< for a person: what was done

private:
    void chooseFile(const QString& format);
    void exportTo(const QString& file);
    void copyPicture();
    void enable();

    const InspectionState& m_state;
    PhotoView& m_photo;
    QWidget* m_window;
    QMenu* m_menu;
    QList<QAction*> m_exports; ///< need a sentence
    QAction* m_copy;
    BackgroundTask<QString> m_task;
};

} // namespace wordsight::ui
