#pragma once

#include <vector>

#include <QDialog>

class QLabel;
class QVBoxLayout;

namespace wordsight::ui {

class IndexController;
class LibraryModels;
class ModelRow;

/// Chooses the model a library is searched with, and indexes it with another beside the others.
class ModelChooser : public QDialog {
    Q_OBJECT
public:
    /// `chosen`: the name of the model in use. `getting`: whether more models can be got.
    ModelChooser(LibraryModels& models, IndexController& index, const std::string& chosen, bool getting = false,
        QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const std::string& model);
    void indexRequested(const std::string& model);
    void getRequested();

private:
    void fill();
    void choose(const std::string& model);

    LibraryModels& m_models;
    IndexController& m_index;
    std::string m_chosen;
    QVBoxLayout* m_list;
    QLabel* m_note;
    std::vector<ModelRow*> m_rows;
};

} // namespace wordsight::ui
