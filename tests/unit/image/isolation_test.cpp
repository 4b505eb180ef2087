// Photographs decoded by helper processes: the same pixels, and whatever happens to a helper costs one photograph.
#include <QtTest>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <fcntl.h>
#include <opencv2/imgcodecs.hpp>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/decoder/confinement.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/isolated/decoder_pool.h"

using namespace wordsight;
namespace fs = std::filesystem;

namespace {

const fs::path data = fs::path(WORDSIGHT_SOURCE_DIR) / "tests/data";

std::set<pid_t> helperProcesses()
{
    std::set<pid_t> found;
    for (const auto& task : fs::directory_iterator("/proc/self/task")) {
        std::ifstream file(task.path() / "children");
        for (pid_t child; file >> child;)
            found.insert(child);
    }
    return found;
}

template <class Read> std::string messageOf(Read read)
{
    try {
        read();
    } catch (const Error& error) {
        return std::to_string(static_cast<int>(error.kind())) + " " + error.what();
    }
    return {};
}

std::vector<std::byte> wide(int side)
{
    std::vector<uchar> png;
    cv::imencode(".png", cv::Mat(side, side, CV_8UC3, cv::Scalar(10, 20, 30)), png);
    const auto* begin = reinterpret_cast<const std::byte*>(png.data());
    return { begin, begin + png.size() };
}

} // namespace

class IsolationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameAsInProcess()
    {
        image::DecoderPool pool(WORDSIGHT_DECODER, {});
        int compared = 0, refused = 0;
        std::vector<fs::path> files;
        for (const fs::path& folder :
            { data / "formats", data / "image", data / "cases", fs::path(WORDSIGHT_SOURCE_DIR) / "resources/samples" })
            for (const auto& entry : fs::recursive_directory_iterator(folder))
                if (entry.is_regular_file() && files.size() < 170)
                    files.push_back(entry.path());
        for (const fs::path& file : files) {
            const auto bytes = readFile(file);
            const image::DecodeOptions options { .minSide = 100, .maxPixels = 20'000'000 };
            image::Photograph here, there;
            const std::string wrongHere = messageOf([&] { here = image::readInProcess(bytes, {}, options); });
            const std::string wrongThere = messageOf([&] { there = pool.read(bytes, {}, options); });
            QVERIFY2(wrongHere == wrongThere, (file.string() + ": " + wrongHere + " / " + wrongThere).c_str());
            QVERIFY2(here.pixels == there.pixels, file.c_str());
            QCOMPARE(there.note, here.note);
            QCOMPARE(there.metadata.takenAt, here.metadata.takenAt);
            QCOMPARE(there.metadata.camera, here.metadata.camera);
            QCOMPARE(there.metadata.orientation, here.metadata.orientation);
            QCOMPARE(std::pair(there.width, there.height), std::pair(here.width, here.height));
            ++(wrongHere.empty() ? compared : refused);
        }
        QVERIFY2(compared >= 60, qPrintable(QString::number(compared)));
        QVERIFY2(refused >= 2, qPrintable(QString::number(refused)));
        QCOMPARE(helperProcesses().size(), std::size_t { 1 }); // the same helper has done all of it
    }

    void oneHelperForEachThread()
    {
        image::DecoderPool pool(WORDSIGHT_DECODER, {});
        const auto bytes = readFile(data / "formats/source.png");
        const image::Image expected = image::decodeInProcess(bytes, {});
        std::atomic<int> right = 0;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 20; ++i)
                    right += pool.read(bytes, {}, {}).pixels == expected ? 1 : 0;
            });
        threads.clear();
        QCOMPARE(right.load(), 80);
        QVERIFY(helperProcesses().size() <= 4);
    }

    void whoEndsAnIdleHelperLosesNothing()
    {
        image::DecoderPool pool(WORDSIGHT_DECODER, {});
        const auto bytes = readFile(data / "formats/source.png");
        const auto before = pool.read(bytes, {}, {});
        for (const pid_t helper : helperProcesses())
            QCOMPARE(::kill(helper, SIGKILL), 0);
        QVERIFY(pool.read(bytes, {}, {}).pixels == before.pixels);
    }

    void aHelperThatHangsCostsOnePhotograph()
    {
        image::DecoderPool pool(WORDSIGHT_DECODER, { .seconds = 1 });
        const auto bytes = readFile(data / "formats/source.png");
        pool.read(bytes, {}, {});
        const auto stuck = helperProcesses();
        QCOMPARE(stuck.size(), std::size_t { 1 });
        QCOMPARE(::kill(*stuck.begin(), SIGSTOP), 0);
        QVERIFY(messageOf([&] { pool.read(bytes, {}, {}); }).ends_with("Decoding it takes longer than 1 s."));
        QVERIFY(!helperProcesses().contains(*stuck.begin()));
        QVERIFY(!pool.read(bytes, {}, {}).pixels.rgb.empty());
    }

    void aHelperThatDiesTwiceCostsOnePhotograph()
    {
        image::DecoderPool pool("/bin/false", {});
        const auto bytes = readFile(data / "formats/source.png");
        const auto wrong = messageOf([&] { pool.read(bytes, {}, {}); });
        QVERIFY2(wrong.ends_with("Decoding it ends the decoder."), wrong.c_str());
        QVERIFY(helperProcesses().empty());
    }

    void memoryHasALimit()
    {
        const auto large = wide(12'000); // 432 MB of pixels
        const auto small = readFile(data / "formats/source.png");
        image::DecoderPool pool(WORDSIGHT_DECODER, { .bytes = std::int64_t { 450 } << 20 });
        const auto wrong = messageOf([&] { pool.read(large, {}, {}); });
        QVERIFY2(wrong.ends_with("There is not enough memory to decode it."), wrong.c_str());
        QVERIFY(!pool.read(small, {}, {}).pixels.rgb.empty());
        QCOMPARE(helperProcesses().size(), std::size_t { 1 });
    }

    void aMissingProgramIsNamed()
    {
        image::DecoderPool pool("/nowhere/wordsight-decoder", {});
        const auto wrong = messageOf([&] { pool.read(wide(8), {}, {}); });
        QVERIFY2(wrong.find("/nowhere/wordsight-decoder") != std::string::npos, wrong.c_str());
    }

    void whatIsForbidden_data()
    {
        QTest::addColumn<bool>("forbidden");
        for (const char* what : { "open", "create", "socket", "fork", "exec", "kill", "memory file" })
            QTest::newRow(what) << true;
        QTest::newRow("memory") << false;
    }

    void whatIsForbidden()
    {
        QFETCH(bool, forbidden);
        const std::string what = QTest::currentDataTag();
        const pid_t child = ::fork();
        if (child == 0) {
            app::confine(std::int64_t { 8 } << 30);
            bool refused = false;
            if (what == "open")
                refused = ::open("/etc/passwd", O_RDONLY) < 0 && errno == EPERM;
            else if (what == "create")
                refused = ::open("/tmp/made", O_CREAT | O_WRONLY, 0600) < 0 && errno == EPERM;
            else if (what == "socket")
                refused = ::socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM;
            else if (what == "fork")
                refused = ::fork() < 0 && errno == EPERM;
            else if (what == "exec")
                refused = ::execl("/bin/true", "true", nullptr) < 0 && errno == EPERM;
            else if (what == "kill")
                refused = ::kill(::getppid(), 0) < 0 && errno == EPERM;
            else if (what == "memory file")
                refused = ::memfd_create("x", 0) < 0 && errno == EPERM;
            else
                refused = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
            ::_exit(refused ? 1 : 0);
        }
        int status = -1;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status) == 1, forbidden);
    }
};

QTEST_GUILESS_MAIN(IsolationTest)
#include "isolation_test.moc"
