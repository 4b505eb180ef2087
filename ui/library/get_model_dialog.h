#pragma once

#include <QDialog>
#include <QThreadPool>

#include "core/engine/fetching/get_model.h"
#include "ui/shared/background_task.h"

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace wordsight::ui {

/// Gets models that others publish: a list to choose from, or any repository. Nothing reaches a network before a click;
/// the hub is asked then, and nothing is fetched before a question with name, size, licence and place was answered.
/// Closing it stops what runs; what has come is kept.
class GetModelDialog : public QDialog {
    Q_OBJECT
public:
    explicit GetModelDialog(engine::FetchPlaces places, QWidget* parent = nullptr);

    bool isBusy() const { return m_ask.isRunning() || m_get.isRunning(); }
    void reject() override;

Q_SIGNALS:
    void got(const std::string& model);

private:
    void list(QVBoxLayout* rows);
    QWidget* row(const engine::CuratedModel& model);
    QWidget* otherRepository();
    QWidget* progress();
    void ask(const QString& repository);
    void question(const engine::RepositoryOffer& offer);
    void get(const std::string& repository);
    void showBusy(const QString& text);
    void showEnd(const QString& text);
    void showFailure(const Error& error);

    engine::FetchPlaces m_places;
    std::vector<engine::CuratedModel> m_curated;
    std::vector<QPushButton*> m_buttons; ///< each begins something
    QLineEdit* m_repository;
    QLabel* m_message;
    QProgressBar* m_bar;
    QPushButton* m_stop;
    bool m_closing = false;
    QThreadPool m_pool; ///< waits at its end for what was stopped
    BackgroundTask<engine::RepositoryOffer> m_ask;
    BackgroundTask<engine::GotModel> m_get;
};

} // namespace wordsight::ui
