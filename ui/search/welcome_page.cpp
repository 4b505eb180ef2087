#include "ui/search/welcome_page.h"

#include <algorithm>

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/shared/icons.h"
#include "ui/shared/message_page.h"

namespace wordsight::ui {

WelcomePage::WelcomePage(QWidget* parent)
    : QWidget(parent)
    , m_target(new QWidget(this))
    , m_recent(new QVBoxLayout)
{
    setObjectName("welcome");
    auto* icon = new QLabel(m_target);
    icon->setPixmap(applicationIcon().pixmap(72, 72));
    icon->setAlignment(Qt::AlignCenter);
    icon->setMinimumHeight(80);
    auto* title = centredTitle(m_target, 1.6);
    title->setText(tr("Search your photographs in your own words"));
    auto* text = centredText(m_target, 1.05);
    text->setText(tr("Drop a folder here, or choose one. Everything stays on this computer."));
    auto* button = new QPushButton(lineIcon("folder"), tr("  Open a folder of photographs…"), m_target);
    button->setObjectName("openFolder");
    button->setIconSize({ 20, 20 });
    button->setMinimumHeight(40);
    connect(button, &QPushButton::clicked, this, &WelcomePage::openRequested);

    auto* inside = new QVBoxLayout(m_target);
    inside->setContentsMargins(48, 44, 48, 44);
    inside->setSpacing(16);
    inside->addWidget(icon);
    inside->addWidget(title);
    inside->addWidget(text);
    inside->addSpacing(8);
    inside->addWidget(button, 0, Qt::AlignHCenter);
    m_target->setFixedWidth(620);

    m_recent->setSpacing(2);
    auto* layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addWidget(m_target, 0, Qt::AlignHCenter);
    layout->addSpacing(18);
    layout->addLayout(m_recent);
    layout->addStretch(3);
}

void WelcomePage::setRecent(const QList<Session::Recent>& recent)
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // it may be the button that was just pressed
        delete item;
    }
    if (recent.isEmpty())
        return;
    auto* heading = centredText(this);
    heading->setText(tr("Recent"));
    m_recent->addWidget(heading);
    for (const Session::Recent& one : recent.first(std::min<qsizetype>(recent.size(), 4))) {
        auto* button = new QPushButton(lineIcon("photographs"), one.title, this);
        button->setFlat(true);
        button->setToolTip(one.library);
        connect(button, &QPushButton::clicked, this, [this, one] { Q_EMIT libraryChosen(one.library); });
        m_recent->addWidget(button, 0, Qt::AlignHCenter);
    }
}

void WelcomePage::setDropping(bool dropping)
{
    m_dropping = dropping;
    update();
}

void WelcomePage::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor line = palette().color(m_dropping ? QPalette::Highlight : QPalette::Mid);
    QColor fill = palette().color(QPalette::Base);
    if (m_dropping) {
        fill = line;
        fill.setAlphaF(0.12);
    }
    painter.setPen(QPen(line, 1.5, Qt::DashLine));
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(m_target->geometry()).adjusted(1, 1, -1, -1), 18, 18);
}

} // namespace wordsight::ui
