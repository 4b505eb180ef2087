#pragma once

#include <QWidget>

#include "ui/evaluate/evaluation_controller.h"
#include "ui/library/library_models.h"

class QStackedWidget;
class QTabWidget;

namespace wordsight::ui {

class EvaluationForm;
class FailuresView;
class FigureTableView;
class MessagePage;
class RecallPlot;
class Session;
class ThumbnailLoader;

/// Measures models on a data set: figures as the papers print them, recall curves, and the worst failures as
/// photographs.
class EvaluationPage : public QWidget {
    Q_OBJECT
public:
    EvaluationPage(Pools& pools, const ModelSource& source, const std::shared_ptr<ModelCache>& cache,
        LibraryModels& models, ThumbnailLoader& thumbnails, Session& session, QWidget* parent = nullptr);

    enum Tab { Figures, Curves, Failures };
    /// As if it were entered and started here; at the end the tab is shown, of the failures the worst one.
    void measure(const EvaluationTask& task, const std::vector<std::string>& models, Tab tab = Figures);
    bool isBusy() const;

private:
    void start(const EvaluationTask& task, const std::vector<std::string>& models);
    void showTab(Tab tab);
    void build();
    void showOutcomes();
    void showMessage();

    EvaluationController* m_controller;
    LibraryModels& m_models;
    std::string m_standard;
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
