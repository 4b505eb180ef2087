#pragma once

class QCommandLineParser;

namespace wordsight::ui {
class MainWindow;
}

namespace wordsight::app {

/// What the window may start with beside the search: options of the command line, and the page that they ask for.
void addPageOptions(QCommandLineParser& arguments);
void openPage(ui::MainWindow& window, const QCommandLineParser& arguments);

} // namespace wordsight::app
