#pragma once

#include <filesystem>
#include <vector>

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>

#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// What the window remembers between two runs. Values are written at once.
class Session {
public:
    /// An empty file name means the person's own settings.
    explicit Session(const QString& iniFile = {});

    std::filesystem::path library() const;
    void setLibrary(const std::filesystem::path& folder);

    /// The model chosen for a library, by name; empty where nobody has chosen.
    std::string model(const std::filesystem::path& library) const;
    void setModel(const std::filesystem::path& library, const std::string& model);

    QString sentence() const;
    std::vector<TermWeight> weights() const;
    void setQuery(const QString& sentence, const std::vector<TermWeight>& weights);

    QString selectedPhoto() const;
    void setSelectedPhoto(const QString& path);

    /// State of a part of the window by name: "geometry", "splitter", "inspector", "theme", "tile".
    QVariant layout(const QString& name) const;
    void setLayout(const QString& name, const QVariant& value);

    struct Recent {
        QString library;
        QString title;
    };
    QList<Recent> recent() const; ///< latest first, at most eight
    void addRecent(const std::filesystem::path& library, const QString& title);
    void forgetRecent(const QString& library);

private:
    void setRecent(const QList<Recent>& recent);
    QSettings m_settings;
};

} // namespace wordsight::ui
