#include "ui/window/main_window.h"

#include <utility>

#include <QApplication>
#include <QCloseEvent>
#include <QLocale>
#include <QMessageBox>
#include <QMimeData>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/compare/compare_page.h"
#include "ui/evaluate/evaluation_page.h"
#include "ui/inspector/inspector.h"
#include "ui/library/index_panel.h"
#include "ui/library/library_location.h"
#include "ui/modality/modality_page.h"
#include "ui/search/photo_actions.h"
#include "ui/search/results_view.h"
#include "ui/search/search_bar.h"
#include "ui/shared/empty_pages.h"
#include "ui/shared/icons.h"
#include "ui/shared/paths.h"
#include "ui/shared/theme.h"
#include "ui/window/main_menu.h"

namespace wordsight::ui {

MainWindow::MainWindow(WindowOptions options)
    : m_session(options.settingsFile)
    , m_models(std::move(options.models))
    , m_modelCache(std::make_shared<ModelCache>(m_models.open))
    , m_libraryModels(m_pools, m_models)
    , m_thumbnails(m_pools.pictures)
    , m_results(m_thumbnails)
    , m_search(m_pools)
    , m_index(m_pools)
    , m_inspection(m_pools)
    , m_export(m_pools.pictures)
    , m_switch(new PageSwitch)
    , m_places(new QStackedWidget)
    , m_welcome(new WelcomePage)
    , m_message(new MessagePage)
    , m_grid(new ResultsView)
    , m_pages(new QStackedWidget)
    , m_searchBar(new SearchBar)
    , m_inspector(new Inspector)
    , m_splitter(new QSplitter)
    , m_panel(new IndexPanel)
    , m_photoActions(new PhotoActions(this))
{
    setTheme(themeNamed(m_session.layout("theme").toString()));
    build();
    buildMenus(*this);
    connectSearch();
    connectIndex();
    connectPages();
    showState();
}

MainWindow::~MainWindow()
{
    // The views must not ask models and loaders that are gone.
    m_grid->setModel(nullptr);
    for (QWidget* page :
        { static_cast<QWidget*>(m_compare), static_cast<QWidget*>(m_evaluation), static_cast<QWidget*>(m_modality) })
        delete page;
}

void MainWindow::build()
{
    setObjectName("mainWindow");
    setWindowTitle("Wordsight");
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    resize(1360, 860);
    m_places->addWidget(buildSearchPage());
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_places, 1);
    layout->addWidget(m_panel);
    setCentralWidget(central);
    m_welcome->setRecent(m_session.recent());
    m_searchBar->setFocus();
}

QWidget* MainWindow::buildSearchPage()
{
    m_grid->setModel(&m_results);
    m_pages->addWidget(m_welcome);
    m_pages->addWidget(m_message);
    m_pages->addWidget(m_grid);
    m_pages->setMinimumWidth(320);
    m_pages->setContentsMargins(10, 0, 0, 0);
    m_splitter->addWidget(m_pages);
    m_splitter->addWidget(m_inspector);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setHandleWidth(8);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setSizes({ 780, 560 });

    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_searchBar);
    layout->addWidget(m_splitter, 1);
    return page;
}

void MainWindow::connectSearch()
{
    connect(m_searchBar, &SearchBar::asked, this,
        [this](const QString& sentence) { ask(sentence, m_searchBar->weights()); });
    connect(m_searchBar, &SearchBar::weightsChanged, this, [this] {
        m_search.setWeights(m_searchBar->weights());
        saveQuery();
    });
    connect(m_searchBar, &SearchBar::termHovered, m_inspector, &Inspector::highlightTerm);
    connect(m_inspector, &Inspector::hoveredTerm, m_searchBar, &SearchBar::highlightTerm);
    connect(&m_search, &SearchController::outcomeChanged, this, &MainWindow::showOutcome);
    connect(&m_search, &SearchController::failed, this, [this](const QString& message) {
        m_problem = message;
        m_searchBar->setSummary({});
        showState();
    });
    connect(&m_search, &SearchController::busyChanged, this, [this](bool busy) {
        if (busy && !m_search.outcome())
            m_searchBar->setSummary(tr("Searching…"));
    });
    connect(&m_thumbnails, &ThumbnailLoader::ready, m_grid->viewport(), qOverload<>(&QWidget::update));
    connect(m_grid, &ResultsView::currentPhotoChanged, this, &MainWindow::photoChosen);
    connect(m_grid, &QAbstractItemView::doubleClicked, m_photoActions->actions().first(), &QAction::trigger);
    connect(&m_inspection, &InspectionController::ready, m_inspector, &Inspector::setSubject);
    connect(&m_inspection, &InspectionController::failed, this, &MainWindow::warn);
    m_export.failed = [this](const Error& error) { warn(QString::fromUtf8(error.what())); };
}

