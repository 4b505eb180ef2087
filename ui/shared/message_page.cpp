#include "ui/shared/message_page.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/shared/icons.h"

namespace wordsight::ui {

QLabel* centredText(QWidget* parent, double scale)
{
    auto* label = new QLabel(parent);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    label->setFont(font);
    return label;
}

QLabel* centredTitle(QWidget* parent, double scale)
{
    QLabel* label = centredText(parent, scale);
    label->setForegroundRole(QPalette::NoRole);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

MessagePage::MessagePage(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(centredTitle(this, 1.35))
    , m_text(centredText(this))
    , m_action(new QPushButton(this))
{
    m_icon->setAlignment(Qt::AlignCenter);
    m_title->setObjectName("messageTitle");
    m_action->setObjectName("messageAction");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(48, 32, 48, 32);
    layout->setSpacing(10);
    layout->addStretch(2);
    layout->addWidget(m_icon);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addSpacing(8);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &MessagePage::acted);
}

void MessagePage::show(const QString& icon, const QString& title, const QString& text, const QString& action)
{
    m_icon->setPixmap(lineIcon(icon).pixmap(44, 44));
    m_title->setText(title);
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
}

} // namespace wordsight::ui
