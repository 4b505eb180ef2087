#pragma once

#include <QFrame>

#include "core/base/progress.h"
#include "ui/library/model_choice.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QRadioButton;

namespace wordsight::ui {

/// One model in the chooser: what it is, what it has seen of the library, and what can be done about that.
class ModelRow : public QFrame {
    Q_OBJECT
public:
    explicit ModelRow(const ModelChoice& choice, QWidget* parent = nullptr);

    const std::string& name() const { return m_choice.model.name; }
    QRadioButton* radio() const { return m_use; }
    /// The same model, as it is now.
    void setChoice(const ModelChoice& choice);
    void setChosen(bool chosen);
    void showProgress(const Progress& progress);
    void showIdle();

Q_SIGNALS:
    void used();
    void indexRequested();

private:
    void build();

    ModelChoice m_choice;
    QRadioButton* m_use;
    QLabel* m_state;
    QProgressBar* m_bar;
    QPushButton* m_index;
};

} // namespace wordsight::ui
