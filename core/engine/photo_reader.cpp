#include "core/engine/photo_reader.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/image/container.h"
#include "core/image/decode.h"
#include "core/image/metadata.h"
#include "core/image/transform.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;

constexpr int thumbnailSide = 320;
constexpr std::size_t waiting = 24; ///< decoded photographs that may wait for the encoder

void writeThumbnail(const image::Image& pixels, const fs::path& path)
{
    if (fs::exists(path))
        return;
    fs::create_directories(path.parent_path());
    writeFileAtomically(path, image::encodeJpeg(image::thumbnail(pixels, thumbnailSide)));
}

ReadPhoto read(const FoundFile& file, int minSide, const PhotoReader::ThumbnailPath& thumbnailPath)
{
    ReadPhoto photo { file, {}, {}, 0, 0, {}, {} };
    try {
        const std::vector<std::byte> bytes = readFile(file.path);
        photo.contentHash = contentHash(bytes);
        photo.pixels = image::decode(bytes, { .minSide = std::max(minSide, thumbnailSide) });
        const image::Metadata metadata = image::readMetadata(bytes);
        photo.takenAt = metadata.takenAt.value_or("");
        const image::Container stored = image::inspect(bytes);
        photo.width = static_cast<int>(metadata.orientation >= 5 ? stored.height : stored.width);
        photo.height = static_cast<int>(metadata.orientation >= 5 ? stored.width : stored.height);
        writeThumbnail(photo.pixels, thumbnailPath(photo.contentHash));
    } catch (const std::exception& error) {
        photo.rejectedBecause = error.what();
    }
    return photo;
}

} // namespace

PhotoReader::PhotoReader(std::vector<FoundFile> files, int minSide, ThumbnailPath thumbnailPath, int threads)
    : m_files(std::move(files)), m_minSide(minSide), m_thumbnailPath(std::move(thumbnailPath)), m_working(threads), m_queue(waiting)
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this] { work(); });
}

PhotoReader::~PhotoReader() { m_queue.close(); }

void PhotoReader::work()
{
    for (std::size_t i; (i = m_nextFile++) < m_files.size();)
        if (!m_queue.push(read(m_files[i], m_minSide, m_thumbnailPath)))
            break;
    if (--m_working == 0)
        m_queue.close();
}

} // namespace wordsight::engine
