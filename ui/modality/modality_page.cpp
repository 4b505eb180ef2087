#include "ui/modality/modality_page.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/dataset/captions.h"
#include "ui/modality/cloud_plot.h"
#include "ui/shared/dataset_fields.h"
#include "ui/shared/message_page.h"
#include "ui/shared/number_text.h"
#include "ui/shared/run_row.h"

namespace wordsight::ui {

namespace {

constexpr int kFormWidth = 240;

CloudPlot::Points pointsOf(const Matrix& plane)
{
    CloudPlot::Points points;
    for (std::size_t r = 0; r < plane.rows; ++r)
        points.emplace_back(plane(r, 0), plane(r, 1));
    return points;
}

QString figuresOf(const engine::ModalityGap& gap)
{
    return ModalityPage::tr(
        "A classifier tells photographs from sentences in <b>%1 %</b> of cases (50 %: not at all)<br>"
        "The middles of the clouds are <b>%2</b> apart<br>"
        "text → image R@1 %3, image → text R@1 %4 by these vectors alone<br>"
        "The plane shows %5 % of how the vectors vary")
        .arg(numberText(gap.classifierAccuracy, 1), numberText(gap.centroidDistance, 3),
            numberText(gap.retrieval.t2i.r1, 1), numberText(gap.retrieval.i2t.r1, 1),
            numberText(100 * gap.planeShare, 0));
}

} // namespace

ModalityPage::ModalityPage(Services& services, QWidget* parent)
    : Page(parent)
    , m_controller(new ModalityController(services.pools, services.models.open, this))
    , m_services(services)
    , m_dataset(new DatasetFields(services.session))
    , m_run(new RunRow(tr("Show the clouds")))
    , m_message(new MessagePage)
    , m_pages(new QStackedWidget)
{
    setObjectName("modalityPage");
    auto* clouds = new QWidget;
    auto* sides = new QHBoxLayout(clouds);
    sides->setContentsMargins(0, 0, 0, 0);
    sides->setSpacing(16);
    auto* form = buildForm();
    for (const Side side : kSides)
        sides->addWidget(buildSide(side), 1);
    m_pages->addWidget(m_message);
    m_pages->addWidget(clouds);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 8);
    layout->setSpacing(20);
    layout->addWidget(form);
    layout->addWidget(m_pages, 1);

    connect(&services.libraryModels, &LibraryModels::changed, this, &ModalityPage::fillModels);
    connect(m_dataset, &DatasetFields::changed, this, &ModalityPage::check);
    connect(m_run, &RunRow::started, this, &ModalityPage::start);
    connect(m_run, &RunRow::cancelled, m_controller, &ModalityController::cancel);
    connect(m_controller, &ModalityController::progressed, m_run, &RunRow::showProgress);
    connect(m_controller, &ModalityController::gapsChanged, this, &ModalityPage::showGaps);
    connect(m_controller, &ModalityController::finished, m_run, [this] { m_run->showIdle({}); });
    connect(m_controller, &ModalityController::stopped, this, [this](const QString& problem) {
        m_problem = problem;
        m_run->showIdle(problem.isEmpty() ? tr("Stopped.") : problem);
        showMessage();
    });
    connect(&services.thumbnails, &ThumbnailLoader::ready, this, [this] {
        for (Half& each : m_halves)
            each.plot->update();
    });
    fillModels();
    showGaps();
}

QWidget* ModalityPage::buildForm()
{
    auto* form = new QWidget;
    form->setFixedWidth(kFormWidth);
    auto* layout = new QVBoxLayout(form);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_dataset);
    for (const auto& [side, name, text] : { std::tuple(Side::Left, "modality-left", tr("Model on the left")),
             std::tuple(Side::Right, "modality-right", tr("Model on the right")) }) {
        half(side).model = new QComboBox;
        half(side).model->setObjectName(name);
        half(side).model->setAccessibleName(text);
        auto* label = new QLabel(text);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setBuddy(half(side).model);
        layout->addWidget(label);
        layout->addWidget(half(side).model);
    }
    layout->addSpacing(4);
    layout->addWidget(m_run);
    layout->addStretch();
    return form;
}

