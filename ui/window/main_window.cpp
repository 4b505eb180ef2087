#include "ui/window/main_window.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "core/engine/library/index_plan.h"
#include "core/engine/library/library_session.h"
#include "ui/library/get_model_dialog.h"
#include "ui/library/index_panel.h"
#include "ui/library/library_location.h"
#include "ui/library/model_chooser.h"
#include "ui/library/rejected_dialog.h"
#include "ui/search/search_page.h"
#include "ui/search/welcome_page.h"
#include "ui/shared/counted.h"
#include "ui/shared/icons.h"
#include "ui/shared/paths.h"
#include "ui/window/main_menu.h"
#include "ui/window/theme.h"

namespace wordsight::ui {

namespace {

/// A dialog for a folder that runs beside the window's event loop and deletes itself.
template <class Chosen> void askForFolder(QWidget* parent, const QString& title, Chosen chosen)
{
    auto* dialog = new QFileDialog(parent, title, QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, chosen);
    dialog->open();
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

MainWindow::MainWindow(WindowOptions options)
    : m_services(std::move(options.models), options.settingsFile)
    , m_fetching(std::move(options.fetching))
    , m_switch(new PageSwitch)
    , m_panel(new IndexPanel)
{
    setTheme(theme());
    m_pages = std::make_unique<PageStack>(m_services);
    build();
    buildMenus(*this);
    connectPages();
    connectIndex();
    m_services.libraryModels.read({});
    m_panel->showModel(model());
    m_pages->search().setFocus();
}

void MainWindow::build()
{
    setObjectName("mainWindow");
    setWindowTitle("Wordsight");
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    // Frame and title take some of the screen, too.
    const QSize room = screen() ? screen()->availableGeometry().size() - QSize(16, 48) : QSize(1360, 860);
    resize(QSize(1360, 860).boundedTo(room));
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_pages.get(), 1);
    layout->addWidget(m_panel);
    setCentralWidget(central);
    menuBar()->setCornerWidget(m_switch);
}

void MainWindow::connectPages()
{
    connect(m_switch, &PageSwitch::chosen, m_pages.get(), &PageStack::showPage);
    connect(m_pages.get(), &PageStack::shown, m_switch, &PageSwitch::setCurrent);
    connect(m_pages.get(), &PageStack::indexRequested, this, &MainWindow::indexWith);
    SearchPage& search = m_pages->search();
    connect(&search, &SearchPage::outcomeChanged, this, &MainWindow::showOutcome);
    connect(&search, &SearchPage::repairRequested, this, &MainWindow::repairLibrary);
    connect(&search.welcome(), &WelcomePage::openRequested, this, &MainWindow::chooseFolder);
    connect(
        &search.welcome(), &WelcomePage::libraryChosen, this, [this](const QString& folder) { openLibrary(folder); });
}

void MainWindow::connectIndex()
{
    IndexController& index = m_services.index;
    LibraryModels& models = m_services.libraryModels;
    connect(&index, &IndexController::started, m_panel, &IndexPanel::showStarted);
    connect(&index, &IndexController::progressed, m_panel, &IndexPanel::showProgress);
    connect(&index, &IndexController::pausedChanged, m_panel, &IndexPanel::showPaused);
    connect(&index, &IndexController::finished, m_panel, &IndexPanel::showFinished);
    connect(&index, &IndexController::finished, this, &MainWindow::askWhetherDeleted);
    connect(&index, &IndexController::stopped, m_panel, &IndexPanel::showStopped);
    connect(&index, &IndexController::grown, m_pages.get(), &PageStack::refresh);
    connect(&index, &IndexController::finished, &models, &LibraryModels::refresh);
    connect(&index, &IndexController::stopped, &models, &LibraryModels::refresh);
    connect(
        m_panel, &IndexPanel::pauseToggled, &index, [&index] { index.isPaused() ? index.resume() : index.pause(); });
    connect(m_panel, &IndexPanel::cancelRequested, &index, &IndexController::cancel);
    connect(m_panel, &IndexPanel::rejectedRequested, this, &MainWindow::showRejected);
    connect(m_panel, &IndexPanel::modelRequested, this, &MainWindow::chooseModel);
}

void MainWindow::restoreSession()
{
    restoreGeometry(m_services.session.layout("geometry").toByteArray());
    SearchPage& search = m_pages->search();
    search.restoreLayout();
    const std::filesystem::path library = m_services.session.library();
    if (library.empty() || !isLibrary(library))
        return;
    search.restoreQuery();
    openLibrary(toQString(library));
}

void MainWindow::openPhotographs(const QStringList& paths, const QString& library, const std::string& model)
{
    std::vector<std::filesystem::path> photographs;
    for (const QString& path : paths)
        photographs.push_back(std::filesystem::absolute(toPath(path)));
    if (photographs.empty())
        return;
    const bool folder = std::filesystem::is_directory(photographs.front());
    if (library.isEmpty() && folder && isLibrary(photographs.front()))
        return openLibrary(toQString(photographs.front()), model);
    const auto home = !library.isEmpty() ? std::filesystem::absolute(toPath(library))
                                         : libraryFor(folder ? photographs.front() : photographs.front().parent_path());
    // What the library knows stays when its folder is not there now.
    if (const auto nowhere = std::ranges::find_if(photographs, engine::isMissing);
        nowhere != photographs.end() && !isLibrary(home))
        return warn(tr("There is no folder or photograph %1.").arg(toQString(*nowhere)));
    index(home, photographs, model);
}

void MainWindow::openLibrary(const QString& folder, const std::string& model)
{
    const std::filesystem::path library = std::filesystem::absolute(toPath(folder));
    if (isLibrary(library))
        return index(library, {}, model);
    m_services.session.forgetRecent(folder);
    m_pages->search().welcome().setRecent(session().recent());
    warn(tr("%1 is not a library of Wordsight, or is gone. Open the folder of photographs instead.").arg(folder));
}

void MainWindow::warn(const QString& message)
{
    auto* box = new QMessageBox(QMessageBox::Warning, "Wordsight", message, QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::index(
    const std::filesystem::path& library, const std::vector<std::filesystem::path>& paths, const std::string& model)
{
    if (!model.empty())
        m_services.session.setModel(library, model);
    if (!m_pages->library() || library != m_pages->library()->folder()) {
        m_services.session.setLibrary(library);
        const std::string chosen = session().model(library);
        m_pages->openLibrary(std::make_shared<engine::LibrarySession>(library, m_services.models, m_services.modelCache,
                                 engine::LibrarySession::IfMissing::Make),
            chosen.empty() ? m_services.models.standard : chosen);
        m_panel->showModel(this->model());
        m_services.libraryModels.read(library);
    }
    m_services.index.start(m_pages->library(), paths, this->model());
}

void MainWindow::indexWith(const std::string& model)
{
    if (m_pages->library())
        m_services.index.start(m_pages->library(), {}, model);
}

void MainWindow::useModel(const std::string& model)
{
    if (m_pages->library())
        m_services.session.setModel(m_pages->library()->folder(), model);
    m_pages->setModel(model.empty() ? m_services.models.standard : model);
    m_panel->showModel(this->model());
}

void MainWindow::ask(const QString& sentence, const std::vector<TermWeight>& weights)
{
    m_pages->search().ask(sentence, weights);
}

const OutcomePtr& MainWindow::outcome() const
{
    return m_pages->search().outcome();
}

bool MainWindow::isIdle() const
{
    return !m_services.index.isRunning() && !m_services.thumbnails.isBusy() && !m_services.libraryModels.isBusy()
        && !m_pages->isBusy();
}

void MainWindow::showOutcome()
{
    const SearchOutcome& found = *outcome();
    m_panel->showLibrary(found);
    if (found.roots.empty() && found.photos == 0)
        return;
    const std::filesystem::path& library = m_pages->library()->folder();
    const QString title = toQString((found.roots.empty() ? library : found.roots.front()).filename());
    setWindowTitle(title + QString::fromUtf8(" — Wordsight"));
    m_services.session.addRecent(library, title);
}

void MainWindow::chooseFolder()
{
    askForFolder(
        this, tr("Open a folder of photographs"), [this](const QString& folder) { openPhotographs({ folder }); });
}

void MainWindow::addFolder()
{
    askForFolder(this, tr("Add a folder to this library"),
        [this](const QString& folder) { openPhotographs({ folder }, toQString(m_pages->library()->folder())); });
}

void MainWindow::chooseLibrary()
{
    askForFolder(this, tr("Open a library"), [this](const QString& folder) { openLibrary(folder); });
}

void MainWindow::chooseModel()
{
    auto* chooser
        = new ModelChooser(m_services.libraryModels, m_services.index, model(), !m_fetching.program.empty(), this);
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    connect(chooser, &ModelChooser::chosen, this, &MainWindow::useModel);
    connect(chooser, &ModelChooser::indexRequested, this, &MainWindow::indexWith);
    connect(chooser, &ModelChooser::getRequested, this, &MainWindow::getModel);
    chooser->open();
}

void MainWindow::repairLibrary()
{
    if (m_pages->library())
        m_services.index.repair(m_pages->library(), model());
}

void MainWindow::getModel()
{
    QWidget* chooser = findChild<ModelChooser*>();
    auto* dialog = new GetModelDialog(m_fetching, chooser != nullptr ? chooser : this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &GetModelDialog::got, &m_services.libraryModels, &LibraryModels::refresh);
    dialog->open();
}

void MainWindow::showRejected()
{
    if (!m_pages->library())
        return;
    auto* dialog = new RejectedDialog(m_services.pools.search, m_pages->library()->folder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::askWhetherDeleted(const engine::IndexReport& report)
{
    QStringList places;
    for (const engine::OfflinePlace& place : report.offline)
        if (place.mayBeDeleted && m_askedAbout.insert(place.path).second)
            places << QString("%1: %2").arg(toQString(place.path), QString::fromStdString(place.reason));
    if (places.isEmpty())
        return;
    auto* box = new QMessageBox(QMessageBox::Question, "Wordsight",
        counted(report.offlineCount(true), tr("1 photograph is not where it was. Was it deleted?"),
            tr("%1 photographs are not where they were. Were they deleted?")),
        QMessageBox::NoButton, this);
    box->setObjectName("askWhetherDeleted");
    box->setInformativeText(places.join('\n') + '\n'
        + tr("What is kept can still be searched, and is whole again once its files are back."));
    box->addButton(tr("Keep them"), QMessageBox::RejectRole);
    QPushButton* forget = box->addButton(tr("Forget them"), QMessageBox::DestructiveRole);
    IndexController::Run again = m_services.index.latest();
    again.prune = true;
    connect(forget, &QPushButton::clicked, this, [this, again] { m_services.index.start(again); });
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

Theme MainWindow::theme() const
{
    return themeNamed(session().layout("theme").toString());
}

void MainWindow::setTheme(Theme theme)
{
    applyTheme(*qApp, theme);
    m_services.session.setLayout("theme", name(theme));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_services.index.cancel();
    m_services.session.setLayout("geometry", saveGeometry());
    m_pages->search().saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (localPaths(event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_pages->search().welcome().setDropping(true);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent* event)
{
    m_pages->search().welcome().setDropping(false);
    QMainWindow::dragLeaveEvent(event);
}

void MainWindow::dropEvent(QDropEvent* event)
{
    m_pages->search().welcome().setDropping(false);
    event->acceptProposedAction();
    openDropped(localPaths(event->mimeData()));
}

void MainWindow::openDropped(const QStringList& paths)
{
    const bool another = !paths.isEmpty() && isLibrary(toPath(paths.front()));
    if (!m_pages->library() || another)
        return openPhotographs(paths);
    auto* box = new QMessageBox(QMessageBox::Question, "Wordsight",
        tr("A library is open. Add what was dropped to it, or open it by itself?"), QMessageBox::NoButton, this);
    box->setObjectName("askWhereDropped");
    box->setInformativeText(paths.size() == 1
            ? QDir::toNativeSeparators(paths.front())
            : tr("%1 and %2 more").arg(QDir::toNativeSeparators(paths.front())).arg(paths.size() - 1));
    QPushButton* add = box->addButton(tr("&Add to this library"), QMessageBox::AcceptRole);
    QPushButton* open = box->addButton(tr("&Open by itself"), QMessageBox::ActionRole);
    box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(add);
    connect(add, &QPushButton::clicked, this,
        [this, paths] { openPhotographs(paths, toQString(m_pages->library()->folder())); });
    connect(open, &QPushButton::clicked, this, [this, paths] { openPhotographs(paths); });
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace wordsight::ui
