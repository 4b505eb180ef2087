#include <QtTest>

#include "core/engine/search/question_text.h"

using namespace wordsight::engine;

Q_DECLARE_METATYPE(std::vector<QuestionPart>)

namespace {

/// "text weight choice" of every part, phrases in quotes.
QStringList partsOf(const std::string& typed)
{
    QStringList parts;
    for (const QuestionPart& part : readQuestion(typed).parts) {
        const QString text = QString::fromStdString(part.text);
        parts << (part.quoted ? '"' + text + '"' : text) + ' ' + QString::number(part.weight)
                + (part.choice ? " of " + QString::number(*part.choice) : QString());
    }
    return parts;
}

} // namespace

class QuestionTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QStringList>("parts");
        const auto row = [](const char* typed, QStringList parts) { QTest::newRow(typed) << QString(typed) << parts; };
        row("", {});
        row(" \t ", {});
        row("a dog", { "a 1", "dog 1" });
        row("a -dog", { "a 1", "dog -1" });
        row("dog^2", { "dog 2" });
        row("dog^0", { "dog 0" });
        row("-dog^2", { "dog -2" });
        row("dog^-2", { "dog -2" });
        row("dog^0.25,", { "dog^0.25, 1" });
        row("\"red coat\"", { "\"red coat\" 1" });
        row("-\"red coat\"^0.5 x", { "\"red coat\" -0.5", "x 1" });
        row("\" red  coat \"", { "\"red  coat\" 1" });
        row("dog | cat", { "dog 1 of 0", "cat 1 of 0" });
        row("dog|cat|\"red fox\" on | under",
            { "dog 1 of 0", "cat 1 of 0", "\"red fox\" 1 of 0", "on 1 of 1", "under 1 of 1" });
        row("dog^2 | cat", { "dog 2 of 0", "cat 1 of 0" });
        // What is no operator is text.
        row("a t-shirt", { "a 1", "t-shirt 1" });
        row("-t-shirt", { "t-shirt -1" });
        row("-", { "- 1" });
        row("--", { "-- 1" });
        row("- dog", { "- 1", "dog 1" });
        row("--dog", { "--dog 1" });
        row("^2", { "^2 1" });
        row("^x", { "^x 1" });
        row("dog^", { "dog^ 1" });
        row("dog^x", { "dog^x 1" });
        row("dog^nan", { "dog^nan 1" });
        row("dog^inf", { "dog^inf 1" });
        row("dog^1e9", { "dog^1e9 1" });
        row("dog^99", { "dog^99 1" });
        row("|", {});
        row("| dog", { "dog 1" });
        row("dog |", { "dog 1" });
        row("dog || cat", { "dog 1 of 0", "cat 1 of 0" });
        row("\"", { "\" 1" });
        row("\"red coat", { "\"red 1", "coat 1" });
        row("\"\"", {});
        row("\"\" dog", { "dog 1" });
        row("-\"\"", {});
        row("12\" record", { "12\" 1", "record 1" });
        row("*", { "* 1" });
        row("*^2", {});
        row("*^x", { "*^x 1" });
        row("-größe^2", { "größe -2" });
        row("红色 -狗^2", { "红色 1", "狗 -2" });
        row("🐕^2", { "🐕 2" });
    }
    void reads()
    {
        QFETCH(QString, typed);
        QFETCH(QStringList, parts);
        QCOMPARE(partsOf(typed.toStdString()), parts);
    }

    void placesAreThoseOfWhatWasTyped()
    {
        const std::string typed = "  a -\"red coat\"^2  größe^0 *^0.5";
        const QuestionText read = readQuestion(typed);
        QCOMPARE(read.plain, std::string("a red coat größe"));
        QCOMPARE(read.wholeWeight, 0.5f);
        QCOMPARE(typed.substr(read.wholeSpan->begin), std::string("*^0.5"));
        for (const QuestionPart& part : read.parts) {
            QCOMPARE(typed.substr(part.word.begin, part.word.end - part.word.begin), part.text);
            QCOMPARE(read.plain.substr(part.plain.begin, part.plain.end - part.plain.begin), part.text);
        }
        QCOMPARE(typed.substr(read.parts[1].span.begin, 13), std::string("-\"red coat\"^2"));
    }

    void weightsAreWrittenWhereTheirPartIs()
    {
        QCOMPARE(withWeight("a dog  on grass", 1, -1), std::string("a -dog  on grass"));
        QCOMPARE(withWeight("a -dog on grass", 1, 0), std::string("a dog^0 on grass"));
        QCOMPARE(withWeight("a dog^0 on grass", 1, 1), std::string("a dog on grass"));
        QCOMPARE(withWeight("\"red coat\"", 0, -1.5f), std::string("-\"red coat\"^1.5"));
        QCOMPARE(withWeight("dog|cat", 1, 2), std::string("dog|cat^2"));
        QCOMPARE(withWeight("dog", 1, 2), std::string("dog"));
        QCOMPARE(withWholeWeight("dog", 0), std::string("dog *^0"));
        QCOMPARE(withWholeWeight("dog *^0", 2), std::string("dog *^2"));
        QCOMPARE(withWholeWeight("dog *^0", 1), std::string("dog"));
        QCOMPARE(withWholeWeight("*^0 dog", 1), std::string(" dog"));
        QCOMPARE(withWholeWeight("dog", 1), std::string("dog"));
    }

    void labelsFindTheirParts()
    {
        QCOMPARE(withWeights("a dog, a cat", { { "a", 1 }, { "dog", -1 }, { "a", 0 }, { "cat", 2 }, { "", 0.5f } }),
            std::string("a -dog, a^0 cat^2 *^0.5"));
        QCOMPARE(withWeights("dog^2", { { "cat", 0 }, { "dog", 1 } }), std::string("dog"));
    }

    /// Whatever is typed, a weight that was written is read, and nothing else changes.
    void everyTextTakesEveryWeight()
    {
        const std::string letters[] = { "a", "-", "\"", "^", "|", " ", "2", "*", ".", "é", "狗", "\xff", "+" };
        std::uint32_t seed = 1;
        for (int round = 0; round < 20000; ++round) {
            std::string typed;
            for (int i = 0; i < 9; ++i)
                typed += letters[(seed = seed * 1664525 + 1013904223) / 65536 % std::size(letters)];
            const QuestionText before = readQuestion(typed);
            for (std::size_t part = 0; part < before.parts.size(); ++part)
                for (const float weight : before.parts[part].text == "*"
                        ? std::vector<float> {}
                        : std::vector<float> { -2.f, -1.f, 0.f, 0.25f, 1.f, 4.f }) {
                    const QuestionText after = readQuestion(withWeight(typed, part, weight));
                    QVERIFY2(after.plain == before.plain && after.parts.size() == before.parts.size()
                            && after.parts[part].weight == weight,
                        qPrintable(QString::fromStdString(typed + " → " + withWeight(typed, part, weight))));
                }
        }
    }
};

QTEST_GUILESS_MAIN(QuestionTextTest)
#include "question_text_test.moc"
