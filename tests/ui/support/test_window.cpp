#include "tests/ui/support/test_window.h"

#include <QAccessible>
#include <QImage>
#include <QListView>
#include <QPainter>

namespace wordsight::ui::test {

Place::Place()
{
    QDir().mkpath(photographs());
    addPhotograph("red.png", Qt::red, Qt::red);
    addPhotograph("green.png", Qt::green, Qt::green);
    addPhotograph("blue.png", Qt::blue, Qt::blue);
    addPhotograph("yellow.png", Qt::yellow, Qt::yellow);
    addPhotograph("half.png", Qt::red, Qt::blue);
}

void Place::addPhotograph(const QString& name, QColor left, QColor right) const
{
    QImage image(160, 120, QImage::Format_RGB32);
    image.fill(left);
    QPainter(&image).fillRect(80, 0, 80, 120, right);
    QVERIFY2(image.save(photograph(name)), qPrintable(name));
}

std::unique_ptr<MainWindow> Place::window() const
{
    auto window = std::make_unique<MainWindow>(WindowOptions { colourModels(probe), settings() });
    window->resize(1200, 800);
    window->show();
    if (!QTest::qWaitForWindowActive(window.get()))
        qFatal("The window did not open.");
    return window;
}

std::unique_ptr<MainWindow> Place::indexedWindow() const
{
    auto shown = window();
    shown->openPhotographs({ photographs() }, library());
    if (!waitIdle(*shown))
        qFatal("The photographs were not indexed.");
    return shown;
}

bool waitIdle(const MainWindow& window)
{
    return QTest::qWaitFor([&window] { return window.isIdle(); }, 10'000);
}

void expectAccessibleNames(const MainWindow& window)
{
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy())
            continue;
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(),
            qPrintable(QString("%1 %2").arg(widget->metaObject()->className(), widget->objectName())));
    }
}

QStringList shownNames(const MainWindow& window)
{
    const QAbstractItemModel* model = window.findChild<QListView*>("results")->model();
    QStringList names;
    for (int row = 0; row < model->rowCount(); ++row)
        names << model->index(row, 0).data().toString();
    return names;
}

} // namespace wordsight::ui::test