QWidget* ModalityPage::buildSide(Side side)
{
    Half& here = half(side);
    const QString name = side == Side::Left ? "left" : "right";
    here.title = new QLabel;
    QFont bold = here.title->font();
    bold.setWeight(QFont::DemiBold);
    here.title->setFont(bold);
    here.plot = new CloudPlot;
    here.plot->setObjectName("clouds-" + name);
    here.figures = new QLabel;
    here.figures->setObjectName("gap-" + name);
    here.figures->setTextFormat(Qt::RichText);
    here.figures->setWordWrap(true);
    here.plot->pictureOf = [this, side](std::size_t index) {
        const auto& gap = m_controller->gap(side);
        dataset::CaptionedImage image;
        image.filename = gap->imageNames[index];
        return m_services.thumbnails.thumbnail(dataset::imageFile(m_controller->input().images, image));
    };
    here.plot->textOf
        = [this, side](std::size_t index) { return QString::fromStdString(m_controller->gap(side)->captions[index]); };
    // Both models saw the same photographs and sentences, in the same order.
    connect(here.plot, &CloudPlot::pointedAt, this,
        [this, side](Modality modality, int index) { half(otherThan(side)).plot->pointAt(modality, index); });
    auto* widget = new QWidget;
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(here.title);
    layout->addWidget(here.plot, 1);
    layout->addWidget(here.figures);
    return widget;
}

void ModalityPage::fillModels()
{
    for (const auto& [side, preferred] :
        { std::pair(Side::Left, engine::gapBefore), std::pair(Side::Right, engine::gapAfter) }) {
        QComboBox* box = half(side).model;
        const QString shown = box->currentText();
        box->clear();
        for (const ModelChoice& choice : m_services.libraryModels.choices())
            if (choice.installed && choice.model.takesPhotographs)
                box->addItem(QString::fromStdString(choice.model.name));
        const QString first
            = box->findText(preferred) >= 0 ? QString(preferred) : QString::fromStdString(m_services.models.standard);
        box->setCurrentText(shown.isEmpty() ? first : shown);
    }
    check();
}

void ModalityPage::check()
{
    const bool models = half(Side::Left).model->count() > 0;
    m_run->setReady(m_dataset->isComplete() && models,
        models ? tr("Choose captions and photographs first") : tr("No model is installed that takes photographs"));
}

void ModalityPage::activate()
{
    if (!m_dataset->isComplete())
        m_dataset->restore(); // another page may have been given one
}

void ModalityPage::start()
{
    m_problem.clear();
    m_dataset->remember();
    m_controller->start(m_dataset->input(), half(Side::Left).model->currentText().toStdString(),
        half(Side::Right).model->currentText().toStdString());
}

void ModalityPage::show(const engine::EvaluationInput& input, const std::string& left, const std::string& right)
{
    m_dataset->setInput(input);
    m_problem.clear();
    m_controller->start(input, left, right);
}

void ModalityPage::showGaps()
{
    for (const Side side : kSides) {
        Half& here = half(side);
        const auto& gap = m_controller->gap(side);
        here.title->setText(gap ? QString::fromStdString(gap->model) : QString());
        here.plot->setClouds(
            gap ? pointsOf(gap->images) : CloudPlot::Points(), gap ? pointsOf(gap->sentences) : CloudPlot::Points());
        here.figures->setText(gap ? figuresOf(*gap) : QString());
    }
    showMessage();
}

void ModalityPage::showMessage()
{
    if (m_controller->gap(Side::Left))
        return m_pages->setCurrentIndex(1);
    if (!m_problem.isEmpty())
        m_message->show("warning", tr("This did not work"), m_problem);
    else if (m_controller->isRunning())
        m_message->show("refresh", tr("Encoding photographs and sentences"), tr("You can search meanwhile."));
    else
        m_message->show("regions", tr("Does a model keep photographs and sentences apart?"),
            tr("Choose captions and photographs on the left, and two models. Each point is a photograph or a sentence; "
               "where the clouds mix, a sentence and its photograph can be neighbours. Made to be looked at for MITE "
               "before and after its adversarial training."));
    m_pages->setCurrentIndex(0);
}

} // namespace wordsight::ui
