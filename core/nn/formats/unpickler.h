#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "core/nn/formats/byte_reader.h"
#include "core/nn/formats/pickle_reader.h"

namespace wordsight::nn {

/// Gives the `elements` of a storage as a one-dimensional tensor; a key may be asked for again.
/// Throws std::runtime_error.
using StorageLoader
    = std::function<torch::Tensor(const std::string& key, torch::ScalarType type, std::int64_t elements)>;

/// The machine of the pickle format with the operations that torch.save writes. Nothing is ever called or
/// imported. Throws std::runtime_error with a reason for a person; names outside the list are refused by name.
class Unpickler {
public:
    /// Containers are made in `owner`, which must outlive the values.
    Unpickler(PickleFile& owner, StorageLoader loader)
        : m_owner(owner)
        , m_loader(std::move(loader))
    {
    }

    /// Reads one pickle, up to its STOP.
    PickleValue read(ByteReader& bytes);

private:
    bool readScalar(ByteReader& bytes, std::uint8_t code);
    bool readText(ByteReader& bytes, std::uint8_t code);
    bool readContainer(std::uint8_t code);
    bool readMemo(ByteReader& bytes, std::uint8_t code);
    bool readObject(ByteReader& bytes, std::uint8_t code);

    void push(decltype(PickleValue::data) data) { m_stack.push_back({ std::move(data) }); }
    PickleValue pop();
    PickleList popToMark();
    void pushTuple(std::size_t count);
    void append(PickleList items);
    void setItems(PickleList items);
    void setMemo(std::uint64_t index);
    void getMemo(std::uint64_t index);
    void call();
    void makeObject();
    void build();
    void loadStorage();

    PickleFile& m_owner;
    StorageLoader m_loader;
    PickleList m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, PickleValue> m_memo;
    std::unordered_set<const PickleDict*> m_namespaces;
    std::uint64_t m_mayCopy = 0; ///< entries of objects' states
};

} // namespace wordsight::nn
