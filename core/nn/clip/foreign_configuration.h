#pragma once

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace wordsight::nn {

/// Error{ModelMismatch}: "<file>: <reason>."
Error refusedConfiguration(const std::filesystem::path& file, const std::string& reason);

/// A configuration that another program wrote. Throws Error{ModelMismatch} where it is missing or is no JSON object.
nlohmann::json readForeignJson(const std::filesystem::path& file);

/// The fields of one JSON object of such a file; null counts as absent, as it does in Python. What is there and cannot
/// be read or computed is refused with Error{ModelMismatch} by the file's and the field's name.
class ForeignFields {
public:
    ForeignFields(const nlohmann::json& object, std::filesystem::path file, std::string prefix = "")
        : m_object(object)
        , m_file(std::move(file))
        , m_prefix(std::move(prefix))
    {
    }

    bool has(const char* key) const { return m_object.contains(key) && !m_object.at(key).is_null(); }

    template <class T> void read(const char* key, T& value) const
    {
        if (!has(key))
            return;
        try {
            m_object.at(key).get_to(value);
        } catch (const nlohmann::json::exception&) {
            throw wrong(key, fmt::format("is {}, which cannot be read", m_object.at(key).dump()));
        }
    }

    /// Absent, or `only`.
    template <class T> void expect(const char* key, const T& only) const
    {
        T value = only;
        read(key, value);
        if (value != only)
            throw wrong(key,
                fmt::format(
                    "is {}; this program computes only {}", nlohmann::json(value).dump(), nlohmann::json(only).dump()));
    }

    Error wrong(const char* key, const std::string& reason) const
    {
        return refusedConfiguration(m_file, fmt::format("{}{} {}", m_prefix, key, reason));
    }
    const nlohmann::json& at(const char* key) const { return m_object.at(key); }

private:
    const nlohmann::json& m_object;
    std::filesystem::path m_file;
    std::string m_prefix;
};

} // namespace wordsight::nn
