#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"

using namespace wordsight;

namespace {

std::string reasonFor(const std::string& text, const JsonLimits& limits = {})
{
    try {
        parseJson(text, limits);
        return "";
    } catch (const JsonProblem& problem) {
        return problem.what();
    }
}

std::string nested(std::size_t depth, const std::string& open, const std::string& close)
{
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += open;
    text += "1";
    for (std::size_t i = 0; i < depth; ++i)
        text += close;
    return text;
}

} // namespace

class TestJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void depthIsLimited()
    {
        QCOMPARE(parseJson(nested(64, "[", "]")).size(), std::size_t { 1 });
        QCOMPARE(reasonFor(nested(65, "[", "]")), std::string("it is nested more than 64 deep"));
        QCOMPARE(reasonFor(nested(65, "{\"a\":", "}")), std::string("it is nested more than 64 deep"));
        QCOMPARE(reasonFor(nested(2'000'000, "[", "")), std::string("it is nested more than 64 deep"));
        QCOMPARE(reasonFor("[[1]]", { .depth = 1 }), std::string("it is nested more than 1 deep"));
    }

    void sizeIsLimitedBeforeAnythingIsRead()
    {
        QVERIFY(reasonFor("[1, 2, 3]", { .bytes = 4 }).find("larger than any such file") != std::string::npos);
        QTemporaryDir folder;
        const std::filesystem::path file = (folder.path() + "/sparse.json").toStdString();
        writeFileAtomically(file, std::string_view("{}"));
        QCOMPARE(readJsonFile(file).size(), std::size_t { 0 });
        std::filesystem::resize_file(file, std::uintmax_t { 1 } << 40); // a terabyte that takes no room
        QVERIFY_THROWS_EXCEPTION(JsonProblem, readJsonFile(file));
        QVERIFY_THROWS_EXCEPTION(Error, readJsonFile(file.string() + ".missing"));
    }

    void problemsAreInPlainWords()
    {
        QCOMPARE(
            reasonFor("{\"a\": 1,\n \"b\" 2}"), std::string("it is not JSON: something is wrong at line 2, column 6"));
        QCOMPARE(reasonFor(""), std::string("it is not JSON: something is wrong at line 1, column 1"));
        QCOMPARE(reasonFor("[1e999]"), std::string("it holds a number that is too large"));
        try {
            parseJson("{}").at("name");
            QFAIL("was found");
        } catch (const nlohmann::json::exception& problem) {
            QCOMPARE(plainReason(problem), std::string("\"name\" is missing in it"));
        }
    }

    void whatIsLeftOutIsNotKept()
    {
        const auto value = parseJson(R"({"segmentation": [[1, 2]], "bbox": [3]})", { .leaveOut = "segmentation" });
        QVERIFY(!value.contains("segmentation"));
        QCOMPARE(value.at("bbox").at(0).get<int>(), 3);
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "json_test.moc"
