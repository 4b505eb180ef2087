#pragma once

#include <functional>

#include <QString>

namespace wordsight::ui {

class MainWindow;

/// Saves a picture of the window once nothing runs any more, then calls `done` with whether it could be written.
void saveScreenshotWhenIdle(MainWindow& window, const QString& file, std::function<void(bool saved)> done);

} // namespace wordsight::ui
