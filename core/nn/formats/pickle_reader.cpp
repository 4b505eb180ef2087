#include "core/nn/formats/pickle_reader.h"

#include <caffe2/serialize/inline_container.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file_mapping.h"
#include "core/base/git_lfs.h"
#include "core/nn/formats/unpickler.h"

namespace wordsight::nn {
namespace {

using namespace std::string_view_literals;

constexpr auto kLegacyMagic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."sv;
constexpr auto kZipMagic = "PK\x03\x04"sv;
constexpr std::int64_t kLegacyProtocol = 1001;

/// Storages by key, each of one type and size, together no larger than the file.
class Storages {
public:
    explicit Storages(std::uint64_t bytesOfFile)
        : m_left(bytesOfFile)
    {
    }

    torch::Tensor& get(const std::string& key, torch::ScalarType type, std::int64_t elements)
    {
        if (const auto known = m_tensors.find(key); known != m_tensors.end()) {
            if (known->second.scalar_type() != type || known->second.numel() != elements)
                throw std::runtime_error("it is damaged: a storage has two sizes");
            return known->second;
        }
        const std::uint64_t width = torch::elementSize(type);
        if (static_cast<std::uint64_t>(elements) > m_left / width)
            throw std::runtime_error("it is cut off: its storages are larger than the file");
        m_left -= static_cast<std::uint64_t>(elements) * width;
        m_fresh = true;
        return m_tensors[key] = torch::empty({ elements }, type);
    }

    torch::Tensor* find(const std::string& key)
    {
        const auto found = m_tensors.find(key);
        return found == m_tensors.end() ? nullptr : &found->second;
    }

