#include "ui/shared/thumbnail_loader.h"

#include <algorithm>

#include <QImage>
#include <QtConcurrent/QtConcurrentRun>

#include "core/base/error.h"
#include "core/image/decode.h"
#include "core/image/transform.h"
#include "ui/shared/paths.h"

namespace wordsight::ui {

namespace {

constexpr int kCacheKiB = 192 * 1024;
constexpr int kMostWanted = 160;

QImage toQImage(const image::Image& image)
{
    return QImage(image.rgb.data(), image.width, image.height, image.width * 3, QImage::Format_RGB888)
        .convertToFormat(QImage::Format_RGB32);
}

QImage load(const std::filesystem::path& thumbnail, const std::filesystem::path& photograph)
{
    try {
        if (thumbnail != photograph)
            return toQImage(image::decodeFile(thumbnail));
    } catch (const Error&) {
    }
    try {
        return toQImage(
            image::thumbnail(image::decodeFile(photograph, { .minSide = image::thumbnailSide }), image::thumbnailSide));
    } catch (const Error&) {
        return {};
    }
}

} // namespace

ThumbnailLoader::ThumbnailLoader(QThreadPool& pool, QObject* parent)
    : QObject(parent)
    , m_pool(pool)
    , m_cache(kCacheKiB)
{
}

QPixmap ThumbnailLoader::thumbnail(const std::filesystem::path& thumbnail, const std::filesystem::path& photograph)
{
    const QString key = toQString(thumbnail);
    if (const QPixmap* known = m_cache.object(key))
        return *known;
    if (!m_loading.contains(key)) {
        m_wanted.removeIf([&](const Wanted& wanted) { return wanted.key == key; });
        m_wanted.append({ key, photograph });
        if (m_wanted.size() > kMostWanted)
            m_wanted.removeFirst();
        loadNext();
    }
    return {};
}

void ThumbnailLoader::loadNext()
{
    while (!m_wanted.isEmpty() && m_loading.size() < m_pool.maxThreadCount()) {
        const Wanted next = m_wanted.takeLast();
        m_loading.insert(next.key);
        QtConcurrent::run(&m_pool, load, toPath(next.key), next.photograph).then(this, [this, next](QImage image) {
            loaded(next.key, image);
        });
    }
}

void ThumbnailLoader::loaded(const QString& key, const QImage& image)
{
    m_loading.remove(key);
    // What cannot be read is kept as an empty picture, so that it is not tried again at every repaint.
    QPixmap pixmap = QPixmap::fromImage(image);
    if (pixmap.isNull()) {
        pixmap = QPixmap(1, 1);
        pixmap.fill(Qt::transparent);
    }
    m_cache.insert(key, new QPixmap(pixmap), std::max(1, pixmap.width() * pixmap.height() * 4 / 1024));
    Q_EMIT ready();
    loadNext();
}

} // namespace wordsight::ui
