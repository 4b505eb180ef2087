// The window's pages beside the search, and the model of the library.
#include <QMenuBar>
#include <QStackedWidget>

#include "ui/compare/compare_page.h"
#include "ui/evaluate/evaluation_page.h"
#include "ui/library/index_panel.h"
#include "ui/library/model_chooser.h"
#include "ui/modality/modality_page.h"
#include "ui/search/search_bar.h"
#include "ui/window/main_window.h"

namespace wordsight::ui {

void MainWindow::connectPages()
{
    menuBar()->setCornerWidget(m_switch);
    connect(m_switch, &PageSwitch::chosen, this, qOverload<Page>(&MainWindow::showPage));
    connect(&m_index, &IndexController::finished, &m_libraryModels, &LibraryModels::refresh);
    connect(&m_index, &IndexController::stopped, &m_libraryModels, &LibraryModels::refresh);
    connect(&m_libraryModels, &LibraryModels::changed, this, &MainWindow::showState);
    m_libraryModels.read({});
    setModel({});
}

void MainWindow::showPage(Page page)
{
    m_switch->setCurrent(page);
    m_places->setCurrentWidget(placeOf(page));
    if (page == Page::Search || page == Page::Compare)
        focusSentence();
    if (page == Page::Modality)
        m_modality->activate();
}

QWidget* MainWindow::placeOf(Page page)
{
    switch (page) {
    case Page::Search:
        return m_places->widget(0);
    case Page::Compare:
        return &comparePage();
    case Page::Evaluate:
        return &evaluationPage();
    default:
        return &modalityPage();
    }
}

bool MainWindow::pagesAreIdle() const
{
    return !(m_compare && m_compare->isBusy()) && !(m_evaluation && m_evaluation->isBusy())
        && !(m_modality && m_modality->isBusy());
}

void MainWindow::focusSentence()
{
    const bool comparing = m_compare && m_places->currentWidget() == m_compare;
    if (!comparing && m_places->currentIndex() != 0)
        return showPage(Page::Search);
    comparing ? m_compare->focusSentence() : m_searchBar->focusSentence();
}

ComparePage& MainWindow::comparePage()
{
    if (m_compare)
        return *m_compare;
    m_compare = new ComparePage(m_pools, m_libraryModels, m_thumbnails);
    m_places->addWidget(m_compare);
    connect(m_compare, &ComparePage::indexRequested, this, &MainWindow::indexWith);
    connect(&m_index, &IndexController::grown, m_compare, &ComparePage::refresh);
    m_compare->openLibrary(m_open, m_model);
    if (!m_searchBar->sentence().isEmpty())
        m_compare->ask(Side::Left, m_searchBar->sentence(), m_searchBar->weights());
    return *m_compare;
}

EvaluationPage& MainWindow::evaluationPage()
{
    if (!m_evaluation) {
        m_evaluation = new EvaluationPage(m_pools, m_models, m_modelCache, m_libraryModels, m_thumbnails, m_session);
        m_places->addWidget(m_evaluation);
    }
    return *m_evaluation;
}

ModalityPage& MainWindow::modalityPage()
{
    if (!m_modality) {
        m_modality = new ModalityPage(m_pools, m_models, m_libraryModels, m_thumbnails, m_session);
        m_places->addWidget(m_modality);
    }
    return *m_modality;
}

void MainWindow::chooseModel()
{
    auto* chooser = new ModelChooser(m_libraryModels, m_index, m_model, this);
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    connect(chooser, &ModelChooser::chosen, this, &MainWindow::useModel);
    connect(chooser, &ModelChooser::indexRequested, this, &MainWindow::indexWith);
    chooser->open();
}

void MainWindow::setModel(const std::string& model)
{
    m_model = model.empty() ? m_models.standard : model;
    m_panel->showModel(m_model);
}

void MainWindow::useModel(const std::string& model)
{
    m_problem.clear();
    if (!m_library.empty())
        m_session.setModel(m_library, model);
    setModel(model);
    m_search.setModel(m_model);
    if (m_compare)
        m_compare->setModel(m_model);
    showState();
}

void MainWindow::indexWith(const std::string& model)
{
    if (m_library.empty())
        return;
    m_index.start(m_open, {}, model);
    showState();
}

} // namespace wordsight::ui
