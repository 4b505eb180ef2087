#pragma once

#include <array>

#include <QWidget>

#include "ui/library/library_models.h"
#include "ui/modality/modality_controller.h"

class QComboBox;
class QLabel;
class QStackedWidget;

namespace wordsight::ui {

class CloudPlot;
class DatasetFields;
class MessagePage;
class RunRow;
class Session;
class ThumbnailLoader;

/// How far two models keep photographs and sentences apart: both clouds of each in two dimensions, how well a
/// classifier tells them apart, and how far their middles are. Made for a model before and after adversarial training
/// (MITE).
class ModalityPage : public QWidget {
    Q_OBJECT
public:
    ModalityPage(Pools& pools, const ModelSource& source, LibraryModels& models, ThumbnailLoader& thumbnails,
        Session& session, QWidget* parent = nullptr);

    void show(const engine::EvaluationInput& input, const std::string& left, const std::string& right);
    bool isBusy() const { return m_controller->isRunning(); }
    void activate(); ///< the page has come to the front

private:
    struct Half {
        QComboBox* model;
        QLabel* title;
        CloudPlot* plot;
        QLabel* figures;
    };
    Half& half(Side side) { return m_halves[static_cast<std::size_t>(side)]; }
    QWidget* buildForm();
    QWidget* buildSide(Side side);
    void fillModels();
    void check();
    void start();
    void showGaps();
    void showMessage();

    ModalityController* m_controller;
    LibraryModels& m_models;
    ThumbnailLoader& m_thumbnails;
    std::string m_standard;
    DatasetFields* m_dataset;
    RunRow* m_run;
    std::array<Half, 2> m_halves;
    MessagePage* m_message;
    QStackedWidget* m_pages;
    QString m_problem;
};

} // namespace wordsight::ui
