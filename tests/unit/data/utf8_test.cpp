#include <QTest>

#include "core/data/utf8.h"

using namespace wordsight;

class Utf8Test : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsOneToFourBytes()
    {
        QVERIFY(codePoints("Hü犬🐕") == U"Hü犬🐕");
        QCOMPARE(characterCount("Hü犬🐕"), std::size_t { 4 });
        QVERIFY(codePoints("").empty());
        QCOMPARE(characterCount(""), std::size_t { 0 });
    }

    /// A character that is cut off, a stray continuation byte, an overlong form and a surrogate are no UTF-8.
    void replacesWhatIsNotUtf8()
    {
        QVERIFY(codePoints("a\xe7\x8a") == U"a\uFFFD");
        QVERIFY(codePoints("\x80z") == U"\uFFFDz");
        QVERIFY(codePoints("\xc0\xaf").front() == U'\uFFFD');
        QVERIFY(codePoints("\xed\xa0\x80").front() == U'\uFFFD');
    }
};

QTEST_GUILESS_MAIN(Utf8Test)
#include "utf8_test.moc"
