#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "core/dataset/caption_file.h"
#include "core/dataset/captions.h"
#include "core/dataset/category_names.h"
#include "core/dataset/coco.h"
#include "core/dataset/entities.h"

using namespace wordsight;
using namespace wordsight::dataset;
namespace fs = std::filesystem;

namespace {

constexpr auto annotation = R"(<annotation><filename>12.jpg</filename>
  <size><width>200</width><height>100</height><depth>3</depth></size>
  <object><name>1</name><bndbox><xmin>20</xmin><ymin>10</ymin><xmax>60</xmax><ymax>60</ymax></bndbox></object>
  <object><name>1</name><name>2</name><bndbox><xmin>100</xmin><ymin>0</ymin><xmax>400</xmax><ymax>50</ymax></bndbox></object>
  <object><name>3</name><scene>1</scene><nobndbox>1</nobndbox></object>
</annotation>)";

void write(const fs::path& file, const std::string& text)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

template <class Action> std::optional<ErrorKind> kindThrown(Action action, const std::string& mentions = {})
{
    try {
        action();
    } catch (const Error& error) {
        if (std::string(error.what()).find(mentions) != std::string::npos)
            return error.kind();
    }
    return std::nullopt;
}

bool near(const Box& a, const Box& b)
{
    return std::abs(a.x - b.x) + std::abs(a.y - b.y) + std::abs(a.w - b.w) + std::abs(a.h - b.h) < 1e-5f;
}

fs::path flickr()
{
    return fs::path(qEnvironmentVariable("WORDSIGHT_DATA", WORDSIGHT_SOURCE_DIR "/../shared/data").toStdString())
        / "flickr8k";
}

} // namespace

class DatasetTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void readsSplits()
    {
        const fs::path file = folder() / "dataset.json";
        write(file, R"({"images":[
            {"filename":"a.jpg","split":"train","sentences":[{"raw":"A dog ."},{"raw":"Ein süßer Hund"}]},
            {"filename":"b.jpg","filepath":"val2014","split":"restval","sentences":[{"raw":"A cat ."}]},
            {"filename":"c.jpg","split":"val","sentences":[]}]})");
        const auto images = readKarpathy(file);
        QCOMPARE(images.size(), 3u);
        QCOMPARE(images[0].captions[1], std::string("Ein süßer Hund"));
        QCOMPARE(images[1].filename, std::string("val2014/b.jpg"));
        const auto train = ofSplit(images, "train");
        QCOMPARE(train.size(), 2u);
        QCOMPARE(train[1].filename, std::string("val2014/b.jpg"));
        QCOMPARE(kindThrown([&] { ofSplit(images, "test"); }, "train, val"), ErrorKind::Usage);
    }

    void findsImagesInFlatFoldersToo()
    {
        const CaptionedImage image { "val2014/b.jpg", "val", {} };
        write(folder() / "b.jpg", "x");
        QCOMPARE(imageFile(folder(), image), folder() / "b.jpg");
        write(folder() / "val2014/b.jpg", "x");
        QCOMPARE(imageFile(folder(), image), folder() / "val2014/b.jpg");
    }

    void refusesWhatIsNoDataset()
    {
        const fs::path file = folder() / "dataset.json";
        for (const char* text : { "", "{", "[]", R"({"images":[{"filename":"a.jpg"}]})", R"({"images":[1]})",
                 R"({"images":[{"filename":7,"split":"val","sentences":[]}]})", "{\"images\":\"\xff\"}" }) {
            write(file, text);
            QCOMPARE(kindThrown([&] { readKarpathy(file); }, "dataset.json"), ErrorKind::UnreadableInput);
        }
        QCOMPARE(kindThrown([&] { readKarpathy(folder() / "none.json"); }, "none.json"), ErrorKind::UnreadableInput);
    }

    void matchesPhrasesByLettersAndDigits()
    {
        annotate(annotation,
            "[/EN#1/people The 2 men] 's dog near [/EN#2/vehicles/scene a T-shirt] .\n"
            "[/EN#3/scene A field] and [/EN#9/other a tree]\n");
        const std::string caption = "the  2 men's dog, near A T - Shirt";
        const auto phrases
            = readEntities(folder(), { "12_abc.jpg", "val", { "a field and a tree.", caption, "else" } });
        QCOMPARE(phrases.size(), 2u);
        QCOMPARE(phrases[0].caption, 1u);
        QCOMPARE(phrases[0].type, std::string("people"));
        QCOMPARE(textOf(caption, phrases[0].span), std::string("the  2 men"));
        QCOMPARE(phrases[0].boxes.size(), 2u);
        QVERIFY(near(phrases[0].boxes[0], { 0.1f, 0.1f, 0.2f, 0.5f }));
        QCOMPARE(phrases[1].type, std::string("vehicles"));
        QCOMPARE(textOf(caption, phrases[1].span), std::string("A T - Shirt"));
        QCOMPARE(phrases[1].boxes, (std::vector<Box> { { 0.5f, 0, 0.5f, 0.5f } }));
    }

    void aBoxOfNoNumberIsNone()
    {
        annotate(QString(annotation).replace("<xmax>60</xmax>", "<xmax>nan</xmax>").toStdString(),
            "[/EN#1/people Men] and [/EN#2/other a dog]\n");
        const auto phrases = readEntities(folder(), { "12_abc.jpg", "val", { "Men and a dog" } });
        QCOMPARE(phrases.size(), 2u);
        QCOMPARE(phrases[0].boxes, (std::vector<Box> { { 0.5f, 0, 0.5f, 0.5f } }));
    }

    void anImageWithoutAnnotationsHasNone()
    {
        QVERIFY(readEntities(folder(), { "77.jpg", "val", { "A dog" } }).empty());
    }

    void namesTheDamagedFile_data()
    {
        QTest::addColumn<QString>("xml");
        QTest::addColumn<QString>("sentences");
        QTest::addColumn<QString>("mentions");
        QTest::newRow("truncated xml") << QString(annotation).left(120) << "A dog"
                                       << "12.xml";
        QTest::newRow("no size") << "<annotation></annotation>"
                                 << "A dog"
                                 << "12.xml";
        QTest::newRow("no number") << QString(annotation).replace("200", "nan") << "A dog"
                                   << "12.xml";
        QTest::newRow("endless") << QString(annotation).replace("200", "inf") << "A dog"
                                 << "12.xml";
        QTest::newRow("open bracket") << annotation << "[/EN#1/people A dog"
                                      << "12.txt";
        QTest::newRow("no type") << annotation << "[/EN#1 dog]"
                                 << "12.txt";
    }

    void namesTheDamagedFile()
    {
        QFETCH(QString, xml);
        QFETCH(QString, sentences);
        QFETCH(QString, mentions);
        annotate(xml.toStdString(), sentences.toStdString());
        QCOMPARE(kindThrown(
                     [&] {
                         readEntities(folder(), { "12_a.jpg", "val", { "A dog" } });
                     },
                     mentions.toStdString()),
            ErrorKind::UnreadableInput);
    }

    void flickr8kMatchesAsMeasured()
    {
        if (!fs::exists(flickr() / "entities"))
            QSKIP("Flickr8k with entities is not here (WORDSIGHT_DATA names its folder).");
        const auto val = ofSplit(readKarpathy(flickr() / "dataset_flickr8k.json"), "val");
        QCOMPARE(val.size(), 1000u);
        std::size_t phraseCount = 0, withPhrases = 0;
        for (const CaptionedImage& image : val) {
            std::set<std::size_t> captions;
            for (const BoxedPhrase& phrase : readEntities(flickr() / "entities", image)) {
                ++phraseCount;
                captions.insert(phrase.caption);
                QVERIFY(
                    phrase.span.begin < phrase.span.end && phrase.span.end <= image.captions[phrase.caption].size());
                for (const Box& box : phrase.boxes)
                    QVERIFY(box.x >= 0 && box.y >= 0 && box.w > 0 && box.h > 0 && box.x + box.w <= 1.00001f
                        && box.y + box.h <= 1.00001f);
            }
            withPhrases += captions.size();
        }
        // Counted once by an independent script: 4,931 of 5,000 captions match; 12,928 of their phrases have a box.
        QCOMPARE(phraseCount, 12928u);
        QVERIFY(withPhrases > 4800 && withPhrases <= 4931);
    }

    void categoriesAreFoundByTheirNames_data()
    {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("own name") << "A dog." << QStringList { "dog=dog" };
        QTest::newRow("synonym, case") << "A Puppy and a WOMAN" << QStringList { "dog=Puppy", "person=WOMAN" };
        QTest::newRow("plurals") << "buses, puppies, knives, benches, men"
                                 << QStringList { "bus=buses", "dog=puppies", "knife=knives", "bench=benches",
                                        "person=men" };
        QTest::newRow("longest") << "a hot dog on a traffic light"
                                 << QStringList { "hot dog=hot dog", "traffic light=traffic light" };
        QTest::newRow("several words, plural of the last") << "two fire trucks" << QStringList { "truck=fire trucks" };
        QTest::newRow("not within a word") << "a catalogue of carpets" << QStringList {};
        QTest::newRow("no category") << "the bus stop and the dog house by the ski slopes" << QStringList {};
        QTest::newRow("apostrophe") << "the man's tie" << QStringList { "person=man", "tie=tie" };
    }

    void categoriesAreFoundByTheirNames()
    {
        QFETCH(QString, sentence);
        QFETCH(QStringList, found);
        const std::string text = sentence.toStdString();
        QStringList ours;
        for (const CategoryMention& mention : cocoNames().in(text))
            ours << QString::fromStdString(
                mention.category + "=" + text.substr(mention.span.begin, mention.span.end - mention.span.begin));
        QCOMPARE(ours, found);
    }

    /// What came wrong out of public reports (tests/data/cases).
    void casesAreReadRight()
    {
        const fs::path cases = WORDSIGHT_SOURCE_DIR "/tests/data/cases/datasets";
        for (const char* name : { "coco_annfirst.json", "coco_imgdup.json", "coco_strid.json" }) {
            const auto images = readCaptionFile(cases / name);
            QCOMPARE(images.size(), 12u);
            for (const CaptionedImage& image : images)
                QVERIFY2(image.captions.size() >= 5, name);
        }
        const CocoInstances boxes(cases / "ii_subdir.json");
        QVERIFY(!boxes.phrases({ "val2017/000000535506.jpg", "", { "a person" } }).empty());
        QVERIFY(!boxes.phrases({ "000000535506.jpg", "", { "a person" } }).empty());
    }

    void readsListsOfOtherPrograms_data()
    {
        QTest::addColumn<QString>("text"); // ' stands for "
        QTest::newRow("BLIP, training") << "[{'image':'val2014/a.jpg','caption':'A dog','image_id':'coco_1'},"
                                           "{'image':'val2014/a.jpg','caption':'A big dog, running'},"
                                           "{'image':'b.jpg','caption':'A cat'}]";
        QTest::newRow("BLIP, test") << "[{'image':'val2014/a.jpg','caption':['A dog','A big dog, running']},"
                                       "{'image':'b.jpg','caption':['A cat']},{'image':'c.jpg','caption':[]}]";
        QTest::newRow("token.txt") << "val2014/a.jpg#0\tA dog\nval2014/a.jpg#1\tA big dog, running\r\nb.jpg#0\tA cat\n";
        QTest::newRow("CSV") << "image,caption\nval2014/a.jpg,A dog\nval2014/a.jpg,'A big dog, running'\nb.jpg,A cat\n";
        QTest::newRow("results.csv") << "image_name| comment_number| comment\nval2014/a.jpg| 0| A dog\n"
                                        "val2014/a.jpg| 1| A big dog, running\nb.jpg| 0| A cat\n";
        QTest::newRow("tokens alone")
            << "{'images':[{'filename':'val2014/a.jpg','split':'val','sentences':[{'tokens':['A','dog']},"
               "{'raw':'A big dog, running'}]},{'filename':'b.jpg','split':'val','sentences':[{'tokens':['A','cat']}]},"
               "{'filename':'silent.jpg','split':'val','sentences':[]}]}";
    }
    void readsListsOfOtherPrograms()
    {
        QFETCH(QString, text);
        const auto file = folder() / "list.any";
        write(file, text.replace('\'', '"').toStdString());
        const auto images = readCaptionFile(file);
        QCOMPARE(images.size(), 2u);
        QCOMPARE(images[0].filename, std::string("val2014/a.jpg"));
        QCOMPARE(images[0].captions, (std::vector<std::string> { "A dog", "A big dog, running" }));
        QCOMPARE(images[1].captions, (std::vector<std::string> { "A cat" }));
    }

    void aFileWithoutSentencesIsRefused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << "";
        QTest::newRow("nothing in it") << R"({"images":[],"annotations":[]})";
        QTest::newRow("only photographs") << R"({"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[]})";
        QTest::newRow("another file") << R"({"info":{}})";
        QTest::newRow("prose") << "once upon a time, there was no file name";
    }
    void aFileWithoutSentencesIsRefused()
    {
        QFETCH(QString, text);
        write(folder() / "list.any", text.toStdString());
        QCOMPARE(kindThrown([&] { readCaptionFile(folder() / "list.any"); }, "list.any"), ErrorKind::UnreadableInput);
    }

    void instancesNeedNoSupercategory()
    {
        write(folder() / "instances.json",
            R"({"images":[{"id":"x","file_name":"f/a.jpg","width":10,"height":10}],"categories":[{"id":1,"name":"dog"}],
            "annotations":[{"image_id":"x","category_id":1,"bbox":[0,0,5,5]},{"image_id":"y","category_id":1,"bbox":[0,0,5,5]}]})");
        const auto phrases = CocoInstances(folder() / "instances.json").phrases({ "a.jpg", "", { "a dog" } });
        QCOMPARE(phrases.size(), 1u);
        QCOMPARE(phrases[0].type, std::string("dog"));
    }

    void readsCoco()
    {
        QTemporaryDir folder;
        const fs::path captions = fs::path(folder.path().toStdString()) / "captions.json",
                       instances = captions.parent_path() / "instances.json";
        write(captions,
            R"({"info":{},"images":[{"id":7,"file_name":"b.jpg"},{"id":3,"file_name":"a.jpg"},{"id":9,"file_name":"c.jpg"}],
            "annotations":[{"image_id":3,"id":1,"caption":"Two dogs and a cat"},{"image_id":7,"id":2,"caption":"A man"},{"image_id":3,"id":3,"caption":"A pup"}]})");
        write(instances,
            R"({"images":[{"id":7,"file_name":"b.jpg","width":10,"height":10},{"id":3,"file_name":"a.jpg","width":200,"height":100}],
            "categories":[{"id":18,"name":"dog","supercategory":"animal"},{"id":1,"name":"person","supercategory":"person"}],
            "annotations":[{"image_id":3,"category_id":18,"bbox":[20,10,40,50],"segmentation":[[1,2,3]],"iscrowd":0},
                           {"image_id":3,"category_id":18,"bbox":[100,0,300,50],"segmentation":{"counts":[1]},"iscrowd":1},
                           {"image_id":3,"category_id":1,"bbox":[0,0,0,5]}]})");
        const auto images = readCaptionFile(captions);
        QCOMPARE(images.size(), 2u); // in the order of the images; the third has no captions
        QCOMPARE(images[1].filename, std::string("a.jpg"));
        QCOMPARE(images[1].captions, (std::vector<std::string> { "Two dogs and a cat", "A pup" }));
        QCOMPARE(ofSplit(images, "val").size(), 2u);
        const CocoInstances boxes(instances);
        QVERIFY(boxes.phrases(images[0]).empty()); // there is a man, but no box of one
        const auto phrases = boxes.phrases(images[1]);
        QCOMPARE(phrases.size(), 2u); // and no cat
        QCOMPARE(phrases[0].type, std::string("animal"));
        QCOMPARE(phrases[0].span, (TextSpan { 4, 8 }));
        QCOMPARE(phrases[1].caption, 1u);
        QCOMPARE(phrases[0].boxes.size(), 2u);
        QVERIFY(std::abs(phrases[0].boxes[0].w - 0.2f) < 1e-6f
            && std::abs(phrases[0].boxes[1].x + phrases[0].boxes[1].w - 1) < 1e-6f);
        QCOMPARE(kindThrown([&] { CocoInstances broken(captions); }, "captions.json"), ErrorKind::UnreadableInput);
        QCOMPARE(kindThrown([&] { readCaptionFile(captions.parent_path() / "none.json"); }, "none.json"),
            ErrorKind::UnreadableInput);
    }

private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    void annotate(const std::string& xml, const std::string& sentences)
    {
        write(folder() / "Annotations/12.xml", xml);
        write(folder() / "Sentences/12.txt", sentences);
    }
    static std::string textOf(const std::string& caption, TextSpan span)
    {
        return caption.substr(span.begin, span.end - span.begin);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(DatasetTest)
#include "dataset_test.moc"
