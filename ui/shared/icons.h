#pragma once

#include <QIcon>

namespace wordsight::ui {

/// A line icon of resources/icons by name, drawn in the text colour of the application's palette of the moment.
QIcon lineIcon(const QString& name);

/// The program's own icon.
QIcon applicationIcon();

} // namespace wordsight::ui
