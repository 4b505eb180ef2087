#include "ui/evaluate/failures_view.h"

#include <algorithm>

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/evaluate/failure_delegate.h"
#include "ui/inspector/inspector.h"
#include "ui/shared/thumbnail_loader.h"

namespace wordsight::ui {

FailuresView::FailuresView(Services& services, QWidget* parent)
    : QWidget(parent)
    , m_failures(services.thumbnails)
    , m_model(new QComboBox)
    , m_direction(new QComboBox)
    , m_list(new QListView)
    , m_answer(new QToolButton)
    , m_first(new QToolButton)
    , m_inspector(new Inspector(services.pools.inspection))
    , m_splitter(std::make_unique<QSplitter>())
{
    build();
    connect(m_model, &QComboBox::currentIndexChanged, this, &FailuresView::list);
    connect(m_direction, &QComboBox::currentIndexChanged, this, &FailuresView::list);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &FailuresView::inspect);
    connect(m_answer, &QToolButton::toggled, this, &FailuresView::inspect);
    connect(&services.thumbnails, &ThumbnailLoader::ready, m_list->viewport(), qOverload<>(&QWidget::update));
}

void FailuresView::build()
{
    m_model->setObjectName("failureModel");
    m_model->setAccessibleName(tr("Whose failures"));
    m_direction->setObjectName("failureDirection");
    m_direction->setAccessibleName(tr("What was asked for"));
    for (const auto& [task, text] : { std::pair(Task::PhotographOfSentence, tr("photograph of a sentence")),
             std::pair(Task::SentenceOfPhotograph, tr("sentence of a photograph")),
             std::pair(Task::PhraseInPhotograph, tr("phrase in a photograph")) })
        m_direction->addItem(text, static_cast<int>(task));
    m_list->setObjectName("failures");
    m_list->setAccessibleName(tr("Worst failures"));
    m_list->setModel(&m_failures);
    m_list->setItemDelegate(new FailureDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_inspector->setObjectName("failureInspector");
    auto* which = new QButtonGroup(this);
    for (const auto& [button, name, text] : { std::tuple(m_answer, "showAnswer", tr("The right answer")),
             std::tuple(m_first, "showFirst", tr("What came first")) }) {
        button->setObjectName(name);
        button->setText(text);
        button->setCheckable(true);
        which->addButton(button);
    }
    m_answer->setChecked(true);

    auto* chooser = new QHBoxLayout;
    chooser->addWidget(m_model);
    chooser->addWidget(m_direction);
    chooser->addStretch();
    auto* toggles = new QHBoxLayout;
    toggles->addWidget(m_answer);
    toggles->addWidget(m_first);
    toggles->addStretch();
    auto* left = new QWidget;
    auto* leftColumn = new QVBoxLayout(left);
    auto* right = new QWidget;
    auto* rightColumn = new QVBoxLayout(right);
    for (QVBoxLayout* column : { leftColumn, rightColumn })
        column->setContentsMargins(0, 0, 0, 0);
    leftColumn->addLayout(chooser);
    leftColumn->addWidget(m_list, 1);
    rightColumn->addLayout(toggles);
    rightColumn->addWidget(m_inspector, 1);
    m_splitter->addWidget(left);
    m_splitter->addWidget(right);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({ 380, 460 });
    m_splitter->setHandleWidth(10);
    m_splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter.get());
}

void FailuresView::setOutcomes(const std::vector<EvaluationOutcome>& outcomes, const std::filesystem::path& images)
{
    m_outcomes = outcomes;
    m_images = images;
    const QString shown = m_model->currentText();
    {
        const QSignalBlocker blocker(m_model);
        m_model->clear();
        for (const EvaluationOutcome& outcome : m_outcomes)
            m_model->addItem(QString::fromStdString(outcome.model));
        m_model->setCurrentText(shown);
    }
    const bool retrieved
        = std::ranges::any_of(outcomes, [](const EvaluationOutcome& each) { return each.retrieval.has_value(); });
    if (!retrieved && !outcomes.empty())
        m_direction->setCurrentIndex(m_direction->findData(static_cast<int>(Task::PhraseInPhotograph)));
    list();
}

void FailuresView::list()
{
    const auto task = static_cast<Task>(m_direction->currentData().toInt());
    for (QToolButton* button : { m_answer, m_first })
        button->setVisible(task != Task::PhraseInPhotograph);
    std::vector<Failure> failures;
    for (const EvaluationOutcome& outcome : m_outcomes)
        if (QString::fromStdString(outcome.model) == m_model->currentText())
            failures = failuresOf(outcome, m_images, task);
    m_failures.setFailures(std::move(failures));
    m_inspector->clear();
    m_answer->setChecked(true);
}

void FailuresView::showFirst()
{
    m_list->setCurrentIndex(m_failures.index(0));
}

void FailuresView::inspect()
{
    if (const Failure* failure = m_failures.failure(m_list->currentIndex()))
        Q_EMIT inspectionRequested(m_answer->isChecked() ? failure->answer : failure->first);
}

void FailuresView::showSubject(const InspectorSubject& subject)
{
    m_inspector->setSubject(subject);
}

bool FailuresView::isBusy() const
{
    return m_inspector->isBusy();
}

} // namespace wordsight::ui
