#pragma once

#include <array>

#include "ui/library/services.h"
#include "ui/modality/modality_controller.h"
#include "ui/shared/page.h"

class QComboBox;
class QLabel;
class QStackedWidget;

namespace wordsight::ui {

class CloudPlot;
class DatasetFields;
class MessagePage;
class RunRow;

/// How far two models keep photographs and sentences apart: both clouds of each in two dimensions, how well a
/// classifier tells them apart, and how far their middles are. Made for a model before and after adversarial training
/// (MITE).
class ModalityPage : public Page {
    Q_OBJECT
public:
    explicit ModalityPage(Services& services, QWidget* parent = nullptr);

    void show(const engine::EvaluationInput& input, const std::string& left, const std::string& right);
    bool isBusy() const override { return m_controller->isRunning(); }
    void activate() override;

private:
    struct Half {
        QComboBox* model;
        QLabel* title;
        CloudPlot* plot;
        QLabel* figures;
    };
    Half& half(Side side) { return m_halves[indexOf(side)]; }
    QWidget* buildForm();
    QWidget* buildSide(Side side);
    void fillModels();
    void check();
    void start();
    void showGaps();
    void showMessage();

    ModalityController* m_controller;
    Services& m_services;
    DatasetFields* m_dataset;
    RunRow* m_run;
    std::array<Half, 2> m_halves;
    MessagePage* m_message;
    QStackedWidget* m_pages;
    QString m_problem;
};

} // namespace wordsight::ui
