#include <QTest>

#include "core/base/base64.h"

using namespace wordsight;

class Base64Test : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void decodesWhatQtEncodes()
    {
        QByteArray bytes;
        for (int length = 0; length < 300; ++length) {
            const auto decoded = decodeBase64(bytes.toBase64().toStdString());
            QVERIFY(decoded.has_value());
            QCOMPARE(
                QByteArray(reinterpret_cast<const char*>(decoded->data()), static_cast<qsizetype>(decoded->size())),
                bytes);
            bytes.append(static_cast<char>(length * 37));
        }
    }

    void refusesWhatIsNotBase64()
    {
        for (const char* text : { "A", "AA", "AAA", "AA=A", "A===", "====", "AAAA=AAA", "AAA\n", " AAA", "AAA ", "AA-_",
                 "AA==AAAA", "AÄA", "AAAA\nAAAA", "----" })
            QVERIFY2(!decodeBase64(text).has_value(), text);
    }
};

QTEST_GUILESS_MAIN(Base64Test)
#include "base64_test.moc"
