#include <QTest>

#include "core/data/table.h"

using namespace wordsight;

class TableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void threeWays()
    {
        const Table table { "lr", { { "word", "n" }, { "Hündin", "7" }, { "a|b, \"c\"", "12" } } };
        QCOMPARE(plainText(table), std::string("word       n\nHündin     7\na|b, \"c\"  12\n"));
        QCOMPARE(markdown(table), std::string("| word | n |\n|-|-:|\n| Hündin | 7 |\n| a\\|b, \"c\" | 12 |\n"));
        QCOMPARE(csv(table), std::string("word,n\r\nHündin,7\r\n\"a|b, \"\"c\"\"\",12\r\n"));
    }
};

QTEST_GUILESS_MAIN(TableTest)
#include "table_test.moc"
