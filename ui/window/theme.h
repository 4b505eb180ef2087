#pragma once

#include <QString>

class QApplication;

namespace wordsight::ui {

enum class Theme { System, Light, Dark };

QString name(Theme theme); ///< "system", "light", "dark"
Theme themeNamed(const QString& name);

/// The application's look: the Fusion style with quiet palettes of our own. System follows the desktop's setting,
/// also while the program runs.
void applyTheme(QApplication& application, Theme theme);

} // namespace wordsight::ui
