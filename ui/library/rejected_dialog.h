#pragma once

#include <filesystem>
#include <vector>

#include <QDialog>

#include "core/store/library.h"
#include "ui/shared/background_task.h"

namespace wordsight::ui {

class RejectedModel;

/// The files of a library that could not be read, each with its reason.
class RejectedDialog : public QDialog {
    Q_OBJECT
public:
    RejectedDialog(QThreadPool& pool, const std::filesystem::path& library, QWidget* parent = nullptr);

private:
    RejectedModel* m_model;
    BackgroundTask<std::vector<store::Rejected>> m_task;
};

} // namespace wordsight::ui
