#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

namespace {

constexpr double tolerance = 0.3; // percentage points: another machine rounds otherwise

QString dataFolder()
{
    return qEnvironmentVariable("WORDSIGHT_DATA", WORDSIGHT_SOURCE_DIR "/../shared/data") + "/flickr8k";
}

QDir modelsFolder()
{
    QDir folder(defaultModel());
    folder.cdUp();
    return folder;
}

/// What a model card states in its block ```json {"val": {…}} ```, or "val200": the first 200 photographs of val.
struct Stated {
    QString photographs;
    QJsonObject figures;
};

Stated statedFigures(const QString& model)
{
    QFile card(modelsFolder().filePath(model + "/MODEL_CARD.md"));
    if (!card.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression block("```json\\n(.*?)\\n```", QRegularExpression::DotMatchesEverythingOption);
    auto blocks = block.globalMatch(QString::fromUtf8(card.readAll()));
    while (blocks.hasNext()) {
        const auto stated = QJsonDocument::fromJson(blocks.next().captured(1).toUtf8()).object();
        for (const auto& photographs : { "val", "val200" })
            if (stated.contains(photographs))
                return { photographs, stated[photographs].toObject() };
    }
    return {};
}

/// The data set with no more than 200 photographs of val.
void writeFirst200(const QString& file)
{
    QFile whole(dataFolder() + "/dataset_flickr8k.json");
    QVERIFY(whole.open(QIODevice::ReadOnly));
    QJsonObject dataset = QJsonDocument::fromJson(whole.readAll()).object();
    QJsonArray kept;
    for (const auto& image : dataset["images"].toArray())
        if (image.toObject()["split"] == "val" && kept.size() < 200)
            kept.append(image);
    dataset["images"] = kept;
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(QJsonDocument(dataset).toJson());
}

} // namespace

/// Measures every committed model again and holds it against its card.
class ModelFiguresTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    Run measure(const QString& command, const QString& model, const Stated& stated, const QStringList& more = {}) const
    {
        const auto dataset
            = stated.photographs == "val" ? dataFolder() + "/dataset_flickr8k.json" : m_folder.filePath("val200.json");
        return cli(QStringList { command, "--model", model, "--dataset", dataset, "--images", dataFolder() + "/images",
                       "--split", "val", "--json" }
                + more,
            800'000);
    }

    static void compare(const QJsonValue& measured, const QJsonValue& stated, const QString& what)
    {
        QVERIFY2(stated.isDouble(), qPrintable(what));
        QVERIFY2(measured.isDouble(), qPrintable(what));
        QVERIFY2(std::abs(measured.toDouble() - stated.toDouble()) <= tolerance,
            qPrintable(
                QString("%1: measured %2, stated %3").arg(what).arg(measured.toDouble()).arg(stated.toDouble())));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
        if (!QFile::exists(dataFolder() + "/dataset_flickr8k.json"))
            QSKIP("Flickr8k is not there: name the folder that holds flickr8k/ in WORDSIGHT_DATA.");
        writeFirst200(m_folder.filePath("val200.json"));
    }

    void everyModelIsAsItsCardSays_data()
    {
        QTest::addColumn<QString>("model");
        for (const auto& model : modelsFolder().entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            if (QFile::exists(modelsFolder().filePath(model + "/config.json")))
                QTest::newRow(qPrintable(model)) << model;
    }

    void everyModelIsAsItsCardSays()
    {
        QFETCH(QString, model);
        const auto stated = statedFigures(model);
        QVERIFY2(!stated.figures.isEmpty(), "MODEL_CARD.md states no figures on val");
        const auto run = measure("eval", model, stated);
        QVERIFY2(run.exitCode == 0, run.errors);
        const auto report = run.json();
        QCOMPARE(report["images"].toInt(), stated.photographs == "val" ? 1000 : 200);
        for (const char* direction : { "i2t", "t2i" })
            for (const char* recall : { "r1", "r5", "r10" })
                compare(report[direction][recall], stated.figures[direction].toObject()[recall],
                    QString("%1 %2").arg(direction, recall));
        if (!stated.figures.contains("pointing"))
            return; // it has no words
        const auto pointing = measure("eval-grounding", model, stated, { "--entities", dataFolder() + "/entities" });
        QVERIFY2(pointing.exitCode == 0, pointing.errors);
        compare(pointing.json()["pointing"], stated.figures["pointing"], "pointing");
    }

    /// What the default model must never fall below.
    void theDefaultModelIsGoodEnough()
    {
        const auto figures = statedFigures("default").figures;
        QVERIFY(figures["i2t"].toObject()["r1"].toDouble() >= 31.0);
        QVERIFY(figures["t2i"].toObject()["r1"].toDouble() >= 21.3);
        QVERIFY(figures["pointing"].toDouble() >= 68);
    }
};

QTEST_GUILESS_MAIN(ModelFiguresTest)
#include "model_figures_test.moc"
