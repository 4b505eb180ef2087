// The page of the modality gap: two models over a small data set, real clicks.
#include <array>

#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

#include "tests/ui/support/test_window.h"
#include "ui/modality/cloud_plot.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class ModalityTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void saysWhatToChoose();
    void twoModelsSideBySideInStep();
    void canBeStopped();
    void wrongDataSetIsTold();

private:
    static QWidget* page(const MainWindow& window) { return window.findChild<QWidget*>("modalityPage"); }
    static CloudPlot* plot(const MainWindow& window, const QString& side)
    {
        return page(window)->findChild<CloudPlot*>("clouds-" + side);
    }
    static QPushButton* start(const MainWindow& window) { return page(window)->findChild<QPushButton*>("start"); }
    /// Twenty photographs of one colour each, with its name.
    static QString writeDataSet(const Place& place)
    {
        const std::array colours { std::pair("red", Qt::red), std::pair("green", Qt::green),
            std::pair("blue", Qt::blue), std::pair("yellow", Qt::yellow) };
        QJsonArray images;
        for (int i = 0; i < 20; ++i) {
            const auto& [name, colour] = colours[i % colours.size()];
            const QString file = QString("%1-%2.png").arg(name).arg(i);
            place.addPhotograph(file, QColor(colour).darker(100 + 4 * i), colour);
            images.append(QJsonObject { { "filename", file }, { "split", "val" },
                { "sentences", QJsonArray { QJsonObject { { "raw", name } } } } });
        }
        QFile file(place.file("captions.json"));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("The captions cannot be written.");
        file.write(QJsonDocument(QJsonObject { { "images", images } }).toJson());
        return file.fileName();
    }
    static std::unique_ptr<MainWindow> opened(const Place& place, const QString& dataset)
    {
        auto window = place.window();
        waitIdle(*window);
        QTest::mouseClick(window->findChild<QToolButton*>("page-4"), Qt::LeftButton);
        QTest::keyClicks(page(*window)->findChild<QLineEdit*>("dataset"), dataset);
        QTest::keyClicks(page(*window)->findChild<QLineEdit*>("images"), place.photographs());
        page(*window)->findChild<QComboBox*>("modality-right")->setCurrentText("swapped");
        return window;
    }
    static void show(const MainWindow& window)
    {
        QTest::mouseClick(start(window), Qt::LeftButton);
        QVERIFY(QTest::qWaitFor([&window] { return window.isIdle(); }, 30'000));
    }
};

void ModalityTest::saysWhatToChoose()
{
    const Place place;
    const auto window = place.window();
    waitIdle(*window);
    QTest::keyClick(window.get(), Qt::Key_4, Qt::ControlModifier);
    QVERIFY(page(*window)->isVisible());
    QVERIFY(page(*window)->findChild<QLabel*>("messageTitle")->isVisible());
    QVERIFY(!start(*window)->isEnabled());
    QVERIFY(start(*window)->toolTip().startsWith("Choose captions"));
    // What takes no photographs has no cloud of them.
    QCOMPARE(page(*window)->findChild<QComboBox*>("modality-left")->findText("features"), -1);
}

void ModalityTest::twoModelsSideBySideInStep()
{
    const Place place;
    const auto window = opened(place, writeDataSet(place));
    show(*window);
    for (const char* side : { "left", "right" }) {
        QVERIFY(plot(*window, side)->isVisible());
        QCOMPARE(plot(*window, side)->accessibleDescription(), "20 photographs, 20 sentences");
        QVERIFY(page(*window)->findChild<QLabel*>(QString("gap-") + side)->text().contains(" %</b> of cases"));
    }
    expectAccessibleNames(*window);
    QCoreApplication::processEvents(); // the labels below have pushed the plots to their place
    CloudPlot* left = plot(*window, "left");
    CloudPlot* right = plot(*window, "right");
    const QImage before = right->grab().toImage();
    int hits = 0;
    connect(left, &CloudPlot::pointedAt, left, [&](Modality, int index) { hits += index >= 0 ? 1 : 0; });
    for (int y = 0; y < left->height() && hits == 0; y += 6)
        for (int x = 0; x < left->width() && hits == 0; x += 6)
            QTest::mouseMove(left, { x, y });
    QCOMPARE(hits, 1);
    QTRY_VERIFY(right->grab().toImage() != before);
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(left, &leave);
    QTRY_COMPARE(right->grab().toImage(), before);
}

void ModalityTest::canBeStopped()
{
    const Place place;
    const auto window = opened(place, writeDataSet(place));
    ClosedGate gate(*place.probe);
    QTest::mouseClick(start(*window), Qt::LeftButton);
    QTRY_COMPARE(place.probe->waiting, 1);
    QTest::mouseClick(page(*window)->findChild<QPushButton*>("stop"), Qt::LeftButton);
    gate.open();
    QVERIFY(waitIdle(*window));
    QCOMPARE(page(*window)->findChild<QLabel*>("runMessage")->text(), "Stopped.");
    QVERIFY(start(*window)->isEnabled());
}

void ModalityTest::wrongDataSetIsTold()
{
    const Place place;
    const auto window = opened(place, place.file("nothing.json"));
    show(*window);
    QCOMPARE(page(*window)->findChild<QLabel*>("messageTitle")->text(), "This did not work");
}

QTEST_MAIN(ModalityTest)
#include "modality_test.moc"
