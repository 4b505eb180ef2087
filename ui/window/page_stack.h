#pragma once

#include <array>
#include <filesystem>
#include <string>

#include <QStackedWidget>

#include "ui/library/services.h"
#include "ui/window/page_switch.h"

namespace wordsight::ui {

class ComparePage;
class EvaluationPage;
class ModalityPage;
class Page;
class SearchPage;

/// The window's pages, one of them in front, and the library that all of them show. The search page is there from the
/// start; others are made when they are first asked for, and begin with what is open and asked there.
class PageStack : public QStackedWidget {
    Q_OBJECT
public:
    explicit PageStack(Services& services, QWidget* parent = nullptr);

    void showPage(PageKind kind);
    Page& page(PageKind kind);
    SearchPage& search();
    ComparePage& compare();
    EvaluationPage& evaluation();
    ModalityPage& modality();

    void openLibrary(const std::filesystem::path& folder, const std::string& model);
    void setModel(const std::string& model);
    const std::filesystem::path& library() const { return m_library; } ///< empty while none is open
    const std::string& model() const { return m_model; }               ///< that the library is searched with
    void refresh();                                                    ///< the library has grown
    /// Of the page in front; where that has none, the search page comes to the front.
    void focusSentence();
    bool isBusy() const;

Q_SIGNALS:
    void shown(wordsight::ui::PageKind kind);
    void indexRequested(const std::string& model);

private:
    Page* make(PageKind kind);
    template <class Visit> void forEachMade(Visit visit) const;

    Services& m_services;
    std::array<Page*, kPageKinds.size()> m_made {}; ///< null: not asked for yet
    std::filesystem::path m_library;
    std::string m_model;
};

} // namespace wordsight::ui
