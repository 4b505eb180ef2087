#include "ui/evaluate/evaluation_form.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/shared/dataset_fields.h"
#include "ui/shared/path_field.h"
#include "ui/shared/paths.h"
#include "ui/shared/run_row.h"
#include "ui/shared/session.h"

namespace wordsight::ui {

namespace {

constexpr char kKept[] = "evaluation";

QLabel* caption(const QString& text, QWidget* of)
{
    auto* label = new QLabel(text);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setBuddy(of);
    return label;
}

/// A file holds instances of COCO, a folder the layout of Flickr30k Entities.
engine::GroundingBoxes boxesAt(const std::filesystem::path& path)
{
    engine::GroundingBoxes boxes;
    (path.extension() == ".json" ? boxes.instances : boxes.entities) = path;
    return boxes;
}

} // namespace

EvaluationForm::EvaluationForm(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_dataset(new DatasetFields(session))
    , m_boxes(new PathField("boxes", tr("Boxed phrases, for grounding"),
          tr("A folder in the layout of Flickr30k Entities, or COCO's instances_….json"), PathField::Kind::Folder))
    , m_protocol(new QComboBox)
    , m_models(new QListWidget)
    , m_retrieval(new QCheckBox(tr("Retrieval")))
    , m_grounding(new QCheckBox(tr("Grounding")))
    , m_run(new RunRow(tr("Measure")))
{
    build();
    connect(m_dataset, &DatasetFields::changed, this, &EvaluationForm::check);
    connect(m_boxes, &PathField::changed, this, &EvaluationForm::check);
    connect(m_retrieval, &QCheckBox::toggled, this, &EvaluationForm::check);
    connect(m_grounding, &QCheckBox::toggled, this, &EvaluationForm::check);
    connect(m_models, &QListWidget::itemChanged, this, &EvaluationForm::check);
    connect(m_run, &RunRow::started, this, [this] {
        remember();
        Q_EMIT started();
    });
    restore();
    check();
}

void EvaluationForm::build()
{
    m_protocol->setObjectName("protocol");
    m_protocol->setAccessibleName(tr("Protocol"));
    m_protocol->setToolTip(tr("On what part of the split the papers' figures are taken"));
    for (const auto& [protocol, text] :
        { std::pair(eval::Protocol::Whole, tr("the whole split")), std::pair(eval::Protocol::Flickr1K, tr("Flickr 1K")),
            std::pair(eval::Protocol::Coco1K, tr("COCO 1K, five folds")),
            std::pair(eval::Protocol::Coco5K, tr("COCO 5K")) })
        m_protocol->addItem(text, static_cast<int>(protocol));
    m_models->setObjectName("models");
    m_models->setAccessibleName(tr("Models to measure"));
    m_models->setMinimumHeight(64);
    m_retrieval->setObjectName("retrieval");
    m_retrieval->setToolTip(tr("Finds the sentence of a photograph and the photograph of a sentence"));
    m_grounding->setObjectName("grounding");
    m_grounding->setToolTip(tr("Whether the heatmap of a phrase is highest inside the box of what it names"));
    auto* tests = new QHBoxLayout;
    tests->addWidget(m_retrieval);
    tests->addWidget(m_grounding);
    tests->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_dataset);
    layout->addWidget(caption(tr("Protocol"), m_protocol));
    layout->addWidget(m_protocol);
    layout->addWidget(m_boxes);
    layout->addWidget(caption(tr("Models"), m_models));
    layout->addWidget(m_models, 1);
    layout->addLayout(tests);
    layout->addWidget(m_run);
}

void EvaluationForm::setModels(const std::vector<ModelChoice>& choices, const std::string& chosen)
{
    std::vector<std::string> ticked = models();
    if (ticked.empty())
        ticked = { chosen };
    {
        const QSignalBlocker blocker(m_models);
        m_models->clear();
        for (const ModelChoice& choice : choices) {
            if (!choice.installed)
                continue;
            auto* item = new QListWidgetItem(QString::fromStdString(choice.model.name), m_models);
            const bool usable = choice.model.takesPhotographs;
            item->setFlags(
                usable ? Qt::ItemIsUserCheckable | Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags);
            item->setCheckState(Qt::Unchecked);
            item->setToolTip(usable
                    ? QString::fromStdString(choice.model.description)
                    : tr("Takes features that were made elsewhere; wordsight-cli eval --features measures it"));
        }
    }
    tick(ticked);
}

void EvaluationForm::tick(const std::vector<std::string>& models)
{
    for (int row = 0; row < m_models->count(); ++row) {
        QListWidgetItem* item = m_models->item(row);
        const bool wanted = std::ranges::find(models, item->text().toStdString()) != models.end();
        item->setCheckState(wanted && item->flags() != Qt::NoItemFlags ? Qt::Checked : Qt::Unchecked);
    }
    check();
}

std::vector<std::string> EvaluationForm::models() const
{
    std::vector<std::string> names;
    for (int row = 0; row < m_models->count(); ++row)
        if (m_models->item(row)->checkState() == Qt::Checked)
            names.push_back(m_models->item(row)->text().toStdString());
    return names;
}

void EvaluationForm::setTask(const EvaluationTask& task)
{
    m_dataset->setInput(task.input);
    m_boxes->setPath(task.boxes.instances.empty() ? task.boxes.entities : task.boxes.instances);
    m_protocol->setCurrentIndex(m_protocol->findData(static_cast<int>(task.protocol)));
    m_retrieval->setChecked(task.retrieval);
    m_grounding->setChecked(task.grounding);
}

EvaluationTask EvaluationForm::task() const
{
    EvaluationTask task;
    task.input = m_dataset->input();
    task.protocol = static_cast<eval::Protocol>(m_protocol->currentData().toInt());
    task.boxes = boxesAt(m_boxes->path());
    task.retrieval = m_retrieval->isChecked();
    task.grounding = m_grounding->isChecked() && !m_boxes->path().empty();
    return task;
}

void EvaluationForm::restore()
{
    m_dataset->restore();
    const QStringList kept = m_session.layout(kKept).toStringList();
    const bool known = kept.size() == 4;
    EvaluationTask task;
    task.input = m_dataset->input();
    task.boxes = boxesAt(known ? toPath(kept[0]) : std::filesystem::path());
    task.protocol
        = known ? eval::protocolNamed(kept[1].toStdString()).value_or(eval::Protocol::Whole) : eval::Protocol::Whole;
    task.retrieval = !known || kept[2] == "1";
    task.grounding = !known || kept[3] == "1";
    setTask(task);
}

void EvaluationForm::remember()
{
    m_dataset->remember();
    const EvaluationTask given = task();
    m_session.setLayout(kKept,
        QStringList { toQString(m_boxes->path()), QString::fromStdString(std::string(eval::name(given.protocol))),
            QString::number(m_retrieval->isChecked()), QString::number(m_grounding->isChecked()) });
}

void EvaluationForm::check()
{
    m_grounding->setEnabled(!m_boxes->path().empty());
    const EvaluationTask given = task();
    const QString missing = !m_dataset->isComplete() ? tr("Choose captions and photographs first")
        : models().empty()                           ? tr("Tick a model first")
        : !given.retrieval && !given.grounding       ? tr("Tick retrieval or grounding first")
                                                     : QString();
    m_run->setReady(missing.isEmpty(), missing);
}

} // namespace wordsight::ui
