#include "ui/window/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QPalette>
#include <QStyleFactory>

#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

constexpr char kService[] = "org.freedesktop.portal.Desktop";
constexpr char kPath[] = "/org/freedesktop/portal/desktop";
constexpr char kInterface[] = "org.freedesktop.portal.Settings";
constexpr char kNamespace[] = "org.freedesktop.appearance";
constexpr char kKey[] = "color-scheme";

constexpr char kStyleSheet[] = R"(
QToolTip { color: palette(tooltip-text); background: palette(tooltip-base); border: 1px solid palette(mid);
           border-radius: 6px; padding: 6px; }
QPushButton { border: 1px solid palette(mid); border-radius: 7px; padding: 5px 14px; background: palette(button); }
QPushButton:hover { background: palette(midlight); }
QPushButton:pressed { background: palette(mid); }
QPushButton:disabled { color: palette(placeholder-text); }
QPushButton:focus, QPushButton:default { border-color: palette(highlight); }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px; background: transparent; }
QToolButton:hover { background: palette(midlight); }
QToolButton:pressed, QToolButton:checked { background: palette(mid); }
QToolButton:focus { border-color: palette(highlight); }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: palette(midlight); }
QScrollBar:vertical { width: 12px; background: transparent; margin: 2px; }
QScrollBar:horizontal { height: 12px; background: transparent; margin: 2px; }
QScrollBar::handle { background: palette(mid); border-radius: 4px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::handle:hover { background: palette(placeholder-text); }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenuBar { background: palette(window); border: none; }
QMenuBar::item { padding: 6px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: palette(midlight); }
QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; color: palette(placeholder-text); border: 1px solid transparent;
               border-radius: 7px; padding: 5px 12px; margin: 0 4px 6px 0; }
QTabBar::tab:selected { background: palette(midlight); color: palette(window-text); }
QTabBar::tab:hover { color: palette(window-text); }
QTabBar::tab:focus { border-color: palette(highlight); }
QHeaderView { background: palette(base); }
QHeaderView::section { background: palette(base); color: palette(placeholder-text); border: none; padding: 5px 8px; }
QListView::indicator:unchecked, QCheckBox::indicator:unchecked { border: 1px solid palette(mid); border-radius: 3px;
    background: palette(base); width: 11px; height: 11px; }
QProgressBar { border: none; border-radius: 3px; background: palette(midlight); }
QProgressBar::chunk { border-radius: 3px; background: palette(highlight); }
)";

struct Tones {
    QRgb window, base, alternate, text, dim, button, midlight, mid, dark, highlight, tip;
};
constexpr Tones kLight { 0xfff5f6f8, 0xffffffff, 0xffeceef2, 0xff1c2330, 0xff6f7887, 0xffffffff, 0xffe6e9ee, 0xffd3d8e0,
    0xffa6aebb, 0xff2f6fde, 0xffffffff };
constexpr Tones kDark { 0xff15181e, 0xff1c2027, 0xff232831, 0xffe4e8ef, 0xff8b95a5, 0xff262b34, 0xff2d333e, 0xff3a414d,
    0xff0d0f13, 0xff4c86ea, 0xff2a303a };

QPalette paletteOf(const Tones& tones)
{
    QPalette palette;
    const auto set = [&](std::initializer_list<QPalette::ColorRole> roles, QRgb color) {
        for (const QPalette::ColorRole role : roles)
            palette.setColor(role, QColor::fromRgb(color));
    };
    set({ QPalette::Window }, tones.window);
    set({ QPalette::Base }, tones.base);
    set({ QPalette::AlternateBase }, tones.alternate);
    set({ QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText }, tones.text);
    set({ QPalette::PlaceholderText }, tones.dim);
    set({ QPalette::Button }, tones.button);
    set({ QPalette::Light, QPalette::Midlight }, tones.midlight);
    set({ QPalette::Mid }, tones.mid);
    set({ QPalette::Dark, QPalette::Shadow }, tones.dark);
    set({ QPalette::Highlight, QPalette::Link }, tones.highlight);
    set({ QPalette::HighlightedText, QPalette::BrightText }, 0xffffffff);
    set({ QPalette::ToolTipBase }, tones.tip);
    for (const auto role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText })
        palette.setColor(QPalette::Disabled, role, QColor::fromRgb(tones.dark == kDark.dark ? 0xff5d6573 : 0xffa3abb8));
    return palette;
}

/// Follows the desktop's light or dark setting; asks without waiting.
class DesktopScheme : public QObject {
    Q_OBJECT
public:
    explicit DesktopScheme(QApplication& application)
        : QObject(&application)
        , m_application(application)
        , m_dark(isDark(QGuiApplication::palette()))
    {
        QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected())
            return;
        bus.connect(kService, kPath, kInterface, "SettingChanged", this, SLOT(changed(QString, QString, QDBusVariant)));
        QDBusMessage read = QDBusMessage::createMethodCall(kService, kPath, kInterface, "Read");
        read << QString(kNamespace) << QString(kKey);
        auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
            const QDBusPendingReply<QDBusVariant> reply = *watcher;
            watcher->deleteLater();
            if (!reply.isError())
                changed(kNamespace, kKey, reply.value());
        });
    }

    void use(Theme theme)
    {
        m_theme = theme;
        const bool dark = theme == Theme::Dark || (theme == Theme::System && m_dark);
        m_application.setPalette(paletteOf(dark ? kDark : kLight));
        // Style sheets resolve palette() when they are set.
        m_application.setStyleSheet(kStyleSheet);
    }

private Q_SLOTS:
    void changed(const QString& space, const QString& key, const QDBusVariant& value)
    {
        if (space != kNamespace || key != kKey)
            return;
        QVariant scheme = value.variant();
        if (scheme.canConvert<QDBusVariant>())
            scheme = scheme.value<QDBusVariant>().variant();
        if (scheme.toUInt() == 0)
            return; // no preference
        m_dark = scheme.toUInt() == 1;
        use(m_theme);
    }

private:
    QApplication& m_application;
    Theme m_theme = Theme::System;
    bool m_dark;
};

} // namespace

QString name(Theme theme)
{
    switch (theme) {
    case Theme::Light:
        return "light";
    case Theme::Dark:
        return "dark";
    default:
        return "system";
    }
}

Theme themeNamed(const QString& name)
{
    return name == "light" ? Theme::Light : name == "dark" ? Theme::Dark : Theme::System;
}

void applyTheme(QApplication& application, Theme theme)
{
    auto* scheme = application.findChild<DesktopScheme*>();
    if (!scheme) {
        scheme = new DesktopScheme(application);
        application.setStyle(QStyleFactory::create("Fusion"));
    }
    scheme->use(theme);
}

} // namespace wordsight::ui

#include "theme.moc"
