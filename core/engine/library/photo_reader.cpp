#include "core/engine/library/photo_reader.h"

#include <algorithm>
#include <new>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/engine/library/thumbnail_file.h"
#include "core/image/photograph.h"
#include "core/image/transform.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t waiting = 24; ///< decoded photographs that may wait for the encoder

void readInto(ReadPhoto& photo, std::optional<model::PhotoInput> input, const PhotoReader::ThumbnailPath& thumbnailPath)
{
    ContentHasher hasher;
    const image::PhotographFile file(photo.file.path, [&](std::span<const std::byte> bytes) { hasher.add(bytes); });
    photo.contentHash = hasher.text();
    const image::Photograph photograph
        = file.read({ .minSide = std::max(input ? input->side : 0, image::thumbnailSide) });
    if (input)
        photo.pixels = image::stretch(photograph.pixels, input->side, input->side, input->resampling);
    photo.takenAt = photograph.metadata.takenAt.value_or("");
    photo.note = photograph.note;
    photo.width = photograph.width;
    photo.height = photograph.height;
    const fs::path thumbnail = thumbnailPath(photo.contentHash);
    if (std::error_code error; !fs::exists(thumbnail, error))
        writeThumbnail(photograph.pixels, thumbnail);
}

ReadPhoto read(
    const FoundFile& file, std::optional<model::PhotoInput> input, const PhotoReader::ThumbnailPath& thumbnailPath)
{
    ReadPhoto photo { file, {}, {}, 0, 0, {}, {}, {}, nullptr };
    try {
        readInto(photo, input, thumbnailPath);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::UnreadableInput)
            photo.rejectedBecause = error.what();
        else
            photo.failure = std::current_exception();
    } catch (const std::bad_alloc&) {
        photo.rejectedBecause = "There is not enough memory to decode it.";
    } catch (...) {
        photo.failure = std::current_exception();
    }
    if (photo.contentHash.empty()) // not the content is at fault but access to it: look again next time
        photo.file.modified = 0;
    return photo;
}

} // namespace

PhotoReader::PhotoReader(
    std::vector<FoundFile> files, std::optional<model::PhotoInput> input, ThumbnailPath thumbnailPath, int threads)
    : m_files(std::move(files))
    , m_input(input)
    , m_thumbnailPath(std::move(thumbnailPath))
    , m_working(threads)
    , m_queue(waiting)
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this] { work(); });
}

PhotoReader::~PhotoReader()
{
    m_queue.close();
}

void PhotoReader::work()
{
    for (std::size_t i; (i = m_nextFile++) < m_files.size();)
        if (!m_queue.push(read(m_files[i], m_input, m_thumbnailPath)))
            break;
    if (--m_working == 0)
        m_queue.close();
}

} // namespace wordsight::engine
