// The page that measures models: a small data set on disk, real clicks and keys.
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>

#include "tests/ui/support/pixels.h"
#include "tests/ui/support/test_window.h"
#include "ui/evaluate/recall_plot.h"
#include "ui/inspector/photo_view.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

namespace {

/// Plain colours with one sentence each, and boxes around the halves of one photograph.
class DataSet {
public:
    DataSet()
    {
        place.addPhotograph("halves_1.png", Qt::red, Qt::blue);
        QJsonArray images;
        for (const auto& [file, sentence] :
            { std::pair("red.png", "red"), std::pair("green.png", "green"), std::pair("blue.png", "blue"),
                std::pair("yellow.png", "yellow"), std::pair("halves_1.png", "red blue") })
            images.append(QJsonObject { { "filename", file }, { "split", "val" },
                { "sentences", QJsonArray { QJsonObject { { "raw", sentence } } } } });
        write("captions.json", QJsonDocument(QJsonObject { { "images", images } }).toJson());
        QDir().mkpath(entities() + "/Annotations");
        QDir().mkpath(entities() + "/Sentences");
        write("entities/Annotations/halves.xml",
            "<annotation><size><width>160</width><height>120</height></size>"
            "<object><name>1</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>80</xmax><ymax>120</ymax></bndbox></"
            "object>"
            "<object><name>2</name><bndbox><xmin>80</xmin><ymin>0</ymin><xmax>160</xmax><ymax>120</ymax></bndbox></"
            "object>"
            "</annotation>");
        write("entities/Sentences/halves.txt", "[/EN#1/other red] [/EN#2/other blue]\n");
    }
    QString captions() const { return place.file("captions.json"); }
    QString entities() const { return place.file("entities"); }
    void write(const QString& name, const QByteArray& text) const
    {
        QFile file(place.file(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    Place place;
};

} // namespace

class EvaluateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void asksForADataSetFirst();
    void severalModelsInOneTable();
    void tablesAreCopied();
    void curvesAreReadOff();
    void failuresOpenInTheInspector();
    void missedPhrasesShowTheirBoxes();
    void boxesOfCocoLieOverFailures();
    void stoppingKeepsWhatIsDone();
    void wrongDataSetIsTold();
    void choicesAreKept();
    void everythingHasAName();

private:
    static QWidget* page(const MainWindow& window) { return window.findChild<QWidget*>("evaluationPage"); }
    template <class T> static T* part(const MainWindow& window, const QString& name)
    {
        return page(window)->findChild<T*>(name);
    }
    static std::unique_ptr<MainWindow> opened(const DataSet& data)
    {
        auto window = data.place.window();
        waitIdle(*window); // the list of models is being read
        QTest::mouseClick(window->findChild<QToolButton*>("page-3"), Qt::LeftButton);
        return window;
    }
    static void type(const MainWindow& window, const QString& field, const QString& text)
    {
        part<QLineEdit>(window, field)->clear();
        QTest::keyClicks(part<QLineEdit>(window, field), text);
    }
    static void fill(const MainWindow& window, const DataSet& data)
    {
        type(window, "dataset", data.captions());
        type(window, "images", data.place.photographs());
        type(window, "boxes", data.entities());
    }
    static QListWidgetItem* model(const MainWindow& window, const QString& name)
    {
        return part<QListWidget>(window, "models")->findItems(name, Qt::MatchExactly).value(0);
    }
    static void tick(const MainWindow& window, const QString& name)
    {
        auto* list = part<QListWidget>(window, "models");
        list->setCurrentItem(model(window, name));
        QTest::keyClick(list, Qt::Key_Space);
    }
    static void measure(const MainWindow& window)
    {
        QTest::mouseClick(part<QPushButton>(window, "start"), Qt::LeftButton);
        QVERIFY(waitIdle(window));
    }
    static QStringList row(const MainWindow& window, const QString& table, int row)
    {
        const auto* cells = part<QTableWidget>(window, table + "Cells");
        QStringList texts;
        for (int c = 0; c < cells->columnCount(); ++c)
            texts << cells->item(row, c)->text();
        return texts;
    }
    static QListView* failures(const MainWindow& window)
    {
        part<QTabWidget>(window, "evaluationTabs")->setCurrentIndex(2);
        QCoreApplication::processEvents();
        return part<QListView>(window, "failures");
    }
    static int pixelsOfMarks(PhotoView* photo) { return pixelsOf(photo->grab().toImage(), QColor(0x9d, 0xe3, 0x6b)); }
    static void clickFirst(const MainWindow& window, QListView* list)
    {
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(0, 0)).center());
        QVERIFY(waitIdle(window));
    }
};

