#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <QStackedWidget>

#include "ui/search/results_model.h"
#include "ui/search/results_view.h"

namespace wordsight::ui {

class MessagePage;
class Session;
class WelcomePage;

/// The photographs found, or why there are none. The chosen photograph stays so while the same sentence is ranked
/// again; a new sentence chooses its best.
class ResultsPane : public QStackedWidget {
    Q_OBJECT
public:
    ResultsPane(ThumbnailLoader& thumbnails, Session& session, QWidget* parent = nullptr);

    void setOutcome(const OutcomePtr& found);
    void clear();
    /// Chooses this photograph, as if by hand, when it is among those found for `sentence`.
    void expect(const QString& photograph, const QString& sentence);

    void showWelcome();
    void showMessage(const QString& icon, const QString& title, const QString& text, const QString& action = {});
    void showPhotographs();

    const engine::ExplainedHit* hit(int row) const { return m_results.hit(m_results.index(row)); }
    ResultsModel& results() { return m_results; }
    ResultsView& grid() { return *m_grid; }
    WelcomePage& welcome() { return *m_welcome; }

Q_SIGNALS:
    void photoChosen(int row);            ///< of the hits; -1: none
    void photoKnown(const QString& path); ///< of the chosen one: at once, or when it has been explained
    void acted();                         ///< what the message offers

private:
    void choose(bool best);
    void photoChanged(const QModelIndex& index);
    void remember(const QModelIndex& index);

    Session& m_session;
    ResultsModel m_results;
    WelcomePage* m_welcome;
    MessagePage* m_message;
    OutcomePtr m_found;
    QString m_chosen; ///< path
    std::optional<PhotoId> m_chosenId;
    bool m_chosenByHand = false;
    std::string m_sentence;              ///< of what is shown
    std::int64_t m_searchable = 0;       ///< photographs that were ranked for what is shown
    std::unique_ptr<ResultsView> m_grid; ///< last: the view goes before its model
};

} // namespace wordsight::ui
