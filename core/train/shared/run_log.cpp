#include "core/train/shared/run_log.h"

#include <fstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace wordsight::train {

void RunLog::begin(const std::string& configuration)
{
    writeFileAtomically(
        m_file, nlohmann::json { { "configuration", nlohmann::json::parse(configuration) } }.dump() + "\n");
}

void RunLog::rewind(std::int64_t step)
{
    std::string kept;
    std::ifstream lines(m_file);
    for (std::string line; std::getline(lines, line);) {
        const auto parsed = nlohmann::json::parse(line, nullptr, false);
        if (parsed.is_object() && parsed.value("step", std::int64_t { 0 }) <= step)
            kept += line + "\n";
    }
    writeFileAtomically(m_file, kept);
}

void RunLog::add(const nlohmann::json& line)
{
    std::ofstream out(m_file, std::ios::app);
    out << line.dump() << "\n";
    if (!out.flush())
        throw Error(ErrorKind::Io, fmt::format("{} cannot be written. Is the disk full?", m_file.string()));
}

} // namespace wordsight::train
