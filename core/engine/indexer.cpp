#include "core/engine/indexer.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "core/base/error.h"
#include "core/base/rate_meter.h"
#include "core/engine/photo_reader.h"
#include "core/engine/photo_scan.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batchSize = 16;
constexpr std::size_t commitSize = 64;
constexpr auto commitInterval = std::chrono::seconds(1);

store::VectorLayout layoutOf(const model::ModelInfo& info)
{
    return { static_cast<std::uint32_t>(info.dimension), info.boxes, info.globalWeight != 0, info.fingerprint,
        info.regions != model::RegionKind::SameForAll };
}

bool isBelow(const fs::path& path, const fs::path& given)
{
    fs::path root = fs::absolute(given).lexically_normal();
    if (!root.has_filename()) // "photos/" is "photos"
        root = root.parent_path();
    return std::ranges::mismatch(root, path).in1 == root.end();
}

/// One run over one library: takes photographs, encodes and commits them.
class Run {
public:
    Run(store::Library& library, model::ImageTextModel& model, const PhotographFeatures* features)
        : m_library(library)
        , m_model(model)
        , m_features(features)
        , m_layout(layoutOf(model.info()))
    {
    }

    /// What of `found` is not known yet, or known otherwise.
    std::vector<FoundFile> sortOut(const std::vector<FoundFile>& found)
    {
        std::vector<FoundFile> fresh;
        for (const FoundFile& file : found) {
            const auto same = [&](const auto& known) {
                return known && known->bytes == file.bytes && known->modified == file.modified;
            };
            if (const auto photo = m_library.photoAt(file.path);
                same(photo) && m_library.isEncoded(photo->id, m_layout.fingerprint))
                ++report.unchanged;
            else if (same(m_library.rejectedAt(file.path)))
                ++report.rejected;
            else
                fresh.push_back(file);
        }
        return fresh;
    }

    void take(ReadPhoto read)
    {
        if (read.failure)
            std::rethrow_exception(read.failure);
        if (!read.rejectedBecause.empty()) {
            reject(read);
            return;
        }
        m_library.clearRejected(read.file.path);
        const auto regions = m_features ? featuresOf(read) : std::nullopt;
        if (m_features && !regions)
            return;
        const PhotoId id = place(read);
        if (m_library.isEncoded(id, m_layout.fingerprint))
            return;
        if (regions)
            m_regions.push_back(std::move(*regions));
        else
            m_images.push_back(std::move(read.pixels));
        m_ids.push_back(id);
        if (m_ids.size() >= batchSize)
            encode();
        if (m_pending.size() >= commitSize || Clock::now() - m_lastCommit > commitInterval)
            commit();
    }

    void finish()
    {
        encode();
        commit();
    }

    /// Photographs below the given paths whose files are gone, and refused files that are.
    void removeVanished(std::span<const fs::path> paths)
    {
        const auto vanished = [&](const fs::path& file) {
            std::error_code ignored;
            return std::ranges::any_of(paths, [&](const fs::path& given) { return isBelow(file, given); })
                && !fs::exists(file, ignored);
        };
        for (const store::Photo& photo : m_library.photos()) {
            if (vanished(photo.path)) {
                m_library.removePhoto(photo.id);
                ++report.removed;
            }
        }
        for (const store::Rejected& refused : m_library.rejected())
            if (vanished(refused.path))
                m_library.clearRejected(refused.path);
    }

    IndexReport report;

private:
    void reject(const ReadPhoto& read)
    {
        // What is known of a photograph is kept while its file merely cannot be opened.
        if (const auto known = m_library.photoAt(read.file.path); known && !read.contentHash.empty())
            m_library.removePhoto(known->id);
        m_library.putRejected({ read.file.path, read.file.bytes, read.file.modified, read.rejectedBecause });
        ++report.rejected;
    }

