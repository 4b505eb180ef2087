#include "ui/evaluate/evaluation_page.h"

#include <utility>

#include <QHBoxLayout>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/evaluate/evaluation_form.h"
#include "ui/evaluate/evaluation_tables.h"
#include "ui/evaluate/failures_view.h"
#include "ui/evaluate/figure_table_view.h"
#include "ui/evaluate/recall_plot.h"
#include "ui/shared/message_page.h"
#include "ui/shared/run_row.h"

namespace wordsight::ui {

namespace {

constexpr int kFormWidth = 280;

std::vector<RecallPlot::Line> curves(const std::vector<EvaluationOutcome>& outcomes)
{
    std::vector<RecallPlot::Line> lines;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!outcomes[i].retrieval)
            continue;
        const QString model = QString::fromStdString(outcomes[i].model);
        lines.push_back(
            { EvaluationPage::tr("%1, text → image").arg(model), i, false, outcomes[i].retrieval->textToImage.curve });
        lines.push_back(
            { EvaluationPage::tr("%1, image → text").arg(model), i, true, outcomes[i].retrieval->imageToText.curve });
    }
    return lines;
}

} // namespace

EvaluationPage::EvaluationPage(Services& services, QWidget* parent)
    : Page(parent)
    , m_controller(new EvaluationController(services.pools, services.models.open, services.modelCache, this))
    , m_form(new EvaluationForm(services.session))
    , m_message(new MessagePage)
    , m_retrieval(new FigureTableView("retrievalTable"))
    , m_grounding(new FigureTableView("groundingTable"))
    , m_plot(new RecallPlot)
    , m_failures(new FailuresView(services))
    , m_tabs(new QTabWidget)
    , m_pages(new QStackedWidget)
{
    setObjectName("evaluationPage");
    build();
    const auto fillModels
        = [this, &services] { m_form->setModels(services.libraryModels.choices(), services.models.standard); };
    connect(&services.libraryModels, &LibraryModels::changed, this, fillModels);
    fillModels();
    connect(m_form, &EvaluationForm::started, this, [this] { start(m_form->task(), m_form->models()); });
    RunRow& run = m_form->run();
    connect(&run, &RunRow::cancelled, m_controller, &EvaluationController::cancel);
    connect(m_controller, &EvaluationController::progressed, &run, &RunRow::showProgress);
    connect(m_controller, &EvaluationController::outcomesChanged, this, &EvaluationPage::showOutcomes);
    connect(m_controller, &EvaluationController::finished, &run, [this, &run] {
        run.showIdle({});
        if (m_tab != Figures)
            showTab(std::exchange(m_tab, Figures));
    });
    connect(m_controller, &EvaluationController::stopped, this, [this](const QString& problem) {
        m_problem = problem;
        m_form->run().showIdle(problem.isEmpty() ? tr("Stopped.") : problem);
        showMessage();
    });
    connect(m_failures, &FailuresView::inspectionRequested, m_controller, &EvaluationController::inspect);
    connect(m_controller, &EvaluationController::inspected, m_failures, &FailuresView::showSubject);
    connect(m_controller, &EvaluationController::inspectionFailed, &run, &RunRow::showIdle);
    showOutcomes();
}

void EvaluationPage::build()
{
    auto* tables = new QWidget;
    auto* column = new QVBoxLayout(tables);
    column->setContentsMargins(0, 0, 8, 0);
    column->setSpacing(18);
    column->addWidget(m_retrieval);
    column->addWidget(m_grounding);
    column->addStretch();
    auto* scrolled = new QScrollArea;
    scrolled->setWidget(tables);
    scrolled->setWidgetResizable(true);
    scrolled->setFrameShape(QFrame::NoFrame);
    scrolled->setFocusPolicy(Qt::NoFocus);
    m_tabs->setObjectName("evaluationTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->addTab(scrolled, tr("Figures"));
    m_tabs->addTab(m_plot, tr("Recall curves"));
    m_tabs->addTab(m_failures, tr("Worst failures"));
    m_pages->addWidget(m_message);
    m_pages->addWidget(m_tabs);
    m_form->setFixedWidth(kFormWidth);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 8);
    layout->setSpacing(20);
    layout->addWidget(m_form);
    layout->addWidget(m_pages, 1);
}

void EvaluationPage::measure(const EvaluationTask& task, const std::vector<std::string>& models, Tab tab)
{
    m_form->setTask(task);
    m_form->tick(models);
    m_tab = tab;
    start(task, models);
}

void EvaluationPage::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
    if (tab == Failures)
        m_failures->showFirst();
}

void EvaluationPage::start(const EvaluationTask& task, const std::vector<std::string>& models)
{
    m_problem.clear();
    m_controller->start(task, models);
}

void EvaluationPage::showOutcomes()
{
    const std::vector<EvaluationOutcome>& outcomes = m_controller->outcomes();
    m_problem.clear();
    m_retrieval->setTable(retrievalTable(outcomes));
    m_grounding->setTable(groundingTable(outcomes));
    const std::vector<RecallPlot::Line> lines = curves(outcomes);
    m_plot->setLines(lines);
    m_failures->setOutcomes(outcomes, m_controller->task().input.images);
    m_tabs->setTabEnabled(Curves, !lines.empty());
    m_tabs->setTabEnabled(Failures, !outcomes.empty());
    showMessage();
}

void EvaluationPage::showMessage()
{
    if (!m_controller->outcomes().empty())
        return m_pages->setCurrentWidget(m_tabs);
    if (!m_problem.isEmpty())
        m_message->show("warning", tr("This did not work"), m_problem);
    else if (m_controller->isRunning())
        m_message->show(
            "refresh", tr("Measuring"), tr("Figures appear here as each model is done. You can search meanwhile."));
    else
        m_message->show("photographs", tr("How well does a model know a data set?"),
            tr("Choose captions and photographs on the left, tick one model or several, and measure. You get figures "
               "as "
               "in the papers, recall curves, and the worst failures as photographs."));
    m_pages->setCurrentWidget(m_message);
}

bool EvaluationPage::isBusy() const
{
    return m_controller->isBusy() || m_failures->isBusy();
}

} // namespace wordsight::ui
