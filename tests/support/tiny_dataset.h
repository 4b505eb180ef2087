#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/train/trainer.h"
#include "tests/support/stopping.h"
#include "tests/support/training_run.h"

namespace wordsight::test {

namespace fs = std::filesystem;
using nlohmann::json;

inline constexpr int kTrainImages = 12;
inline constexpr int kValidationImages = 4;

/// The first sample photographs with made-up captions and a boxed phrase each.
class TinyDataset {
public:
    explicit TinyDataset(const fs::path& folder)
        : m_folder(folder)
    {
        fs::create_directories(folder / "entities" / "Annotations");
        fs::create_directories(folder / "entities" / "Sentences");
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(fs::path(WORDSIGHT_SOURCE_DIR) / "resources" / "samples"))
            if (entry.path().extension() == ".jpg")
                files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        files.resize(kTrainImages + kValidationImages);
        json images;
        for (std::size_t i = 0; i < files.size(); ++i) {
            const auto subject = files[i].stem().string();
            const std::vector<std::string> captions { "A photograph of " + subject + " outside.",
                "The " + subject + " alone" };
            json sentences;
            for (const auto& caption : captions)
                sentences.push_back({ { "raw", caption } });
            images.push_back({ { "filename", files[i].filename().string() },
                { "split", i < kTrainImages ? "train" : "val" }, { "sentences", sentences } });
            const auto id = subject.substr(0, subject.find('_'));
            write("entities/Annotations/" + id + ".xml",
                "<annotation><size><width>100</width><height>100</height></size><object><name>7</"
                "name><bndbox><xmin>10</xmin>"
                "<ymin>10</ymin><xmax>60</xmax><ymax>60</ymax></bndbox></object></annotation>");
            write("entities/Sentences/" + id + ".txt", "[/EN#7/other A photograph] of " + subject + " outside .\n");
        }
        write("dataset.json", json { { "images", images } }.dump());
    }

    fs::path write(const std::string& name, const std::string& text) const
    {
        writeFileAtomically(m_folder / name, text);
        return m_folder / name;
    }

    fs::path output(const std::string& name) const { return m_folder / name; }

private:
    fs::path m_folder;
};

/// The lines of a run's log.jsonl.
inline std::vector<json> logOf(const fs::path& run)
{
    std::vector<json> lines;
    std::ifstream file(run / "log.jsonl");
    for (std::string line; std::getline(file, line);)
        lines.push_back(json::parse(line));
    return lines;
}

/// The losses in it, step by step.
inline std::vector<double> losses(const fs::path& run)
{
    std::vector<double> values;
    for (const auto& line : logOf(run))
        if (line.contains("loss"))
            values.push_back(line["loss"]);
    return values;
}

inline bool same(const std::vector<double>& a, const std::vector<double>& b, double tolerance)
{
    return a.size() == b.size()
        && std::equal(a.begin(), a.end(), b.begin(), [&](double x, double y) { return std::abs(x - y) < tolerance; });
}

/// A run of nine steps that is stopped after step 5, in the middle of an epoch, goes on, is killed after step 7, which
/// it has not saved, and goes on to its end. Says at which stop it did not stop as it should; empty: all went so.
inline std::string runWithInterruptions(const fs::path& config, const fs::path& run)
{
    const auto stopsAfter = [&](int step, bool resume) {
        try {
            train::train(test::run(config, run, resume),
                stopWhen([&](const Progress& p) { return p.total == 9 && p.done >= step; }));
        } catch (const Error&) {
            return true;
        }
        return false;
    };
    if (!stopsAfter(5, false) || losses(run).size() != 5)
        return "It did not stop after step 5.";
    const auto state = readFile(run / "state.pt");
    if (!stopsAfter(7, true))
        return "It did not stop after step 7.";
    writeFileAtomically(run / "state.pt", state); // as a kill after step 7 leaves it, were step 5 the last one saved
    train::train(test::run(config, run, true), {});
    return {};
}

} // namespace wordsight::test
