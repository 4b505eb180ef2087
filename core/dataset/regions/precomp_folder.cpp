#include <algorithm>
#include <deque>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/npy_rows.h"
#include "core/dataset/regions/checks.h"
#include "core/dataset/regions/layouts.h"

namespace wordsight::dataset {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view imagesSuffix = "_ims.npy";
constexpr std::size_t groupsCompared = 200;
constexpr std::size_t bytesCompared = 1024;

/// One split: {split}_ims.npy, {split}_caps.txt and, where it is there, {split}_ids.txt.
class Split {
public:
    Split(const fs::path& folder, std::string name)
        : m_name(std::move(name))
        , m_rows(folder / (m_name + std::string(imagesSuffix)))
        , m_captions(readLines(fileOf(folder, "_caps.txt")))
    {
        const std::size_t rows = m_rows.shape()[0], captions = m_captions.size();
        if (m_rows.shape().size() != 2 && m_rows.shape().size() != 3)
            refuse(m_rows.path().string(),
                fmt::format("it must be [photographs × regions × features] or [photographs × features], and is [{}]",
                    fmt::join(m_rows.shape(), " × ")));
        if (rows == 0 || m_rows.rowSize() == 0 || captions % rows != 0)
            refuse(fileOf(folder, "_caps.txt").string(),
                fmt::format("{} sentences cannot be shared out among the {} rows of {}", captions, rows,
                    m_rows.path().filename().string()));
        m_repeated = captions == rows ? repetitions() : 1;
        m_perPhotograph = captions / photographs();
        readNames(fileOf(folder, "_ids.txt"));
    }

    const fs::path& file() const { return m_rows.path(); }
    std::size_t photographs() const { return m_rows.shape()[0] / m_repeated; }
    std::size_t dimension() const { return m_rows.shape().back(); }
    const std::vector<std::string>& names() const { return m_names; }
    /// A name that no other split has.
    std::string fullName(std::size_t photograph) const { return m_name + "/" + m_names[photograph]; }

    RegionFeatures read(std::size_t photograph) const
    {
        RegionFeatures regions;
        const std::size_t row = photograph * m_repeated;
        regions.features.data = m_rows.row(row);
        regions.features.cols = dimension();
        regions.features.rows = m_rows.rowSize() / dimension();
        requireNumbers(
            regions.features.data, regions.features.cols, fmt::format("{}, row {}", m_rows.path().string(), row));
        if (m_rows.shape().size() == 2) // one vector of the whole photograph is its only region, too
            regions.global = regions.features.data;
        return regions;
    }

    void appendCaptioned(std::vector<CaptionedImage>& images) const
    {
        for (std::size_t i = 0; i < photographs(); ++i) {
            const auto first = m_captions.begin() + static_cast<std::ptrdiff_t>(i * m_perPhotograph);
            images.push_back({ fullName(i), m_name == "dev" ? "val" : m_name,
                { first, first + static_cast<std::ptrdiff_t>(m_perPhotograph) } });
        }
    }

private:
    fs::path fileOf(const fs::path& folder, const char* ending) const { return folder / (m_name + ending); }

    /// With as many rows as sentences, either every photograph is there once per sentence, five times, or it has one
    /// sentence.
    std::size_t repetitions() const
    {
        constexpr std::size_t usual = 5;
        const std::size_t rows = m_rows.shape()[0], groups = rows / usual;
        if (rows % usual != 0)
            return 1;
        std::size_t alike = 0, compared = 0;
        for (std::size_t group = 0; group < groups;
             group += std::max<std::size_t>(1, groups / groupsCompared), ++compared) {
            const auto beginning = [&](std::size_t k) { return m_rows.beginningOf(group * usual + k, bytesCompared); };
            bool same = true;
            for (std::size_t k = 1; same && k < usual; ++k)
                same = beginning(k) == beginning(0);
            alike += same;
            if (alike > 0 && alike <= compared)
                refuse(m_rows.path().string(),
                    fmt::format(
                        "photographs stand five times in some places and not around row {}: rows are missing or "
                        "in another order",
                        group * usual));
        }
        return alike == compared ? usual : 1;
    }

