// The configurations that come with the program say what they said, and each is of a system that can be trained.
#include <QtTest>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/architecture.h"
#include "core/train/mite/config.h"
#include "core/train/mlasm/config.h"
#include "core/train/shared/systems.h"
#include "core/train/teran/config.h"

using namespace wordsight;
using namespace wordsight::train;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string writtenAgain(const std::string& text)
{
    const auto system = json::parse(text).value("system", "teran");
    if (system == "mite")
        return toJsonText(parseMiteConfig(text, "here"));
    if (system == "mlasm")
        return toJsonText(parseMlasmConfig(text, "here"));
    return toJsonText(parseTeranConfig(text, "here"));
}

} // namespace

class ConfigurationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasReadIsWritten_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& entry : fs::directory_iterator(fs::path(WORDSIGHT_SOURCE_DIR) / "models/configs"))
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }

    void whatWasReadIsWritten()
    {
        QFETCH(QString, file);
        const auto text = readTextFile(file.toStdString());
        const auto written = writtenAgain(text);
        const auto before = json::parse(text).flatten(), after = json::parse(written).flatten();
        for (const auto& [key, value] : before.items())
            QVERIFY2(after.contains(key) && after[key] == value, key.c_str());
        QCOMPARE(writtenAgain(written), written);
    }

    void trainableArchitecturesHaveSystems()
    {
        for (const auto& traits : model::architectures()) {
            bool found = true;
            try {
                systemOf(json { { "system", nameOf(traits.architecture) } }.dump(), "here");
            } catch (const Error& error) {
                QVERIFY2(QString(error.what()).contains("there is: teran, mlasm, mite"), error.what());
                found = false;
            }
            QCOMPARE(found, traits.trainable);
        }
    }

    void anotherSystemsConfigurationIsRefused()
    {
        const std::string text = R"({"system": "mite", "data": {"dataset": "a", "images": "b"}})";
        QVERIFY_THROWS_EXCEPTION(Error, parseTeranConfig(text, "here"));
        QCOMPARE(parseMiteConfig(text, "here").run.name, std::string("mite"));
    }
};

QTEST_GUILESS_MAIN(ConfigurationsTest)
#include "configurations_test.moc"
