#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

struct PickleValue;
using PickleList = std::vector<PickleValue>;                         ///< a list or a tuple
using PickleDict = std::vector<std::pair<PickleValue, PickleValue>>; ///< in the order of the file

/// The few names that a file may refer to. They are inert: nothing is called.
struct PickleGlobal {
    enum class Kind { OrderedDict, Namespace, RebuildTensor, Storage };
    Kind kind;
    torch::ScalarType type = torch::kFloat32; ///< of a storage
};

/// The elements that tensors are views of.
struct PickleStorage {
    torch::Tensor elements;
};

/// A value of a PyTorch file. Text, lists and dicts belong to the PickleFile that it came from.
struct PickleValue {
    std::variant<std::monostate, bool, std::int64_t, double, std::string_view, torch::Tensor, PickleList*, PickleDict*,
        PickleGlobal, PickleStorage>
        data;

    /// The value under a text key. Throws Error{UnreadableInput} if this is no dict or has no such key.
    const PickleValue& at(std::string_view key) const;
    const PickleValue* find(std::string_view key) const; ///< nothing if this is no dict or has no such key
};

/// What torch.save wrote, in the legacy or the zip format, read without running anything: only tensors, numbers,
/// text, lists, dicts, OrderedDict and argparse.Namespace (as a dict) are made. Any other class or function is
/// refused by its name. Storages of other devices are read onto the CPU. Every length and offset is checked.
class PickleFile {
public:
    /// Throws Error{UnreadableInput} naming the file and what is wrong with it or refused in it.
    explicit PickleFile(const std::filesystem::path& file);
    PickleFile(const PickleFile&) = delete;
    PickleFile& operator=(const PickleFile&) = delete;

    const PickleValue& root() const { return m_root; }

    std::string_view own(std::string_view text) { return m_texts.emplace_back(text); }
    PickleList* newList() { return &m_lists.emplace_back(); }
    PickleDict* newDict() { return &m_dicts.emplace_back(); }

private:
    // All containers side by side: however deep a hostile file nests them, nothing recurses.
    std::deque<std::string> m_texts;
    std::deque<PickleList> m_lists;
    std::deque<PickleDict> m_dicts;
    PickleValue m_root;
};

/// The tensors among the entries of a dict; empty if it is none.
TensorMap tensorsOf(const PickleValue& dict);

/// The tensors of a file that is a state dict. Throws Error{UnreadableInput} if it holds none.
TensorMap readTorchTensors(const std::filesystem::path& file);

} // namespace wordsight::nn