    void readNames(const fs::path& file)
    {
        if (!fs::exists(file)) {
            for (std::size_t i = 0; i < photographs(); ++i)
                m_names.push_back(std::to_string(i));
            return;
        }
        const std::vector<std::string> lines = readLines(file);
        if (lines.size() != photographs() && lines.size() != m_captions.size())
            refuse(file.string(),
                fmt::format("{} lines; there are {} photographs and {} sentences", lines.size(), photographs(),
                    m_captions.size()));
        const std::size_t step = lines.size() / photographs();
        for (std::size_t i = 0; i < photographs(); ++i)
            m_names.push_back(lines[i * step]);
    }

    std::string m_name;
    NpyRows m_rows;
    std::vector<std::string> m_captions;
    std::vector<std::string> m_names; ///< of photographs
    std::size_t m_repeated = 1;       ///< rows per photograph
    std::size_t m_perPhotograph = 1;  ///< sentences
};

class PrecompFolder final : public RegionSource {
public:
    explicit PrecompFolder(fs::path folder)
        : m_folder(std::move(folder))
    {
        for (const std::string& name : splitNames())
            m_splits.emplace_back(m_folder, name);
        for (const Split& split : m_splits) {
            if (split.dimension() != dimension())
                refuse(split.file().string(),
                    fmt::format("{} features per region; {} has {}", split.dimension(),
                        m_splits.front().file().filename().string(), dimension()));
            for (std::size_t i = 0; i < split.photographs(); ++i) {
                const Place place { &split, i };
                if (!m_places.emplace(split.fullName(i), place).second)
                    refuse(split.file().string(),
                        fmt::format("two of its photographs are called {} in the file of ids", split.names()[i]));
                if (!m_places.emplace(split.names()[i], place).second)
                    m_places[split.names()[i]] = {}; // in several splits: only the full name tells them apart
            }
        }
    }

    const fs::path& path() const override { return m_folder; }
    std::string layout() const override { return "precomp folder, without boxes"; }
    std::size_t dimension() const override { return m_splits.front().dimension(); }
    bool hasBoxes() const override { return false; }

    std::size_t photographs() const override
    {
        std::size_t count = 0;
        for (const Split& split : m_splits)
            count += split.photographs();
        return count;
    }

    std::optional<RegionFeatures> find(const PhotographKey& key) const override
    {
        for (const std::string& name : namesOf(key)) {
            const auto place = m_places.find(name);
            if (place == m_places.end())
                continue;
            if (place->second.split == nullptr)
                refuse(m_folder.string(),
                    fmt::format("several splits have a photograph {}, so it is not known which is {}", name, key.file));
            return place->second.split->read(place->second.photograph);
        }
        return std::nullopt;
    }

    std::vector<CaptionedImage> captioned() const override
    {
        std::vector<CaptionedImage> images;
        for (const Split& split : m_splits)
            split.appendCaptioned(images);
        return images;
    }

private:
    struct Place {
        const Split* split = nullptr;
        std::size_t photograph = 0;
    };

    std::vector<std::string> splitNames() const
    {
        std::vector<std::string> names;
        for (const fs::directory_entry& entry : fs::directory_iterator(m_folder))
            if (const std::string name = entry.path().filename().string(); name.ends_with(imagesSuffix))
                names.push_back(name.substr(0, name.size() - imagesSuffix.size()));
        std::ranges::sort(names);
        return names;
    }

    fs::path m_folder;
    std::deque<Split> m_splits; // places point to them
    std::unordered_map<std::string, Place> m_places;
};

} // namespace

std::unique_ptr<RegionSource> openPrecompFolder(const fs::path& folder)
{
    return std::make_unique<PrecompFolder>(folder);
}

} // namespace wordsight::dataset
