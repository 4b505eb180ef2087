#pragma once

#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include <QByteArray>

#include "core/base/file.h"
#include "core/data/npy.h"

namespace wordsight::test {

/// Base64 as Python writes it.
inline std::string base64(std::span<const float> values)
{
    return QByteArray(reinterpret_cast<const char*>(values.data()), static_cast<qsizetype>(values.size_bytes()))
        .toBase64()
        .toStdString();
}

/// A line of a bottom-up TSV; corners [R × 4] in pixels, features [R × F].
inline std::string tsvLine(
    const std::string& id, int width, int height, std::span<const float> corners, std::span<const float> features)
{
    return id + '\t' + std::to_string(width) + '\t' + std::to_string(height) + '\t' + std::to_string(corners.size() / 4)
        + '\t' + base64(corners) + '\t' + base64(features);
}

/// A photograph in TERAN's folders below `folder`.
inline void writeTeranFiles(const std::filesystem::path& folder, const std::string& id, std::size_t regions,
    const std::vector<float>& corners, const std::vector<float>& features)
{
    std::filesystem::create_directories(folder / "bu_att");
    std::filesystem::create_directories(folder / "bu_box");
    writeNpz(folder / "bu_att" / (id + ".npz"),
        { { "feat", NpyArray::ofFloats({ regions, features.size() / regions }, features) } });
    writeNpy(folder / "bu_box" / (id + ".npy"), NpyArray::ofFloats({ regions, 4 }, corners));
}

} // namespace wordsight::test
