#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/npy.h"
#include "core/dataset/regions/checks.h"
#include "core/dataset/regions/layouts.h"

namespace wordsight::dataset {

namespace {

namespace fs = std::filesystem;

class TeranFolders final : public RegionSource {
public:
    TeranFolders(fs::path attention, fs::path boxes)
        : m_attention(std::move(attention))
        , m_boxes(std::move(boxes))
    {
        for (const fs::directory_entry& entry : fs::directory_iterator(m_attention))
            if (entry.path().extension() == ".npz")
                m_names.insert(entry.path().stem().string());
        if (m_names.empty())
            refuse(m_attention.string(), "the folder holds no .npz");
        m_dimension = readFeatures(fileOf(m_attention, *m_names.begin(), ".npz")).cols;
    }

    const fs::path& path() const override { return m_attention; }
    std::string layout() const override { return m_boxes.empty() ? "bu_att without bu_box" : "bu_att and bu_box"; }
    std::size_t photographs() const override { return m_names.size(); }
    std::size_t dimension() const override { return m_dimension; }
    bool hasBoxes() const override { return !m_boxes.empty(); }

    std::optional<RegionFeatures> find(const PhotographKey& key) const override
    {
        const std::vector<std::string> names = namesOf(key);
        const auto name = std::ranges::find_if(names, [&](const std::string& each) { return m_names.contains(each); });
        if (name == names.end())
            return std::nullopt;
        const fs::path file = fileOf(m_attention, *name, ".npz");
        RegionFeatures regions { readFeatures(file), {}, {} };
        if (regions.features.cols != m_dimension)
            refuse(file.string(),
                fmt::format("feat has {} columns; other photographs have {}", regions.features.cols, m_dimension));
        if (!m_boxes.empty())
            regions.boxes = readBoxes(fileOf(m_boxes, *name, ".npy"), regions.features.rows, key);
        return regions;
    }

private:
    static fs::path fileOf(const fs::path& folder, const std::string& name, const char* suffix)
    {
        return folder / (name + suffix);
    }

    static Matrix readFeatures(const fs::path& file)
    {
        const auto arrays = readNpz(file);
        const auto feat = arrays.find("feat");
        if (feat == arrays.end())
            refuse(file.string(), "it holds no array \"feat\"");
        const auto& shape = feat->second.shape;
        if (shape.size() != 2 || shape[0] == 0 || shape[1] == 0)
            refuse(
                file.string(), fmt::format("feat must be [regions × features], and is [{}]", fmt::join(shape, " × ")));
        Matrix features;
        features.rows = shape[0];
        features.cols = shape[1];
        features.data = feat->second.toFloats();
        requireNumbers(features.data, features.cols, file.string() + ", feat");
        return features;
    }

    static std::vector<Box> readBoxes(const fs::path& file, std::size_t regions, const PhotographKey& key)
    {
        const NpyArray array = readNpy(file);
        if (array.shape != std::vector<std::size_t> { regions, 4 })
            refuse(file.string(),
                fmt::format("boxes must be [{} × 4], one per region of bu_att, and are [{}]", regions,
                    fmt::join(array.shape, " × ")));
        const std::vector<float> corners = array.toFloats();
        if (std::ranges::all_of(
                corners, [](float at) { return at >= 0 && at <= 1; })) // no detector gives boxes within one pixel
            return boxesFromCorners(corners, 1, 1, file.string());
        const auto size = key.size ? key.size() : std::nullopt;
        if (!size)
            refuse(file.string(),
                fmt::format(
                    "boxes are in pixels, and how large the photograph {} is, is not known: name the folder of the "
                    "photographs, or a data set that says width and height",
                    key.file));
        return boxesFromCorners(corners, size->first, size->second, file.string());
    }

    fs::path m_attention, m_boxes;
    std::unordered_set<std::string> m_names;
    std::size_t m_dimension = 0;
};

} // namespace

std::unique_ptr<RegionSource> openTeranFolders(const fs::path& attention, const fs::path& boxes)
{
    return std::make_unique<TeranFolders>(attention, boxes);
}

} // namespace wordsight::dataset
