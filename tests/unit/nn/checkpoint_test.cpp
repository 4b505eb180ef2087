// Checkpoint files: what is read, what is refused, and that damaged or hostile ones never do harm.
#include <QtTest>

#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/nn/formats/pickle_reader.h"
#include "core/nn/formats/safetensors.h"

using namespace wordsight;
using namespace wordsight::nn;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

const fs::path kGolden = fs::path(WORDSIGHT_SOURCE_DIR) / "tests/data/parity";

// The head of a legacy file: magic, protocol 1001, little-endian.
const std::string kLegacyHead
    = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}X\x0d\0\0\0little_endian\x88s."s;
const std::string kNoStorages = "\x80\x02]."s;

/// What the reader says of a file, or "" if it takes it.
template <class Read> std::string complaint(Read read, const fs::path& file)
{
    try {
        read(file);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::UnreadableInput ? error.what() : "another kind of error: "s + error.what();
    }
    return {};
}

void openPickle(const fs::path& file)
{
    PickleFile pickle(file);
}

bool same(const torch::Tensor& a, const torch::Tensor& b)
{
    return a.scalar_type() == b.scalar_type() && torch::equal(a, b);
}

} // namespace

class CheckpointTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatTorchSaves_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : { "legacy", "cuda", "zip" })
            QTest::newRow(name) << QString(name);
    }

    void readsWhatTorchSaves()
    {
        QFETCH(QString, name);
        const PickleFile file(kGolden / ("checkpoint_" + name.toStdString() + ".pth"));
        const PickleValue& root = file.root();
        QCOMPARE(std::get<std::int64_t>(root.at("epoch").data), 3);
        QCOMPARE(std::get<std::int64_t>(root.at("large").data), std::int64_t { 1 } << 40);
        QCOMPARE(std::get<bool>(root.at("best").data), true);
        QVERIFY(std::get<std::string_view>(root.at("title").data) == "Größe");
        const PickleValue& options = root.at("opt");
        QCOMPARE(std::get<double>(options.at("margin").data), 0.2);
        QCOMPARE(std::get<PickleList*>(options.at("names").data)->size(), 2u);
        const auto& deep = *std::get<PickleList*>(options.at("nested").at("deep").data);
        QCOMPARE(std::get<std::int64_t>(deep[1].data), -2);
        QVERIFY(std::holds_alternative<std::monostate>(deep[2].data));
        QVERIFY(options.find("absent") == nullptr);

        const auto tensors = tensorsOf(root.at("model"));
        const auto base = torch::arange(12, torch::kFloat32).view({ 3, 4 });
        QVERIFY(same(tensors.at("base"), base));
        QVERIFY(same(tensors.at("turned"), base.t()));
        QVERIFY(same(tensors.at("row"), base[1]));
        QVERIFY(same(tensors.at("scalar"), torch::tensor(2.5f)));
        QCOMPARE(tensors.at("empty").sizes(), torch::IntArrayRef({ 0, 3 }));
        for (const auto& [key, type] :
            std::map<std::string, torch::ScalarType> { { "float64", torch::kFloat64 }, { "float16", torch::kFloat16 },
                { "bfloat16", torch::kBFloat16 }, { "int64", torch::kInt64 }, { "int32", torch::kInt32 },
                { "int16", torch::kInt16 }, { "int8", torch::kInt8 }, { "uint8", torch::kUInt8 } })
            QVERIFY2(same(tensors.at(key), torch::arange(3).to(type)), key.c_str());
        QVERIFY(same(tensors.at("bool"), torch::tensor({ true, false, true })));
    }

    void refusesCodeByName_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const std::string& pickle, const char* named) {
            QTest::newRow(name) << QByteArray::fromStdString("\x80\x02" + pickle) << QString(named);
        };
        row("os.system", "cos\nsystem\nX\x0c\0\0\0touch hacked\x85R."s, "os.system");
        row("posix.system", "cposix\nsystem\nX\x02\0\0\0ls\x85R."s, "posix.system");
        row("by stack",
            "\x8c\x08"
            "builtins\x8c\x04"
            "eval\x93\x8c\x03"
            "1+1\x85R."s,
            "builtins.eval");
        row("inside a tensor", "ctorch._utils\n_rebuild_tensor_v3\n)R."s, "torch._utils._rebuild_tensor_v3");
        row("untyped storage", "ctorch.storage\nUntypedStorage\n."s, "torch.storage.UntypedStorage");
        row("terminal codes", "cos\x1b[2J\nsystem\n."s, "os?[2J.system");
        row("instance", "(ios\nsystem\n."s, "0x69");
        row("extension", "\x82\x01."s, "0x82");
    }

    void refusesCodeByName()
    {
        QFETCH(QByteArray, pickle);
        QFETCH(QString, named);
        const auto file = write("hostile.pth", kLegacyHead + pickle.toStdString() + kNoStorages);
        const auto said = complaint(openPickle, file);
        QVERIFY2(said.find(named.toStdString()) != std::string::npos, said.c_str());
        QVERIFY2(said.find("hostile.pth") != std::string::npos, said.c_str());
        QVERIFY(!fs::exists("hacked"));
    }

    void refusesNonsense_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        const auto storage = [](const std::string& elements) {
            return "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0aX\3\0\0\0cpu"s + elements + "NtQ";
        };
        const auto tensor = [&](const std::string& elements, const std::string& offsetSizesStrides) {
            return "ctorch._utils\n_rebuild_tensor_v2\n("s + storage(elements) + offsetSizesStrides + "\x89}tR.";
        };
        const auto row = [](const char* name, const std::string& pickle) {
            QTest::newRow(name) << QByteArray::fromStdString("\x80\x02" + pickle);
        };
        row("beyond its storage", tensor("K\4", "K\0K\5\x85K\1\x85"s));
        row("offset beyond its storage", tensor("K\4", "K\4K\1\x85K\1\x85"s));
        row("strides beyond its storage", tensor("K\4", "K\0K\2\x85K\4\x85"s));
        row("negative size", tensor("K\4", "K\0J\xff\xff\xff\xff\x85K\1\x85"s));
        row("negative stride", tensor("K\4", "K\0K\2\x85J\xff\xff\xff\xff\x85"s));
        row("sizes that overflow",
            tensor("K\4", "K\0J\xff\xff\xff\x7fJ\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x87K\0K\0K\0\x87"s));
        row("one element as many", tensor("K\4", "K\0J\xff\xff\xff\x7f\x85K\0\x85"s));
        row("enormous storage", tensor("\x8a\6\0\0\0\0\0\1", "K\0K\1\x85K\1\x85"s));
        row("negative storage", tensor("J\xff\xff\xff\xff", "K\0K\0\x85K\1\x85"s));
        row("storage that does not follow", tensor("K\4", "K\0K\4\x85K\1\x85"s));
        row("empty stack", "."s);
        row("pop past a mark", "N(0."s);
        row("no mark", "t."s);
        row("tuple of nothing", "\x85."s);
        row("item of no dict", "NNNs."s);
        row("odd items", "}(Nu."s);
        row("unknown memo", "h\5."s);
        row("call of a number", "K\1)R."s);
        row("object of a function", "ctorch._utils\n_rebuild_tensor_v2\n)\x81."s);
        row("number too large",
            "\x8a\x09"
            "123456789."s);
        row("text beyond the end",
            "X\xff\xff\xff\x7f"
            "abc."s);
        row("name without end", "ctorch"s);
    }

    void refusesNonsense()
    {
        QFETCH(QByteArray, pickle);
        const auto said
            = complaint(openPickle, write("nonsense.pth", kLegacyHead + pickle.toStdString() + kNoStorages));
        QVERIFY(said.find("nonsense.pth") != std::string::npos);
    }

    void deepNestingIsHarmless()
    {
        std::string nested = "\x80\x02"s;
        for (int i = 0; i < 300'000; ++i)
            nested += "]";
        for (int i = 1; i < 300'000; ++i)
            nested += "a";
        QCOMPARE(complaint(openPickle, write("deep.pth", kLegacyHead + nested + "." + kNoStorages)), ""s);
        const auto cycle = "\x80\x02]q\0h\0a."s;
        QCOMPARE(complaint(openPickle, write("cycle.pth", kLegacyHead + cycle + kNoStorages)), ""s);
    }

    /// Objects that take each other's state in turn: every step doubles what 20 bytes hold.
    void objectsDoNotGrowOutOfProportion()
    {
        const auto fib = fs::path(WORDSIGHT_SOURCE_DIR) / "tests/data/cases/hostile/pickle_fib_18.pth";
        const auto said = complaint(openPickle, fib);
        QVERIFY2(said.find("grow beyond") != std::string::npos, said.c_str());
    }

    void namesFilesThatAreNone()
    {
        QVERIFY(complaint(openPickle, write("photo.pth", "\xff\xd8\xff\xe0 a photograph")).find("photo.pth")
            != std::string::npos);
        QVERIFY(complaint(openPickle, write("empty.pth", "")).find("empty.pth") != std::string::npos);
        QVERIFY(complaint(openPickle, folder() / "absent.pth").find("absent.pth") != std::string::npos);
        QVERIFY(complaint(openPickle, write("zip.pth", "PK\3\4 and no more")).find("zip.pth") != std::string::npos);
    }

    /// A pickle without any tensor is no state dict.
    void stateDictNeedsTensors()
    {
        const auto file = write("plain.pth", kLegacyHead + "\x80\x02}." + kNoStorages);
        QVERIFY(
            complaint([](const fs::path& f) { readTorchTensors(f); }, file).find("no tensors") != std::string::npos);
    }

    void damageNeverCrashes_data()
    {
        QTest::addColumn<QString>("source");
        for (const char* name : { "checkpoint_legacy.pth", "checkpoint_zip.pth" })
            QTest::newRow(name) << QString(name);
    }

    /// Cut at every length and with every byte of the pickle changed, a file is read or refused, nothing else.
    void damageNeverCrashes()
    {
        QFETCH(QString, source);
        const std::string good = readTextFile(kGolden / source.toStdString());
        const auto kindOf
            = [&](const std::string& bytes) { return complaint(openPickle, write("damaged.pth", bytes)); };
        for (std::size_t length = 0; length < good.size(); length += 1 + length / 60)
            QVERIFY2(kindOf(good.substr(0, length)).find("damaged.pth") != std::string::npos,
                qPrintable(QString::number(length)));
        for (std::size_t at = 0; at < good.size(); at += 1 + at / 500)
            for (const int flip : { 0x01, 0x80, 0xff }) {
                std::string bytes = good;
                bytes[at] = static_cast<char>(bytes[at] ^ flip);
                const auto said = kindOf(bytes);
                QVERIFY2(said.empty() || said.find("damaged.pth") != std::string::npos, said.c_str());
            }
    }

    void safetensorsRoundTrip()
    {
        const TensorMap tensors { { "a.weight", torch::rand({ 3, 5 }) },
            { "b", torch::rand({ 2, 3 }).to(torch::kFloat16) }, { "c", torch::arange(7) },
            { "turned", torch::rand({ 4, 2 }).t() }, { "flag", torch::tensor({ true, false }) },
            { "scalar", torch::tensor(1.5) }, { "none", torch::empty({ 0, 4 }) } };
        const auto file = folder() / "ä.safetensors";
        writeSafetensors(file, tensors, { { "licence", "Apache-2.0" } });
        const auto read = readSafetensors(file);
        QCOMPARE(read.size(), tensors.size());
        for (const auto& [name, tensor] : tensors)
            QVERIFY2(same(read.at(name), tensor), name.c_str());
        QVERIFY(readTextFile(file).find(R"("__metadata__":{"licence":"Apache-2.0"})") != std::string::npos);

        const auto half = toHalf(tensors);
        QCOMPARE(half.at("a.weight").scalar_type(), torch::kFloat16);
        QCOMPARE(half.at("c").scalar_type(), torch::kInt64);
        const std::string before = readTextFile(file);
        read.at("a.weight").fill_(7); // a mapped tensor may be written to; its file stays as it is
        QVERIFY(readTextFile(file) == before);
    }

    void safetensorsAreChecked_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const std::string& header, const std::string& data) {
            std::string bytes(8, '\0');
            for (int i = 0; i < 8; ++i)
                bytes[static_cast<std::size_t>(i)] = static_cast<char>(header.size() >> (8 * i));
            QTest::newRow(name) << QByteArray::fromStdString(bytes + header + data);
        };
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("short") << QByteArray("\1\0\0", 3);
        QTest::newRow("endless header") << QByteArray("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10);
        QTest::newRow("cut header") << QByteArray("\x10\0\0\0\0\0\0\0{}", 10);
        row("no JSON", "{\"a\"", "");
        row("a list", "[1]", "");
        row("nested", R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}", "");
        row("unknown type", R"({"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}})", "x");
        row("beyond the end", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "1234");
        row("backwards", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", "12345678");
        row("another shape", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "12345678");
        row("negative", R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", "1234");
        row("overflow", R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}})", "");
        row("no offsets", R"({"a":{"dtype":"F32","shape":[1]}})", "1234");
        row("text for numbers", R"({"a":{"dtype":"F32","shape":"x","data_offsets":[0,4]}})", "1234");
    }

    void safetensorsAreChecked()
    {
        QFETCH(QByteArray, bytes);
        const auto said
            = complaint([](const fs::path& f) { readSafetensors(f); }, write("bad.safetensors", bytes.toStdString()));
        QVERIFY2(said.find("bad.safetensors") != std::string::npos, said.c_str());
    }

    void tensorsOfOtherTypesAreLeftOut()
    {
        const std::string header = R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]},)"
                                   R"("b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})";
        std::string bytes(8, '\0');
        bytes[0] = static_cast<char>(header.size());
        const auto tensors = readSafetensors(write("types.safetensors", bytes + header + "xy"));
        QCOMPARE(tensors.size(), std::size_t { 1 });
        QCOMPARE(tensors.at("b").item<int>(), int { 'y' });
    }

    void pointersOfGitAreCalledSo()
    {
        const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
        const auto read = [](const fs::path& f) { readSafetensors(f); };
        QVERIFY(complaint(read, write("p.safetensors", pointer)).find("Git-LFS pointer") != std::string::npos);
        QVERIFY(complaint(openPickle, write("p.pth", pointer)).find("Git-LFS pointer") != std::string::npos);
    }

    void safetensorsOffsetsNeedNotBeAligned()
    {
        const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
        std::string bytes(8, '\0');
        bytes[0] = static_cast<char>(header.size());
        const auto file = write("odd.safetensors", bytes + header + "x\0\0\xc0\x3f"s);
        QVERIFY(same(readSafetensors(file).at("a"), torch::tensor({ 1.5f })));
    }

    void misfitsAreNamed()
    {
        torch::nn::Linear layer(3, 2);
        const auto said = [&](const TensorMap& tensors) -> std::string {
            try {
                assignParameters(*layer, tensors, torch::kCPU, "model.safetensors");
            } catch (const Error& error) {
                return error.kind() == ErrorKind::ModelMismatch ? error.what() : "";
            }
            return {};
        };
        QVERIFY(said({ { "weight", torch::rand({ 2, 3 }) } }).find("bias is missing") != std::string::npos);
        QVERIFY(
            said({ { "weight", torch::rand({ 3, 2 }) }, { "bias", torch::rand(2) } }).find("[3, 2], expected [2, 3]")
            != std::string::npos);
    }

private:
    fs::path folder() const { return m_folder.path().toStdString(); }

    fs::path write(const std::string& name, const std::string& bytes)
    {
        const auto file = folder() / name;
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(CheckpointTest)
#include "checkpoint_test.moc"
