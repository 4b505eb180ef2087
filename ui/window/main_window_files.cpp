// What the window does with folders, files and dialogs.
#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QSplitter>
#include <QStandardPaths>

#include "core/engine/hits_export.h"
#include "ui/inspector/inspector.h"
#include "ui/library/rejected_dialog.h"
#include "ui/search/results_view.h"
#include "ui/shared/empty_pages.h"
#include "ui/shared/paths.h"
#include "ui/shared/theme.h"
#include "ui/window/main_window.h"

namespace wordsight::ui {

namespace {

/// A dialog that runs beside the window's event loop and deletes itself.
QFileDialog* openDialog(QWidget* parent, const QString& title, QFileDialog::FileMode mode)
{
    auto* dialog = new QFileDialog(parent, title, QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(mode);
    if (mode == QFileDialog::Directory)
        dialog->setOption(QFileDialog::ShowDirsOnly);
    return dialog;
}

QStringList localPaths(const QMimeData* data)
{
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

} // namespace

void MainWindow::chooseFolder()
{
    QFileDialog* dialog = openDialog(this, tr("Open a folder of photographs"), QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { openPhotographs({ path }); });
    dialog->open();
}

void MainWindow::addFolder()
{
    QFileDialog* dialog = openDialog(this, tr("Add a folder to this library"), QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this,
        [this](const QString& path) { openPhotographs({ path }, toQString(m_library)); });
    dialog->open();
}

void MainWindow::chooseLibrary()
{
    QFileDialog* dialog = openDialog(this, tr("Open a library"), QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) { openLibrary(folder); });
    dialog->open();
}

void MainWindow::rescan()
{
    if (m_library.empty())
        return;
    m_problem.clear();
    m_index.start(m_open, {}, m_model);
    m_search.refresh();
    showState();
}

void MainWindow::showRejected()
{
    if (m_library.empty())
        return;
    auto* dialog = new RejectedDialog(m_pools.search, m_library, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::exportResults()
{
    const OutcomePtr found = m_search.outcome();
    if (!found || found->hits.empty())
        return;
    QFileDialog* dialog = openDialog(this, tr("Export the ranked photographs"), QFileDialog::AnyFile);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({ tr("Table (*.csv)"), tr("JSON (*.json)") });
    dialog->setDefaultSuffix("csv");
    connect(dialog, &QFileDialog::filterSelected, dialog,
        [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.contains("json") ? "json" : "csv"); });
    connect(dialog, &QFileDialog::fileSelected, this, [this, found](const QString& file) {
        m_export.start([found, file](TaskControl&) {
            engine::exportHits(found->sentence(), found->query, found->hits, found->milliseconds, toPath(file));
            return file;
        });
    });
    dialog->open();
}

void MainWindow::setTheme(Theme theme)
{
    applyTheme(*qApp, theme);
    m_session.setLayout("theme", name(theme));
}

void MainWindow::showInspector(bool shown)
{
    m_inspectorWanted = shown;
    showState();
}

bool MainWindow::isTheme(Theme theme) const
{
    return themeNamed(m_session.layout("theme").toString()) == theme;
}

void MainWindow::warn(const QString& message)
{
    auto* box = new QMessageBox(QMessageBox::Warning, "Wordsight", message, QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_index.cancel();
    m_session.setLayout("geometry", saveGeometry());
    if (m_inspector->isVisible()) // hidden, it would be remembered as having no width
        m_session.setLayout("splitter", m_splitter->saveState());
    m_session.setLayout("inspector", m_inspector->saveState());
    m_session.setLayout("tile", m_grid->tileWidth());
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (localPaths(event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_welcome->setDropping(true);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent* event)
{
    m_welcome->setDropping(false);
    QMainWindow::dragLeaveEvent(event);
}

void MainWindow::dropEvent(QDropEvent* event)
{
    m_welcome->setDropping(false);
    event->acceptProposedAction();
    openPhotographs(localPaths(event->mimeData()));
}

} // namespace wordsight::ui
