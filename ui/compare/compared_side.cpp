#include "ui/compare/compared_side.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/inspector/contributions_view.h"
#include "ui/inspector/photo_view.h"
#include "ui/search/results_view.h"
#include "ui/shared/counted.h"
#include "ui/shared/message_page.h"
#include "ui/shared/paths.h"
#include "ui/shared/thumbnail_loader.h"

namespace wordsight::ui {

namespace {

constexpr int kTile = 150;
constexpr int kLeastHeight = 140; ///< of the photographs and of what explains one: small screens scroll

} // namespace

ComparedSide::ComparedSide(const QString& name, ThumbnailLoader& thumbnails, QWidget* parent)
    : QWidget(parent)
    , m_results(thumbnails)
    , m_choice(new QComboBox)
    , m_note(new QLabel)
    , m_message(new MessagePage)
    , m_grid(new ResultsView)
    , m_pages(new QStackedWidget)
    , m_photo(new PhotoView(m_state))
    , m_contributions(new ContributionsView(m_state))
    , m_splitter(std::make_unique<QSplitter>(Qt::Vertical))
{
    build(name);
    connect(m_grid, &ResultsView::currentPhotoChanged, this, [this](const QModelIndex& index) {
        if (const engine::ExplainedHit* hit = m_results.hit(index))
            Q_EMIT photoChosen(toQString(hit->photo.path), hit->photo.id);
    });
    connect(&m_results, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& from, const QModelIndex& to) {
        // Chosen before it was explained.
        const QModelIndex chosen = m_grid->currentIndex();
        const engine::ExplainedHit* hit = m_results.hit(chosen);
        if (hit && from.row() > 0 && chosen.row() >= from.row() && chosen.row() <= to.row())
            Q_EMIT photoChosen(toQString(hit->photo.path), hit->photo.id);
    });
    connect(&thumbnails, &ThumbnailLoader::ready, m_grid->viewport(), qOverload<>(&QWidget::update));
    connect(m_message, &MessagePage::acted, this, &ComparedSide::acted);
}

void ComparedSide::build(const QString& name)
{
    m_choice->setObjectName("choice-" + name);
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_choice->setMinimumContentsLength(12);
    m_note->setObjectName("note-" + name);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_grid->setObjectName("results-" + name);
    m_grid->setTileWidth(kTile);
    m_grid->setModel(&m_results);
    m_photo->setObjectName("photo-" + name);
    m_contributions->setObjectName("contributions-" + name);

    auto* header = new QHBoxLayout;
    header->setSpacing(10);
    header->addWidget(m_choice);
    header->addStretch();
    header->addWidget(m_note);
    auto* why = new QWidget;
    auto* beside = new QHBoxLayout(why);
    beside->setContentsMargins(0, 0, 0, 0);
    beside->setSpacing(8);
    beside->addWidget(m_photo, 3);
    beside->addWidget(m_contributions, 2);
    m_contributions->setMinimumWidth(225);
    m_pages->addWidget(m_message);
    m_pages->addWidget(m_grid);
    for (QWidget* part : { static_cast<QWidget*>(m_pages), why })
        part->setMinimumHeight(kLeastHeight);
    m_splitter->addWidget(m_pages);
    m_splitter->addWidget(why);
    m_splitter->setSizes({ 300, 300 });
    m_splitter->setHandleWidth(8);
    m_splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(header);
    layout->addWidget(m_splitter.get(), 1);
}

void ComparedSide::showOutcome(const OutcomePtr& found)
{
    const int scrolled = m_grid->verticalScrollBar()->value();
    {
        const QSignalBlocker blocker(m_grid);
        m_results.setOutcome(found);
    }
    m_grid->verticalScrollBar()->setValue(scrolled);
    m_note->setText(counted(found->searchable, tr("1 photograph"), tr("%1 photographs"))
        + tr(" · %1 ms").arg(found->milliseconds, 0, 'f', found->milliseconds < 10));
    m_pages->setCurrentWidget(m_grid);
}

void ComparedSide::showMessage(const QString& title, const QString& text, const QString& action)
{
    {
        const QSignalBlocker blocker(m_grid);
        m_results.setOutcome({});
    }
    m_note->clear();
    m_message->show("photographs", title, text, action);
    m_pages->setCurrentWidget(m_message);
}

void ComparedSide::select(PhotoId photo)
{
    const QSignalBlocker blocker(m_grid);
    const QModelIndex index = m_results.indexOf(photo);
    m_grid->setCurrentIndex(index);
    if (!index.isValid())
        m_grid->clearSelection();
}

} // namespace wordsight::ui
