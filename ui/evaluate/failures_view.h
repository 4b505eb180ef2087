#pragma once

#include <memory>

#include <QSplitter>
#include <QWidget>

#include "ui/evaluate/evaluation_outcome.h"
#include "ui/evaluate/failure_model.h"
#include "ui/library/services.h"

class QComboBox;
class QListView;
class QToolButton;

namespace wordsight::ui {

class Inspector;
struct InspectorSubject;

/// The worst failures of a model; the chosen one is looked into, its right answer or what came first instead.
class FailuresView : public QWidget {
    Q_OBJECT
public:
    explicit FailuresView(Services& services, QWidget* parent = nullptr);

    void setOutcomes(const std::vector<EvaluationOutcome>& outcomes, const std::filesystem::path& images);
    void showFirst(); ///< looks into the worst one
    void showSubject(const InspectorSubject& subject);
    bool isBusy() const;

Q_SIGNALS:
    void inspectionRequested(const wordsight::ui::EvaluatedPair& pair);

private:
    void build();
    void list();
    void inspect();

    std::vector<EvaluationOutcome> m_outcomes;
    std::filesystem::path m_images;
    FailureModel m_failures;
    QComboBox* m_model;
    QComboBox* m_direction;
    QListView* m_list;
    QToolButton* m_answer;
    QToolButton* m_first;
    Inspector* m_inspector;
    std::unique_ptr<QSplitter> m_splitter; ///< last: the list goes before what it lists
};

} // namespace wordsight::ui