    std::optional<RegionFeatures> featuresOf(const ReadPhoto& read)
    {
        try {
            return m_features->of(read.file.path);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::UnreadableInput)
                throw;
            report.withoutFeatures.push_back({ read.file.path, read.file.bytes, read.file.modified, error.what() });
            return std::nullopt;
        }
    }

    /// The photograph's row: at its path, or moved here from a path that is gone, or new.
    PhotoId place(const ReadPhoto& read)
    {
        const store::Photo photo { {}, read.file.path, read.file.bytes, read.file.modified, read.contentHash,
            read.width, read.height, read.takenAt };
        const auto here = m_library.photoAt(photo.path);
        if (!here) {
            const auto elsewhere = m_library.photoWithContent(photo.contentHash);
            std::error_code ignored;
            if (elsewhere && !fs::exists(elsewhere->path, ignored)) {
                m_library.movePhoto(elsewhere->id, photo);
                ++report.moved;
                return elsewhere->id;
            }
        } else if (here->contentHash == photo.contentHash && m_library.isEncoded(here->id, m_layout.fingerprint)) {
            ++report.unchanged; // touched, or copied back with another time
        }
        return m_library.putPhoto(photo);
    }

    void encode()
    {
        if (m_ids.empty())
            return;
        std::vector<model::ImageEncoding> encodings
            = m_features ? m_model.encodeFeatures(m_regions) : m_model.encodeImages(m_images);
        for (std::size_t i = 0; i < encodings.size(); ++i)
            m_pending.push_back({ m_ids[i], std::move(encodings[i].regions),
                m_layout.hasGlobal ? std::move(encodings[i].global) : std::vector<float>(),
                m_layout.perPhotoRegions ? std::move(encodings[i].boxes) : std::vector<Box>() });
        m_images.clear();
        m_regions.clear();
        m_ids.clear();
    }

    void commit()
    {
        m_library.addEncodings(m_model.info().name, m_layout, m_pending);
        report.added += static_cast<std::int64_t>(m_pending.size());
        m_pending.clear();
        m_lastCommit = Clock::now();
    }

    store::Library& m_library;
    model::ImageTextModel& m_model;
    const PhotographFeatures* m_features;
    store::VectorLayout m_layout;
    std::vector<image::Image> m_images;    ///< to be encoded, or
    std::vector<RegionFeatures> m_regions; ///< their features
    std::vector<PhotoId> m_ids;            ///< of either
    std::vector<store::NewEncoding> m_pending;
    Clock::time_point m_lastCommit = Clock::now();
};

} // namespace

IndexReport index(store::Library& library, std::span<const fs::path> paths, model::ImageTextModel& model,
    const ProgressCallback& progress, const PhotographFeatures* features)
{
    requireFit(model.info(), features ? &features->source() : nullptr);
    const auto started = Clock::now();
    RateMeter meter;
    const auto report = [&](const char* stage, std::int64_t done, std::int64_t total) {
        return !progress || progress(meter.at(stage, done, total));
    };

    Run run(library, model, features);
    bool goOn = report("Looking for photographs", 0, 0);
    const std::vector<FoundFile> found = findPhotographs(paths, library.folder());
    for (const fs::path& path : paths)
        library.addRoot(fs::absolute(path).lexically_normal());
    const std::vector<FoundFile> fresh = run.sortOut(found);

    const auto total = static_cast<std::int64_t>(fresh.size());
    const int threads = std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, 8);
    goOn = goOn && report("Encoding photographs", 0, total);
    if (goOn && total > 0) {
        PhotoReader reader(
            fresh, model.info().photographs, [&](const std::string& hash) { return library.thumbnailPath(hash); },
            threads);
        std::int64_t done = 0;
        while (goOn) {
            std::optional<ReadPhoto> photo = reader.next();
            if (!photo)
                break;
            run.take(std::move(*photo));
            goOn = report("Encoding photographs", ++done, total);
        }
    }
    run.finish();
    // Not one photograph where there were some is a drive that is not mounted, rather than everything deleted.
    if (goOn && !found.empty())
        run.removeVanished(paths);
    run.report.stopped = !goOn;
    run.report.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    return run.report;
}

} // namespace wordsight::engine
