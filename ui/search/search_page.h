#pragma once

#include <memory>

#include <QSplitter>

#include "ui/library/services.h"
#include "ui/search/inspection_controller.h"
#include "ui/search/search_controller.h"
#include "ui/shared/page.h"

class QAction;

namespace wordsight::ui {

class Inspector;
class PhotoActions;
class ResultsPane;
class SearchBar;
class WelcomePage;

/// The page to search on: the sentence above, photographs and inspector beside each other below.
class SearchPage : public Page {
    Q_OBJECT
public:
    explicit SearchPage(Services& services, QWidget* parent = nullptr);

    void openLibrary(const std::shared_ptr<engine::LibrarySession>& library, const std::string& model) override;
    void setModel(const std::string& model) override;
    void refresh() override { m_search.refresh(); }
    void ask(const QString& sentence, const std::vector<TermWeight>& weights) override;
    bool focusSentence() override;
    bool isBusy() const override;

    QString sentence() const;
    std::vector<TermWeight> weights() const;
    /// What was found last; null while there is none.
    const OutcomePtr& outcome() const { return m_search.outcome(); }
    /// What can be done with the photograph that is chosen.
    QList<QAction*> photoActions() const;
    WelcomePage& welcome();

    void restoreLayout();
    void restoreQuery(); ///< and which photograph was chosen
    void saveLayout();

public Q_SLOTS:
    void rescan(); ///< indexes the library again, and searches it again
    void focusPhotographs();
    void resetWeights();
    void undo(); ///< the last change to the question
    void redo();
    void widenThumbnails(int pixels);
    void resetThumbnails();
    void showInspector(bool shown);
    void exportResults();

Q_SIGNALS:
    void outcomeChanged();
    void repairRequested();
    void photoMenuRequested(const QPoint& onScreen);

private:
    void build();
    void connectSearch();
    void showOutcome();
    void showState();
    void showNothingFound(const SearchOutcome& found);
    void showProblem(const QString& message, Hint hint);
    void showPhoto(int row);
    void warn(const QString& message);

    Services& m_services;
    SearchController m_search;
    InspectionController m_inspection;
    BackgroundTask<QString> m_export;
    SearchBar* m_bar;
    PhotoActions* m_photoActions;
    Inspector* m_inspector;
    ResultsPane* m_results;
    std::shared_ptr<engine::LibrarySession> m_library; ///< null: none is open
    std::string m_model;
    QString m_problem; ///< why the last search failed
    bool m_canRepair = false;
    bool m_inspectorWanted = true;
    std::unique_ptr<QSplitter> m_splitter; ///< last: results and inspector tell the rest what happens to their end
};

} // namespace wordsight::ui
