#include "core/engine/library/run_index.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/rate_meter.h"
#include "core/engine/library/photo_reader.h"

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

/// Photographs and refused files that are gone; what was moved has a file again by now.
std::int64_t removeGone(store::Library& library, const IndexPlan& plan)
{
    std::int64_t removed = 0;
    for (const PhotoId id : plan.gone) {
        const auto photo = library.photo(id);
        std::error_code ignored;
        if (!photo || fs::exists(photo->path, ignored))
            continue;
        library.removePhoto(id);
        ++removed;
    }
    for (const fs::path& refused : plan.goneRejected)
        library.clearRejected(refused);
    return removed;
}

/// One run over one library: takes photographs, encodes and commits them.
class Run {
public:
    Run(store::Library& library, model::ImageTextModel& model, const PhotographFeatures* features, IndexReport& report)
        : m_report(report)
        , m_library(library)
        , m_model(model)
        , m_features(features)
        , m_layout(layoutOf(model.info()))
    {
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
        auto regions = m_features ? featuresOf(read) : std::nullopt;
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

private:
    void reject(const ReadPhoto& read)
    {
        // What is known of a photograph is kept while its file merely cannot be opened.
        if (const auto known = m_library.photoAt(read.file.path); known && !read.contentHash.empty())
            m_library.removePhoto(known->id);
        m_library.putRejected({ read.file.path, read.file.bytes, read.file.modified, read.rejectedBecause });
        ++m_report.rejected;
    }

    std::optional<RegionFeatures> featuresOf(const ReadPhoto& read)
    {
        try {
            return m_features->of(read.file.path);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::UnreadableInput)
                throw;
            m_report.withoutFeatures.push_back({ read.file.path, read.file.bytes, read.file.modified, error.what() });
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
                ++m_report.moved;
                return elsewhere->id;
            }
        } else if (here->contentHash == photo.contentHash && m_library.isEncoded(here->id, m_layout.fingerprint)) {
            ++m_report.unchanged; // touched, or copied back with another time
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
        m_report.added += static_cast<std::int64_t>(m_pending.size());
        m_pending.clear();
        m_lastCommit = Clock::now();
    }

    IndexReport& m_report;
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

IndexReport runIndex(store::Library& library, const IndexPlan& plan, const ModelOpener& open, const JobControl& job,
    const PhotographFeatures* features)
{
    const auto started = Clock::now();
    RateMeter meter;
    const auto goesOn = [&](const char* stage, std::int64_t done, std::int64_t total) {
        job.tell(meter.at(stage, done, total));
        return !job.stopped();
    };
    IndexReport report { .unchanged = plan.unchanged, .rejected = plan.rejected };
    bool goOn = true;
    if (!plan.fresh.empty() && (goOn = goesOn("Opening the model", 0, 0))) {
        model::ImageTextModel& model = open();
        requireFit(model.info(), features ? &features->source() : nullptr);
        if (model.info().fingerprint != plan.fingerprint)
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("The model {} has changed since it was looked at. Index again.", model.info().name));
        Run run(library, model, features, report);
        const auto total = static_cast<std::int64_t>(plan.fresh.size());
        const int threads = std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, 8);
        goOn = goesOn("Encoding photographs", 0, total);
        if (goOn) {
            PhotoReader reader(
                plan.fresh, model.info().photographs,
                [&](const std::string& hash) { return library.thumbnailPath(hash); }, threads);
            std::int64_t done = 0;
            while (goOn) {
                std::optional<ReadPhoto> photo = reader.next();
                if (!photo)
                    break;
                run.take(std::move(*photo));
                goOn = goesOn("Encoding photographs", ++done, total);
            }
        }
        run.finish();
    }
    if (goOn)
        report.removed = removeGone(library, plan);
    report.stopped = !goOn;
    report.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    return report;
}

} // namespace wordsight::engine
