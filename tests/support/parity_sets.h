#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "core/base/file.h"
#include "core/data/npy.h"

namespace wordsight::tests {

/// Numbers that the authors' own code computed: <name>.npz with <name>.json beside it. Remembers what was asked of it,
/// so that a test can tell which arrays it has not compared.
class ParitySet {
public:
    explicit ParitySet(const std::filesystem::path& file)
        : name(file.stem().string())
        , json(nlohmann::json::parse(readTextFile(std::filesystem::path(file).replace_extension(".json"))))
        , m_arrays(readNpz(file))
    {
    }

    std::string name;
    nlohmann::json json;

    bool has(const std::string& array) const { return m_arrays.contains(array); }

    std::vector<std::string> names(const std::string& prefix = {}) const
    {
        std::vector<std::string> found;
        for (const auto& [array, values] : m_arrays)
            if (array.starts_with(prefix))
                found.push_back(array);
        return found;
    }

    /// The array as a tensor, int64 or fp32. Throws std::out_of_range naming nothing where it is missing: ask has()
    /// first.
    torch::Tensor tensor(const std::string& array) const
    {
        const NpyArray& values = m_arrays.at(array);
        m_asked.insert(array);
        const std::vector<std::int64_t> shape(values.shape.begin(), values.shape.end());
        if (values.dtype.front() == 'i')
            return torch::tensor(values.toInts()).view(shape);
        return torch::tensor(values.toFloats()).view(shape);
    }

    /// Greatest difference from the array, relative where its values are above 1; infinite where shapes differ or
    /// something is no number.
    double error(const std::string& array, const torch::Tensor& found) const
    {
        const auto expected = tensor(array);
        if (found.sizes() != expected.sizes())
            return INFINITY;
        if (expected.numel() == 0)
            return 0;
        const double worst = (found.detach() - expected).abs().max().item<double>()
            / std::max(1.0, expected.abs().max().item<double>());
        return std::isnan(worst) ? INFINITY : worst;
    }

    void leaveOut(const std::string& array) const { m_asked.insert(array); }

    std::vector<std::string> notAsked() const
    {
        std::vector<std::string> rest;
        for (const auto& [array, values] : m_arrays)
            if (!m_asked.contains(array))
                rest.push_back(array);
        return rest;
    }

private:
    std::map<std::string, NpyArray> m_arrays;
    mutable std::set<std::string> m_asked;
};

/// $WORDSIGHT_PARITY, else shared/parity beside the checkout, else the copies that are part of it.
inline std::vector<std::filesystem::path> parityFiles(const std::string& prefix)
{
    const std::filesystem::path source(WORDSIGHT_SOURCE_DIR);
    const char* named = std::getenv("WORDSIGHT_PARITY");
    std::filesystem::path folder
        = named && *named ? std::filesystem::path(named) : source.parent_path() / "shared/parity";
    if (!(named && *named) && !std::filesystem::is_directory(folder))
        folder = source / "tests/data/parity";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".npz" && entry.path().filename().string().starts_with(prefix))
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

} // namespace wordsight::tests
