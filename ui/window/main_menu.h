#pragma once

namespace wordsight::ui {

class MainWindow;

/// The menu bar with every command and its shortcut.
void buildMenus(MainWindow& window);

} // namespace wordsight::ui
