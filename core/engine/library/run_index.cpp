#include "core/engine/library/run_index.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <thread>
#include <unordered_map>
#include <unordered_set>

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
constexpr auto kEmpty = "it is empty";

store::VectorLayout layoutOf(const model::ModelInfo& info)
{
    return { static_cast<std::uint32_t>(info.dimension), info.boxes, info.globalWeight != 0, info.fingerprint,
        info.regions != model::RegionKind::SameForAll };
}

/// What becomes of photographs that were not found, once those that moved have a file again.
class Farewell {
public:
    Farewell(store::Library& library, const IndexPlan& plan, IndexReport& report)
        : m_library(library)
        , m_plan(plan)
        , m_report(report)
    {
    }

    void run()
    {
        for (const PhotoId id : m_plan.leftOut)
            remove(id);
        for (const fs::path& refused : m_plan.goneRejected)
            m_library.clearRejected(refused);
        for (const IndexPlan::Emptied& emptied : m_plan.emptied)
            settle(emptied);
        for (const IndexPlan::Root& root : m_plan.roots)
            m_missing.push_back({ &root, {} });
        for (const PhotoId id : m_plan.gone)
            if (const auto photo = missing(id))
                if (const auto root = std::ranges::find_if(
                        m_missing, [&](const auto& each) { return isAtOrBelow(photo->path, each.root->path); });
                    root != m_missing.end())
                    root->photos.push_back(*photo);
        for (const Loss& loss : m_missing)
            settle(loss);
    }

    /// What has to be remembered as offline beside the places of the report.
    const std::vector<store::Unseen>& files() const { return m_files; }

private:
    struct Loss {
        const IndexPlan::Root* root;
        std::vector<store::Photo> photos;
    };

    std::optional<store::Photo> missing(PhotoId id) const
    {
        auto photo = m_library.photo(id);
        return photo && isMissing(photo->path) ? photo : std::nullopt;
    }

    bool isRoot(const fs::path& path) const
    {
        return std::ranges::find(m_plan.roots, path, &IndexPlan::Root::path) != m_plan.roots.end();
    }

    void remove(PhotoId id)
    {
        m_library.removePhoto(id);
        ++m_report.removed;
    }

    void settle(const IndexPlan::Emptied& emptied)
    {
        std::vector<PhotoId> gone;
        std::ranges::copy_if(
            emptied.photos, std::back_inserter(gone), [&](PhotoId id) { return missing(id).has_value(); });
        if (m_plan.prune)
            std::ranges::for_each(gone, [&](PhotoId id) { remove(id); });
        else if (!gone.empty())
            m_report.offline.push_back({ emptied.folder, kEmpty, static_cast<std::int64_t>(gone.size()),
                isRoot(emptied.folder), false, true });
    }

    /// More than a fifth of a folder is not gone by a slip of the hand, or by somebody's who does not know.
    void settle(const Loss& loss)
    {
        const auto gone = static_cast<std::int64_t>(loss.photos.size());
        if (m_plan.prune || gone <= 1 || gone * 5 <= loss.root->known) {
            for (const store::Photo& photo : loss.photos)
                remove(photo.id);
            return;
        }
        m_report.offline.push_back(
            { loss.root->path, fmt::format("{} of {} photographs are not there any more", gone, loss.root->known), gone,
                true, false, true });
        for (const store::Photo& photo : loss.photos)
            m_files.push_back({ photo.path, "it is not there any more" });
    }

    store::Library& m_library;
    const IndexPlan& m_plan;
    IndexReport& m_report;
    std::vector<Loss> m_missing;
    std::vector<store::Unseen> m_files;
};

/// Pipes, devices and the like are listed, and never opened.
void putOdd(store::Library& library, const IndexPlan& plan, IndexReport& report)
{
    for (const store::Rejected& odd : plan.odd) {
        if (const auto known = library.photoAt(odd.path))
            library.removePhoto(known->id);
        library.putRejected(odd);
        ++report.rejected;
    }
}

/// What was gone over is offline where the plan and `more` say so, the rest of the library as it was.
void rememberUnseen(
    store::Library& library, const IndexPlan& plan, const IndexReport& report, std::span<const store::Unseen> more)
{
    std::vector<store::Unseen> unseen = library.unseen();
    std::erase_if(unseen, [&](const store::Unseen& each) {
        return std::ranges::any_of(
            plan.roots, [&](const IndexPlan::Root& root) { return isAtOrBelow(each.path, root.path); });
    });
    // Of a root that has lost many, its files are named one by one: the others are there.
    for (const OfflinePlace& place : report.offline)
        if (!place.mayBeDeleted || place.reason == kEmpty)
            unseen.push_back({ place.path, place.reason });
    unseen.insert(unseen.end(), more.begin(), more.end());
    library.setUnseen(std::move(unseen));
}

