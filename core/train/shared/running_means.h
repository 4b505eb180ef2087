#pragma once

#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace wordsight::train {

/// Means of what the steps since the last line of the log told, each over how often it was told.
class RunningMeans {
public:
    void add(const std::string& name, double value)
    {
        auto& [sum, times] = m_noted[name];
        sum += value;
        times += 1;
    }

    /// The means by name; they begin at nothing.
    nlohmann::json take()
    {
        nlohmann::json means = nlohmann::json::object();
        for (const auto& [name, noted] : std::exchange(m_noted, {}))
            means[name] = noted.first / noted.second;
        return means;
    }

    nlohmann::json toJson() const { return m_noted; }
    void restore(const nlohmann::json& saved) { saved.get_to(m_noted); }

private:
    std::map<std::string, std::pair<double, double>> m_noted; ///< sum, how often
};

} // namespace wordsight::train
