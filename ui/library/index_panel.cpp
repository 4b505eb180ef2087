#include "ui/library/index_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

#include "ui/shared/counted.h"
#include "ui/shared/icons.h"
#include "ui/shared/paths.h"
#include "ui/shared/progress_text.h"

namespace wordsight::ui {

namespace {

QLabel* quietLabel(QWidget* parent, const QString& name)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QString placeText(const engine::OfflinePlace& place)
{
    return QString("%1 (%2)").arg(toQString(place.path), QString::fromStdString(place.reason));
}

QToolButton* button(QWidget* parent, const QString& name, const QString& icon, const QString& text)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setIcon(lineIcon(icon));
    button->setAccessibleName(text);
    button->setToolTip(text);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

IndexPanel::IndexPanel(QWidget* parent)
    : QWidget(parent)
    , m_message(quietLabel(this, "indexMessage"))
    , m_bar(new QProgressBar(this))
    , m_pause(button(this, "pauseIndexing", "pause", tr("Pause indexing")))
    , m_cancel(button(this, "cancelIndexing", "cancel", tr("Stop indexing; what is done stays")))
    , m_rejected(button(this, "rejectedFiles", "warning",
          tr("Files that were left out and places that are offline, with the reason")))
    , m_library(quietLabel(this, "libraryState"))
    , m_model(new QToolButton(this))
{
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(140, 6);
    m_bar->setAccessibleName(tr("Progress of indexing"));
    m_rejected->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_rejected->hide();
    m_model->setObjectName("modelState");
    m_model->setForegroundRole(QPalette::PlaceholderText);
    m_model->setFocusPolicy(Qt::TabFocus);
    m_model->setToolTip(tr("Choose the model of this library (Ctrl+M)"));
    connect(m_model, &QToolButton::clicked, this, &IndexPanel::modelRequested);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 4, 16, 6);
    layout->setSpacing(10);
    layout->addWidget(m_bar);
    layout->addWidget(m_pause);
    layout->addWidget(m_cancel);
    layout->addWidget(m_message, 1);
    layout->addWidget(m_rejected);
    layout->addSpacing(6);
    layout->addWidget(m_library);
    layout->addSpacing(6);
    layout->addWidget(m_model);
    setMinimumHeight(34);
    // A long sentence must not widen the window: its whole is in the tip.
    m_message->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    connect(m_pause, &QToolButton::clicked, this, &IndexPanel::pauseToggled);
    connect(m_cancel, &QToolButton::clicked, this, &IndexPanel::cancelRequested);
    connect(m_rejected, &QToolButton::clicked, this, &IndexPanel::rejectedRequested);
    setRunning(false);
}

void IndexPanel::setRunning(bool running)
{
    m_bar->setVisible(running);
    m_pause->setVisible(running);
    m_cancel->setVisible(running);
}

void IndexPanel::showStarted()
{
    setRunning(true);
    showPaused(false);
    m_bar->setRange(0, 0);
    m_message->setText(tr("Looking for photographs"));
    m_message->setToolTip({});
}

void IndexPanel::showProgress(const Progress& progress)
{
    // QProgressBar counts in int.
    const int scale = progress.total > 1'000'000 ? 1000 : 1;
    m_bar->setRange(0, static_cast<int>(progress.total / scale));
    m_bar->setValue(static_cast<int>(progress.done / scale));
    m_lastProgress = progressText(progress);
    m_message->setText(m_lastProgress);
}

void IndexPanel::showPaused(bool paused)
{
    m_pause->setIcon(lineIcon(paused ? "resume" : "pause"));
    const QString text = paused ? tr("Go on indexing") : tr("Pause indexing");
    m_pause->setAccessibleName(text);
    m_pause->setToolTip(text);
    m_message->setText(paused ? tr("Paused") + QString::fromUtf8(" · ") + m_lastProgress : m_lastProgress);
}

void IndexPanel::showFinished(const engine::IndexReport& report)
{
    setRunning(false);
    m_lastProgress.clear();
    QStringList parts;
    if (report.added > 0)
        parts << counted(report.added, tr("1 photograph added"), tr("%1 photographs added"));
    if (report.moved > 0)
        parts << tr("%1 moved").arg(report.moved);
    if (report.removed > 0)
        parts << tr("%1 gone").arg(report.removed);
    if (const auto offline = report.offlineCount(); offline > 0 || !report.offline.empty())
        parts << tr("%1 offline").arg(offline) + ": " + placeText(report.offline.front())
                + (report.offline.size() > 1 ? QString::fromUtf8(" …") : QString());
    if (!report.passedOver.empty())
        parts << counted(report.passedOverCount(), tr("1 file of a kind that is not read"),
                     tr("%1 files of kinds that are not read"))
                + QString(" (%1)").arg(QString::fromStdString(report.passedOverKinds()));
    if (const auto notes = static_cast<qlonglong>(report.notes.size()); notes > 0)
        parts << counted(notes, tr("1 read although something is wrong with it"),
            tr("%1 read although something is wrong with them"));
    m_message->setText(parts.isEmpty() ? tr("Up to date") : parts.join(", "));
    QStringList places;
    for (const engine::OfflinePlace& place : report.offline)
        places << placeText(place);
    for (const store::Rejected& file : report.notes)
        places << QString("%1: %2").arg(toQString(file.path), QString::fromStdString(file.reason));
    m_message->setToolTip(places.isEmpty() ? m_message->text() : places.join('\n'));
}

void IndexPanel::showStopped(const QString& message)
{
    setRunning(false);
    m_lastProgress.clear();
    m_message->setText(
        message.isEmpty() ? tr("Indexing stopped. What is done stays; File > Look again goes on.") : message);
    m_message->setToolTip(m_message->text());
}

void IndexPanel::showLibrary(const SearchOutcome& found)
{
    m_library->setText(counted(found.photos, tr("1 photograph"), tr("%1 photographs")));
    QStringList missing;
    if (found.rejected > 0)
        missing << counted(found.rejected, tr("1 file left out"), tr("%1 files left out"));
    if (!found.unseen.empty())
        missing << counted(static_cast<qlonglong>(found.unseen.size()), tr("1 place offline"), tr("%1 places offline"));
    m_rejected->setVisible(!missing.isEmpty());
    m_rejected->setText(missing.join(", "));
    if (!found.device.empty())
        m_model->setText(m_modelName + QString::fromUtf8(" · ") + QString::fromStdString(found.device));
}

void IndexPanel::showModel(const std::string& name)
{
    m_modelName = QString::fromStdString(name);
    m_model->setText(m_modelName);
}

QString IndexPanel::message() const
{
    return m_message->text();
}

} // namespace wordsight::ui
