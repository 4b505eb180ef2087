#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/bounded_queue.h"
#include "core/engine/library/photo_scan.h"
#include "core/image/image.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// A file read, hashed and decoded; or the reason why not.
struct ReadPhoto {
    FoundFile file;
    std::string contentHash;
    std::string takenAt;
    int width = 0; ///< upright, in full
    int height = 0;
    image::Image pixels; ///< stretched to a square, as the model wants it; empty where it takes features only
    std::string rejectedBecause;
    std::string note {};        ///< what is wrong with a file that was read all the same
    std::exception_ptr failure; ///< the library cannot be written: not the photograph's fault
};

/// Threads that read, hash and decode `files` in order and write thumbnails on the way. Destroying it stops them.
class PhotoReader {
public:
    using ThumbnailPath = std::function<std::filesystem::path(const std::string& contentHash)>;
    PhotoReader(
        std::vector<FoundFile> files, std::optional<model::PhotoInput> input, ThumbnailPath thumbnailPath, int threads);
    ~PhotoReader();

    /// The next photograph, in no particular order; nothing after the last.
    std::optional<ReadPhoto> next() { return m_queue.pop(); }

private:
    void work();

    std::vector<FoundFile> m_files;
    std::optional<model::PhotoInput> m_input;
    ThumbnailPath m_thumbnailPath;
    std::atomic<std::size_t> m_nextFile = 0;
    std::atomic<int> m_working = 0;
    BoundedQueue<ReadPhoto> m_queue;
    std::vector<std::jthread> m_threads;
};

} // namespace wordsight::engine
