#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace wordsight::train {

/// log.jsonl of a run: its configuration, then a line for every step, epoch or stage that has something to tell. A
/// line's "step" says which steps it rests on.
class RunLog {
public:
    explicit RunLog(const std::filesystem::path& run)
        : m_file(run / "log.jsonl")
    {
    }
    /// An empty log but for the configuration, a JSON text. Throws Error{Io}.
    void begin(const std::string& configuration);
    /// Drops the lines of steps after `step`: they were not saved and will be written again. Throws Error{Io}.
    void rewind(std::int64_t step);
    /// Throws Error{Io}.
    void add(const nlohmann::json& line);

private:
    std::filesystem::path m_file;
};

} // namespace wordsight::train