void EvaluateTest::asksForADataSetFirst()
{
    const DataSet data;
    const auto window = opened(data);
    QVERIFY(page(*window)->isVisible());
    QVERIFY(part<QLabel>(*window, "messageTitle")->isVisible());
    QVERIFY(!part<QPushButton>(*window, "start")->isEnabled());
    fill(*window, data);
    QVERIFY(part<QPushButton>(*window, "start")->isEnabled());
    QCOMPARE(model(*window, "colours")->checkState(), Qt::Checked); // the standard one
    QCOMPARE(model(*window, "features")->flags(), Qt::NoItemFlags); // has nothing to see in photographs
    tick(*window, "colours");
    QVERIFY(!part<QPushButton>(*window, "start")->isEnabled());
    QCOMPARE(part<QPushButton>(*window, "start")->toolTip(), "Tick a model first");
}

void EvaluateTest::severalModelsInOneTable()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    tick(*window, "swapped");
    measure(*window);
    const QStringList first = row(*window, "retrievalTable", 0);
    QCOMPARE(first.mid(0, 5), (QStringList { "colours", "100.0", "100.0", "100.0", "1" }));
    QCOMPARE(first.value(9), "600.0");
    const QStringList second = row(*window, "retrievalTable", 1);
    QCOMPARE(second.first(), "swapped");
    QVERIFY(second[5].toDouble() < 100);
    QCOMPARE(row(*window, "groundingTable", 0).mid(0, 2), (QStringList { "colours", "100.0" }));
    QCOMPARE(row(*window, "groundingTable", 1).mid(0, 2), (QStringList { "swapped", "0.0" }));
}

void EvaluateTest::tablesAreCopied()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    measure(*window);
    QTest::mouseClick(part<QPushButton>(*window, "retrievalTableMarkdown"), Qt::LeftButton);
    QVERIFY2(QApplication::clipboard()->text().contains("| colours |"), qPrintable(QApplication::clipboard()->text()));
    QTest::mouseClick(part<QPushButton>(*window, "groundingTableCsv"), Qt::LeftButton);
    QVERIFY2(QApplication::clipboard()->text().contains("colours,"), qPrintable(QApplication::clipboard()->text()));
}

void EvaluateTest::curvesAreReadOff()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    measure(*window);
    part<QTabWidget>(*window, "evaluationTabs")->setCurrentIndex(1);
    QCoreApplication::processEvents();
    auto* plot = part<RecallPlot>(*window, "recallPlot");
    QVERIFY(plot->accessibleDescription().contains("colours, text → image: R@1 100.0"));
    const QImage before = plot->grab().toImage();
    QTest::mouseMove(plot, plot->rect().center());
    QTRY_VERIFY(plot->grab().toImage() != before);
}

void EvaluateTest::failuresOpenInTheInspector()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    tick(*window, "colours");
    tick(*window, "swapped");
    measure(*window);
    QListView* list = failures(*window);
    QVERIFY(list->model()->rowCount() > 0);
    clickFirst(*window, list);
    auto* photo = page(*window)->findChild<PhotoView*>("photo");
    QVERIFY(photo->isVisible() && photo->hasPhotograph());
    const QImage answer = photo->grab().toImage();
    QTest::mouseClick(part<QToolButton>(*window, "showFirst"), Qt::LeftButton);
    QVERIFY(waitIdle(*window));
    QVERIFY(photo->hasPhotograph());
    QVERIFY(photo->grab().toImage() != answer);
}

