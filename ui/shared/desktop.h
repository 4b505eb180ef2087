#pragma once

#include <QString>

namespace wordsight::ui {

/// Shows the file, selected, in the desktop's file manager; where there is none that can, opens its folder.
void revealInFileManager(const QString& file);

/// Opens the file with the program the desktop has for it.
void openWithDesktop(const QString& file);

} // namespace wordsight::ui