    /// True once after get() made a new one.
    bool takeFresh() { return std::exchange(m_fresh, false); }
    std::size_t count() const { return m_tensors.size(); }

private:
    std::uint64_t m_left;
    bool m_fresh = false;
    TensorMap m_tensors;
};

void fill(torch::Tensor& storage, std::span<const std::byte> bytes)
{
    if (bytes.size() != storage.nbytes())
        throw std::runtime_error("it is damaged: a storage is not as large as announced");
    if (!bytes.empty())
        std::memcpy(storage.data_ptr(), bytes.data(), bytes.size());
}

/// The legacy format: pickles of magic, protocol, system, values and storage keys, then the storages.
PickleValue readLegacy(PickleFile& owner, std::span<const std::byte> file)
{
    ByteReader bytes(file);
    bytes.take(kLegacyMagic.size());
    Storages storages(file.size());
    Unpickler unpickler(owner, [&](const std::string& key, torch::ScalarType type, std::int64_t elements) {
        return storages.get(key, type, elements);
    });
    const auto protocol = unpickler.read(bytes);
    if (const auto* number = std::get_if<std::int64_t>(&protocol.data); number == nullptr || *number != kLegacyProtocol)
        throw std::runtime_error("its format is of another version");
    const auto system = unpickler.read(bytes);
    if (const auto* little = std::get_if<bool>(&system.at("little_endian").data); little == nullptr || !*little)
        throw std::runtime_error("it was written on a big-endian machine");
    PickleValue root = unpickler.read(bytes);
    const PickleValue keys = unpickler.read(bytes);
    const auto* const* list = std::get_if<PickleList*>(&keys.data);
    if (list == nullptr || (*list)->size() != storages.count())
        throw std::runtime_error("it is damaged: its list of storages is wrong");
    for (const PickleValue& key : **list) {
        const auto* name = std::get_if<std::string_view>(&key.data);
        torch::Tensor* storage = name == nullptr ? nullptr : storages.find(std::string(*name));
        if (storage == nullptr)
            throw std::runtime_error("it is damaged: its list of storages is wrong");
        if (bytes.number<std::int64_t>() != storage->numel())
            throw std::runtime_error("it is damaged: a storage is not as large as announced");
        fill(*storage, bytes.take(storage->nbytes()));
    }
    return root;
}

/// The zip format: data.pkl and one entry per storage.
PickleValue readZip(PickleFile& owner, const std::filesystem::path& file, std::uint64_t size)
{
    caffe2::serialize::PyTorchStreamReader zip(file.string());
    const auto record = [&](const std::string& name) {
        if (!zip.hasRecord(name))
            throw std::runtime_error(fmt::format("it has no entry {}", name));
        if (zip.getRecordSize(name) > size) // torch.save never compresses
            throw std::runtime_error(fmt::format("its entry {} claims to be larger than the file", name));
        return zip.getRecord(name);
    };
    const auto span = [](const std::tuple<at::DataPtr, std::size_t>& data) {
        return std::span(static_cast<const std::byte*>(std::get<0>(data).get()), std::get<1>(data));
    };
    if (zip.hasRecord("byteorder")) {
        const auto order = record("byteorder");
        if (ByteReader(span(order)).startsWith("big"))
            throw std::runtime_error("it was written on a big-endian machine");
    }
    Storages storages(size);
    Unpickler unpickler(owner, [&](const std::string& key, torch::ScalarType type, std::int64_t elements) {
        torch::Tensor& storage = storages.get(key, type, elements);
        if (storages.takeFresh())
            fill(storage, span(record("data/" + key)));
        return storage;
    });
    const auto pickle = record("data.pkl");
    ByteReader bytes(span(pickle));
    return unpickler.read(bytes);
}

} // namespace

const PickleValue* PickleValue::find(std::string_view key) const
{
    if (const auto* dict = std::get_if<PickleDict*>(&data))
        for (const auto& [name, value] : **dict)
            if (const auto* text = std::get_if<std::string_view>(&name.data); text != nullptr && *text == key)
                return &value;
    return nullptr;
}

const PickleValue& PickleValue::at(std::string_view key) const
{
    if (const PickleValue* found = find(key))
        return *found;
    throw Error(ErrorKind::UnreadableInput, fmt::format("it has no entry called {}", key));
}

PickleFile::PickleFile(const std::filesystem::path& file)
{
    const auto mapping = FileMapping::open(file);
    const auto fail = [&](std::string_view reason) {
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("{} is not a readable PyTorch file: {}.", file.string(), reason));
    };
    const ByteReader start(mapping->bytes());
    try {
        if (start.startsWith(kLegacyMagic))
            m_root = readLegacy(*this, mapping->bytes());
        else if (start.startsWith(kZipMagic))
            m_root = readZip(*this, file, mapping->bytes().size());
        else if (isGitLfsPointer(mapping->bytes()))
            throw std::runtime_error("it is a Git-LFS pointer; fetch the file itself (git lfs pull)");
        else
            throw std::runtime_error("it begins like neither of PyTorch's formats");
    } catch (const c10::Error& error) {
        const std::string_view what = error.what_without_backtrace();
        fail(what.substr(0, what.find(". "))); // the rest speaks of PyTorch's insides
    } catch (const std::exception& error) {
        fail(error.what());
    }
}

TensorMap tensorsOf(const PickleValue& dict)
{
    TensorMap tensors;
    if (const auto* entries = std::get_if<PickleDict*>(&dict.data))
        for (const auto& [name, value] : **entries) {
            const auto* key = std::get_if<std::string_view>(&name.data);
            const auto* tensor = std::get_if<torch::Tensor>(&value.data);
            if (key != nullptr && tensor != nullptr)
                tensors[std::string(*key)] = *tensor;
        }
    return tensors;
}

TensorMap readTorchTensors(const std::filesystem::path& file)
{
    const PickleFile pickle(file);
    auto tensors = tensorsOf(pickle.root());
    if (tensors.empty())
        throw Error(ErrorKind::UnreadableInput, fmt::format("{} holds no tensors.", file.string()));
    return tensors;
}

} // namespace wordsight::nn
