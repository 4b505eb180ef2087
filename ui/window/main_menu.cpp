#include "ui/window/main_menu.h"

#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>

#include "ui/search/photo_actions.h"
#include "ui/search/results_view.h"
#include "ui/search/search_bar.h"
#include "ui/shared/icons.h"
#include "ui/shared/theme.h"
#include "ui/window/main_window.h"

namespace wordsight::ui {

namespace {

void showBox(QWidget* parent, const QString& title, const QString& html)
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, title, html, QMessageBox::Close, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::RichText);
    box->open();
}

QString shortcuts(const MainWindow& window)
{
    QString rows;
    const auto row = [&rows](const QString& keys, const QString& text) {
        rows += QString("<tr><td style='padding:3px 24px 3px 0'><b>%1</b></td><td style='padding:3px 0'>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), text.toHtmlEscaped());
    };
    for (const QAction* action : window.findChildren<QAction*>())
        if (!action->shortcut().isEmpty() && !action->text().isEmpty())
            row(action->shortcut().toString(QKeySequence::NativeText), action->text().remove('&'));
    row(MainWindow::tr("Space, click"), MainWindow::tr("On a word: mute or unmute it"));
    row(MainWindow::tr("−, Shift+click"), MainWindow::tr("On a word: count it against, or in favour again"));
    row(MainWindow::tr("↑ ↓, wheel"), MainWindow::tr("On a word: more or less weight"));
    row(MainWindow::tr("Home, 0"), MainWindow::tr("On a word: back to weight 1"));
    row(MainWindow::tr("← ↑ → ↓"), MainWindow::tr("Among the photographs: choose"));
    row(MainWindow::tr("Ctrl+wheel"), MainWindow::tr("Over the photographs: larger or smaller"));
    return "<table>" + rows + "</table>";
}

QString about()
{
    return MainWindow::tr("<h2>Wordsight %1</h2><p>Finds your photographs by sentence and shows, word by word, which "
                          "regions earned the rank.</p><p>Everything stays on this computer. Apache License 2.0.</p>")
        .arg(WORDSIGHT_VERSION);
}

} // namespace

void buildMenus(MainWindow& w)
{
    const auto add = [&w](QMenu* menu, const char* icon, const QString& text, const QKeySequence& keys, auto&& act) {
        QAction* action = menu->addAction(lineIcon(icon), text, keys, &w, act);
        return action;
    };
    QMenu* file = w.menuBar()->addMenu(MainWindow::tr("&File"));
    add(file, "folder", MainWindow::tr("&Open folder…"), QKeySequence::Open, &MainWindow::chooseFolder);
    add(file, "folder-add", MainWindow::tr("&Add folder to this library…"), QKeySequence("Ctrl+Shift+O"),
        &MainWindow::addFolder);
    add(file, "photographs", MainWindow::tr("Open &library…"), QKeySequence("Ctrl+Alt+O"), &MainWindow::chooseLibrary);
    QMenu* recent = file->addMenu(MainWindow::tr("Open &recent"));
    QObject::connect(recent, &QMenu::aboutToShow, &w, [recent, &w] {
        recent->clear();
        for (const Session::Recent& one : w.m_session.recent())
            recent->addAction(one.title, &w, [&w, one] { w.openLibrary(one.library); })->setToolTip(one.library);
    });
    file->addSeparator();
    add(file, "refresh", MainWindow::tr("&Look again"), QKeySequence::Refresh, &MainWindow::rescan);
    add(file, "warning", MainWindow::tr("Files &left out…"), {}, &MainWindow::showRejected);
    add(file, "export", MainWindow::tr("&Export results…"), QKeySequence("Ctrl+E"), &MainWindow::exportResults);
    file->addSeparator();
    add(file, "cancel", MainWindow::tr("&Quit"), QKeySequence::Quit, &QWidget::close);

    QMenu* search = w.menuBar()->addMenu(MainWindow::tr("&Search"));
    add(search, "search", MainWindow::tr("&Type a sentence"), QKeySequence::Find, &MainWindow::focusSentence);
    add(search, "photographs", MainWindow::tr("Go to &photographs"), QKeySequence("Ctrl+G"),
        [&w] { w.m_grid->setFocus(Qt::ShortcutFocusReason); });
    add(search, "reset", MainWindow::tr("&Reset weights"), QKeySequence("Ctrl+0"),
        [&w] { w.m_searchBar->resetWeights(); });

    search->addSeparator();
    add(search, "panel", MainWindow::tr("Choose &model…"), QKeySequence("Ctrl+M"), &MainWindow::chooseModel);

    QMenu* photo = w.menuBar()->addMenu(MainWindow::tr("&Photograph"));
    photo->addActions(w.m_photoActions->actions());
    QObject::connect(w.m_grid, &QWidget::customContextMenuRequested, photo,
        [photo, grid = w.m_grid](const QPoint& at) { photo->popup(grid->viewport()->mapToGlobal(at)); });

    QMenu* view = w.menuBar()->addMenu(MainWindow::tr("&View"));
    QAction* inspector
        = add(view, "panel", MainWindow::tr("&Inspector"), QKeySequence("F9"), &MainWindow::showInspector);
    inspector->setCheckable(true);
    inspector->setChecked(true);
    add(view, "", MainWindow::tr("&Larger thumbnails"), QKeySequence::ZoomIn,
        [&w] { w.m_grid->setTileWidth(w.m_grid->tileWidth() + 40); });
    add(view, "", MainWindow::tr("&Smaller thumbnails"), QKeySequence::ZoomOut,
        [&w] { w.m_grid->setTileWidth(w.m_grid->tileWidth() - 40); });
    view->addSeparator();
    for (const Page page : kPages)
        add(view, "", pageName(page), QKeySequence(QString("Ctrl+%1").arg(static_cast<int>(page) + 1)),
            [&w, page] { w.showPage(page); });
    view->addSeparator();
    QMenu* themes = view->addMenu(lineIcon("theme"), MainWindow::tr("&Theme"));
    auto* group = new QActionGroup(themes);
    for (const auto& [theme, text] : { std::pair(Theme::System, MainWindow::tr("As the &desktop")),
             std::pair(Theme::Light, MainWindow::tr("&Light")), std::pair(Theme::Dark, MainWindow::tr("&Dark")) }) {
        QAction* action = themes->addAction(text, &w, [&w, theme = theme] { w.setTheme(theme); });
        action->setCheckable(true);
        action->setChecked(w.isTheme(theme));
        action->setObjectName("theme-" + name(theme));
        group->addAction(action);
    }

    QMenu* help = w.menuBar()->addMenu(MainWindow::tr("&Help"));
    add(help, "keyboard", MainWindow::tr("&Keyboard shortcuts"), QKeySequence::HelpContents,
        [&w] { showBox(&w, MainWindow::tr("Keyboard shortcuts"), shortcuts(w)); });
    add(help, "info", MainWindow::tr("&About Wordsight"), {}, [&w] { showBox(&w, MainWindow::tr("About"), about()); });
}

} // namespace wordsight::ui
