#include "core/data/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <memory>
#include <numeric>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zip.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/half.h"
#include "core/data/utf8.h"

namespace wordsight {

namespace {

static_assert(std::endian::native == std::endian::little, "NPY data is read as little-endian");

[[noreturn]] void refuse(const std::string& name, const std::string& why)
{
    throw Error(ErrorKind::UnreadableInput, fmt::format("{} is not a readable NumPy array: {}.", name, why));
}

std::size_t product(const std::vector<std::size_t>& shape)
{
    return std::accumulate(shape.begin(), shape.end(), std::size_t { 1 }, std::multiplies<>());
}

std::size_t elementBytes(const std::string& dtype)
{
    const std::size_t count = std::stoul(dtype.substr(1));
    return dtype[0] == 'U' ? 4 * count : count;
}

template <class To, class From> std::vector<To> castAll(const std::vector<std::byte>& bytes)
{
    std::vector<To> values(bytes.size() / sizeof(From));
    for (std::size_t i = 0; i < values.size(); ++i) {
        From value;
        std::memcpy(&value, bytes.data() + i * sizeof(From), sizeof(From));
        values[i] = static_cast<To>(value);
    }
    return values;
}

template <class To> std::vector<To> convert(const NpyArray& array)
{
    const std::string& type = array.dtype;
    if (type == "f4")
        return castAll<To, float>(array.bytes);
    if (type == "f8")
        return castAll<To, double>(array.bytes);
    if (type == "i4")
        return castAll<To, std::int32_t>(array.bytes);
    if (type == "i8")
        return castAll<To, std::int64_t>(array.bytes);
    if (type == "i2")
        return castAll<To, std::int16_t>(array.bytes);
    if (type == "i1")
        return castAll<To, std::int8_t>(array.bytes);
    if (type == "u2")
        return castAll<To, std::uint16_t>(array.bytes);
    if (type == "u4")
        return castAll<To, std::uint32_t>(array.bytes);
    if (type == "u1" || type == "b1")
        return castAll<To, std::uint8_t>(array.bytes);
    if (type == "f2") {
        std::vector<To> values;
        for (const std::uint16_t bits : castAll<std::uint16_t, std::uint16_t>(array.bytes))
            values.push_back(static_cast<To>(fromHalf(bits)));
        return values;
    }
    throw Error(ErrorKind::UnreadableInput, fmt::format("An array of type '{}' holds no numbers.", type));
}

std::vector<std::byte> transposed(const NpyArray& array, std::size_t width)
{
    std::vector<std::byte> out(array.bytes.size());
    const std::size_t dims = array.shape.size();
    std::vector<std::size_t> index(dims, 0);
    for (std::size_t target = 0; target < array.size(); ++target) {
        std::size_t source = 0;
        for (std::size_t d = dims; d-- > 0;)
            source = source * array.shape[d] + index[d];
        std::memcpy(out.data() + target * width, array.bytes.data() + source * width, width);
        for (std::size_t d = dims; d-- > 0 && ++index[d] == array.shape[d];)
            index[d] = 0;
    }
    return out;
}

NpyArray parse(std::vector<std::byte> bytes, const std::string& name)
{
    NpyHeader header = readNpyHeader(bytes, name);
    bytes.resize(header.length + header.dataBytes());
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header.length));
    NpyArray array { std::move(header.dtype), std::move(header.shape), std::move(bytes) };
    if (header.fortranOrder && array.shape.size() > 1)
        array.bytes = transposed(array, elementBytes(array.dtype));
    return array;
}

std::vector<std::byte> serialize(const NpyArray& array)
{
    const std::string header = npyHeader(array.dtype, array.shape);
    std::vector<std::byte> out(header.size() + array.bytes.size());
    std::memcpy(out.data(), header.data(), header.size());
    std::memcpy(out.data() + header.size(), array.bytes.data(), array.bytes.size());
    return out;
}

