#pragma once

#include <filesystem>

#include <QMainWindow>

#include "ui/library/index_controller.h"
#include "ui/library/library_models.h"
#include "ui/search/inspection_controller.h"
#include "ui/search/results_model.h"
#include "ui/search/search_controller.h"
#include "ui/shared/model_cache.h"
#include "ui/shared/pools.h"
#include "ui/shared/session.h"
#include "ui/shared/thumbnail_loader.h"
#include "ui/window/page_switch.h"

class QSplitter;
class QStackedWidget;

namespace wordsight::ui {

class ComparePage;
class EvaluationPage;
class IndexPanel;
class Inspector;
class MessagePage;
class ModalityPage;
class PhotoActions;
class ResultsView;
class SearchBar;
class WelcomePage;
enum class Theme;

struct WindowOptions {
    ModelSource models;
    QString settingsFile; ///< empty: the person's own settings
};

/// Wordsight's window: a page to search on, with the search bar above and photographs and inspector beside each other,
/// further pages that are made when they are first asked for, and indexing below. It only wires its parts to the
/// controllers; what takes time runs on their pools.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(WindowOptions options);
    ~MainWindow() override;

    /// Layout, library, query with its weights and selected photograph of the last run, as far as they still are there.
    void restoreSession();
    /// Photographs of a folder (or files) in their own library, or in the one given. A folder that is a library is
    /// opened as such. `model`: indexes and searches it from now on; empty: the one that did.
    void openPhotographs(const QStringList& paths, const QString& library = {}, const std::string& model = {});
    void openLibrary(const QString& folder, const std::string& model = {});
    void ask(const QString& sentence, std::vector<TermWeight> weights = {});

    /// Searches the library with another model from now on.
    void useModel(const std::string& model);
    const std::string& model() const { return m_model; }
    void showPage(Page page);
    ComparePage& comparePage(); ///< made when first asked for, as the next two
    EvaluationPage& evaluationPage();
    ModalityPage& modalityPage();

    /// True when nothing runs or is about to: indexing, search, thumbnails, inspection.
    bool isIdle() const;
    const OutcomePtr& outcome() const { return m_search.outcome(); }

public Q_SLOTS:
    void chooseFolder();
    void addFolder();
    void chooseLibrary();
    void rescan();
    void chooseModel();
    void focusSentence();
    void indexWith(const std::string& model);
    void showRejected();
    void exportResults();
    void setTheme(Theme theme);
    void showInspector(bool shown);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void build();
    void connectSearch();
    void connectIndex();
    void showOutcome();
    QWidget* buildSearchPage();
    void connectPages();
    QWidget* placeOf(Page page);
    bool pagesAreIdle() const;
    void setModel(const std::string& model); ///< empty: nobody has chosen
    void showState();
    /// `fromBest`: the best hit is chosen, else the photograph in hand stays.
    void select(bool fromBest);
    void photoChosen(const QModelIndex& index);
    void index(const std::filesystem::path& library, const std::vector<std::filesystem::path>& paths,
        const std::string& model);
    void saveQuery();
    void warn(const QString& message);
    bool isTheme(Theme theme) const;

    friend void buildMenus(MainWindow& window);

    Session m_session;
    ModelSource m_models;
    Pools m_pools;
    std::shared_ptr<ModelCache> m_modelCache; ///< for the search thread
    LibraryModels m_libraryModels;
    ThumbnailLoader m_thumbnails;
    ResultsModel m_results;
    SearchController m_search;
    IndexController m_index;
    InspectionController m_inspection;
    BackgroundTask<QString> m_export;

    PageSwitch* m_switch;
    QStackedWidget* m_places; ///< one for each Page, as far as they are made
    ComparePage* m_compare = nullptr;
    EvaluationPage* m_evaluation = nullptr;
    ModalityPage* m_modality = nullptr;
    WelcomePage* m_welcome;
    MessagePage* m_message;
    ResultsView* m_grid;
    QStackedWidget* m_pages;
    SearchBar* m_searchBar;
    Inspector* m_inspector;
    QSplitter* m_splitter;
    IndexPanel* m_panel;
    PhotoActions* m_photoActions;

    std::filesystem::path m_library;
    std::shared_ptr<engine::LibrarySession> m_open; ///< at m_library; null while that is empty
    std::string m_model;                            ///< that the library is searched with
    QString m_selected;                             ///< photograph in hand, kept over re-ranking
    bool m_selectedByHand = false;
    std::string m_shownQuery;     ///< sentence of what is shown
    std::int64_t m_shownFrom = 0; ///< photographs that were ranked for what is shown
    QString m_problem;            ///< why the last search failed
    bool m_inspectorWanted = true;
};

} // namespace wordsight::ui
