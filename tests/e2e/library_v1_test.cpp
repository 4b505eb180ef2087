#include <cmath>

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"
#include "tests/support/library_v1.h"

/// A library that an older program made: searched at once, with the same hits; its photographs have dates.
class LibraryV1Test : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
    }

    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void isSearchedAtOnce()
    {
        const wordsight::test::LibraryV1 old(m_folder->path().toStdString());
        const Run run = search(old, { "a green bus" });
        QCOMPARE(run.exitCode, 0);
        QVERIFY2(run.errors.isEmpty(), run.errors);
        const auto hits = run.json()["hits"].toArray();
        QCOMPARE(names(run), (QStringList { "green_bus.jpg", "cat_face.jpg", "volcano_at_dusk.jpg" }));
        const double expected[] = { 0.974343, 0.142822, -0.215526 };
        for (int i = 0; i < 3; ++i)
            QVERIFY2(std::abs(hits[i]["score"].toDouble() - expected[i]) < 1e-3,
                qPrintable(QString::number(hits[i]["score"].toDouble())));
        QCOMPARE(names(search(old, { "a cat" })).first(), "cat_face.jpg");
        QCOMPARE(old.version(), 4);
    }

    void tellsWhatItHolds()
    {
        const wordsight::test::LibraryV1 old(m_folder->path().toStdString());
        const auto info = cli({ "info", "--library", QString::fromStdString(old.library().string()), "--json" });
        QCOMPARE(info.exitCode, 0);
        QCOMPARE(info.json()["photographs"].toInt(), 3);
        QCOMPARE(info.json()["models"].toArray().size(), 2);
    }

    void isIndexedOn()
    {
        const wordsight::test::LibraryV1 old(m_folder->path().toStdString());
        QVERIFY(QFile::copy(samplePhotographs() + "/dog.jpg", m_folder->filePath("photographs/dog.jpg")));
        const auto report = cli({ "index", "--library", QString::fromStdString(old.library().string()), "--model",
            "wordsight-fast", "--json" });
        QCOMPARE(report.exitCode, 0);
        QCOMPARE(report.json()["added"].toInt(), 1);
        QCOMPARE(report.json()["unchanged"].toInt(), 3);
        QCOMPARE(names(search(old, { "a dog" })).first(), "dog.jpg");
    }

    void daysLimitTheSearch()
    {
        const wordsight::test::LibraryV1 old(m_folder->path().toStdString());
        const QString sentence = "a green bus";
        QCOMPARE(names(search(old, { sentence, "--from", "2020-01-01" })),
            (QStringList { "cat_face.jpg", "volcano_at_dusk.jpg" }));
        QCOMPARE(names(search(old, { sentence, "--to", "2019-07-14" })), QStringList { "green_bus.jpg" });
        QCOMPARE(names(search(old, { sentence, "--from", "2019-07-14", "--to", "2021-12-31" })),
            (QStringList { "green_bus.jpg", "cat_face.jpg" }));
        const Run none = search(old, { sentence, "--from", "2024-01-01" });
        QCOMPARE(none.exitCode, 0);
        QVERIFY(names(none).isEmpty());
        QVERIFY2(none.errors.contains("No photograph"), none.errors);
    }

    void whatIsNoDayIsRefused_data()
    {
        QTest::addColumn<QStringList>("days");
        QTest::newRow("words") << QStringList { "--from", "yesterday" };
        QTest::newRow("no such day") << QStringList { "--to", "2023-02-29" };
        QTest::newRow("a month") << QStringList { "--from", "2023-02" };
        QTest::newRow("with blanks") << QStringList { "--from", "2023- 2- 1" };
        QTest::newRow("signs") << QStringList { "--from", "2023-+2--1" };
        QTest::newRow("an hour, too") << QStringList { "--to", "2023-02-01T10:00" };
        QTest::newRow("backwards") << QStringList { "--from", "2023-02-02", "--to", "2023-02-01" };
    }

    void whatIsNoDayIsRefused()
    {
        QFETCH(QStringList, days);
        const wordsight::test::LibraryV1 old(m_folder->path().toStdString());
        const Run run = search(old, QStringList { "a cat" } + days);
        QCOMPARE(run.exitCode, 2);
        QVERIFY2(run.errors.contains(days.last().toUtf8()), run.errors);
    }

    void daysAloneAreNoQuestion()
    {
        const wordsight::test::LibraryV1 old(m_folder->path().toStdString());
        QCOMPARE(search(old, { "--from", "2020-01-01" }).exitCode, 2);
    }

private:
    static Run search(const wordsight::test::LibraryV1& old, const QStringList& arguments)
    {
        return cli(QStringList { "search", "--library", QString::fromStdString(old.library().string()), "--model",
                       "wordsight-fast", "--json" }
            + arguments);
    }
    static QStringList names(const Run& run)
    {
        QStringList names;
        for (const QJsonValue hit : run.json()["hits"].toArray())
            names << hit["path"].toString().section('/', -1);
        return names;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(LibraryV1Test)
#include "library_v1_test.moc"
