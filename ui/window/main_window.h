#pragma once

#include <filesystem>
#include <memory>
#include <set>

#include <QMainWindow>

#include "core/engine/fetching/get_model.h"
#include "ui/library/services.h"
#include "ui/window/page_stack.h"

namespace wordsight::ui {

class IndexPanel;
enum class Theme;

struct WindowOptions {
    engine::ModelSource models;
    QString settingsFile;            ///< empty: the person's own settings
    engine::FetchPlaces fetching {}; ///< without a program nothing can be fetched
};

/// Wordsight's window: its pages, the menu above, indexing below. It opens libraries and has them indexed; what takes
/// time runs on the pools of its services.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(WindowOptions options);

    /// Layout, library, query with its weights and selected photograph of the last run, as far as they still are there.
    void restoreSession();
    /// Photographs of a folder (or files) in their own library, or in the one given. A folder that is a library is
    /// opened as such. `model`: indexes and searches it from now on; empty: the one that did.
    void openPhotographs(const QStringList& paths, const QString& library = {}, const std::string& model = {});
    void openLibrary(const QString& folder, const std::string& model = {});
    void ask(const QString& sentence, const std::vector<TermWeight>& weights = {});

    /// Searches the library with another model from now on.
    void useModel(const std::string& model);
    const std::string& model() const { return m_pages->model(); }
    PageStack& pages() { return *m_pages; }
    const Session& session() const { return m_services.session; }
    Theme theme() const;

    /// True when nothing runs or is about to: indexing, search, thumbnails, inspection.
    bool isIdle() const;
    /// What the search page found last; null while there is none.
    const OutcomePtr& outcome() const;

public Q_SLOTS:
    void chooseFolder();
    void addFolder();
    void chooseLibrary();
    void chooseModel();
    void getModel();
    void indexWith(const std::string& model);
    void showRejected();
    void repairLibrary();
    void setTheme(Theme theme);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void openDropped(const QStringList& paths);
    void build();
    void connectPages();
    void connectIndex();
    void showOutcome();
    void warn(const QString& message);
    void askWhetherDeleted(const engine::IndexReport& report);
    void index(const std::filesystem::path& library, const std::vector<std::filesystem::path>& paths,
        const std::string& model);

    Services m_services;
    engine::FetchPlaces m_fetching;
    std::set<std::filesystem::path> m_askedAbout; ///< places of which a person was asked whether all was deleted
    PageSwitch* m_switch;
    IndexPanel* m_panel;
    std::unique_ptr<PageStack> m_pages; ///< last: pages use the services to their end
};

} // namespace wordsight::ui
