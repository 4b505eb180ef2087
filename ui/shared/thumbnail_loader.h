#pragma once

#include <filesystem>

#include <QCache>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QThreadPool>

namespace wordsight::ui {

/// Thumbnails read in the background and kept, the longest unused dropped first. What was asked for last is read
/// first; what has scrolled far away is not read at all.
class ThumbnailLoader : public QObject {
    Q_OBJECT
public:
    explicit ThumbnailLoader(QThreadPool& pool, QObject* parent = nullptr);

    /// The thumbnail, or a null pixmap and ready() later. Without the file it is made from the photograph.
    QPixmap thumbnail(const std::filesystem::path& thumbnail, const std::filesystem::path& photograph);
    /// The same for a photograph that is in no library.
    QPixmap thumbnail(const std::filesystem::path& photograph) { return thumbnail(photograph, photograph); }
    bool isBusy() const { return !m_loading.isEmpty() || !m_wanted.isEmpty(); }

Q_SIGNALS:
    void ready();

private:
    struct Wanted {
        QString key;
        std::filesystem::path photograph;
    };
    void loadNext();
    void loaded(const QString& key, const QImage& image);

    QThreadPool& m_pool;
    QCache<QString, QPixmap> m_cache; ///< cost in KiB
    QList<Wanted> m_wanted;           ///< the last is the next
    QSet<QString> m_loading;
};

} // namespace wordsight::ui
