#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/engine/library/model_source.h"

namespace wordsight::engine {

/// Models that were opened, by name: whoever compares two of them need not open either twice. Used by one thread at a
/// time, the one that searches.
class ModelCache {
public:
    explicit ModelCache(ModelFactory open)
        : m_open(std::move(open))
    {
    }

    /// Opens it if need be. What has not been asked for the longest is put away. Throws what opening throws.
    std::shared_ptr<model::ImageTextModel> get(const std::string& name);
    /// Null where it is not open.
    std::shared_ptr<model::ImageTextModel> find(const std::string& name) const;

private:
    struct Open {
        std::string name;
        std::shared_ptr<model::ImageTextModel> model;
    };
    ModelFactory m_open;
    std::vector<Open> m_models; ///< the latest last
};

} // namespace wordsight::engine
