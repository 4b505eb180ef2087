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

    void encodesAsQtDoes()
    {
        QByteArray bytes;
        const auto encoded = [&] {
            return QByteArray::fromStdString(
                encodeBase64(std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())))));
        };
        for (int length = 0; length < 300; ++length) {
            QCOMPARE(encoded(), bytes.toBase64());
            bytes.append(static_cast<char>(length * 37));
        }
        bytes.resize((3 << 20) + 5, 'w'); // more than goes to OpenSSL at once
        QCOMPARE(encoded(), bytes.toBase64());
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
