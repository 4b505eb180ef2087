#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace wordsight {

/// JSON that keeps the order of its members, and writes floats as floats: 0.1, not 0.10000000149011612.
using OrderedJson
    = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t, std::uint64_t, float>;

/// Indented by two. What is no UTF-8 becomes U+FFFD.
inline std::string toText(const OrderedJson& json)
{
    return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace);
}

} // namespace wordsight
