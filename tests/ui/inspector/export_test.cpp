// What is taken out of the inspector, through its menu and the file dialog.
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QSlider>
#include <QXmlStreamReader>

#include "core/data/npy.h"
#include "tests/ui/inspector/inspected.h"

using namespace wordsight;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class ExportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs); }
    void writesReadableFiles_data();
    void writesReadableFiles();
    void pictureHasTheColoursShown();
    void sheetAndWindowLookTheSame_data();
    void sheetAndWindowLookTheSame();
    void failureIsTold();
    void missingPhotographIsTold();
    void copiesThePicture();

private:
    /// Chooses the format in the menu and types the file's name into the dialog.
    static void exportAs(const Inspected& inspected, const QString& format, const QString& file)
    {
        auto* menu = inspected.inspector.findChild<QMenu*>("exportMenu");
        menu->popup({ 0, 0 });
        auto* action = menu->findChild<QAction*>("export-" + format);
        QVERIFY(action->isEnabled());
        menu->hide();
        action->trigger();
        auto* dialog = inspected.inspector.findChild<QFileDialog*>();
        QVERIFY(dialog);
        auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
        name->setText(file); // keyClicks() knows ASCII only
        QTest::keyClick(name, Qt::Key_Return);
        QTRY_VERIFY(!inspected.inspector.isBusy());
    }

    static constexpr int kJpegRounds = 8; // the sheet's pictures are JPEG

    /// Where a place of the photograph (fractions) lies in the picture of a word: cells of 320 by 240 units and 62 more
    /// for the caption, 24 apart, 1.5 pixels per unit; the photograph alone is cell 0, three cells are in a row.
    static QPoint inSheetOf(int word, QPointF place)
    {
        const int cell = word + 1;
        constexpr int columns = 3, header = 36 + 30 + 50;
        const int left = 36 + cell % columns * (320 + 24), top = header + cell / columns * (240 + 62 + 24);
        return QPointF((left + place.x() * 320) * 1.5, (top + place.y() * 240) * 1.5).toPoint();
    }

    static QMessageBox* warning(const Inspected& inspected) { return inspected.inspector.findChild<QMessageBox*>(); }
    static QByteArray contents(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
};

void ExportTest::writesReadableFiles_data()
{
    QTest::addColumn<QString>("format");
    for (const char* format : { "png", "svg", "csv", "json", "npz" })
        QTest::newRow(format) << format;
}

void ExportTest::writesReadableFiles()
{
    QFETCH(QString, format);
    Inspected inspected;
    inspected.showGrey();
    const QString file = inspected.folder.filePath("why é." + format);
    exportAs(inspected, format, inspected.folder.filePath("why é")); // the suffix is added
    QTRY_VERIFY(QFileInfo::exists(file));
    if (format == "png") {
        QVERIFY(QImage(file).width() > 500);
    } else if (format == "svg") {
        QXmlStreamReader xml(contents(file));
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY(!xml.hasError());
    } else if (format == "csv") {
        const QList<QByteArray> lines = contents(file).trimmed().split('\n');
        QCOMPARE(lines.size(), 13);
        QVERIFY(lines.first().trimmed().endsWith("red,dog,on,grass"));
    } else if (format == "json") {
        const QJsonObject json = QJsonDocument::fromJson(contents(file)).object();
        QCOMPARE(json["matrix"].toArray().size(), 12);
        QVERIFY(std::abs(json["score"].toDouble() - subjectOf({}).score) < 1e-5);
    } else {
        const auto arrays = readNpz(QFile::encodeName(file).toStdString());
        QCOMPARE(arrays.at("matrix").shape, (std::vector<std::size_t> { 12, 4 }));
    }
}

void ExportTest::pictureHasTheColoursShown()
{
    Inspected inspected;
    inspected.showGrey();
    const QString turbo = inspected.folder.filePath("turbo.png");
    const QString opaque = inspected.folder.filePath("opaque.png");
    exportAs(inspected, "png", turbo);
    QTest::keyClick(inspected.photo(), Qt::Key_Plus);
    exportAs(inspected, "png", opaque);
    QTRY_VERIFY(QFileInfo::exists(opaque));
    QVERIFY(QImage(turbo) != QImage(opaque));
}

void ExportTest::sheetAndWindowLookTheSame_data()
{
    QTest::addColumn<int>("opacity");
    QTest::addColumn<int>("threshold");
    QTest::newRow("as it is at first") << 55 << 0;
    QTest::newRow("more opaque") << 90 << 0;
    QTest::newRow("hardly opaque") << 15 << 0;
    QTest::newRow("weak regions bare") << 55 << 45;
}

void ExportTest::sheetAndWindowLookTheSame()
{
    QFETCH(int, opacity);
    QFETCH(int, threshold);
    Inspected inspected;
    inspected.inspector.resize(900, 1200);
    inspected.show(subjectOf(inspected.photograph("orange.png", QColor(230, 130, 40))));
    inspected.inspector.findChild<QSlider*>("opacity")->setValue(opacity);
    inspected.inspector.findChild<QSlider*>("threshold")->setValue(threshold);
    const QString file = inspected.folder.filePath("sheet.png");
    exportAs(inspected, "png", file);
    QTRY_VERIFY(QFileInfo::exists(file));
    const QImage sheet(file);
    for (int word = 0; word < 4; ++word) {
        inspected.inspector.highlightTerm(word);
        for (int region = 0; region < 12; ++region) {
            const QColor inWindow = inspected.colorOf(region);
            const QPointF place = inspected.photo()->placement().fractions(inspected.middleOf(region) + QPoint(10, 18));
            const QColor inSheet = sheet.pixelColor(inSheetOf(word, place));
            const int apart = std::max({ std::abs(inWindow.red() - inSheet.red()),
                std::abs(inWindow.green() - inSheet.green()), std::abs(inWindow.blue() - inSheet.blue()) });
            QVERIFY2(apart <= kJpegRounds,
                qPrintable(QString("word %1, region %2: %3 in the window, %4 in the sheet")
                               .arg(word)
                               .arg(region)
                               .arg(inWindow.name(), inSheet.name())));
        }
    }
}

void ExportTest::failureIsTold()
{
    Inspected inspected;
    inspected.showGrey();
    exportAs(inspected, "csv", "/proc/why.csv");
    QTRY_VERIFY(warning(inspected));
    QVERIFY2(warning(inspected)->text().contains("/proc/why.csv"), qPrintable(warning(inspected)->text()));
    warning(inspected)->close();
}

void ExportTest::missingPhotographIsTold()
{
    Inspected inspected;
    inspected.showGrey();
    QVERIFY(QFile::remove(inspected.folder.filePath("grey.png")));
    const QString file = inspected.folder.filePath("why.png");
    exportAs(inspected, "png", file);
    QTRY_VERIFY(warning(inspected));
    QVERIFY(warning(inspected)->text().contains("grey.png"));
    QVERIFY(!QFileInfo::exists(file));
    warning(inspected)->close();
}

void ExportTest::copiesThePicture()
{
    Inspected inspected;
    inspected.showGrey();
    inspected.inspector.findChild<QMenu*>("exportMenu")->findChild<QAction*>("copyPicture")->trigger();
    const QImage copied = QGuiApplication::clipboard()->image();
    QCOMPARE(copied.size(), inspected.photo()->placement().target().toAlignedRect().size());
    QVERIFY(copied.pixelColor(copied.rect().center()) != QColor(128, 128, 128)); // the map is in it
}

QTEST_MAIN(ExportTest)
#include "export_test.moc"