/// What follows `'key':` in a header, which is a Python dict as NumPy writes it.
std::string_view valueOf(std::string_view header, std::string_view key)
{
    const auto at = header.find(key);
    if (at == std::string_view::npos)
        return {};
    const auto value = header.substr(at + key.size());
    return value.substr(std::min(value.find_first_not_of(' '), value.size()));
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// "'<f4'" as "f4".
std::string elementType(std::string_view header, const std::string& name)
{
    constexpr std::size_t longest = 10; // no text of a million characters
    std::string_view type = valueOf(header, "'descr':");
    const auto end = type.substr(0, longest).find('\'', 1);
    const bool quoted = type.starts_with('\'') && end != std::string_view::npos;
    type = quoted ? type.substr(1, end - 1) : std::string_view();
    const char order
        = !type.empty() && std::string_view("<|=>").find(type[0]) != std::string_view::npos ? type[0] : '<';
    type.remove_prefix(!type.empty() && type[0] == order ? 1 : 0);
    if (type.size() < 2 || type.size() > 7 || std::string_view("fiubU").find(type[0]) == std::string_view::npos
        || !std::ranges::all_of(type.substr(1), isDigit))
        refuse(name, "its element type is not plain numbers or text");
    if (order == '>' && type.substr(1) != "1")
        refuse(name, "it is big-endian");
    if (std::ranges::all_of(type.substr(1), [](char c) { return c == '0'; }))
        refuse(name, "its elements have no size"); // any number of them would fit into any file
    return std::string(type);
}

/// "(2, 3)"; NumPy has no arrays of more than 32 dimensions.
std::vector<std::size_t> shapeOf(std::string_view header, const std::string& name)
{
    std::string_view text = valueOf(header, "'shape':");
    const auto end = text.find_first_not_of("0123456789, ", 1);
    if (!text.starts_with('(') || end == std::string_view::npos || text[end] != ')')
        refuse(name, "its shape is missing");
    text = text.substr(1, end - 1);
    std::vector<std::size_t> shape;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
        if (text.empty())
            return shape;
        const std::string_view digits = text.substr(0, text.find_first_of(", "));
        if (shape.size() == 32)
            refuse(name, "it has more than 32 dimensions");
        shape.push_back(0);
        if (std::from_chars(digits.data(), digits.data() + digits.size(), shape.back()).ec != std::errc())
            refuse(name, "its shape is too large");
        text.remove_prefix(digits.size());
    }
}

/// What all arrays of an archive may take together. Features shrink to a half, masks and zeros to a hundredth.
std::uint64_t roomFor(std::uint64_t fileBytes)
{
    return (std::uint64_t { 64 } << 20) + 100 * fileBytes;
}

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;

} // namespace

std::size_t NpyHeader::dataBytes() const
{
    return product(shape) * elementBytes(dtype);
}

bool isNpy(std::span<const std::byte> bytes)
{
    return bytes.size() >= 6 && std::memcmp(bytes.data(), "\x93NUMPY", 6) == 0;
}

NpyHeader readNpyHeader(std::span<const std::byte> bytes, const std::string& name, std::size_t fileBytes)
{
    if (bytes.size() < 10 || !isNpy(bytes))
        refuse(name, "the magic bytes are missing");
    const bool wide = std::to_integer<int>(bytes[6]) >= 2;
    std::uint32_t length = 0;
    if (bytes.size() < (wide ? 12u : 10u))
        refuse(name, "the header is cut off");
    std::memcpy(&length, bytes.data() + 8, wide ? 4 : 2);
    const std::size_t start = wide ? 12 : 10;
    if (length > bytes.size() - start)
        refuse(name, "the header is cut off");
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + start, length);

    NpyHeader header { elementType(text, name), shapeOf(text, name),
        text.find("'fortran_order': True") != std::string_view::npos, start + length };
    std::size_t need = elementBytes(header.dtype);
    for (const std::size_t extent : header.shape)
        if (__builtin_mul_overflow(need, extent, &need))
            refuse(name, "its shape is too large");
    if (need > std::max(fileBytes, bytes.size()) - header.length)
        refuse(name, "the data is cut off");
    return header;
}

std::string npyHeader(const std::string& dtype, const std::vector<std::size_t>& dimensions)
{
    std::string shape = fmt::format("{}", fmt::join(dimensions, ", "));
    if (dimensions.size() == 1)
        shape += ",";
    const char order = elementBytes(dtype) == 1 ? '|' : '<';
    std::string header
        = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}), }}", order, dtype, shape);
    header.append(63 - (10 + header.size()) % 64, ' ');
    header += '\n';
    const auto length = static_cast<std::uint16_t>(header.size());
    std::string prefix("\x93NUMPY\x01\x00", 8);
    prefix.append(reinterpret_cast<const char*>(&length), 2);
    return prefix + header;
}

