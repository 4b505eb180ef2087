#pragma once

#include "ui/evaluate/evaluation_controller.h"
#include "ui/library/services.h"
#include "ui/shared/page.h"

class QStackedWidget;
class QTabWidget;

namespace wordsight::ui {

class EvaluationForm;
class FailuresView;
class FigureTableView;
class MessagePage;
class RecallPlot;

/// Measures models on a data set: figures as the papers print them, recall curves, and the worst failures as
/// photographs.
class EvaluationPage : public Page {
    Q_OBJECT
public:
    explicit EvaluationPage(Services& services, QWidget* parent = nullptr);

    enum Tab { Figures, Curves, Failures };
    /// As if it were entered and started here; at the end the tab is shown, of the failures the worst one.
    void measure(const EvaluationTask& task, const std::vector<std::string>& models, Tab tab = Figures);
    bool isBusy() const override;

private:
    void start(const EvaluationTask& task, const std::vector<std::string>& models);
    void showTab(Tab tab);
    void build();
    void showOutcomes();
    void showMessage();

    EvaluationController* m_controller;
    EvaluationForm* m_form;
    MessagePage* m_message;
    FigureTableView* m_retrieval;
    FigureTableView* m_grounding;
    RecallPlot* m_plot;
    FailuresView* m_failures;
    QTabWidget* m_tabs;
    QStackedWidget* m_pages;
    QString m_problem;
    Tab m_tab = Figures; ///< to be shown when all is measured
};

} // namespace wordsight::ui
