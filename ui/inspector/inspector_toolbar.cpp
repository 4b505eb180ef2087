#include "ui/inspector/inspector_toolbar.h"

#include <array>

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>

#include "ui/inspector/heatmap_layer.h"
#include "ui/inspector/photo_view.h"
#include "ui/shared/icons.h"

namespace wordsight::ui {

namespace {

constexpr QSize kSwatch(44, 14);
constexpr std::array kColormaps { align::Colormap::Viridis, align::Colormap::Magma, align::Colormap::Turbo,
    align::Colormap::Gray };

QIcon swatch(align::Colormap colormap)
{
    return QPixmap::fromImage(gradient(colormap, kSwatch));
}

} // namespace

QString colormapName(align::Colormap colormap)
{
    switch (colormap) {
    case align::Colormap::Turbo:
        return "Turbo";
    case align::Colormap::Viridis:
        return "Viridis";
    case align::Colormap::Magma:
        return "Magma";
    default:
        return InspectorToolbar::tr("Gray");
    }
}

InspectorToolbar::InspectorToolbar(InspectionState& state, PhotoView& photo, QWidget* parent)
    : QWidget(parent)
    , m_state(state)
    , m_heat(new QWidget)
{
    for (QWidget* row : { static_cast<QWidget*>(this), m_heat }) {
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(6);
    }
    m_heat->layout()->addWidget(colormapButton());
    m_opacity
        = slider(tr("Opacity"), "opacity", tr("How much the heatmap covers (+ and −)"), &align::HeatStyle::opacity);
    m_threshold = slider(tr("Threshold"), "threshold", tr("Only regions above this share of the scale are coloured"),
        &align::HeatStyle::threshold);
    m_regions = button("regions", "regions", tr("Outline every region (R)"));
    m_heat->layout()->addWidget(m_regions);
    auto* row = static_cast<QHBoxLayout*>(layout());
    row->addWidget(m_heat, 1);
    row->addStretch();
    m_regions->setCheckable(true);
    connect(m_regions, &QToolButton::toggled, &state, &InspectionState::showOutlines);
    QToolButton* fit = button("fit", "fit", tr("Fit the photograph into its view (0)"));
    QToolButton* full = button("full-size", "fullSize", tr("Full size: pixel for pixel (1)"));
    connect(fit, &QToolButton::clicked, &photo, &PhotoView::fit);
    connect(full, &QToolButton::clicked, &photo, &PhotoView::showFullSize);
    for (QToolButton* each : { fit, full }) {
        row->addWidget(each);
        each->setCheckable(true);
    }
    connect(&photo, &PhotoView::placementChanged, this, [fit, full, &photo] {
        fit->setChecked(photo.placement().isFitted());
        full->setChecked(photo.placement().isFullSize());
    });
    connect(&state, &InspectionState::subjectChanged, this,
        [this] { m_heat->setVisible(m_state.termCount() > 0 && m_state.hasBoxes()); });
    connect(&state, &InspectionState::styleChanged, this, &InspectorToolbar::showStyle);
    showStyle();
}

QWidget* InspectorToolbar::colormapButton()
{
    m_colormap = new QToolButton;
    m_colormap->setObjectName("colormap");
    m_colormap->setIconSize(kSwatch);
    m_colormap->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_colormap);
    auto* group = new QActionGroup(menu);
    for (const align::Colormap colormap : kColormaps) {
        QAction* action = menu->addAction(swatch(colormap), colormapName(colormap), this,
            [this, colormap] { change([colormap](align::HeatStyle& s) { s.colormap = colormap; }); });
        action->setCheckable(true);
        action->setData(static_cast<int>(colormap));
        group->addAction(action);
    }
    menu->addSeparator();
    auto* scalings = new QActionGroup(menu);
    for (const auto& [scaling, text] :
        { std::pair(align::HeatScaling::Sentence, tr("One scale for all photographs of the sentence")),
            std::pair(align::HeatScaling::Photograph, tr("Stretch: to this photograph's best match")),
            std::pair(align::HeatScaling::Word, tr("Stretch: to each word's best match")) }) {
        QAction* action = menu->addAction(
            text, this, [this, scaling = scaling] { change([scaling](align::HeatStyle& s) { s.scaling = scaling; }); });
        action->setObjectName(QString("scaling-%1").arg(static_cast<int>(scaling)));
        action->setCheckable(true);
        action->setData(static_cast<int>(scaling));
        scalings->addAction(action);
    }
    connect(menu, &QMenu::aboutToShow, this, [this, group, scalings] {
        for (QAction* action : group->actions())
            action->setChecked(action->data() == static_cast<int>(m_state.style().colormap));
        for (QAction* action : scalings->actions())
            action->setChecked(action->data() == static_cast<int>(m_state.style().scaling));
    });
    m_colormap->setMenu(menu);
    return m_colormap;
}

QSlider* InspectorToolbar::slider(
    const QString& name, const QString& objectName, const QString& note, float align::HeatStyle::*part)
{
    auto* label = new QLabel(name);
    auto* slider = new QSlider(Qt::Horizontal);
    label->setBuddy(slider);
    label->setForegroundRole(QPalette::PlaceholderText);
    slider->setObjectName(objectName);
    slider->setAccessibleName(name);
    slider->setToolTip(note);
    slider->setRange(0, 100);
    slider->setPageStep(10);
    slider->setMinimumWidth(40);
    connect(slider, &QSlider::valueChanged, this, [this, part](int percent) {
        change([=](align::HeatStyle& s) { s.*part = static_cast<float>(percent) / 100; });
    });
    m_heat->layout()->addWidget(label);
    m_heat->layout()->addWidget(slider);
    return slider;
}

QToolButton* InspectorToolbar::button(const QString& icon, const QString& objectName, const QString& name)
{
    auto* button = new QToolButton;
    button->setObjectName(objectName);
    button->setIcon(lineIcon(icon));
    button->setIconSize({ 20, 20 });
    button->setToolTip(name);
    button->setAccessibleName(name);
    return button;
}

void InspectorToolbar::showStyle()
{
    const align::HeatStyle& style = m_state.style();
    m_colormap->setIcon(swatch(style.colormap));
    m_colormap->setAccessibleName(tr("Colours: %1").arg(colormapName(style.colormap)));
    m_colormap->setToolTip(tr("Colours of the heatmap: %1").arg(colormapName(style.colormap)));
    for (const auto& [slider, value] :
        { std::pair(m_opacity, style.opacity), std::pair(m_threshold, style.threshold) }) {
        const QSignalBlocker blocker(slider);
        slider->setValue(qRound(value * 100));
    }
    const QSignalBlocker blocker(m_regions);
    m_regions->setChecked(m_state.showsOutlines());
}

void InspectorToolbar::change(const std::function<void(align::HeatStyle&)>& how)
{
    align::HeatStyle style = m_state.style();
    how(style);
    m_state.setStyle(style);
}

} // namespace wordsight::ui
