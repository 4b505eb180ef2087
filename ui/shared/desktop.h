#pragma once

#include <functional>

#include <QString>

class QWidget;

namespace wordsight::ui {

/// What a person is told where the desktop could not do it.
using DesktopFailed = std::function<void(const QString& message)>;
/// Says it in a box over `window`.
DesktopFailed boxOver(QWidget* window);

/// Shows the file, selected, in the desktop's file manager; where there is none that can, opens its folder.
void revealInFileManager(const QString& file, const DesktopFailed& failed);

/// Opens the file with the program the desktop has for it.
void openWithDesktop(const QString& file, const DesktopFailed& failed);

} // namespace wordsight::ui