void MainWindow::connectIndex()
{
    connect(&m_index, &IndexController::started, m_panel, &IndexPanel::showStarted);
    connect(&m_index, &IndexController::progressed, m_panel, &IndexPanel::showProgress);
    connect(&m_index, &IndexController::pausedChanged, m_panel, &IndexPanel::showPaused);
    connect(&m_index, &IndexController::finished, m_panel, &IndexPanel::showFinished);
    connect(&m_index, &IndexController::stopped, m_panel, &IndexPanel::showStopped);
    connect(&m_index, &IndexController::grown, &m_search, &SearchController::refresh);
    connect(
        m_panel, &IndexPanel::pauseToggled, this, [this] { m_index.isPaused() ? m_index.resume() : m_index.pause(); });
    connect(m_panel, &IndexPanel::cancelRequested, &m_index, &IndexController::cancel);
    connect(m_panel, &IndexPanel::rejectedRequested, this, &MainWindow::showRejected);
    connect(m_panel, &IndexPanel::modelRequested, this, &MainWindow::chooseModel);
    connect(m_welcome, &WelcomePage::openRequested, this, &MainWindow::chooseFolder);
    connect(m_welcome, &WelcomePage::libraryChosen, this, [this](const QString& folder) { openLibrary(folder); });
    connect(m_message, &MessagePage::acted, this, &MainWindow::rescan);
}

void MainWindow::restoreSession()
{
    restoreGeometry(m_session.layout("geometry").toByteArray());
    m_splitter->restoreState(m_session.layout("splitter").toByteArray());
    m_inspector->restoreState(m_session.layout("inspector").toByteArray());
    if (const int tile = m_session.layout("tile").toInt())
        m_grid->setTileWidth(tile);
    const std::filesystem::path library = m_session.library();
    if (library.empty() || !isLibrary(library))
        return;
    m_selected = m_session.selectedPhoto();
    m_selectedByHand = true;
    m_shownQuery = m_session.sentence().toStdString();
    ask(m_session.sentence(), m_session.weights());
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
    index(home, photographs, model);
}

void MainWindow::openLibrary(const QString& folder, const std::string& model)
{
    const std::filesystem::path library = std::filesystem::absolute(toPath(folder));
    if (!isLibrary(library)) {
        m_session.forgetRecent(folder);
        m_welcome->setRecent(m_session.recent());
        return warn(
            tr("%1 is not a library of Wordsight, or is gone. Open the folder of photographs instead.").arg(folder));
    }
    index(library, {}, model);
}

void MainWindow::index(
    const std::filesystem::path& library, const std::vector<std::filesystem::path>& paths, const std::string& model)
{
    if (!model.empty())
        m_session.setModel(library, model);
    if (library != m_library) {
        m_library = library;
        m_session.setLibrary(library);
        setModel(m_session.model(library));
        m_problem.clear();
        m_results.setOutcome({});
        m_open = std::make_shared<engine::LibrarySession>(
            library, m_models, m_modelCache, engine::LibrarySession::IfMissing::Make);
        m_search.openLibrary(m_open, m_model);
        m_libraryModels.read(library);
        if (m_compare)
            m_compare->openLibrary(m_open, m_model);
    }
    m_index.start(m_open, paths, m_model);
    showState();
}

void MainWindow::ask(const QString& sentence, std::vector<TermWeight> weights)
{
    m_problem.clear();
    if (m_searchBar->sentence() != sentence.trimmed())
        m_searchBar->setSentence(sentence);
    const QString asked = m_searchBar->sentence(); // as much of it as the field takes
    m_session.setQuery(asked, weights);
    m_search.ask(asked, std::move(weights));
}

void MainWindow::saveQuery()
{
    m_session.setQuery(m_searchBar->sentence(), m_searchBar->weights());
}

bool MainWindow::isIdle() const
{
    return !m_index.isRunning() && !m_search.isBusy() && !m_thumbnails.isBusy() && !m_inspection.isBusy()
        && !m_inspector->isBusy() && !m_libraryModels.isBusy() && pagesAreIdle();
}

