#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace wordsight::fuzz {

/// A folder of this process in memory, for readers that take files.
inline const std::filesystem::path& scratch()
{
    static const std::filesystem::path folder = [] {
        const std::filesystem::path made = "/dev/shm/wordsight-fuzz-" + std::to_string(::getpid());
        std::filesystem::create_directories(made);
        std::atexit([] { std::filesystem::remove_all(scratch()); });
        return made;
    }();
    return folder;
}

inline std::filesystem::path written(const std::string& name, const std::uint8_t* data, std::size_t size)
{
    const auto file = scratch() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    return file;
}

} // namespace wordsight::fuzz
