#include "core/nn/formats/safetensors.h"

#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/file_mapping.h"
#include "core/base/git_lfs.h"
#include "core/base/json.h"

namespace wordsight::nn {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

constexpr std::size_t kMaxHeader = 100'000'000; // the format's own limit

struct TypeName {
    const char* name;
    torch::ScalarType type;
};
constexpr std::array<TypeName, 10> kTypes { { { "F64", torch::kFloat64 }, { "F32", torch::kFloat32 },
    { "F16", torch::kFloat16 }, { "BF16", torch::kBFloat16 }, { "I64", torch::kInt64 }, { "I32", torch::kInt32 },
    { "I16", torch::kInt16 }, { "I8", torch::kInt8 }, { "U8", torch::kUInt8 }, { "BOOL", torch::kBool } } };

std::optional<torch::ScalarType> typeNamed(const std::string& name)
{
    for (const TypeName& entry : kTypes)
        if (name == entry.name)
            return entry.type;
    return std::nullopt;
}

const char* nameOf(torch::ScalarType type)
{
    for (const TypeName& entry : kTypes)
        if (type == entry.type)
            return entry.name;
    throw Error(ErrorKind::Internal, fmt::format("safetensors have no element type {}", torch::toString(type)));
}

/// Elements of a shape; throws where the product leaves `limit`.
std::uint64_t elementsOf(const std::vector<std::int64_t>& shape, std::uint64_t limit)
{
    std::uint64_t count = 1;
    for (const std::int64_t extent : shape) {
        if (extent < 0 || (extent > 0 && count > limit / static_cast<std::uint64_t>(extent)))
            throw std::runtime_error("a shape is larger than the file");
        count *= static_cast<std::uint64_t>(extent);
    }
    return count;
}

torch::Tensor tensorOf(
    const json& entry, torch::ScalarType type, std::span<std::byte> data, const std::shared_ptr<FileMapping>& mapping)
{
    const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
    const auto offsets = entry.at("data_offsets").get<std::array<std::uint64_t, 2>>();
    const std::uint64_t width = torch::elementSize(type);
    const std::uint64_t bytes = elementsOf(shape, data.size() / width) * width;
    if (offsets[0] > offsets[1] || offsets[1] > data.size() || offsets[1] - offsets[0] != bytes)
        throw std::runtime_error("offsets lie outside the file or do not match the shape");
    if (bytes == 0)
        return torch::empty(shape, type);
    std::byte* first = data.data() + offsets[0];
    if (reinterpret_cast<std::uintptr_t>(first) % width == 0)
        return torch::from_blob(
            first, shape, [mapping](void*) {}, type);
    torch::Tensor copy = torch::empty(shape, type);
    std::memcpy(copy.data_ptr(), first, bytes);
    return copy;
}

TensorMap parse(const std::shared_ptr<FileMapping>& mapping)
{
    const auto bytes = mapping->bytes();
    if (isGitLfsPointer(bytes))
        throw std::runtime_error("it is a Git-LFS pointer; fetch the file itself (git lfs pull)");
    std::uint64_t headerSize = 0;
    if (bytes.size() < sizeof headerSize)
        throw std::runtime_error("it is shorter than a header");
    std::memcpy(&headerSize, bytes.data(), sizeof headerSize);
    if (headerSize > kMaxHeader || headerSize > bytes.size() - sizeof headerSize)
        throw std::runtime_error("its header is cut off");
    const auto* text = reinterpret_cast<const char*>(bytes.data() + sizeof headerSize);
    const json header = parseJson({ text, headerSize }, { .bytes = kMaxHeader });
    const auto data = bytes.subspan(sizeof headerSize + headerSize);
    TensorMap tensors;
    std::string unread;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__")
            continue;
        // Newer types of few bits: a tensor that no network asks for must not stand in the way of the others.
        const auto typeName = entry.at("dtype").get<std::string>();
        if (const auto type = typeNamed(typeName))
            tensors[name] = tensorOf(entry, *type, data, mapping);
        else
            unread = fmt::format("{} has the element type {}, which is not supported", name, typeName);
    }
    if (tensors.empty() && !unread.empty())
        throw std::runtime_error(unread);
    return tensors;
}

Error unreadable(const std::filesystem::path& file, std::string_view reason)
{
    return Error(
        ErrorKind::UnreadableInput, fmt::format("{} is not a readable safetensors file: {}.", file.string(), reason));
}

} // namespace

TensorMap readSafetensors(const std::filesystem::path& file)
{
    const auto mapping = FileMapping::open(file);
    try {
        return parse(mapping);
    } catch (const json::exception& error) {
        throw unreadable(file, plainReason(error));
    } catch (const std::exception& error) {
        throw unreadable(file, error.what());
    }
}

void writeSafetensors(
    const std::filesystem::path& file, const TensorMap& tensors, const std::map<std::string, std::string>& metadata)
{
    json header = json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    TensorMap plain;
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        const auto& stored = plain[name] = tensor.detach().to(torch::kCPU).contiguous();
        header[name] = { { "dtype", nameOf(stored.scalar_type()) }, { "shape", stored.sizes().vec() },
            { "data_offsets", { offset, offset + stored.nbytes() } } };
        offset += stored.nbytes();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' '); // tensors then lie aligned in the mapped file
    const std::uint64_t headerSize = text.size();
    std::vector<std::byte> bytes(sizeof headerSize + text.size() + offset);
    std::byte* out = bytes.data();
    const auto put = [&](const void* source, std::size_t size) {
        if (size > 0)
            std::memcpy(out, source, size);
        out += size;
    };
    put(&headerSize, sizeof headerSize);
    put(text.data(), text.size());
    for (const auto& [name, tensor] : plain)
        put(tensor.data_ptr(), tensor.nbytes());
    writeFileAtomically(file, bytes);
}

TensorMap toHalf(const TensorMap& tensors)
{
    TensorMap half;
    for (const auto& [name, tensor] : tensors)
        half[name] = tensor.is_floating_point() ? tensor.to(torch::kFloat16) : tensor;
    return half;
}

} // namespace wordsight::nn
