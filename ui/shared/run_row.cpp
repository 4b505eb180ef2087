#include "ui/shared/run_row.h"

#include <algorithm>

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "ui/shared/progress_text.h"

namespace wordsight::ui {

namespace {

int forBar(std::int64_t count)
{
    return static_cast<int>(std::min<std::int64_t>(count, 1'000'000'000)); // QProgressBar counts in int
}

} // namespace

RunRow::RunRow(const QString& start, QWidget* parent)
    : QWidget(parent)
    , m_start(new QPushButton(start))
    , m_cancel(new QPushButton(tr("Stop")))
    , m_bar(new QProgressBar)
    , m_message(new QLabel)
{
    m_start->setObjectName("start");
    m_cancel->setObjectName("stop");
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setAccessibleName(tr("Progress"));
    m_message->setObjectName("runMessage");
    m_message->setWordWrap(true);
    m_message->setForegroundRole(QPalette::PlaceholderText);
    m_message->setTextFormat(Qt::PlainText);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(6);
    grid->setColumnStretch(2, 1);
    grid->addWidget(m_start, 0, 0);
    grid->addWidget(m_cancel, 0, 1);
    grid->addWidget(m_bar, 1, 0, 1, 3);
    grid->addWidget(m_message, 2, 0, 1, 3);
    connect(m_start, &QPushButton::clicked, this, &RunRow::started);
    connect(m_cancel, &QPushButton::clicked, this, &RunRow::cancelled);
    showIdle({});
}

void RunRow::enable()
{
    m_start->setEnabled(m_ready && !m_running);
    m_cancel->setVisible(m_running);
    m_bar->setVisible(m_running);
}

void RunRow::setReady(bool ready, const QString& why)
{
    m_ready = ready;
    m_start->setToolTip(ready ? QString() : why);
    enable();
}

void RunRow::showProgress(const QString& what, const Progress& progress)
{
    m_running = true;
    m_bar->setRange(0, forBar(progress.total));
    m_bar->setValue(forBar(progress.done));
    m_message->setText(what + ": " + progressText(progress));
    enable();
}

void RunRow::showIdle(const QString& message)
{
    m_running = false;
    m_message->setText(message);
    enable();
}

} // namespace wordsight::ui
