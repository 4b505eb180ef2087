#pragma once

#include <string>
#include <vector>

#include <QWidget>

#include "ui/evaluate/evaluation_outcome.h"
#include "ui/library/model_choice.h"

class QCheckBox;
class QComboBox;
class QListWidget;

namespace wordsight::ui {

class DatasetFields;
class PathField;
class RunRow;
class Session;

/// Which data set, which models and which tests. Remembers in the session what was measured last.
class EvaluationForm : public QWidget {
    Q_OBJECT
public:
    explicit EvaluationForm(Session& session, QWidget* parent = nullptr);

    void setModels(const std::vector<ModelChoice>& choices, const std::string& chosen);
    void setTask(const EvaluationTask& task);
    EvaluationTask task() const;
    std::vector<std::string> models() const; ///< those that are ticked
    void tick(const std::vector<std::string>& models);
    RunRow& run() { return *m_run; }
    void restore(); ///< what was measured last

Q_SIGNALS:
    void started();

private:
    void build();
    void remember();
    void check();

    Session& m_session;
    DatasetFields* m_dataset;
    PathField* m_boxes;
    QComboBox* m_protocol;
    QListWidget* m_models;
    QCheckBox* m_retrieval;
    QCheckBox* m_grounding;
    RunRow* m_run;
};

} // namespace wordsight::ui
