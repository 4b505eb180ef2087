#pragma once

#include <filesystem>

#include <QFile>
#include <QString>

namespace wordsight::ui {

inline QString toQString(const std::filesystem::path& path)
{
    return QFile::decodeName(QByteArray::fromStdString(path.string()));
}

inline std::filesystem::path toPath(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

} // namespace wordsight::ui
