#include "ui/shared/dataset_fields.h"

#include <QComboBox>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/shared/path_field.h"
#include "ui/shared/paths.h"
#include "ui/shared/session.h"

namespace wordsight::ui {

namespace {

constexpr char kKept[] = "dataset";

} // namespace

DatasetFields::DatasetFields(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_dataset(new PathField(
          "dataset", tr("Captions"), tr("A JSON file in the layout of the Karpathy splits"), PathField::Kind::File))
    , m_images(new PathField(
          "images", tr("Photographs"), tr("The folder of the files that the captions name"), PathField::Kind::Folder))
    , m_split(new QComboBox)
{
    m_split->setObjectName("split");
    m_split->setEditable(true);
    m_split->addItems({ "val", "test", "train" });
    m_split->setAccessibleName(tr("Split"));
    auto* label = new QLabel(tr("Split"));
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setBuddy(m_split);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_dataset);
    layout->addWidget(m_images);
    layout->addWidget(label);
    layout->addWidget(m_split);
    restore();
    connect(m_dataset, &PathField::changed, this, &DatasetFields::changed);
    connect(m_images, &PathField::changed, this, &DatasetFields::changed);
    connect(m_split, &QComboBox::currentTextChanged, this, &DatasetFields::changed);
}

engine::EvaluationInput DatasetFields::input() const
{
    engine::EvaluationInput input;
    input.dataset = m_dataset->path();
    input.images = m_images->path();
    input.split = m_split->currentText().trimmed().toStdString();
    return input;
}

void DatasetFields::setInput(const engine::EvaluationInput& input)
{
    m_dataset->setPath(input.dataset);
    m_images->setPath(input.images);
    m_split->setCurrentText(QString::fromStdString(input.split));
}

bool DatasetFields::isComplete() const
{
    const engine::EvaluationInput given = input();
    return !given.dataset.empty() && !given.images.empty() && !given.split.empty();
}

void DatasetFields::remember()
{
    const engine::EvaluationInput given = input();
    m_session.setLayout(
        kKept, QStringList { toQString(given.dataset), toQString(given.images), QString::fromStdString(given.split) });
}

void DatasetFields::restore()
{
    const QStringList kept = m_session.layout(kKept).toStringList();
    if (kept.size() != 3)
        return;
    engine::EvaluationInput input;
    input.dataset = toPath(kept[0]);
    input.images = toPath(kept[1]);
    input.split = kept[2].toStdString();
    setInput(input);
}

} // namespace wordsight::ui
