#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <QWidget>

#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// One page of the window: all that the window knows of it. What does not concern a page it leaves as it is here.
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Another library, and the model it is searched with from now on. An empty path: none is open.
    virtual void openLibrary(const std::filesystem::path& folder, const std::string& model);
    virtual void setModel(const std::string& model); ///< another is in use
    virtual void refresh();                          ///< the library has grown
    /// Ranks by this sentence. Weights belong to its words by their label; other words count 1.
    virtual void ask(const QString& sentence, const std::vector<TermWeight>& weights);
    virtual bool focusSentence(); ///< false where there is none to type
    virtual void activate();      ///< has come to the front
    virtual bool isBusy() const = 0;

Q_SIGNALS:
    /// The open library should be indexed with a model, by name.
    void indexRequested(const std::string& model);
};

} // namespace wordsight::ui
