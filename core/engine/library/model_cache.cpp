#include "core/engine/library/model_cache.h"

#include <algorithm>

namespace wordsight::engine {

namespace {

constexpr std::size_t kMostOpen = 3; // one to search with and two to compare

} // namespace

std::shared_ptr<model::ImageTextModel> ModelCache::get(const std::string& name)
{
    const auto known = std::ranges::find(m_models, name, &Open::name);
    if (known != m_models.end()) {
        std::rotate(known, known + 1, m_models.end());
    } else {
        std::shared_ptr<model::ImageTextModel> opened = m_open(name);
        if (m_models.size() == kMostOpen)
            m_models.erase(m_models.begin());
        m_models.push_back({ name, std::move(opened) });
    }
    return m_models.back().model;
}

std::shared_ptr<model::ImageTextModel> ModelCache::find(const std::string& name) const
{
    const auto known = std::ranges::find(m_models, name, &Open::name);
    return known == m_models.end() ? nullptr : known->model;
}

} // namespace wordsight::engine