void MainWindow::showOutcome()
{
    const OutcomePtr& found = m_search.outcome();
    const bool newSentence = found->sentence() != m_shownQuery;
    const bool grown = std::exchange(m_shownFrom, found->searchable) != found->searchable;
    m_problem.clear();
    m_shownQuery = found->sentence();
    const int scrolled = m_grid->verticalScrollBar()->value();
    {
        // Choosing waits until the selection stands again.
        const QSignalBlocker blocker(m_grid);
        m_results.setOutcome(found);
    }
    m_searchBar->setTerms(found->query.terms);
    m_panel->showLibrary(*found);
    m_searchBar->setSummary(found->isRanked() ? tr("%1 photographs ranked in %2 ms")
                                                    .arg(QLocale().toString(qlonglong(found->searchable)))
                                                    .arg(found->milliseconds, 0, 'f', found->milliseconds < 10)
                                              : QString());
    if (!found->roots.empty() || found->photos > 0) {
        const QString title = toQString((found->roots.empty() ? m_library : found->roots.front()).filename());
        setWindowTitle(title + QString::fromUtf8(" — Wordsight"));
        m_session.addRecent(m_library, title);
    }
    showState();
    // What came first while a library was being indexed is nobody's choice.
    select(newSentence || (grown && !m_selectedByHand));
    if (!newSentence)
        m_grid->verticalScrollBar()->setValue(scrolled);
    else
        m_grid->scrollToTop();
}

void MainWindow::select(bool fromBest)
{
    const bool ranked = m_search.outcome()->isRanked();
    QModelIndex index = fromBest && ranked ? QModelIndex() : m_results.indexOf(m_selected);
    const bool kept = index.isValid();
    if (!index.isValid() && ranked)
        index = m_results.index(0);
    const bool byHand = kept && m_selectedByHand;
    m_grid->setCurrentIndex(index);
    if (!index.isValid())
        photoChosen(index);
    m_selectedByHand = byHand;
}

void MainWindow::showState()
{
    using engine::WhyEmpty;
    const OutcomePtr& found = m_search.outcome();
    m_inspector->setVisible(m_inspectorWanted && found && !found->hits.empty());
    if (m_library.empty()) {
        m_pages->setCurrentWidget(m_welcome);
    } else if (!m_problem.isEmpty()) {
        m_message->show("warning", tr("This did not work"), m_problem, tr("Try again"));
        m_pages->setCurrentWidget(m_message);
    } else if (found && !found->hits.empty()) {
        m_pages->setCurrentWidget(m_grid);
    } else if (!found || (found->whyEmpty == WhyEmpty::NothingIndexed && m_index.isPending(m_library, m_model))) {
        m_message->show("photographs", tr("Getting to know your photographs"),
            tr("They appear here as they are read. You can search before all of them are in."));
        m_pages->setCurrentWidget(m_message);
    } else if (found->whyEmpty == WhyEmpty::NothingAsked) {
        m_message->show("search", tr("No word to look for"), tr("This model can make nothing of the sentence."));
        m_pages->setCurrentWidget(m_message);
    } else if (found->whyEmpty == WhyEmpty::NothingMatches) {
        m_message->show("photographs", tr("Nothing matches"), tr("No photograph of the library passes the filter."));
        m_pages->setCurrentWidget(m_message);
    } else if (found->photos > 0) {
        const ModelChoice* choice = m_libraryModels.find(m_model);
        const bool canIndex = !choice || choice->canIndex();
        m_message->show("photographs", tr("Not indexed with this model yet"),
            tr("The library knows %1 photographs, but %2 has not seen them.")
                .arg(found->photos)
                .arg(QString::fromStdString(m_model)),
            canIndex ? tr("Index now") : QString());
        m_pages->setCurrentWidget(m_message);
    } else {
        m_message->show("photographs", tr("No photographs here"),
            found->rejected ? tr("None of the files could be read. The line below tells why.")
                            : tr("The folder holds no photographs that can be read."),
            tr("Look again"));
        m_pages->setCurrentWidget(m_message);
    }
}

void MainWindow::photoChosen(const QModelIndex& index)
{
    const engine::ExplainedHit* hit = m_results.hit(index);
    m_photoActions->setPhoto(hit ? toQString(hit->photo.path) : QString());
    if (!hit) {
        m_inspection.clear();
        m_inspector->clear();
        return;
    }
    m_selected = toQString(hit->photo.path);
    m_selectedByHand = true;
    m_session.setSelectedPhoto(m_selected);
    m_inspection.inspect(m_search.outcome(), index.row());
}

} // namespace wordsight::ui
