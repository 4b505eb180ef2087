#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

/// The window on a Wayland compositor without X, and what the program says where there is nothing to show it on.
class WaylandTest : public QObject {
    Q_OBJECT

    static QProcessEnvironment bare(const QString& runtime)
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : { "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE" })
            environment.remove(name);
        environment.insert("XDG_RUNTIME_DIR", runtime);
        return environment;
    }

private Q_SLOTS:
    void startsOnWayland()
    {
        QTemporaryDir runtime; // 0700, as the standard asks
        QProcess weston;
        weston.setProcessEnvironment(bare(runtime.path()));
        weston.start(
            "weston", { "--backend=headless-backend.so", "--socket=wordsight-test", "--idle-time=0", "--no-config" });
        QVERIFY2(weston.waitForStarted(), "weston is missing: run scripts/deps");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(runtime.filePath("wordsight-test")), 30'000);
        QProcess program;
        auto environment = bare(runtime.path());
        environment.insert("WAYLAND_DISPLAY", "wordsight-test");
        program.setProcessEnvironment(environment);
        const QString picture = runtime.filePath("window.png");
        program.start(WORDSIGHT_WINDOW, { "--screenshot", picture });
        QVERIFY(program.waitForFinished(120'000));
        const QByteArray said = program.readAllStandardError();
        weston.terminate();
        weston.waitForFinished();
        QVERIFY2(program.exitStatus() == QProcess::NormalExit && program.exitCode() == 0, said);
        QVERIFY(QImage(picture).width() > 300);
    }

    void withoutAnyDisplayItSaysSo()
    {
        QTemporaryDir runtime;
        QProcess program;
        program.setProcessEnvironment(bare(runtime.path()));
        program.start(WORDSIGHT_WINDOW, QStringList {});
        QVERIFY(program.waitForFinished(60'000));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 1);
        QVERIFY(program.readAllStandardError().contains("no display"));
    }
};

QTEST_GUILESS_MAIN(WaylandTest)
#include "wayland_test.moc"
