#pragma once

#include <memory>

#include <QTemporaryDir>
#include <QtTest>

#include "tests/ui/support/colour_model.h"
#include "ui/window/main_window.h"

namespace wordsight::ui::test {

/// A temporary place with photographs of plain colours (red.png, green.png, blue.png, yellow.png, half.png: red beside
/// blue), a library, and settings of its own.
class Place {
public:
    Place();
    QString photographs() const { return m_folder.filePath("photographs"); }
    QString library() const { return m_folder.filePath("library"); }
    QString settings() const { return m_folder.filePath("settings.ini"); }
    QString file(const QString& name) const { return m_folder.filePath(name); }
    QString photograph(const QString& name) const { return photographs() + "/" + name; }
    void addPhotograph(const QString& name, QColor left, QColor right) const;

    const std::shared_ptr<ModelProbe> probe = std::make_shared<ModelProbe>();

    /// A window on this place, shown, without any library yet.
    std::unique_ptr<MainWindow> window() const;
    /// A window in which the photographs are indexed.
    std::unique_ptr<MainWindow> indexedWindow() const;

private:
    QTemporaryDir m_folder;
};

/// Waits until the window has nothing to do any more; false after ten seconds.
bool waitIdle(const MainWindow& window);

/// Everything that can be reached with Tab says what it is.
void expectAccessibleNames(const MainWindow& window);

/// File names of the hits that the grid shows, best first.
QStringList shownNames(const MainWindow& window);

} // namespace wordsight::ui::test
