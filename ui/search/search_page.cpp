#include "ui/search/search_page.h"

#include <QAction>
#include <QFileDialog>
#include <QLocale>
#include <QMessageBox>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "core/engine/hits_export.h"
#include "core/engine/library/library_session.h"
#include "core/engine/search/question_text.h"
#include "ui/inspector/inspector.h"
#include "ui/search/photo_actions.h"
#include "ui/search/results_pane.h"
#include "ui/search/search_bar.h"
#include "ui/shared/counted.h"
#include "ui/shared/error_text.h"
#include "ui/shared/paths.h"
#include "ui/shared/saved_note.h"

namespace wordsight::ui {

SearchPage::SearchPage(Services& services, QWidget* parent)
    : Page(parent)
    , m_services(services)
    , m_search(services.pools)
    , m_inspection(services.pools)
    , m_export(services.pools.inspection)
    , m_bar(new SearchBar)
    , m_photoActions(new PhotoActions(this))
    , m_inspector(new Inspector(services.pools.inspection))
    , m_results(new ResultsPane(services.thumbnails, services.session))
    , m_splitter(std::make_unique<QSplitter>())
{
    build();
    connectSearch();
    showState();
}

void SearchPage::build()
{
    m_splitter->setObjectName("searchSplitter");
    m_splitter->addWidget(m_results);
    m_splitter->addWidget(m_inspector);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setHandleWidth(8);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setCollapsible(1, true); // folds away where there is little room, and comes back with F9
    m_splitter->setSizes({ 780, 560 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    setFocusProxy(m_bar);
    layout->addWidget(m_splitter.get(), 1);
}

void SearchPage::connectSearch()
{
    connect(m_bar, &SearchBar::asked, this, [this](const QString& sentence) { ask(sentence, {}); });
    connect(m_bar, &SearchBar::weightsChanged, this, [this] { ask(m_bar->sentence(), {}); });
    connect(m_bar, &SearchBar::termHovered, m_inspector, &Inspector::highlightTerm);
    connect(m_inspector, &Inspector::hoveredTerm, m_bar, &SearchBar::highlightTerm);
    connect(&m_search, &SearchController::outcomeChanged, this, &SearchPage::showOutcome);
    connect(&m_search, &SearchController::failed, this, &SearchPage::showProblem);
    connect(&m_search, &SearchController::busyChanged, this, [this](bool busy) {
        if (busy && !m_search.outcome())
            m_bar->setSummary(tr("Searching…"));
    });
    connect(m_results, &ResultsPane::photoChosen, this, &SearchPage::showPhoto);
    connect(m_results, &ResultsPane::photoKnown, m_photoActions, &PhotoActions::setPhoto);
    connect(&m_results->results(), &ResultsModel::pageNeeded, &m_search, &SearchController::explain);
    connect(&m_search, &SearchController::explained, &m_results->results(), &ResultsModel::addPage);
    connect(m_results, &ResultsPane::acted, this, [this] {
        const bool repairs = m_canRepair && !m_problem.isEmpty();
        repairs ? Q_EMIT repairRequested() : rescan();
    });
    ResultsView* grid = &m_results->grid();
    connect(grid, &QAbstractItemView::doubleClicked, m_photoActions, &PhotoActions::open);
    connect(grid, &QWidget::customContextMenuRequested, this,
        [this, grid](const QPoint& at) { Q_EMIT photoMenuRequested(grid->viewport()->mapToGlobal(at)); });
    connect(&m_inspection, &InspectionController::ready, m_inspector, &Inspector::setSubject);
    connect(&m_inspection, &InspectionController::failed, this, &SearchPage::warn);
    connect(&m_services.index, &IndexController::started, this, &SearchPage::showState);
    connect(&m_services.libraryModels, &LibraryModels::changed, this, &SearchPage::showState);
    m_export.done = [this](const QString& file) { SavedNote::show(*window(), file); };
    m_export.failed = [this](const Error& error) { warn(errorText(error)); };
}

void SearchPage::openLibrary(const std::shared_ptr<engine::LibrarySession>& library, const std::string& model)
{
    m_library = library;
    m_model = model;
    m_problem.clear();
    m_results->clear();
    m_search.openLibrary(library, model);
    showState();
}

void SearchPage::setModel(const std::string& model)
{
    m_problem.clear();
    m_model = model;
    m_search.setModel(model);
    showState();
}

void SearchPage::rescan()
{
    if (!m_library)
        return;
    m_problem.clear();
    Q_EMIT indexRequested(m_model);
    m_search.refresh();
    showState();
}

void SearchPage::ask(const QString& sentence, const std::vector<TermWeight>& weights)
{
    m_problem.clear();
    const QString text = QString::fromStdString(engine::withWeights(sentence.trimmed().toStdString(), weights));
    if (m_bar->sentence() != text)
        m_bar->setSentence(text);
    const QString asked = m_bar->sentence(); // as much of it as the field takes
    m_services.session.setQuery(asked, {});
    m_search.ask(asked, {});
    if (!m_library)
        m_bar->setSummary(asked.isEmpty() ? QString() : tr("There are no photographs yet: open a folder (Ctrl+O)"));
}

QString SearchPage::sentence() const
{
    return m_bar->sentence();
}

std::vector<TermWeight> SearchPage::weights() const
{
    return m_bar->weights();
}

QList<QAction*> SearchPage::photoActions() const
{
    return m_photoActions->actions();
}

WelcomePage& SearchPage::welcome()
{
    return m_results->welcome();
}

bool SearchPage::focusSentence()
{
    m_bar->focusSentence();
    return true;
}

bool SearchPage::isBusy() const
{
    return m_search.isBusy() || m_inspection.isBusy() || m_inspector->isBusy();
}

void SearchPage::showOutcome()
{
    const OutcomePtr& found = m_search.outcome();
    m_problem.clear();
    m_bar->setTerms(found->query.terms, QString::fromStdString(found->sentence()));
    m_bar->setSummary(found->isRanked() ? counted(found->searchable, tr("1 photograph"), tr("%1 photographs"))
                + tr(" ranked in %1 ms").arg(found->milliseconds, 0, 'f', found->milliseconds < 10)
                                        : QString());
    QStringList notes;
    if (found->query.otherLanguage)
        notes << tr("This model was not taught the language of the sentence, it seems.");
    if (found->query.truncated)
        notes << tr("The sentence is longer than the model reads: its end was cut off.");
    m_bar->setNote(notes.join(' '));
    Q_EMIT outcomeChanged();
    showState();
    m_results->setOutcome(found);
}

void SearchPage::showProblem(const QString& message, Hint hint)
{
    m_problem = message;
    m_canRepair = hint == Hint::RepairLibrary;
    m_bar->setSummary({});
    m_bar->setNote({});
    showState();
}

void SearchPage::showState()
{
    const OutcomePtr& found = m_search.outcome();
    m_inspector->setVisible(m_inspectorWanted && found && !found->hits.empty());
    if (!m_library)
        m_results->showWelcome();
    else if (!m_problem.isEmpty())
        m_results->showMessage(
            "warning", tr("This did not work"), m_problem, m_canRepair ? tr("Repair the library") : tr("Try again"));
    else if (found && !found->hits.empty())
        m_results->showPhotographs();
    else if (!found
        || (found->whyEmpty == engine::WhyEmpty::NothingIndexed
            && m_services.index.isPending(m_library->folder(), m_model)))
        m_results->showMessage("photographs", tr("Getting to know your photographs"),
            tr("They appear here as they are read. You can search before all of them are in."));
    else
        showNothingFound(*found);
}

void SearchPage::showNothingFound(const SearchOutcome& found)
{
    if (found.whyEmpty == engine::WhyEmpty::NothingAsked) {
        m_results->showMessage("search", tr("No word to look for"), tr("This model can make nothing of the sentence."));
    } else if (found.whyEmpty == engine::WhyEmpty::NothingMatches) {
        m_results->showMessage(
            "photographs", tr("Nothing matches"), tr("No photograph of the library passes the filter."));
    } else if (found.photos > 0) {
        const ModelChoice* choice = m_services.libraryModels.find(m_model);
        const bool canIndex = !choice || choice->canIndex();
        m_results->showMessage("photographs", tr("Not indexed with this model yet"),
            counted(found.photos, tr("The library knows 1 photograph, but %2 has not seen it."),
                tr("The library knows %1 photographs, but %2 has not seen them."))
                .replace("%2", QString::fromStdString(m_model)),
            canIndex ? tr("Index now") : QString());
    } else {
        m_results->showMessage("photographs", tr("No photographs here"),
            found.rejected ? tr("None of the files could be read. The line below tells why.")
                           : tr("The folder holds no photographs that can be read."),
            tr("Look again"));
    }
}

void SearchPage::showPhoto(int row)
{
    m_photoActions->setPhoto({}); // ResultsPane::photoKnown brings it
    if (row < 0) {
        m_inspection.clear();
        m_inspector->clear();
        return;
    }
    m_inspection.inspect(m_library, m_search.outcome(), static_cast<std::size_t>(row));
}

void SearchPage::focusPhotographs()
{
    m_results->grid().setFocus(Qt::ShortcutFocusReason);
}

void SearchPage::resetWeights()
{
    m_bar->resetWeights();
}

void SearchPage::undo()
{
    m_bar->undo();
}

void SearchPage::redo()
{
    m_bar->redo();
}

void SearchPage::widenThumbnails(int pixels)
{
    ResultsView& grid = m_results->grid();
    grid.setTileWidth(grid.tileWidth() + pixels);
}

void SearchPage::resetThumbnails()
{
    m_results->grid().setTileWidth(ResultsView::kTileWidth);
}

void SearchPage::showInspector(bool shown)
{
    m_inspectorWanted = shown;
    showState();
    if (const QList<int> sizes = m_splitter->sizes(); shown && m_inspector->isVisible() && sizes[1] == 0)
        m_splitter->setSizes({ sizes[0] * 3 / 5, sizes[0] * 2 / 5 });
}

void SearchPage::exportResults()
{
    const OutcomePtr found = m_search.outcome();
    if (!found || found->hits.empty())
        return;
    auto* dialog = new QFileDialog(
        this, tr("Export the ranked photographs"), QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({ tr("Table (*.csv)"), tr("JSON (*.json)") });
    dialog->setDefaultSuffix("csv");
    connect(dialog, &QFileDialog::filterSelected, dialog,
        [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.contains("json") ? "json" : "csv"); });
    connect(dialog, &QFileDialog::fileSelected, this, [this, found](const QString& file) {
        m_export.start([found, file, folder = m_library->folder()](const JobControl&) {
            const auto library = store::Library::open(folder, store::Library::Mode::ReadOnly);
            engine::AnswerPage all = engine::explainPage(*found, library, 0, found->listed());
            std::erase_if(all.hits, [](const engine::ExplainedHit& hit) { return hit.photo.path.empty(); });
            engine::exportHits(found->sentence(), found->query, all.hits, found->milliseconds, toPath(file));
            return file;
        });
    });
    dialog->open();
}

void SearchPage::restoreLayout()
{
    m_splitter->restoreState(m_services.session.layout("splitter").toByteArray());
    m_inspector->restoreState(m_services.session.layout("inspector").toByteArray());
    if (const int tile = m_services.session.layout("tile").toInt())
        m_results->grid().setTileWidth(tile);
}

void SearchPage::restoreQuery()
{
    const Session& session = m_services.session;
    m_results->expect(session.selectedPhoto(), session.sentence());
    ask(session.sentence(), session.weights());
}

void SearchPage::saveLayout()
{
    if (m_inspector->isVisible()) // hidden, it would be remembered as having no width
        m_services.session.setLayout("splitter", m_splitter->saveState());
    m_services.session.setLayout("inspector", m_inspector->saveState());
    m_services.session.setLayout("tile", m_results->grid().tileWidth());
}

void SearchPage::warn(const QString& message)
{
    auto* box = new QMessageBox(QMessageBox::Warning, "Wordsight", message, QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace wordsight::ui
