#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/npy.h"
#include "core/engine/alignment_export.h"
#include "core/image/decode.h"
#include "tests/support/photo_folder.h"

using namespace wordsight;
using namespace wordsight::engine;
namespace fs = std::filesystem;

class AlignmentExportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void csvHasARowARegionAndQuotesWhatItMust()
    {
        exportAlignment(alignment(), photograph(), sentence(), file("a.CSV"));
        QCOMPARE(readTextFile(file("a.CSV")),
            std::string("region,x,y,w,h,\"a \"\"dog\"\", he\",süß,<&>\r\n"
                        "1,0,0,0.5,1,0.1,0.9,-0.3\r\n"
                        "2,0.5,0,0.5,1,0.8,0.2,0.4\r\n"));
    }

    void jsonReadsBack()
    {
        exportAlignment(alignment(), photograph(), sentence(), file("a.json"));
        const auto json = nlohmann::json::parse(readTextFile(file("a.json")));
        QCOMPARE(json["matrix"][1][0].get<float>(), 0.8f);
        QVERIFY(json["boxes"][1] == (nlohmann::json { 0.5, 0, 0.5, 1 }));
        QCOMPARE(json["words"][1]["text"].get<std::string>(), std::string("süß"));
        QVERIFY(json["words"][0]["span"] == (nlohmann::json { 0, 10 }));
        QCOMPARE(json["pooling"].get<std::string>(), std::string("mrsw"));
        QCOMPARE(json["words"][1]["best_match"].get<float>(), 0.9f);
        QCOMPARE(json["words"][1]["factor"].get<float>(), 0.5f);
        float sum = 0;
        for (const auto& word : json["words"])
            sum += word["contribution"].get<float>();
        QVERIFY(sum + json["global"]["contribution"].get<float>() == json["score"].get<float>());
        QVERIFY(readTextFile(file("a.json")).find("0.8,") != std::string::npos); // not 0.800000011920929
    }

    void aFactorIsWhatAMatchIsMultipliedBy()
    {
        align::Alignment mean = alignment();
        mean.pooling = align::Pooling::MrAVGw; // three words share
        exportAlignment(mean, photograph(), sentence(), file("mean.json"));
        const auto json = nlohmann::json::parse(readTextFile(file("mean.json")));
        for (const auto& word : json["words"]) {
            const float match = word["best_match"].get<float>() - word["usual"].get<float>();
            QVERIFY(std::abs(word["factor"].get<float>() * match - word["contribution"].get<float>()) < 1e-6f);
        }
        exportAlignment(mean, photograph(), sentence(), file("mean.svg"));
        QVERIFY(readTextFile(file("mean.svg")).find("best match 0.900 · factor 0.167") != std::string::npos);
    }

    void npzReadsBack()
    {
        exportAlignment(alignment(), photograph(), sentence(), file("a.npz"));
        const auto arrays = readNpz(file("a.npz"));
        QCOMPARE(arrays.at("matrix").shape, (std::vector<std::size_t> { 2, 3 }));
        QCOMPARE(arrays.at("matrix").toFloats(), alignment().matrix.data);
        QCOMPARE(arrays.at("boxes").toFloats(), (std::vector<float> { 0, 0, 0.5f, 1, 0.5f, 0, 0.5f, 1 }));
        QCOMPARE(arrays.at("factors").toFloats(), alignment().weights);
        QCOMPARE(arrays.at("spans").toInts()[3], 16);
        QCOMPARE(arrays.at("words").shape, (std::vector<std::size_t> { 3 }));
        QCOMPARE(arrays.at("globalMatch").toFloats(), (std::vector<float> { 0.5f }));
    }

    void svgHoldsEveryWordAndItsPicture()
    {
        exportAlignment(alignment(), photograph(), sentence(), file("a.svg"));
        pugi::xml_document document;
        QVERIFY(document.load_file(file("a.svg").c_str()));
        std::vector<std::string> texts;
        for (const auto& node : document.child("svg").children("text"))
            texts.push_back(node.text().as_string());
        for (const std::string& word : alignment().words)
            QVERIFY2(std::ranges::count(texts, word) == 1, word.c_str());
        QVERIFY(std::ranges::count(texts, "+0.800") == 1);
        QVERIFY(std::ranges::count(texts, "\u22120.200") == 1);
        const auto images = document.child("svg").children("image");
        QCOMPARE(std::distance(images.begin(), images.end()), 4);
    }

    /// A little word that meets no region has no picture with a frame somewhere; the other pictures close up.
    void wordsThatMeetNothingHaveNoPicture()
    {
        align::Alignment quiet = alignment();
        for (std::size_t r = 0; r < quiet.matrix.rows; ++r)
            quiet.matrix(r, 1) = 0;
        quiet.weights[1] = 0;
        exportAlignment(quiet, photograph(), sentence(), file("quiet.svg"));
        pugi::xml_document document;
        QVERIFY(document.load_file(file("quiet.svg").c_str()));
        const auto svg = document.child("svg");
        const auto images = svg.children("image");
        QCOMPARE(std::distance(images.begin(), images.end()), 3);
        for (const auto& node : svg.children("text"))
            QVERIFY(node.text().as_string() != quiet.words[1]);
        exportAlignment(quiet, photograph(), sentence(), file("quiet.json"));
        QVERIFY(readTextFile(file("quiet.json")).find('"' + quiet.words[1] + '"') != std::string::npos);
    }

    void pngShowsHeatWhereTheWordIs()
    {
        const image::Image sheet = drawn({});
        QVERIFY(sheet.width > 1500 && sheet.height > 500);
        // The second word is met on the left.
        QVERIFY(redness(sheet, 2, 20) > redness(sheet, 2, 300) + 60);
        QVERIFY(redness(sheet, 1, 300) > redness(sheet, 1, 20) + 60);
    }

    void thresholdLeavesWeakRegionsBare()
    {
        const image::Image all = drawn({ .colormap = align::Colormap::Turbo });
        const image::Image strong = drawn({ .colormap = align::Colormap::Turbo, .threshold = 0.5f });
        QVERIFY(std::abs(redness(all, 2, 300)) > 20);
        QVERIFY(std::abs(redness(strong, 2, 300)) <= 6); // grey, as the photograph; JPEG rounds
        QVERIFY(std::abs(redness(strong, 2, 20) - redness(all, 2, 20)) <= 6);
    }

    void everyWordMayHaveItsOwnScale()
    {
        // The third word's highest cosine is 0.4 of 0.9: yellow on its own scale alone, blue-green on that of all.
        QVERIFY(redness(drawn({ .scaling = align::HeatScaling::Word }), 3, 300) > redness(drawn({}), 3, 300) + 60);
    }

    void aBadMatchLooksBad()
    {
        // Elsewhere the sentence found something three times as good: the best place here is not hot any more.
        const align::HeatScale sentenceScale { { 0, 2.7f }, { 0, 2 } };
        QVERIFY(redness(drawn({}), 2, 20) > redness(drawn({}, sentenceScale), 2, 20) + 60);
        const align::HeatStyle stretched { .scaling = align::HeatScaling::Photograph };
        QCOMPARE(redness(drawn(stretched, sentenceScale), 2, 20), redness(drawn({}), 2, 20));
    }

    void withoutBoxesThereAreNoHeatmaps()
    {
        align::Alignment unplaced = alignment();
        unplaced.boxes.clear();
        for (const char* suffix : { "svg", "csv", "json", "npz", "png" })
            exportAlignment(unplaced, photograph(), sentence(), file(std::string("u.") + suffix));
        QVERIFY(readTextFile(file("u.csv")).find("\r\n1,,,,,0.") != std::string::npos);
        const auto json = nlohmann::json::parse(readTextFile(file("u.json")));
        QVERIFY(json["boxes"].is_null());
        QCOMPARE(json["matrix"].size(), 2u);
        QCOMPARE(readNpz(file("u.npz")).at("boxes").shape, (std::vector<std::size_t> { 0, 4 }));
        const std::string sheet = readTextFile(file("u.svg"));
        QVERIFY(sheet.find("features came without boxes") != std::string::npos);
        pugi::xml_document document;
        QVERIFY(document.load_file(file("u.svg").c_str()));
        const auto images = document.child("svg").children("image");
        QCOMPARE(std::distance(images.begin(), images.end()), 1); // the photograph alone
        QVERIFY(sheet.find("+0.800") != std::string::npos);       // what each word adds is still told
    }

    void anyTextAndAnyShape()
    {
        align::Alignment odd = alignment();
        odd.words = { std::string("\xff\x01 <b>"), std::string(300, 'w'), "" };
        for (const char* suffix : { "svg", "png", "csv", "json", "npz" }) {
            exportAlignment(odd, test::quartered(3, 900, { 1, 2, 3 }, { 3, 2, 1 }), "\x02\xfe & more\n",
                file(std::string("odd.") + suffix));
            QVERIFY(fs::file_size(file(std::string("odd.") + suffix)) > 0);
        }
        for (const char* suffix : { "svg", "png", "json" }) {
            exportAlignment({}, photograph(), "", file(std::string("none.") + suffix));
            QVERIFY(fs::file_size(file(std::string("none.") + suffix)) > 0);
        }
        for (const char* suffix : { "csv", "npz" }) // tables of nothing
            QCOMPARE(kindThrown([&] { exportAlignment({}, photograph(), "", file(std::string("none.") + suffix)); }),
                ErrorKind::Usage);
        QVERIFY(image::decodeFile(file("odd.png")).width > 0);
    }

    void saysWhatCannotBeWritten()
    {
        QCOMPARE(kindThrown([&] { exportAlignment(alignment(), photograph(), "", file("a.pdf")); }), ErrorKind::Usage);
        QCOMPARE(
            kindThrown([&] { exportAlignment(alignment(), photograph(), "", file("no/folder.csv")); }), ErrorKind::Io);
    }

