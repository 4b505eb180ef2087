#include <QTest>

#include "core/data/path_text.h"
#include "core/data/utf8.h"

using namespace wordsight;
namespace fs = std::filesystem;

/// Names of files may be any bytes but '/' and 0.
class NamesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingSteersATerminal_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("shown");
        const auto add = [](const char* tag, const QByteArray& name, const QByteArray& shown) {
            QTest::newRow(tag) << name << shown;
        };
        add("plain", "holiday (2).jpg", "holiday (2).jpg");
        add("other scripts", "Žluťoučký pes 狗 🐕.jpg", "Žluťoučký pes 狗 🐕.jpg");
        add("joined emoji", "👨‍👩‍👧.jpg", "👨‍👩‍👧.jpg");
        add("clears the screen", "a\x1b[2Jb.jpg", "a\\x1B[2Jb.jpg");
        add("another line", "a\nok: b.jpg", "a\\nok: b.jpg");
        add("overwrites the line", "a\rb\tc.jpg", "a\\rb\\tc.jpg");
        add("control of Latin-1",
            "a\xc2\x9b"
            "2Jb",
            "a\\u009B2Jb");
        add("turned round",
            "a\xe2\x80\xae"
            "gpj.exe",
            "a\\u202Egpj.exe");
        add("line separator",
            "a\xe2\x80\xa8"
            "b",
            "a\\u2028b");
        add("Latin-1", "caf\xe9.jpg", "caf\\xE9.jpg");
        add("cut off", "a\xe2\x82", "a\\xE2\\x82");
    }
    void nothingSteersATerminal()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, shown);
        QCOMPARE(QByteArray::fromStdString(printable(name.toStdString())), shown);
    }

    void aNameThatIsNoUtf8CanBeOpenedAgain()
    {
        QCOMPARE(pathText("/photos/a b.jpg"), std::string("/photos/a b.jpg"));
        QCOMPARE(pathText("/photos/50% caf\xe9.jpg"), std::string("file:///photos/50%25%20caf%E9.jpg"));
        for (const char* path : { "/photos/a b.jpg", "/photos/50% caf\xe9.jpg", "/x/\xff\xfe\n?#.png", "/x/%41.jpg" })
            QCOMPARE(pathOf(pathText(path)), fs::path(path));
        QCOMPARE(pathOf("file:///photos/one%20two.jpg"), fs::path("/photos/one two.jpg"));
        QCOMPARE(pathOf("file:///100%"), fs::path("/100%"));
        QCOMPARE(pathOf("files/a%20b.jpg"), fs::path("files/a%20b.jpg")); // no URI
        QVERIFY(isUtf8(pathText("caf\xe9.jpg")) && pathOf(pathText("caf\xe9.jpg")) == fs::absolute("caf\xe9.jpg"));
    }
};

QTEST_GUILESS_MAIN(NamesTest)
#include "names_test.moc"
