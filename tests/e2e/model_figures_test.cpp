#include <QFile>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include "program.h"

namespace {

constexpr double tolerance = 0.3; // percentage points: another machine rounds otherwise

QString dataFolder()
{
    return qEnvironmentVariable("WORDSIGHT_DATA", WORDSIGHT_SOURCE_DIR "/../shared/data") + "/flickr8k";
}

/// The figures that the model card states, from its block ```json {"val": {…}} ```.
QJsonObject statedFigures()
{
    QFile card(defaultModel() + "/MODEL_CARD.md");
    if (!card.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression block("```json\\n(.*?)\\n```", QRegularExpression::DotMatchesEverythingOption);
    auto blocks = block.globalMatch(QString::fromUtf8(card.readAll()));
    while (blocks.hasNext()) {
        const auto figures = QJsonDocument::fromJson(blocks.next().captured(1).toUtf8())["val"].toObject();
        if (!figures.isEmpty())
            return figures;
    }
    return {};
}

} // namespace

/// Measures the default model again and holds it against its card.
class ModelFiguresTest : public QObject {
    Q_OBJECT

private:
    QJsonObject m_stated;

    Run measure(const QString& command, const QStringList& more = {}) const
    {
        return cli(QStringList{command, "--dataset", dataFolder() + "/dataset_flickr8k.json", "--images", dataFolder() + "/images",
                               "--split", "val", "--json"} + more,
                   800'000);
    }

    static void compare(const QJsonValue& measured, const QJsonValue& stated, const char* what)
    {
        QVERIFY2(stated.isDouble(), what);
        QVERIFY2(measured.isDouble(), what);
        QVERIFY2(std::abs(measured.toDouble() - stated.toDouble()) <= tolerance,
                 qPrintable(QString("%1: measured %2, stated %3").arg(what).arg(measured.toDouble()).arg(stated.toDouble())));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
        if (!QFile::exists(dataFolder() + "/dataset_flickr8k.json"))
            QSKIP("Flickr8k is not there: name the folder that holds flickr8k/ in WORDSIGHT_DATA.");
        m_stated = statedFigures();
        QVERIFY2(!m_stated.isEmpty(), "MODEL_CARD.md states no figures on val");
    }

    void retrievalIsWhatTheCardSays()
    {
        const auto run = measure("eval");
        QVERIFY2(run.exitCode == 0, run.errors);
        const auto report = run.json();
        QCOMPARE(report["images"].toInt(), 1000);
        QCOMPARE(report["captions"].toInt(), 5000);
        for (const char* direction : {"i2t", "t2i"})
            for (const char* recall : {"r1", "r5", "r10"})
                compare(report[direction][recall], m_stated[direction].toObject()[recall], qPrintable(QString("%1 %2").arg(direction, recall)));
        QVERIFY(report["i2t"]["r1"].toDouble() >= 19 && report["t2i"]["r1"].toDouble() >= 15.5);
        QVERIFY(report["i2t"]["r10"].toDouble() >= 57 && report["t2i"]["r10"].toDouble() >= 54.5);
    }

    void heatmapsPointWhereTheCardSays()
    {
        const auto run = measure("eval-grounding", {"--entities", dataFolder() + "/entities"});
        QVERIFY2(run.exitCode == 0, run.errors);
        const auto report = run.json();
        compare(report["pointing"], m_stated["pointing"], "pointing");
        QVERIFY(report["phrases"].toInt() > 12'000);
        QVERIFY(report["pointing"].toDouble() >= 60);
        QVERIFY(report["pointing"].toDouble() > report["baseline_center"].toDouble());
    }
};

QTEST_GUILESS_MAIN(ModelFiguresTest)
#include "model_figures_test.moc"
