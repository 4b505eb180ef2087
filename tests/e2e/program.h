#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QString>
#include <QStringList>

/// A finished run of wordsight-cli.
struct Run {
    int exitCode = -1;
    QByteArray output;
    QByteArray errors;

    QJsonDocument json() const { return QJsonDocument::fromJson(output); }
};

/// Runs wordsight-cli to its end. An exit code of -1: it crashed, or did not end in time.
Run cli(const QStringList& arguments, int timeoutMs = 240'000);

/// Why runs with the real model are not possible here; empty where they are.
QString reasonToSkip();

QString defaultModel();
QString samplePhotographs();

/// Copies the sample photographs (the first `count` by name; all of them where it is 0) into a folder.
int copySamples(const QString& folder, int count = 0);
