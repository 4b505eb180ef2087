#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/base/enum_names.h"
#include "core/base/error.h"

namespace wordsight::nn {

/// For checks of what was read: "where: reason". Throws Error{Usage}.
inline void refuseIf(bool wrong, const std::string& where, const std::string& reason)
{
    if (wrong)
        throw Error(ErrorKind::Usage, fmt::format("{}: {}", where, reason));
}

/// A struct with a free function `template <class Fields> void describe(Fields& f, S& s)` that calls
/// `f("key", s.member)` for each of its members can be read from JSON and written to it. Reading is strict: a key that
/// no member has is refused by name, with the list of those there are; a missing one keeps the member's default. Enums
/// are written by their names (enum_names.h).
class JsonReader {
public:
    JsonReader(const nlohmann::json& object, std::string where)
        : m_object(object)
        , m_where(std::move(where))
    {
        if (!object.is_object())
            throw Error(ErrorKind::Usage, fmt::format("{} must be a JSON object", m_where));
    }

    template <class T> void operator()(const char* key, T& value)
    {
        m_known.push_back(key);
        const auto found = m_object.find(key);
        if (found == m_object.end())
            return;
        if constexpr (requires { describe(*this, value); }) {
            JsonReader nested(*found, m_where + "." + key);
            describe(nested, value);
            nested.refuseUnknown();
        } else if constexpr (NamedEnum<T>) {
            const auto name = get<std::string>(key, *found);
            const auto choice = named<T>(name);
            if (!choice)
                throw Error(ErrorKind::Usage,
                    fmt::format(
                        "{}.{} is \"{}\"; it can be one of: {}", m_where, key, name, fmt::join(namesOf(value), ", ")));
            value = *choice;
        } else {
            value = get<T>(key, *found);
        }
    }

    void refuseUnknown() const
    {
        for (const auto& item : m_object.items())
            if (std::find(m_known.begin(), m_known.end(), item.key()) == m_known.end())
                throw Error(ErrorKind::Usage,
                    fmt::format(
                        "{} has no option \"{}\"; known ones: {}", m_where, item.key(), fmt::join(m_known, ", ")));
    }

private:
    template <class T> T get(const char* key, const nlohmann::json& value) const
    {
        try {
            return value.get<T>();
        } catch (const nlohmann::json::exception&) {
            throw Error(
                ErrorKind::Usage, fmt::format("{}.{} has a value of the wrong type: {}", m_where, key, value.dump()));
        }
    }

    const nlohmann::json& m_object;
    std::string m_where;
    std::vector<std::string> m_known;
};

class JsonWriter {
public:
    template <class T> void operator()(const char* key, T& value)
    {
        if constexpr (requires { describe(*this, value); }) {
            JsonWriter nested;
            describe(nested, value);
            m_object[key] = nested.m_object;
        } else if constexpr (NamedEnum<T>) {
            m_object[key] = nameOf(value);
        } else {
            m_object[key] = value;
        }
    }
    const nlohmann::json& object() const { return m_object; }

private:
    nlohmann::json m_object = nlohmann::json::object();
};

/// `where` begins the message of an error, e.g. the name of the file.
template <class S> S fromJson(const nlohmann::json& object, const std::string& where)
{
    S value;
    JsonReader reader(object, where);
    describe(reader, value);
    reader.refuseUnknown();
    return value;
}

template <class S> nlohmann::json toJson(S value)
{
    JsonWriter writer;
    describe(writer, value);
    return writer.object();
}

} // namespace wordsight::nn