/// One run over one library: takes photographs, encodes and commits them.
class Run {
public:
    Run(store::Library& library, const IndexPlan& plan, model::ImageTextModel& model,
        const PhotographFeatures* features, IndexReport& report)
        : m_report(report)
        , m_library(library)
        , m_model(model)
        , m_features(features)
        , m_layout(layoutOf(model.info()))
    {
        m_movable.insert(plan.gone.begin(), plan.gone.end());
        for (const IndexPlan::Emptied& emptied : plan.emptied)
            m_movable.insert(emptied.photos.begin(), emptied.photos.end());
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
        if (!read.note.empty())
            m_report.notes.push_back({ read.file.path, read.file.bytes, read.file.modified, read.note });
        auto regions = m_features ? featuresOf(read) : std::nullopt;
        if (m_features && !regions)
            return;
        const PhotoId id = place(read);
        if (m_library.isEncoded(id, m_layout.fingerprint))
            return;
        if (!regions && copies(id, read.contentHash))
            return;
        if (regions)
            m_regions.push_back(std::move(*regions));
        else
            m_images.push_back(std::move(read.pixels));
        m_ids.push_back(id);
        if (m_ids.size() >= batchSize)
            encode();
        commitInTime();
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
        if (const auto known = m_library.photoAt(read.file.path); known && !read.contentHash.empty()) {
            finishCopies();
            m_library.removePhoto(known->id);
        }
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
            for (const store::Photo& elsewhere : m_library.photosWithContent(photo.contentHash))
                if (m_movable.contains(elsewhere.id) && isMissing(elsewhere.path)) {
                    m_library.movePhoto(elsewhere.id, photo);
                    ++m_report.moved;
                    return elsewhere.id;
                }
        } else if (here->contentHash == photo.contentHash && m_library.isEncoded(here->id, m_layout.fingerprint)) {
            ++m_report.unchanged; // touched, or copied back with another time
        }
        if (here && here->contentHash != photo.contentHash)
            finishCopies();
        return m_library.putPhoto(photo);
    }

    /// Whether another photograph of the same content has vectors, or will have when the batch in hand is committed.
    bool copies(PhotoId id, const std::string& content)
    {
        auto source = m_underWay.find(content);
        if (source == m_underWay.end()) {
            for (const store::Photo& same : m_library.photosWithContent(content))
                if (source == m_underWay.end() && m_library.isEncoded(same.id, m_layout.fingerprint))
                    source = m_underWay.emplace(content, same.id).first;
        }
        if (source == m_underWay.end()) {
            m_underWay.emplace(content, id);
            return false;
        }
        m_copies.push_back({ source->second, id });
        commitInTime();
        return true;
    }

    /// Before vectors go that were to be copied.
    void finishCopies()
    {
        if (!m_copies.empty())
            finish();
    }

    void commitInTime()
    {
        if (m_pending.size() + m_copies.size() < commitSize && Clock::now() - m_lastCommit <= commitInterval)
            return;
        finishCopies(); // what is copied may be of the batch in hand
        commit();
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
        m_library.copyEncodings(m_model.info().name, m_layout, m_copies);
        m_report.added += static_cast<std::int64_t>(m_copies.size());
        m_report.copied += static_cast<std::int64_t>(m_copies.size());
        m_copies.clear();
        if (m_ids.empty())
            m_underWay.clear();
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
    std::vector<store::EncodingCopy> m_copies;           ///< of what is pending, or known
    std::unordered_map<std::string, PhotoId> m_underWay; ///< by content, since all was committed
    std::unordered_set<PhotoId> m_movable;               ///< not at their place any more
    Clock::time_point m_lastCommit = Clock::now();
};

} // namespace

std::int64_t IndexReport::offlineCount(bool mayBeDeletedOnly) const
{
    std::int64_t count = 0;
    for (const OfflinePlace& place : offline)
        count += !mayBeDeletedOnly || place.mayBeDeleted ? place.photographs : 0;
    return count;
}

std::int64_t IndexReport::passedOverCount() const
{
    std::int64_t count = 0;
    for (const auto& [ending, files] : passedOver)
        count += files;
    return count;
}

std::string IndexReport::passedOverKinds() const
{
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(passedOver.size(), most); ++i)
        text += fmt::format("{}{} {}", i ? ", " : "", passedOver[i].first.empty() ? "(none)" : passedOver[i].first,
            passedOver[i].second);
    return passedOver.size() > most ? text + ", …" : text;
}

IndexReport runIndex(store::Library& library, const IndexPlan& plan, const ModelOpener& open, const JobControl& job,
    const PhotographFeatures* features)
{
    const auto started = Clock::now();
    RateMeter meter;
    const auto goesOn = [&](const char* stage, std::int64_t done, std::int64_t total) {
        job.tell(meter.at(stage, done, total));
        return !job.stopped();
    };
    IndexReport report { .unchanged = plan.unchanged,
        .rejected = plan.rejected,
        .roots = static_cast<std::int64_t>(plan.roots.size()),
        .offline = plan.offline,
        .notEntered = plan.notEntered,
        .passedOver = { plan.passedOver.begin(), plan.passedOver.end() } };
    std::ranges::stable_sort(report.passedOver, std::greater(), [](const auto& kind) { return kind.second; });
    library.putMounts(plan.mounts);
    putOdd(library, plan, report);
    bool goOn = true;
    if (!plan.fresh.empty() && (goOn = goesOn("Opening the model", 0, 0))) {
        model::ImageTextModel& model = open();
        requireFit(model.info(), features ? &features->source() : nullptr);
        if (model.info().fingerprint != plan.fingerprint)
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("The model {} has changed since it was looked at. Index again.", model.info().name));
        Run run(library, plan, model, features, report);
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
    if (goOn) {
        Farewell farewell(library, plan, report);
        farewell.run();
        rememberUnseen(library, plan, report, farewell.files());
    }
    report.stopped = !goOn;
    report.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    return report;
}

} // namespace wordsight::engine
