#include "ui/inspector/inspector_header.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include "ui/inspector/elided_label.h"
#include "ui/inspector/inspection_state.h"
#include "ui/shared/icons.h"
#include "ui/shared/number_text.h"

namespace wordsight::ui {

namespace {

constexpr int kNoticeMs = 6000;

}

InspectorHeader::InspectorHeader(const InspectionState& state, QMenu* actions, QWidget* parent)
    : QWidget(parent)
    , m_state(state)
    , m_rank(new QLabel)
    , m_name(new ElidedLabel)
    , m_score(new QLabel)
{
    m_rank->setObjectName("rank");
    m_name->setObjectName("file");
    m_score->setObjectName("score");
    QFont bold = font();
    bold.setBold(true);
    m_rank->setFont(bold);
    m_score->setForegroundRole(QPalette::PlaceholderText);
    auto* menu = new QToolButton;
    menu->setObjectName("export");
    menu->setIcon(lineIcon("export"));
    menu->setIconSize({ 20, 20 });
    menu->setPopupMode(QToolButton::InstantPopup);
    menu->setMenu(actions);
    menu->setToolTip(tr("Export, copy, open"));
    menu->setAccessibleName(tr("Export, copy or open the photograph"));

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_rank);
    layout->addWidget(m_name, 1);
    layout->addWidget(m_score);
    layout->addWidget(menu);
    m_noticeEnds.setSingleShot(true);
    connect(&m_noticeEnds, &QTimer::timeout, this, &InspectorHeader::showSubject);
    connect(&state, &InspectionState::subjectChanged, this, &InspectorHeader::showSubject);
}

void InspectorHeader::showSubject()
{
    m_noticeEnds.stop();
    const InspectorSubject& subject = m_state.subject();
    const bool ranked = m_state.termCount() > 0;
    m_rank->setVisible(ranked && subject.rank > 0);
    m_score->setVisible(ranked);
    m_rank->setText(QString::number(subject.rank));
    m_rank->setToolTip(tr("Rank among all photographs"));
    QString name = QFileInfo(subject.path).fileName();
    if (!subject.offline.isEmpty())
        name += tr(" (offline: %1)").arg(subject.offline);
    m_name->setText(name, QDir::toNativeSeparators(subject.path));
    m_score->setText(tr("score %1").arg(numberText(subject.score, 4)));
}

void InspectorHeader::showNotice(const QString& text)
{
    m_name->setText(text, text);
    m_noticeEnds.start(kNoticeMs);
}

} // namespace wordsight::ui
