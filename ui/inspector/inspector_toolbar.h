#pragma once

#include <functional>

#include <QWidget>

#include "ui/inspector/inspection_state.h"

class QSlider;
class QToolButton;

namespace wordsight::ui {

class PhotoView;

/// How the heatmap is drawn and how the photograph lies in its view.
class InspectorToolbar : public QWidget {
    Q_OBJECT
public:
    InspectorToolbar(InspectionState& state, PhotoView& photo, QWidget* parent = nullptr);

private:
    QWidget* colormapButton();
    QSlider* slider(const QString& name, const QString& objectName, const QString& note, float align::HeatStyle::*part);
    QToolButton* button(const QString& icon, const QString& objectName, const QString& name);
    void showStyle();
    void change(const std::function<void(align::HeatStyle&)>& how);

    InspectionState& m_state;
    QWidget* m_heat; ///< what needs a sentence
    QToolButton* m_colormap = nullptr;
    QToolButton* m_regions = nullptr;
    QSlider* m_opacity = nullptr;
    QSlider* m_threshold = nullptr;
};

/// What a colormap is called.
QString colormapName(align::Colormap colormap);

} // namespace wordsight::ui
