#include <csignal>

#include <QFile>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

namespace {

constexpr int steps = 50;
constexpr double tolerance = 0.01; // of the loss: another machine sums in another order

/// The losses by step, of the steps that a log of a run has.
std::map<int, double> lossesOf(const QString& log)
{
    QFile file(log);
    std::map<int, double> losses;
    if (file.open(QIODevice::ReadOnly))
        for (const auto& line : file.readAll().split('\n'))
            if (const auto entry = QJsonDocument::fromJson(line).object();
                entry.contains("loss") && entry["step"].toInt() <= steps)
                losses[entry["step"].toInt()] = entry["loss"].toDouble();
    return losses;
}

} // namespace

/// A committed configuration trains as the committed log of its model says it did: one on frozen backbones, where a
/// step is soon done.
class TrainingRepeatsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFirstLossesAreThoseOfTheCommittedLog()
    {
        if (const auto reason = reasonToSkip(); !reason.isEmpty())
            QSKIP(qPrintable(reason));
        const QString data = qEnvironmentVariable("WORDSIGHT_DATA", WORDSIGHT_SOURCE_DIR "/../shared/data");
        if (!QFile::exists(data + "/flickr8k/dataset_flickr8k.json"))
            QSKIP("Flickr8k is not there: name the folder that holds flickr8k/ in WORDSIGHT_DATA.");
        const auto committed = lossesOf(WORDSIGHT_SOURCE_DIR "/models/teran-sentences/log.jsonl");
        QVERIFY(committed.contains(steps));

        QTemporaryDir folder;
        QProcess training;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("WORDSIGHT_DATA", data);
        environment.insert("XDG_CACHE_HOME", folder.path());
        training.setProcessEnvironment(environment);
        training.setStandardErrorFile(folder.filePath("progress"));
        training.start(WORDSIGHT_CLI,
            { "train", "--config", WORDSIGHT_SOURCE_DIR "/models/configs/sentences.json", "--output",
                folder.filePath("run") });
        std::map<int, double> losses;
        QTRY_VERIFY_WITH_TIMEOUT((losses = lossesOf(folder.filePath("run/log.jsonl"))).contains(steps)
                || training.state() == QProcess::NotRunning,
            1'200'000);
        ::kill(static_cast<pid_t>(training.processId()), SIGINT);
        QVERIFY(training.waitForFinished(120'000));
        for (const auto& [step, loss] : committed)
            QVERIFY2(losses.contains(step) && std::abs(losses[step] - loss) <= tolerance * loss,
                qPrintable(QString("step %1: %2, the log says %3").arg(step).arg(losses[step]).arg(loss)));
    }
};

QTEST_GUILESS_MAIN(TrainingRepeatsTest)
#include "training_repeats_test.moc"
