#include "ui/library/library_location.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include "ui/shared/paths.h"

namespace wordsight::ui {

std::filesystem::path libraryFor(const std::filesystem::path& photographs)
{
    const QFileInfo info(toQString(photographs));
    const QString canonical = info.exists() ? info.canonicalFilePath() : QDir::cleanPath(info.absoluteFilePath());
    const QByteArray digest = QCryptographicHash::hash(canonical.toUtf8(), QCryptographicHash::Sha256).toHex().left(10);
    const QString data = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    return toPath(
        QStringLiteral("%1/libraries/%2-%3").arg(data, QFileInfo(canonical).fileName(), QString::fromLatin1(digest)));
}

bool isLibrary(const std::filesystem::path& folder)
{
    return std::filesystem::exists(folder / "library.db");
}

} // namespace wordsight::ui