NpyArray NpyArray::ofFloats(std::vector<std::size_t> shape, const std::vector<float>& values)
{
    NpyArray array { "f4", std::move(shape), {} };
    if (array.size() != values.size())
        throw Error(ErrorKind::Internal, "An array's shape does not fit its values.");
    array.bytes.resize(values.size() * sizeof(float));
    std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
    return array;
}

NpyArray NpyArray::ofStrings(const std::vector<std::string>& utf8)
{
    std::vector<std::u32string> texts;
    std::size_t longest = 1;
    for (const std::string& text : utf8) {
        texts.push_back(codePoints(text));
        longest = std::max(longest, texts.back().size());
    }
    NpyArray array { fmt::format("U{}", longest), { utf8.size() }, std::vector<std::byte>(utf8.size() * longest * 4) };
    for (std::size_t i = 0; i < texts.size(); ++i)
        std::memcpy(array.bytes.data() + i * longest * 4, texts[i].data(), texts[i].size() * 4);
    return array;
}

std::size_t NpyArray::size() const
{
    return product(shape);
}
std::vector<float> NpyArray::toFloats() const
{
    return convert<float>(*this);
}
std::vector<std::int64_t> NpyArray::toInts() const
{
    return convert<std::int64_t>(*this);
}

NpyArray readNpy(const std::filesystem::path& file)
{
    return parse(readFile(file), file.string());
}

std::map<std::string, NpyArray> readNpz(const std::filesystem::path& file)
{
    int code = 0;
    const Archive archive(zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code), &zip_discard);
    if (!archive)
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("Cannot read {}: it is missing or not an NPZ archive.", file.string()));
    std::map<std::string, NpyArray> arrays;
    std::uint64_t room = roomFor(std::filesystem::file_size(file));
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive.get(), 0); ++i) {
        zip_stat_t status {};
        const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> entry(
            zip_fopen_index(archive.get(), i, 0), &zip_fclose);
        if (zip_stat_index(archive.get(), i, 0, &status) != 0 || !entry)
            refuse(file.string(), "an entry cannot be read");
        std::string name = status.name;
        if (status.size > room)
            refuse(file.string() + ": " + name, "it would unpack to far more than its file holds");
        room -= status.size;
        std::vector<std::byte> bytes(status.size);
        if (zip_fread(entry.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
            refuse(file.string() + ": " + name, "the data is cut off");
        const std::string label = file.string() + ": " + name;
        if (name.ends_with(".npy"))
            name.resize(name.size() - 4);
        arrays.emplace(std::move(name), parse(std::move(bytes), label));
    }
    return arrays;
}

void writeNpy(const std::filesystem::path& file, const NpyArray& array)
{
    writeFileAtomically(file, serialize(array));
}

void writeNpz(const std::filesystem::path& file, const std::map<std::string, NpyArray>& arrays)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(buffer);
    const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> keep(buffer, &zip_source_free);
    Archive archive(zip_open_from_source(buffer, ZIP_TRUNCATE, &error), &zip_discard);
    const auto fail = [&] {
        throw Error(ErrorKind::Io, fmt::format("Cannot write {}: {}.", file.string(), zip_error_strerror(&error)));
    };
    if (!archive)
        fail();
    std::vector<std::vector<std::byte>> contents; // libzip reads them when the archive is closed
    contents.reserve(arrays.size());
    for (const auto& [name, array] : arrays) {
        contents.push_back(serialize(array));
        zip_source_t* source = zip_source_buffer(archive.get(), contents.back().data(), contents.back().size(), 0);
        const zip_int64_t index = zip_file_add(archive.get(), (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0
            || zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) != 0)
            fail();
    }
    if (zip_close(archive.get()) != 0)
        fail();
    archive.release();
    zip_source_open(buffer);
    zip_source_seek(buffer, 0, SEEK_END);
    std::vector<std::byte> bytes(static_cast<std::size_t>(zip_source_tell(buffer)));
    zip_source_seek(buffer, 0, SEEK_SET);
    zip_source_read(buffer, bytes.data(), bytes.size());
    zip_source_close(buffer);
    writeFileAtomically(file, bytes);
}

} // namespace wordsight
