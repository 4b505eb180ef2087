#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace wordsight {

/// One NumPy array in C order. `dtype` is NumPy's code without byte order: "f4", "f8", "f2", "i4", "i8", "u1", "b1",
/// "U<n>".
struct NpyArray {
    std::string dtype;
    std::vector<std::size_t> shape;
    std::vector<std::byte> bytes;

    static NpyArray ofFloats(std::vector<std::size_t> shape, const std::vector<float>& values);
    static NpyArray ofStrings(const std::vector<std::string>& utf8);

    std::size_t size() const; ///< number of elements
    /// Numeric arrays converted to the asked type. Throws Error{UnreadableInput} for text arrays.
    std::vector<float> toFloats() const;
    std::vector<std::int64_t> toInts() const;
};

/// What stands before the numbers of a .npy file.
struct NpyHeader {
    std::string dtype;
    std::vector<std::size_t> shape;
    bool fortranOrder = false;
    std::size_t length = 0; ///< bytes before the data

    std::size_t dataBytes() const;
};

bool isNpy(std::span<const std::byte> bytes); ///< whether they begin as a .npy file does
/// Of a file whose data is there in full; `fileBytes` is its size, where `bytes` are only its beginning. Throws
/// Error{UnreadableInput} with `name`.
NpyHeader readNpyHeader(std::span<const std::byte> bytes, const std::string& name, std::size_t fileBytes = 0);
/// For data in C order that is to follow.
std::string npyHeader(const std::string& dtype, const std::vector<std::size_t>& shape);

/// .npy and .npz (stored or deflated) without pickles; object arrays are refused.
/// Throw Error{UnreadableInput} / Error{Io} with the file's name.
NpyArray readNpy(const std::filesystem::path& file);
std::map<std::string, NpyArray> readNpz(const std::filesystem::path& file);
void writeNpy(const std::filesystem::path& file, const NpyArray& array);
void writeNpz(const std::filesystem::path& file, const std::map<std::string, NpyArray>& arrays);

} // namespace wordsight
