#include "ui/library/model_row.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>

namespace wordsight::ui {

namespace {

QLabel* quiet(QWidget* parent, const QString& text)
{
    auto* label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QString kindOf(const engine::InstalledModel& model)
{
    QStringList parts;
    if (!model.architecture.empty())
        parts << QString::fromStdString(model.architecture).toUpper();
    if (model.bytes > 0)
        parts << QLocale().formattedDataSize(static_cast<qint64>(model.bytes), 1, QLocale::DataSizeSIFormat);
    return parts.join(QString::fromUtf8(" · "));
}

} // namespace

ModelRow::ModelRow(const ModelChoice& choice, QWidget* parent)
    : QFrame(parent)
    , m_choice(choice)
    , m_use(new QRadioButton(QString::fromStdString(choice.model.name), this))
    , m_state(quiet(this, {}))
    , m_bar(new QProgressBar(this))
    , m_index(new QPushButton(this))
{
    const QString name = QString::fromStdString(choice.model.name);
    setObjectName("model-" + name);
    QFont bold = m_use->font();
    bold.setWeight(QFont::DemiBold);
    m_use->setFont(bold);
    m_use->setObjectName("use-" + name);
    m_use->setAutoExclusive(false);
    m_state->setObjectName("state");
    m_use->setToolTip(tr("Search this library with this model"));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setAccessibleName(tr("Progress of %1").arg(name));
    m_index->setObjectName("index-" + name);
    m_index->setAccessibleName(tr("Index this library with %1").arg(name));
    m_index->setToolTip(tr("Reads the photographs with this model too; what other models know stays"));

    build();
    connect(m_use, &QRadioButton::clicked, this, &ModelRow::used);
    connect(m_index, &QPushButton::clicked, this, &ModelRow::indexRequested);
    setChoice(choice);
}

void ModelRow::build()
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(14, 10, 14, 10);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    grid->addWidget(m_use, 0, 0);
    auto* kind = quiet(this, kindOf(m_choice.model));
    kind->setWordWrap(false);
    grid->addWidget(kind, 0, 1, Qt::AlignRight);
    if (!m_choice.model.description.empty())
        grid->addWidget(quiet(this, QString::fromStdString(m_choice.model.description)), 1, 0, 1, 2);
    grid->addWidget(m_state, 2, 0, Qt::AlignVCenter);
    grid->addWidget(m_index, 2, 1, Qt::AlignRight);
    grid->addWidget(m_bar, 3, 0, 1, 2);
    if (!m_choice.model.licence.empty())
        setToolTip(QString::fromStdString(m_choice.model.licence));
}

void ModelRow::setChoice(const ModelChoice& choice)
{
    m_choice = choice;
    m_use->setEnabled(choice.installed);
    m_index->setText(choice.indexed > 0 ? tr("Go on") : tr("Index"));
    showIdle();
}

void ModelRow::setChosen(bool chosen)
{
    m_use->setChecked(chosen);
    setFrameShape(QFrame::StyledPanel);
    setBackgroundRole(chosen ? QPalette::AlternateBase : QPalette::Base);
    setAutoFillBackground(true);
}

void ModelRow::showProgress(const Progress& progress)
{
    m_bar->show();
    m_index->hide();
    m_bar->setRange(0, static_cast<int>(std::min<std::int64_t>(progress.total, 1'000'000)));
    m_bar->setValue(static_cast<int>(std::min<std::int64_t>(progress.done, 1'000'000)));
    const QLocale locale;
    m_state->setText(progress.total > 0
            ? tr("%1: %2 of %3")
                  .arg(QString::fromStdString(progress.stage), locale.toString(qlonglong(progress.done)),
                      locale.toString(qlonglong(progress.total)))
            : QString::fromStdString(progress.stage));
}

void ModelRow::showIdle()
{
    m_bar->hide();
    m_state->setText(stateOf(m_choice));
    m_index->setVisible(m_choice.canIndex() && m_choice.photos > 0 && !m_choice.isComplete());
}

} // namespace wordsight::ui
