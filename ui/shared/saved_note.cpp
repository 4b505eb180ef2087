#include "ui/shared/saved_note.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

#include "ui/shared/desktop.h"
#include "ui/shared/icons.h"

namespace wordsight::ui {

namespace {

constexpr int kShownMs = 12'000;
constexpr int kEdge = 16;

} // namespace

void SavedNote::show(QWidget& window, const QString& file)
{
    delete window.findChild<SavedNote*>("savedNote", Qt::FindDirectChildrenOnly);
    (new SavedNote(window, file))->QWidget::show();
}

SavedNote::SavedNote(QWidget& window, const QString& file)
    : QFrame(&window)
{
    setObjectName("savedNote");
    setAccessibleName(tr("Written: %1").arg(QDir::toNativeSeparators(file)));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    auto* text = new QLabel(tr("Written: %1").arg(QFileInfo(file).fileName()));
    text->setToolTip(QDir::toNativeSeparators(file));
    auto* show = new QToolButton;
    show->setObjectName("showSaved");
    show->setText(tr("Show"));
    show->setToolTip(tr("Show it in the file manager"));
    auto* close = new QToolButton;
    close->setIcon(lineIcon("cancel"));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 6, 8, 6);
    layout->setSpacing(10);
    for (QWidget* part : { static_cast<QWidget*>(text), static_cast<QWidget*>(show), static_cast<QWidget*>(close) })
        layout->addWidget(part);
    connect(show, &QToolButton::clicked, this, [this, file] { revealInFileManager(file, boxOver(parentWidget())); });
    connect(close, &QToolButton::clicked, this, &QObject::deleteLater);
    QTimer::singleShot(kShownMs, this, &QObject::deleteLater);
    window.installEventFilter(this);
    place();
}

void SavedNote::place()
{
    resize(sizeHint().boundedTo({ parentWidget()->width() - 2 * kEdge, sizeHint().height() }));
    move((parentWidget()->width() - width()) / 2, parentWidget()->height() - height() - 3 * kEdge);
    raise();
}

bool SavedNote::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace wordsight::ui