private:
    fs::path file(const std::string& name) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    static align::Alignment alignment()
    {
        align::Alignment alignment;
        alignment.matrix = Matrix(2, 3);
        alignment.matrix.data = { 0.1f, 0.9f, -0.3f, 0.8f, 0.2f, 0.4f };
        alignment.boxes = { { 0, 0, 0.5f, 1 }, { 0.5f, 0, 0.5f, 1 } };
        alignment.words = { "a \"dog\", he", "süß", "<&>" };
        alignment.spans = { { 0, 10 }, { 11, 16 }, { 17, 20 } };
        alignment.weights = { 1, 0.5f, -0.5f };
        alignment.globalScore = 0.5f;
        alignment.globalWeight = 2;
        return alignment;
    }

    image::Image drawn(const align::HeatStyle& style, const std::optional<align::HeatScale>& sentenceScale = {}) const
    {
        exportAlignment(alignment(), photograph(), sentence(), file("a.png"), { style, sentenceScale, 0 });
        return image::decodeFile(file("a.png"));
    }

    /// Cells are 320 wide and 24 apart, drawn at 1.5 pixels per unit; the photograph alone is cell 0.
    static std::span<const std::uint8_t, 3> colour(const image::Image& sheet, int cell, int x)
    {
        const int column = static_cast<int>((36 + cell * (320 + 24) + x) * 1.5);
        return std::span(sheet.rgb)
            .subspan(static_cast<std::size_t>((sheet.height / 2) * sheet.width + column) * 3)
            .first<3>();
    }
    static int redness(const image::Image& sheet, int cell, int x)
    {
        const auto rgb = colour(sheet, cell, x);
        return int(rgb[0]) - int(rgb[2]);
    }
    static int greenness(const image::Image& sheet, int cell, int x) { return colour(sheet, cell, x)[1]; }

    static std::string sentence() { return "a \"dog\", he süß <&>"; }
    static image::Image photograph() { return test::quartered(320, 240, { 120, 120, 120 }, { 120, 120, 120 }); }

    template <class Action> static std::optional<ErrorKind> kindThrown(Action action)
    {
        try {
            action();
        } catch (const Error& error) {
            return error.kind();
        }
        return std::nullopt;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(AlignmentExportTest)
#include "alignment_export_test.moc"
