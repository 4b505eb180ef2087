#include <QTemporaryDir>
#include <QtTest>

#include "core/base/error.h"
#include "core/base/folder_lock.h"
#include "core/train/shared/row_cache.h"
#include "tests/support/stopping.h"

using namespace wordsight;
using namespace wordsight::train;

/// The cache of what frozen networks say of photographs: filled once, by one run at a time, and never half.
class RowCacheTest : public QObject {
    Q_OBJECT

private:
    static constexpr std::int64_t kRows = 100; // more than are computed at once

    torch::Tensor rows(const JobControl& job = {})
    {
        const auto compute = [this](std::int64_t first, std::int64_t last) {
            m_computed += last - first;
            return torch::arange(first, last).view({ -1, 1 }).expand({ -1, 3 });
        };
        return cachedRows(file(), kRows, { 3 }, "Encoding", compute, job);
    }
    std::filesystem::path file() const { return std::filesystem::path(m_folder->path().toStdString()) / "rows.f16"; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::int64_t m_computed = 0;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_computed = 0;
    }

    void isFilledOnce()
    {
        for (int run = 0; run < 2; ++run)
            QVERIFY(rows().to(torch::kLong).equal(torch::arange(kRows).view({ -1, 1 }).expand({ -1, 3 })));
        QCOMPARE(m_computed, kRows);
    }

    void goesOnWhereItWasStopped()
    {
        int told = 0;
        QVERIFY_EXCEPTION_THROWN(rows(test::stopWhen([&told](const Progress&) { return ++told == 2; })), Error);
        const auto before = m_computed;
        QVERIFY(before > 0 && before < kRows);
        QVERIFY(rows().to(torch::kLong).equal(torch::arange(kRows).view({ -1, 1 }).expand({ -1, 3 })));
        QCOMPARE(m_computed, kRows);
    }

    void oneRunAtATimeFillsIt()
    {
        {
            const auto other = lockFolder(file().parent_path());
            QVERIFY(other);
            QVERIFY_EXCEPTION_THROWN(rows(), Error);
        }
        QCOMPARE(rows().size(0), kRows);
        const auto other = lockFolder(file().parent_path());
        QCOMPARE(rows().size(0), kRows); // what is there needs no lock
    }

    void aWrongSizeIsNamed()
    {
        rows();
        std::filesystem::resize_file(file(), 10);
        QVERIFY_EXCEPTION_THROWN(rows(), Error);
    }
};

QTEST_GUILESS_MAIN(RowCacheTest)
#include "row_cache_test.moc"
