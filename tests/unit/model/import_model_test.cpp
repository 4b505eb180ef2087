// Importing foreign weights: what is refused, by which name, and that a refusal leaves nothing behind.
#include <QtTest>

#include <fstream>

#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include "core/base/error.h"
#include "core/model/import_model.h"

using namespace wordsight;
using namespace wordsight::model;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

// The head of a legacy file: magic, protocol 1001, little-endian.
const std::string kLegacyHead
    = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}X\x0d\0\0\0little_endian\x88s."s;
const std::string kNoStorages = "\x80\x02]."s;

std::string legacy(const std::string& pickle)
{
    return kLegacyHead + "\x80\x02" + pickle + "." + kNoStorages;
}

std::string text(const std::string& value)
{
    return "X"s + static_cast<char>(value.size()) + "\0\0\0"s + value;
}

/// {"model": {"img_txt_enc.x": <value>}}
std::string checkpointWith(const std::string& value)
{
    return "}" + text("model") + "}" + text("img_txt_enc.x") + value + "ss";
}

/// An archive whose entry unpacks to far more than the file has.
void writeBomb(const fs::path& file, const char* entry)
{
    const std::string zeros(64 << 20, '\0');
    int error = 0;
    zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    QVERIFY(archive != nullptr);
    for (const auto& [name, data, size] :
        { std::tuple { entry, zeros.data(), zeros.size() }, { "archive/version", "3\n", std::size_t { 2 } } }) {
        const auto index = zip_file_add(archive, name, zip_source_buffer(archive, data, size, 0), ZIP_FL_OVERWRITE);
        QVERIFY(index >= 0);
        QCOMPARE(zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 9), 0);
    }
    QCOMPARE(zip_close(archive), 0);
}

} // namespace

class ImportModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_request = {};
        m_request.source = folder() / "checkpoint.pth.tar";
        m_request.name = "theirs";
        m_request.models = folder() / "models";
    }

    void codeIsRefusedByName_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const std::string& pickle, const char* named) {
            QTest::newRow(name) << QByteArray::fromStdString(pickle) << QString(named);
        };
        row("os.system in the model", checkpointWith("cos\nsystem\n" + text("touch hacked") + "\x85R"s), "os.system");
        row("eval by the stack", checkpointWith(text("builtins") + text("eval") + "\x93"s + text("1+1") + "\x85R"s),
            "builtins.eval");
        row("a NumPy scalar", checkpointWith("cnumpy.core.multiarray\nscalar\n)R"s), "numpy.core.multiarray.scalar");
        row("a NumPy type", checkpointWith("cnumpy\ndtype\n" + text("f8") + "\x85R"s), "numpy.dtype");
        row("a module's class", checkpointWith("cmodels.teran\nTERAN\n)\x81"s), "models.teran.TERAN");
        row("a partial function", checkpointWith("cfunctools\npartial\n)R"s), "functools.partial");
        row("a whole module", checkpointWith("ctorch.nn.modules.linear\nLinear\n)\x81"s),
            "torch.nn.modules.linear.Linear");
    }

    void codeIsRefusedByName()
    {
        QFETCH(QByteArray, pickle);
        QFETCH(QString, named);
        write(legacy(pickle.toStdString()));
        const auto said = complaint();
        QVERIFY2(said.find(named.toStdString() + ", which is refused") != std::string::npos, said.c_str());
        QVERIFY(said.find("checkpoint.pth.tar") != std::string::npos);
        QVERIFY(!fs::exists("hacked"));
        nothingIsLeft();
    }

    void otherFilesAreNamed_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const std::string& content, const char* reason) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << QString(reason);
        };
        row("no dict", legacy("]"), "no model with parameters img_txt_enc.*");
        row("another system's dict", legacy("}" + text("model") + "]s"), "no model with parameters img_txt_enc.*");
        row("no tensors", legacy(checkpointWith("K\1")), "no model with parameters img_txt_enc.*");
        row("cut off", legacy(checkpointWith("K\1")).substr(0, 70), "cut off");
        row("a photograph", "\xff\xd8\xff\xe0 a photograph"s, "neither of PyTorch's formats");
        row("empty", "", "");
    }

    void otherFilesAreNamed()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, reason);
        write(content.toStdString());
        m_request.architecture = "teran";
        const auto said = complaint();
        QVERIFY2(said.find("checkpoint.pth.tar") != std::string::npos, said.c_str());
        QVERIFY2(said.find(reason.toStdString()) != std::string::npos, said.c_str());
        nothingIsLeft();
    }

    /// A few kilobytes that claim to be 64 MiB: refused before anything is unpacked.
    void bombsAreNotUnpacked()
    {
        writeBomb(m_request.source, "archive/data.pkl");
        QVERIFY(fs::file_size(m_request.source) < 200'000);
        const auto said = complaint();
        QVERIFY2(said.find("claims to be larger than the file") != std::string::npos, said.c_str());
        nothingIsLeft();
    }

    void sourcesAreRecognised()
    {
        write("just some text");
        auto said = complaint();
        QVERIFY2(said.find("checkpoint.pth.tar is no model that can be imported") != std::string::npos, said.c_str());
        m_request.architecture = "resnet";
        said = complaint();
        QVERIFY2(said.find("There is no importer for \"resnet\"; there are: teran") != std::string::npos, said.c_str());
        m_request.source = folder() / "absent";
        QVERIFY(complaint().find("absent is not there") != std::string::npos);
    }

    /// What a killed program left is cleared away by the next import; what a living one is making is not.
    void leftoversAreCleared()
    {
        const fs::path dead = m_request.models / ".importing-2147483600-theirs";
        const fs::path living = m_request.models / fmt::format(".importing-{}-another", ::getpid());
        fs::create_directories(dead);
        fs::create_directories(living);
        clearUnfinishedImports(m_request.models);
        QVERIFY(!fs::exists(dead));
        QVERIFY(fs::exists(living));
    }

private:
    fs::path folder() const { return m_temporary->path().toStdString(); }

    void write(const std::string& content) const { std::ofstream(m_request.source, std::ios::binary) << content; }

    std::string complaint() const
    {
        try {
            importModel(m_request);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

    void nothingIsLeft() const { QVERIFY(!fs::exists(m_request.models) || fs::is_empty(m_request.models)); }

    std::unique_ptr<QTemporaryDir> m_temporary;
    ImportRequest m_request;
};

QTEST_GUILESS_MAIN(ImportModelTest)
#include "import_model_test.moc"
