#include "ui/search/results_pane.h"

#include <utility>

#include <QScrollBar>

#include "core/engine/search/question_text.h"
#include "ui/search/welcome_page.h"
#include "ui/shared/message_page.h"
#include "ui/shared/paths.h"
#include "ui/shared/session.h"
#include "ui/shared/thumbnail_loader.h"

namespace wordsight::ui {

ResultsPane::ResultsPane(ThumbnailLoader& thumbnails, Session& session, QWidget* parent)
    : QStackedWidget(parent)
    , m_session(session)
    , m_results(thumbnails)
    , m_welcome(new WelcomePage)
    , m_message(new MessagePage)
    , m_grid(std::make_unique<ResultsView>())
{
    m_grid->setModel(&m_results);
    addWidget(m_welcome);
    addWidget(m_message);
    addWidget(m_grid.get());
    setMinimumWidth(320);
    setContentsMargins(10, 0, 0, 0);
    m_welcome->setRecent(m_session.recent());
    connect(&thumbnails, &ThumbnailLoader::ready, m_grid->viewport(), qOverload<>(&QWidget::update));
    connect(m_grid.get(), &ResultsView::currentPhotoChanged, this, &ResultsPane::photoChanged);
    connect(&m_results, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& from, const QModelIndex& to) {
        const QModelIndex chosen = m_grid->currentIndex();
        if (chosen.isValid() && chosen.row() >= from.row() && chosen.row() <= to.row())
            remember(chosen);
    });
    connect(m_message, &MessagePage::acted, this, &ResultsPane::acted);
}

void ResultsPane::setOutcome(const OutcomePtr& found)
{
    const std::string words = engine::readQuestion(found->sentence()).plain; // weights make no new sentence
    const bool newSentence = words != std::exchange(m_sentence, words);
    const bool grown = found->searchable != std::exchange(m_searchable, found->searchable);
    m_found = found;
    const int scrolled = m_grid->verticalScrollBar()->value();
    {
        // Choosing waits until the selection stands again.
        const QSignalBlocker blocker(m_grid.get());
        m_results.setOutcome(found);
    }
    // What came first while a library was being indexed is nobody's choice.
    choose(newSentence || (grown && !m_chosenByHand));
    if (!newSentence)
        m_grid->verticalScrollBar()->setValue(scrolled);
    else
        m_grid->scrollToTop();
}

void ResultsPane::clear()
{
    m_found.reset();
    m_results.setOutcome({});
}

void ResultsPane::expect(const QString& photograph, const QString& sentence)
{
    m_chosen = photograph;
    m_chosenId.reset();
    m_chosenByHand = true;
    m_sentence = engine::readQuestion(sentence.toStdString()).plain;
}

void ResultsPane::choose(bool best)
{
    const bool ranked = m_found->isRanked();
    QModelIndex index = best && ranked ? QModelIndex()
        : m_chosenId                   ? m_results.indexOf(*m_chosenId)
                                       : m_results.indexOf(m_chosen);
    const bool kept = index.isValid();
    if (!kept && ranked)
        index = m_results.index(0);
    const bool byHand = kept && m_chosenByHand;
    m_grid->setCurrentIndex(index);
    if (!index.isValid())
        photoChanged(index);
    m_chosenByHand = byHand;
}

void ResultsPane::photoChanged(const QModelIndex& index)
{
    if (index.isValid())
        m_chosenByHand = true;
    Q_EMIT photoChosen(index.isValid() ? index.row() : -1);
    remember(index);
}

void ResultsPane::remember(const QModelIndex& index)
{
    const engine::ExplainedHit* hit = m_results.hit(index);
    if (!hit)
        return;
    m_chosen = toQString(hit->photo.path);
    m_chosenId = hit->photo.id;
    m_session.setSelectedPhoto(m_chosen);
    Q_EMIT photoKnown(m_chosen);
}

void ResultsPane::showWelcome()
{
    setCurrentWidget(m_welcome);
}

void ResultsPane::showMessage(const QString& icon, const QString& title, const QString& text, const QString& action)
{
    m_message->show(icon, title, text, action);
    setCurrentWidget(m_message);
}

void ResultsPane::showPhotographs()
{
    setCurrentWidget(m_grid.get());
}

} // namespace wordsight::ui
