#pragma once

#include <QFrame>

namespace wordsight::ui {

/// Says at the lower edge of a window, for a while, that a file was written, and shows it in the file manager.
class SavedNote : public QFrame {
    Q_OBJECT
public:
    /// In place of the note that the window has.
    static void show(QWidget& window, const QString& file);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    SavedNote(QWidget& window, const QString& file);
    void place();
};

} // namespace wordsight::ui
