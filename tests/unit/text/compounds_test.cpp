// The list of words and compounds that a table of evidence is looked up by.
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include "core/base/error.h"
#include "core/text/compounds.h"
#include "core/text/function_words.h"

using namespace wordsight;

class CompoundsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path listOf(const std::string& lines) const
    {
        const auto file = std::filesystem::path(m_folder.path().toStdString()) / "words.tsv";
        std::ofstream(file) << lines;
        return file;
    }

private Q_SLOTS:
    void theLongestEntryCounts()
    {
        const text::Compounds words(listOf("bear\t0\npolar bear\t1\ncoffee maker\t2\n"));
        const std::vector<std::string> sentence { "A", "Polar", "bear", "and", "a", "bear" };
        QCOMPARE(words.find(sentence), (std::vector<std::int64_t> { -1, 1, 1, -1, -1, 0 }));
        QCOMPARE(words.count(), 3);
    }

    void aCompoundNeedsAllItsWords()
    {
        const text::Compounds words(listOf("coffee maker\t0\n"));
        QCOMPARE(words.find(std::vector<std::string> { "coffee" }), (std::vector<std::int64_t> { -1 }));
        QCOMPARE(words.find(std::vector<std::string> {}), std::vector<std::int64_t> {});
    }

    void aFunctionWordAloneIsNoEntry()
    {
        const text::Compounds words(listOf("a\t0\nin\t1\na cappella singing\t2\n"));
        QCOMPARE(words.find(std::vector<std::string> { "in", "a" }), (std::vector<std::int64_t> { -1, -1 }));
        QCOMPARE(words.find(std::vector<std::string> { "a", "cappella", "singing" }),
            (std::vector<std::int64_t> { 2, 2, 2 }));
    }

    void whatIsNoListIsRefusedWithItsLine()
    {
        for (const char* lines : { "bear\t0\npolar bear\n", "bear\t0\n\t1\n", "bear\t0\nfox\t-1\n" })
            try {
                const text::Compounds words(listOf(lines));
                QFAIL("taken");
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::ModelMismatch);
                QVERIFY(QString(error.what()).contains("line 2"));
            }
        QVERIFY_THROWS_EXCEPTION(Error, text::Compounds(listOf("")));
    }

    void functionWordsAreKnownInAnyCase()
    {
        for (const char* word : { "a", "The", "ON", "with", "their" })
            QVERIFY(text::isFunctionWord(word));
        for (const char* word : { "dog", "", "two", "behind", "red" })
            QVERIFY(!text::isFunctionWord(word));
    }
};

QTEST_GUILESS_MAIN(CompoundsTest)
#include "compounds_test.moc"
