#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"

using namespace wordsight;

class TestFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void replacesAsAWhole()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = (folder.path() + "/naïve 名前.txt").toStdString();
        writeFileAtomically(file, std::string_view("old"));
        writeFileAtomically(file, std::string_view("new"));
        QCOMPARE(readTextFile(file), std::string("new"));
        QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path().toStdString()), {}), 1L);
    }

    void namesWhatCannotBeReadOrWritten()
    {
        try {
            readFile("/nowhere/photo.jpg");
            QFAIL("was read");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::UnreadableInput);
            QVERIFY(std::string(error.what()).find("/nowhere/photo.jpg") != std::string::npos);
        }
        try {
            writeFileAtomically("/nowhere/out.txt", std::string_view("x"));
            QFAIL("was written");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Io);
        }
        QVERIFY_EXCEPTION_THROWN(readFile("/tmp"), Error);
    }

    void hashesAsPublished()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = (folder.path() + "/abc").toStdString();
        writeFileAtomically(file, std::string_view("abc"));
        QCOMPARE(sha256OfFile(file), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(contentHash({}), std::string("99aa06d3014798d86001c324468d497f"));
    }
};

QTEST_GUILESS_MAIN(TestFile)
#include "file_test.moc"
