#include "ui/inspector/photo_loader.h"

#include <QFileInfo>

#include "core/image/decode.h"
#include "ui/shared/error_text.h"
#include "ui/shared/paths.h"

namespace wordsight::ui {

namespace {

/// Above this, on both sides, a photograph is shown at a fraction of its size: nobody sees the difference, and a
/// photograph of 250 megapixels would take two gigabytes.
constexpr int kFullSide = 4096;

} // namespace

PhotoLoader::PhotoLoader(QThreadPool& pool, QObject* parent)
    : QObject(parent)
    , m_task(pool)
{
    m_task.done = [this](const PhotoPyramid& photograph) { Q_EMIT loaded(photograph); };
    m_task.failed = [this](const Error& error) {
        if (error.kind() != ErrorKind::Cancelled)
            Q_EMIT failed(errorText(error));
    };
}

void PhotoLoader::load(const QString& path, const QString& thumbnail)
{
    m_task.start([path, thumbnail](const JobControl& job) {
        // Whoever leafs through photographs has left this one already.
        job.throwIfStopped();
        const bool isThere = thumbnail.isEmpty() || QFileInfo(path).isReadable() || !QFileInfo::exists(thumbnail);
        return PhotoPyramid(image::decodeFile(toPath(isThere ? path : thumbnail), { .minSide = kFullSide }));
    });
}

void PhotoLoader::cancel()
{
    m_task.cancel();
}

} // namespace wordsight::ui
