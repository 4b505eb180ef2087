#include "ui/shared/term_colors.h"

#include <array>

namespace wordsight::ui {

namespace {

constexpr std::array<QRgb, 10> kHues = { 0xff2f7dd1, 0xffdd7a1c, 0xff2b9a66, 0xffc8457a, 0xff7a5ccb, 0xffb58b0a,
    0xff1495a5, 0xffcf4f39, 0xff6c8f22, 0xffa0559b };
constexpr QRgb kSlate = 0xff6b7785;

QColor forTheme(QColor color, bool dark)
{
    if (!dark)
        return color;
    float h = 0, s = 0, l = 0;
    color.getHslF(&h, &s, &l);
    return QColor::fromHslF(h, s, std::min(0.72f, l + 0.14f));
}

} // namespace

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightnessF() < 0.5f;
}

QColor termColor(std::size_t index, search::TermKind kind, const QPalette& palette)
{
    const QRgb hue = kind != search::TermKind::Word ? kSlate : kHues[index % kHues.size()];
    QColor color = forTheme(QColor::fromRgb(hue), isDark(palette));
    // A second round through the hues is told apart by its depth.
    if (kind == search::TermKind::Word && (index / kHues.size()) % 2 == 1)
        color = color.darker(135);
    return color;
}

QColor textOn(const QColor& background)
{
    return 0.299 * background.redF() + 0.587 * background.greenF() + 0.114 * background.blueF() > 0.6 ? Qt::black
                                                                                                      : Qt::white;
}

} // namespace wordsight::ui