void EvaluateTest::missedPhrasesShowTheirBoxes()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    tick(*window, "colours");
    tick(*window, "swapped");
    measure(*window);
    QListView* list = failures(*window);
    part<QComboBox>(*window, "failureDirection")->setCurrentIndex(2);
    QCOMPARE(list->model()->rowCount(), 2); // both words point at the wrong half
    clickFirst(*window, list);
    auto* photo = page(*window)->findChild<PhotoView*>("photo");
    QVERIFY(photo->hasPhotograph());
    QVERIFY(pixelsOfMarks(photo) > 50);
    QVERIFY(photo->accessibleDescription().startsWith("Heatmap of red")
        || photo->accessibleDescription().startsWith("Heatmap of blue"));
    QVERIFY(!part<QLabel>(*window, "rank")->isVisible()); // a phrase has none
}

void EvaluateTest::boxesOfCocoLieOverFailures()
{
    const DataSet data;
    QJsonArray images, boxes;
    for (const auto& [file, sentence] : { std::pair("red.png", "red car"), std::pair("blue.png", "blue car") }) {
        const int id = images.size() + 1;
        images.append(QJsonObject { { "id", id }, { "file_name", file }, { "width", 160 }, { "height", 120 },
            { "filename", file }, { "split", "val" },
            { "sentences", QJsonArray { QJsonObject { { "raw", sentence } } } } });
        boxes.append(QJsonObject {
            { "id", id }, { "image_id", id }, { "category_id", 3 }, { "bbox", QJsonArray { 20, 30, 100, 60 } } });
    }
    const QJsonObject car { { "id", 3 }, { "name", "car" }, { "supercategory", "vehicle" } };
    data.write("captions.json", QJsonDocument(QJsonObject { { "images", images } }).toJson());
    data.write("instances.json",
        QJsonDocument(
            QJsonObject { { "images", images }, { "annotations", boxes }, { "categories", QJsonArray { car } } })
            .toJson());
    const auto window = opened(data);
    fill(*window, data);
    type(*window, "boxes", data.place.file("instances.json"));
    tick(*window, "colours");
    tick(*window, "swapped");
    measure(*window);
    QListView* list = failures(*window);
    QCOMPARE(list->model()->rowCount(), 2); // it takes red for blue
    clickFirst(*window, list);
    QVERIFY(pixelsOfMarks(page(*window)->findChild<PhotoView*>("photo")) > 50);
    QVERIFY(part<QLabel>(*window, "rank")->isVisible());
}

void EvaluateTest::stoppingKeepsWhatIsDone()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    ClosedGate gate(*data.place.probe);
    QTest::mouseClick(part<QPushButton>(*window, "start"), Qt::LeftButton);
    QTRY_COMPARE(data.place.probe->waiting, 1);
    QVERIFY(part<QPushButton>(*window, "stop")->isVisible());
    QVERIFY(!part<QPushButton>(*window, "start")->isEnabled());
    QTest::mouseClick(part<QPushButton>(*window, "stop"), Qt::LeftButton);
    gate.open();
    QVERIFY(waitIdle(*window));
    QCOMPARE(part<QLabel>(*window, "runMessage")->text(), "Stopped.");
    QVERIFY(part<QPushButton>(*window, "start")->isEnabled());
    measure(*window);
    QCOMPARE(row(*window, "retrievalTable", 0).first(), "colours");
}

void EvaluateTest::wrongDataSetIsTold()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    type(*window, "dataset", data.place.file("nothing.json"));
    measure(*window);
    QCOMPARE(part<QLabel>(*window, "messageTitle")->text(), "This did not work");
    QVERIFY(part<QLabel>(*window, "runMessage")->text().contains("nothing.json"));
}

void EvaluateTest::choicesAreKept()
{
    const DataSet data;
    {
        const auto window = opened(data);
        fill(*window, data);
        measure(*window);
        window->close();
    }
    const auto window = opened(data);
    QCOMPARE(part<QLineEdit>(*window, "dataset")->text(), data.captions());
    QCOMPARE(part<QLineEdit>(*window, "boxes")->text(), data.entities());
    QVERIFY(part<QPushButton>(*window, "start")->isEnabled());
}

void EvaluateTest::everythingHasAName()
{
    const DataSet data;
    const auto window = opened(data);
    fill(*window, data);
    measure(*window);
    expectAccessibleNames(*window);
}

QTEST_MAIN(EvaluateTest)
#include "evaluate_test.moc"
