#include "ui/window/screenshot.h"

#include <QPixmap>
#include <QTimer>

#include "ui/window/main_window.h"

namespace wordsight::ui {

namespace {

constexpr int kLookEveryMs = 80;
constexpr int kQuietLooks = 4; // what follows from the last result, thumbnails and heatmap, starts a moment later

} // namespace

void saveScreenshotWhenIdle(MainWindow& window, const QString& file, std::function<void(bool saved)> done)
{
    auto* timer = new QTimer(&window);
    QObject::connect(timer, &QTimer::timeout, &window, [&window, timer, file, done, quiet = 0]() mutable {
        quiet = window.isIdle() ? quiet + 1 : 0;
        if (quiet < kQuietLooks)
            return;
        timer->deleteLater();
        timer->stop();
        const bool saved = window.grab().save(file);
        if (done)
            done(saved);
    });
    timer->start(kLookEveryMs);
}

} // namespace wordsight::ui
