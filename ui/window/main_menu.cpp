#include "ui/window/main_menu.h"

#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>

#include "ui/search/search_page.h"
#include "ui/shared/icons.h"
#include "ui/window/main_window.h"
#include "ui/window/theme.h"

namespace wordsight::ui {

namespace {

constexpr int kTileStep = 40;

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

void addThemes(QMenu* menu, MainWindow& window)
{
    auto* group = new QActionGroup(menu);
    for (const auto& [theme, text] : { std::pair(Theme::System, MainWindow::tr("As the &desktop")),
             std::pair(Theme::Light, MainWindow::tr("&Light")), std::pair(Theme::Dark, MainWindow::tr("&Dark")) }) {
        QAction* action = menu->addAction(text, &window, [&window, theme = theme] { window.setTheme(theme); });
        action->setCheckable(true);
        action->setChecked(window.theme() == theme);
        action->setObjectName("theme-" + name(theme));
        group->addAction(action);
    }
}

} // namespace

void buildMenus(MainWindow& window)
{
    PageStack& pages = window.pages();
    SearchPage& search = pages.search();
    const auto add = [](QMenu* menu, const char* icon, const QString& text, const QKeySequence& keys, auto* receiver,
                         auto&& act) { return menu->addAction(lineIcon(icon), text, keys, receiver, act); };

    QMenu* file = window.menuBar()->addMenu(MainWindow::tr("&File"));
    add(file, "folder", MainWindow::tr("&Open folder…"), QKeySequence::Open, &window, &MainWindow::chooseFolder);
    add(file, "folder-add", MainWindow::tr("&Add folder to this library…"), QKeySequence("Ctrl+Shift+O"), &window,
        &MainWindow::addFolder);
    add(file, "photographs", MainWindow::tr("Open &library…"), QKeySequence("Ctrl+Alt+O"), &window,
        &MainWindow::chooseLibrary);
    QMenu* recent = file->addMenu(MainWindow::tr("Open &recent"));
    QObject::connect(recent, &QMenu::aboutToShow, &window, [recent, &window] {
        recent->clear();
        for (const Session::Recent& one : window.session().recent())
            recent->addAction(one.title, &window, [&window, one] { window.openLibrary(one.library); })
                ->setToolTip(one.library);
    });
    file->addSeparator();
    add(file, "refresh", MainWindow::tr("&Look again"), QKeySequence::Refresh, &search, &SearchPage::rescan);
    add(file, "refresh", MainWindow::tr("Re&pair library"), {}, &window, &MainWindow::repairLibrary);
    add(file, "warning", MainWindow::tr("Files &left out…"), {}, &window, &MainWindow::showRejected);
    add(file, "export", MainWindow::tr("&Export results…"), QKeySequence("Ctrl+E"), &search,
        &SearchPage::exportResults);
    file->addSeparator();
    add(file, "cancel", MainWindow::tr("&Quit"), QKeySequence::Quit, &window, &QWidget::close);

    QMenu* ask = window.menuBar()->addMenu(MainWindow::tr("&Search"));
    add(ask, "search", MainWindow::tr("&Type a sentence"), QKeySequence::Find, &pages, &PageStack::focusSentence);
    add(ask, "photographs", MainWindow::tr("Go to &photographs"), QKeySequence("Ctrl+G"), &search,
        &SearchPage::focusPhotographs);
    add(ask, "", MainWindow::tr("&Undo"), QKeySequence::Undo, &search, &SearchPage::undo);
    add(ask, "", MainWindow::tr("R&edo"), QKeySequence::Redo, &search, &SearchPage::redo);
    add(ask, "reset", MainWindow::tr("&Reset weights"), QKeySequence("Ctrl+Shift+0"), &search,
        &SearchPage::resetWeights);
    ask->addSeparator();
    add(ask, "panel", MainWindow::tr("Choose &model…"), QKeySequence("Ctrl+M"), &window, &MainWindow::chooseModel);

    QMenu* photo = window.menuBar()->addMenu(MainWindow::tr("&Photograph"));
    photo->addActions(search.photoActions());
    QObject::connect(
        &search, &SearchPage::photoMenuRequested, photo, [photo](const QPoint& onScreen) { photo->popup(onScreen); });

    QMenu* view = window.menuBar()->addMenu(MainWindow::tr("&View"));
    QAction* inspector
        = add(view, "panel", MainWindow::tr("&Inspector"), QKeySequence("F9"), &search, &SearchPage::showInspector);
    inspector->setCheckable(true);
    inspector->setChecked(true);
    add(view, "", MainWindow::tr("&Larger thumbnails"), QKeySequence::ZoomIn, &search,
        [&search] { search.widenThumbnails(kTileStep); });
    add(view, "", MainWindow::tr("&Smaller thumbnails"), QKeySequence::ZoomOut, &search,
        [&search] { search.widenThumbnails(-kTileStep); });
    add(view, "", MainWindow::tr("&Thumbnails as at first"), QKeySequence("Ctrl+0"), &search,
        &SearchPage::resetThumbnails);
    view->addSeparator();
    for (const PageKind page : kPageKinds)
        add(view, "", pageName(page), QKeySequence(QString("Ctrl+%1").arg(static_cast<int>(page) + 1)), &pages,
            [&pages, page] { pages.showPage(page); });
    view->addSeparator();
    addThemes(view->addMenu(lineIcon("theme"), MainWindow::tr("&Theme")), window);

    QMenu* help = window.menuBar()->addMenu(MainWindow::tr("&Help"));
    add(help, "keyboard", MainWindow::tr("&Keyboard shortcuts"), QKeySequence::HelpContents, &window,
        [&window] { showBox(&window, MainWindow::tr("Keyboard shortcuts"), shortcuts(window)); });
    add(help, "info", MainWindow::tr("&About Wordsight"), {}, &window,
        [&window] { showBox(&window, MainWindow::tr("About"), about()); });
}

} // namespace wordsight::ui
