#include <QTest>

#include <thread>

#include "core/base/bounded_queue.h"

using wordsight::BoundedQueue;

class TestBoundedQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryItemInOrder()
    {
        BoundedQueue<int> queue(3);
        std::jthread producer([&] {
            for (int i = 0; i < 1000; ++i)
                queue.push(i);
            queue.close();
        });
        int expected = 0;
        while (const auto item = queue.pop())
            QCOMPARE(*item, expected++);
        QCOMPARE(expected, 1000);
    }

    void closingFreesAWaitingProducer()
    {
        BoundedQueue<int> queue(1);
        QVERIFY(queue.push(1));
        bool accepted = true;
        std::jthread producer([&] { accepted = queue.push(2); });
        queue.close();
        producer.join();
        QVERIFY(!accepted);
        QCOMPARE(*queue.pop(), 1);
        QVERIFY(!queue.pop());
    }
};

QTEST_GUILESS_MAIN(TestBoundedQueue)
#include "bounded_queue_test.moc"
