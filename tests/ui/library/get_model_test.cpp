// Getting a model in the window, from a hub on this machine: nothing before the click, a question, progress, a stop.
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include "core/engine/model_catalog.h"
#include "tests/support/hub_server.h"
#include "tests/ui/support/test_window.h"
#include "ui/library/get_model_dialog.h"
#include "ui/library/model_chooser.h"
#include "ui/library/model_row.h"
#include "ui/shared/paths.h"

using namespace wordsight;
using namespace wordsight::test;
using namespace wordsight::ui;
using namespace wordsight::ui::test;

class GetModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void listIsShownWithoutANetwork();
    void modelIsGotAfterAQuestion();
    void anotherRepositoryIsGot();
    void noIsNo();
    void stopKeepsWhatHasCome();
    void closingStops();
    void failureIsASentence();
    void chooserOpensItAndShowsWhatWasGot();

private:
    std::unique_ptr<HubServer> m_hub;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString models() const { return m_folder->filePath("models"); }
    engine::FetchPlaces places() const
    {
        return { WORDSIGHT_FETCH, WORDSIGHT_SOURCE_DIR "/resources/models.json", { toPath(models()) }, {} };
    }
    static QString message(const GetModelDialog& dialog) { return dialog.findChild<QLabel*>("fetchMessage")->text(); }
    static void click(const QWidget& in, const QString& name)
    {
        auto* button = in.findChild<QPushButton*>(name);
        QVERIFY2(button && button->isEnabled(), qPrintable(name));
        QTest::mouseClick(button, Qt::LeftButton);
    }
    static void answer(const GetModelDialog& dialog, const QString& text)
    {
        QTRY_VERIFY_WITH_TIMEOUT(dialog.findChild<QMessageBox*>("fetchQuestion"), 20'000);
        auto* box = dialog.findChild<QMessageBox*>("fetchQuestion");
        for (QAbstractButton* button : box->buttons())
            if (button->text().remove('&') == text)
                return QTest::mouseClick(button, Qt::LeftButton);
        QFAIL("There is no such button.");
    }
};

void GetModelTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    for (const char* proxy : { "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "HF_TOKEN" })
        qunsetenv(proxy);
}

void GetModelTest::init()
{
    m_hub = std::make_unique<HubServer>();
    m_folder = std::make_unique<QTemporaryDir>();
    m_hub->add("google/siglip2-base-patch16-256", WORDSIGHT_SOURCE_DIR "/tests/data/parity/siglip2_tiny");
    m_hub->add("tiny/clip", WORDSIGHT_SOURCE_DIR "/tests/data/parity/clip_tiny");
    qputenv("HF_ENDPOINT", m_hub->address().toUtf8());
}

void GetModelTest::listIsShownWithoutANetwork()
{
    GetModelDialog dialog(places());
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    const auto curated = engine::readCuratedModels(places().list);
    for (const auto& model : curated) {
        auto* row = dialog.findChild<QWidget*>("offer-" + QString::fromStdString(model.name));
        QVERIFY(row);
        QString text;
        for (const QLabel* label : row->findChildren<QLabel*>())
            text += label->text() + "\n";
        QVERIFY(text.contains(QString::fromStdString(model.goodAt)));
        QVERIFY(text.contains(QString::fromStdString(model.licence)));
        QVERIFY2(text.contains("B"), qPrintable(text));
    }
    QVERIFY(!dialog.findChild<QProgressBar*>("fetchProgress")->isVisible());
    QVERIFY(m_hub->requests.isEmpty());
}

void GetModelTest::modelIsGotAfterAQuestion()
{
    GetModelDialog dialog(places());
    dialog.show();
    QSignalSpy got(&dialog, &GetModelDialog::got);
    click(dialog, "get-siglip2-base-256");
    QVERIFY(!dialog.findChild<QPushButton*>("get-clip-b16")->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(dialog.findChild<QMessageBox*>("fetchQuestion"), 20'000);
    const QString asked = dialog.findChild<QMessageBox*>("fetchQuestion")->informativeText();
    for (const QString& told : { m_hub->address() + "/google/siglip2-base-patch16-256", QString("apache-2.0") })
        QVERIFY2(asked.contains(told), qPrintable(asked));
    QCOMPARE(m_hub->sent, 0);
    answer(dialog, "Fetch");
    QTRY_COMPARE_WITH_TIMEOUT(got.size(), 1, 60'000);
    QVERIFY2(message(dialog).contains("siglip2-base-256 is installed"), qPrintable(message(dialog)));
    const auto installed = engine::installedModels({ toPath(models()) });
    QCOMPARE(installed.size(), 1u);
    QCOMPARE(installed[0].name, std::string("siglip2-base-256"));
    QVERIFY(dialog.findChild<QPushButton*>("get-clip-b16")->isEnabled());
    // A second time there is one already, and nothing is asked.
    const auto requests = m_hub->requests.size();
    click(dialog, "get-siglip2-base-256");
    QVERIFY(message(dialog).contains("already"));
    QCOMPARE(m_hub->requests.size(), requests);
}

void GetModelTest::anotherRepositoryIsGot()
{
    GetModelDialog dialog(places());
    dialog.show();
    QSignalSpy got(&dialog, &GetModelDialog::got);
    dialog.findChild<QLineEdit*>("repository")->setFocus();
    QTest::keyClicks(dialog.findChild<QLineEdit*>("repository"), " tiny/clip ");
    QTest::keyClick(dialog.findChild<QLineEdit*>("repository"), Qt::Key_Return);
    answer(dialog, "Fetch");
    QTRY_COMPARE_WITH_TIMEOUT(got.size(), 1, 60'000);
    QCOMPARE(engine::installedModels({ toPath(models()) }).at(0).name, std::string("clip"));
    QVERIFY(dialog.isVisible());
}

void GetModelTest::noIsNo()
{
    GetModelDialog dialog(places());
    dialog.show();
    click(dialog, "get-siglip2-base-256");
    answer(dialog, "Cancel");
    QTRY_VERIFY(!dialog.findChild<QMessageBox*>("fetchQuestion"));
    QVERIFY(!dialog.isBusy());
    QCOMPARE(m_hub->sent, 0);
    QVERIFY(!QFileInfo::exists(models()));
}

void GetModelTest::stopKeepsWhatHasCome()
{
    m_hub->stalls["model.safetensors"] = 5000;
    GetModelDialog dialog(places());
    dialog.show();
    click(dialog, "get-siglip2-base-256");
    answer(dialog, "Fetch");
    const QString part = models() + "/.fetching-google+siglip2-base-patch16-256/model.safetensors.part";
    QTRY_COMPARE_WITH_TIMEOUT(QFileInfo(part).size(), 5000, 20'000);
    QVERIFY(dialog.findChild<QProgressBar*>("fetchProgress")->isVisible());
    click(dialog, "stopFetching");
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isBusy(), 10'000);
    QVERIFY2(message(dialog).contains("kept"), qPrintable(message(dialog)));
    QCOMPARE(QFileInfo(part).size(), 5000);
    m_hub->stalls.clear();
    QSignalSpy got(&dialog, &GetModelDialog::got);
    click(dialog, "get-siglip2-base-256");
    answer(dialog, "Fetch");
    QTRY_COMPARE_WITH_TIMEOUT(got.size(), 1, 60'000);
    QCOMPARE(m_hub->requests.last().from, 5000);
}

void GetModelTest::closingStops()
{
    m_hub->stalls["model.safetensors"] = 5000;
    GetModelDialog dialog(places());
    dialog.show();
    click(dialog, "get-siglip2-base-256");
    answer(dialog, "Fetch");
    QTRY_VERIFY_WITH_TIMEOUT(m_hub->sent >= 5000, 20'000);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isVisible(), 10'000);
    QVERIFY(!dialog.isBusy());
}

void GetModelTest::failureIsASentence()
{
    GetModelDialog dialog(places());
    dialog.show();
    dialog.findChild<QLineEdit*>("repository")->setText("no/such");
    click(dialog, "getOther");
    QTRY_VERIFY_WITH_TIMEOUT(message(dialog).contains("404"), 20'000);
    QVERIFY(!dialog.isBusy());
    m_hub.reset();
    click(dialog, "get-clip-b32");
    QTRY_VERIFY_WITH_TIMEOUT(message(dialog).contains("there is no network"), 20'000);
    QVERIFY(!dialog.findChild<QProgressBar*>("fetchProgress")->isVisible());
}

/// From the window itself: the chooser has the entry only where something can be fetched, and lists the new model.
void GetModelTest::chooserOpensItAndShowsWhatWasGot()
{
    const Place place;
    const auto plain = place.window();
    plain->chooseModel();
    QVERIFY(plain->findChild<ModelChooser*>());
    QVERIFY(!plain->findChild<QPushButton*>("getModelButton"));

    engine::ModelSource source = colourModels(place.probe);
    source.installed = [folder = toPath(models())] { return engine::installedModels({ folder }); };
    MainWindow window({ source, place.file("other.ini"), places() });
    window.show();
    QTest::mouseClick(window.findChild<QToolButton*>("modelState"), Qt::LeftButton);
    auto* chooser = window.findChild<ModelChooser*>();
    QVERIFY(chooser);
    QCOMPARE(chooser->findChildren<ModelRow*>().size(), 0);
    click(*chooser, "getModelButton");
    auto* dialog = window.findChild<GetModelDialog*>();
    QVERIFY(dialog);
    dialog->findChild<QLineEdit*>("repository")->setText("tiny/clip");
    click(*dialog, "getOther");
    answer(*dialog, "Fetch");
    QTRY_VERIFY_WITH_TIMEOUT(chooser->findChild<ModelRow*>("model-clip"), 60'000);
}

QTEST_MAIN(GetModelTest)
#include "get_model_test.moc"
