#include "core/nn/formats/unpickler.h"

#include <fmt/format.h>

namespace wordsight::nn {
namespace {

/// Operation codes (Python's pickletools has their meaning).
enum Code : std::uint8_t {
    Mark = '(',
    Stop = '.',
    Pop = '0',
    PopMark = '1',
    BinFloat = 'G',
    BinInt = 'J',
    BinInt1 = 'K',
    BinInt2 = 'M',
    None = 'N',
    BinPersonalId = 'Q',
    Reduce = 'R',
    BinString = 'T',
    ShortBinString = 'U',
    BinUnicode = 'X',
    Append = 'a',
    Build = 'b',
    GlobalName = 'c',
    EmptyDict = '}',
    Appends = 'e',
    BinGet = 'h',
    LongBinGet = 'j',
    EmptyList = ']',
    BinPut = 'q',
    LongBinPut = 'r',
    SetItem = 's',
    Tuple = 't',
    EmptyTuple = ')',
    SetItems = 'u',
    Proto = 0x80,
    NewObject = 0x81,
    Tuple1 = 0x85,
    Tuple2 = 0x86,
    Tuple3 = 0x87,
    NewTrue = 0x88,
    NewFalse = 0x89,
    Long1 = 0x8a,
    ShortBinUnicode = 0x8c,
    BinUnicode8 = 0x8d,
    StackGlobal = 0x93,
    Memoize = 0x94,
    Frame = 0x95,
};

struct StorageName {
    std::string_view name;
    torch::ScalarType type;
};
constexpr StorageName kStorages[] = {
    { "FloatStorage", torch::kFloat32 },
    { "DoubleStorage", torch::kFloat64 },
    { "HalfStorage", torch::kFloat16 },
    { "LongStorage", torch::kInt64 },
    { "BFloat16Storage", torch::kBFloat16 },
    { "IntStorage", torch::kInt32 },
    { "ShortStorage", torch::kInt16 },
    { "CharStorage", torch::kInt8 },
    { "ByteStorage", torch::kUInt8 },
    { "BoolStorage", torch::kBool },
};

/// A name of a hostile file, fit for a message.
std::string printable(std::string_view name)
{
    std::string out;
    for (const char c : name.substr(0, 80))
        out += c >= ' ' && c <= '~' ? c : '?';
    return out;
}

PickleGlobal resolve(std::string_view module, std::string_view name)
{
    using Kind = PickleGlobal::Kind;
    if (module == "collections" && name == "OrderedDict")
        return { Kind::OrderedDict };
    if (module == "argparse" && name == "Namespace")
        return { Kind::Namespace };
    if (module == "torch._utils" && name == "_rebuild_tensor_v2")
        return { Kind::RebuildTensor };
    if (module == "torch")
        for (const StorageName& storage : kStorages)
            if (name == storage.name)
                return { Kind::Storage, storage.type };
    throw std::runtime_error(fmt::format("it asks for {}.{}, which is refused: only tensors and plain values are read",
        printable(module), printable(name)));
}

template <class T> const T& expect(const PickleValue& value, const char* what)
{
    if (const T* found = std::get_if<T>(&value.data))
        return *found;
    throw std::runtime_error(fmt::format("it is damaged: {} is not where it should be", what));
}

std::vector<std::int64_t> extents(const PickleValue& value)
{
    std::vector<std::int64_t> numbers;
    for (const PickleValue& item : *expect<PickleList*>(value, "a shape")) {
        numbers.push_back(expect<std::int64_t>(item, "an extent"));
        if (numbers.back() < 0)
            throw std::runtime_error("it is damaged: a shape is negative");
    }
    return numbers;
}

/// True if every element of the view lies inside the storage and none is counted twice over.
bool fits(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides, std::int64_t offset,
    std::int64_t elements)
{
    std::int64_t count = 1;
    std::int64_t last = offset;
    for (const std::int64_t size : sizes)
        if (__builtin_mul_overflow(count, size, &count))
            return false;
    for (std::size_t i = 0; count > 0 && i < sizes.size(); ++i) {
        std::int64_t reach = 0;
        if (__builtin_mul_overflow(sizes[i] - 1, strides[i], &reach) || __builtin_add_overflow(last, reach, &last))
            return false;
    }
    return count == 0 || (count <= elements && last < elements);
}

torch::Tensor rebuildTensor(const PickleList& arguments)
{
    if (arguments.size() < 6 || arguments.size() > 7)
        throw std::runtime_error("it is damaged: a tensor has the wrong number of parts");
    const auto& storage = expect<PickleStorage>(arguments[0], "a storage").elements;
    const auto offset = expect<std::int64_t>(arguments[1], "an offset");
    const auto sizes = extents(arguments[2]);
    const auto strides = extents(arguments[3]);
    if (sizes.size() != strides.size() || sizes.size() > 16 || offset < 0
        || !fits(sizes, strides, offset, storage.numel()))
        throw std::runtime_error("it is damaged: a tensor reaches beyond its storage");
    return storage.as_strided(sizes, strides, offset);
}

} // namespace

PickleValue Unpickler::read(ByteReader& bytes)
{
    m_stack.clear();
    m_marks.clear();
    m_memo.clear();
    m_mayCopy = bytes.left(); // no file that was written holds a value that took it no byte
    for (;;) {
        const auto code = bytes.number<std::uint8_t>();
        if (code == Stop)
            return pop();
        if (!readScalar(bytes, code) && !readText(bytes, code) && !readContainer(code) && !readMemo(bytes, code)
            && !readObject(bytes, code))
            throw std::runtime_error(
                fmt::format("it uses pickle operation 0x{:02x}, which torch.save does not write", code));
    }
}

bool Unpickler::readScalar(ByteReader& bytes, std::uint8_t code)
{
    switch (code) {
    case Proto:
        bytes.take(1);
        return true;
    case Frame:
        bytes.take(8);
        return true;
    case None:
        push(std::monostate {});
        return true;
    case NewTrue:
        push(true);
        return true;
    case NewFalse:
        push(false);
        return true;
    case BinInt:
        push(std::int64_t { bytes.number<std::int32_t>() });
        return true;
    case BinInt1:
        push(std::int64_t { bytes.number<std::uint8_t>() });
        return true;
    case BinInt2:
        push(std::int64_t { bytes.number<std::uint16_t>() });
        return true;
    case BinFloat:
        push(std::bit_cast<double>(__builtin_bswap64(bytes.number<std::uint64_t>())));
        return true;
    case Long1: {
        const auto digits = bytes.take(bytes.number<std::uint8_t>());
        if (digits.size() > 8)
            throw std::runtime_error("it holds a number of more than 64 bits");
        std::uint64_t value = !digits.empty() && (digits.back() & std::byte { 0x80 }) != std::byte {} ? ~0ULL : 0;
        if (!digits.empty())
            std::memcpy(&value, digits.data(), digits.size());
        push(static_cast<std::int64_t>(value));
        return true;
    }
    default:
        return false;
    }
}

bool Unpickler::readText(ByteReader& bytes, std::uint8_t code)
{
    std::uint64_t length = 0;
    switch (code) {
    case ShortBinString:
    case ShortBinUnicode:
        length = bytes.number<std::uint8_t>();
        break;
    case BinString:
    case BinUnicode:
        length = bytes.number<std::uint32_t>();
        break;
    case BinUnicode8:
        length = bytes.number<std::uint64_t>();
        break;
    default:
        return false;
    }
    push(m_owner.own(bytes.text(length)));
    return true;
}

bool Unpickler::readContainer(std::uint8_t code)
{
    switch (code) {
    case Mark:
        m_marks.push_back(m_stack.size());
        return true;
    case Pop:
        pop();
        return true;
    case PopMark:
        popToMark();
        return true;
    case EmptyList:
        push(m_owner.newList());
        return true;
    case EmptyDict:
        push(m_owner.newDict());
        return true;
    case EmptyTuple:
        pushTuple(0);
        return true;
    case Tuple1:
        pushTuple(1);
        return true;
    case Tuple2:
        pushTuple(2);
        return true;
    case Tuple3:
        pushTuple(3);
        return true;
    case Tuple: {
        auto items = popToMark();
        auto* list = m_owner.newList();
        *list = std::move(items);
        push(list);
        return true;
    }
    case Append:
        append({ pop() });
        return true;
    case Appends:
        append(popToMark());
        return true;
    case SetItem: {
        auto value = pop();
        auto key = pop();
        setItems({ std::move(key), std::move(value) });
        return true;
    }
    case SetItems:
        setItems(popToMark());
        return true;
    default:
        return false;
    }
}

bool Unpickler::readMemo(ByteReader& bytes, std::uint8_t code)
{
    switch (code) {
    case BinPut:
        setMemo(bytes.number<std::uint8_t>());
        return true;
    case LongBinPut:
        setMemo(bytes.number<std::uint32_t>());
        return true;
    case Memoize:
        setMemo(m_memo.size());
        return true;
    case BinGet:
        getMemo(bytes.number<std::uint8_t>());
        return true;
    case LongBinGet:
        getMemo(bytes.number<std::uint32_t>());
        return true;
    default:
        return false;
    }
}

bool Unpickler::readObject(ByteReader& bytes, std::uint8_t code)
{
    switch (code) {
    case GlobalName: {
        const auto module = bytes.line();
        push(resolve(module, bytes.line()));
        return true;
    }
    case StackGlobal: {
        const auto name = pop();
        const auto module = pop();
        push(resolve(expect<std::string_view>(module, "a name"), expect<std::string_view>(name, "a name")));
        return true;
    }
    case Reduce:
        call();
        return true;
    case NewObject:
        makeObject();
        return true;
    case Build:
        build();
        return true;
    case BinPersonalId:
        loadStorage();
        return true;
    default:
        return false;
    }
}

PickleValue Unpickler::pop()
{
    if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back()))
        throw std::runtime_error("it is damaged: its stack is empty");
    PickleValue value = std::move(m_stack.back());
    m_stack.pop_back();
    return value;
}

PickleList Unpickler::popToMark()
{
    if (m_marks.empty())
        throw std::runtime_error("it is damaged: a mark is missing");
    const auto first = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    m_marks.pop_back();
    PickleList items(std::make_move_iterator(first), std::make_move_iterator(m_stack.end()));
    m_stack.erase(first, m_stack.end());
    return items;
}

void Unpickler::pushTuple(std::size_t count)
{
    auto* list = m_owner.newList();
    list->resize(count);
    for (std::size_t i = count; i > 0; --i)
        (*list)[i - 1] = pop();
    push(list);
}

void Unpickler::append(PickleList items)
{
    const auto target = pop();
    auto& list = *expect<PickleList*>(target, "a list");
    list.insert(list.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    m_stack.push_back(target);
}

void Unpickler::setItems(PickleList items)
{
    const auto target = pop();
    auto& dict = *expect<PickleDict*>(target, "a dict");
    if (items.size() % 2 != 0)
        throw std::runtime_error("it is damaged: a dict has a key without a value");
    for (std::size_t i = 0; i < items.size(); i += 2)
        dict.emplace_back(std::move(items[i]), std::move(items[i + 1]));
    m_stack.push_back(target);
}

void Unpickler::setMemo(std::uint64_t index)
{
    auto value = pop();
    m_memo[index] = value;
    m_stack.push_back(std::move(value));
}

void Unpickler::getMemo(std::uint64_t index)
{
    const auto found = m_memo.find(index);
    if (found == m_memo.end())
        throw std::runtime_error("it is damaged: it refers to a value that is not there");
    m_stack.push_back(found->second);
}

void Unpickler::call()
{
    const auto arguments = pop();
    const auto callee = pop();
    const auto& list = *expect<PickleList*>(arguments, "an argument list");
    switch (expect<PickleGlobal>(callee, "a known name").kind) {
    case PickleGlobal::Kind::RebuildTensor:
        push(rebuildTensor(list));
        return;
    case PickleGlobal::Kind::OrderedDict:
        if (list.empty()) {
            push(m_owner.newDict());
            return;
        }
        [[fallthrough]];
    default:
        throw std::runtime_error("it makes an object in a way that torch.save does not");
    }
}

void Unpickler::makeObject()
{
    const auto arguments = pop();
    const auto type = pop();
    if (expect<PickleGlobal>(type, "a known name").kind != PickleGlobal::Kind::Namespace
        || !expect<PickleList*>(arguments, "an argument list")->empty())
        throw std::runtime_error("it makes an object in a way that torch.save does not");
    auto* dict = m_owner.newDict();
    m_namespaces.insert(dict);
    push(dict);
}

void Unpickler::build()
{
    const auto state = pop();
    const auto target = pop();
    auto* dict = expect<PickleDict*>(target, "an object");
    const auto* fields = expect<PickleDict*>(state, "an object's state");
    if (m_namespaces.contains(dict) && dict != fields) { // an OrderedDict's state is bookkeeping of torch.nn.Module
        if (fields->size() > m_mayCopy)                  // objects whose states are each other's double with every step
            throw std::runtime_error("it is damaged: its objects would grow beyond what the file holds");
        m_mayCopy -= fields->size();
        dict->insert(dict->end(), fields->begin(), fields->end());
    }
    m_stack.push_back(target);
}

void Unpickler::loadStorage()
{
    const auto id = pop();
    const auto& parts = *expect<PickleList*>(id, "a storage");
    if (parts.size() < 5 || expect<std::string_view>(parts[0], "a storage") != "storage")
        throw std::runtime_error("it is damaged: a storage has the wrong number of parts");
    const auto& type = expect<PickleGlobal>(parts[1], "a storage's type");
    if (type.kind != PickleGlobal::Kind::Storage)
        throw std::runtime_error("it is damaged: a storage has no type");
    if (parts.size() > 5 && !std::holds_alternative<std::monostate>(parts[5].data))
        throw std::runtime_error("it holds storages that are views of others, as only very old PyTorch wrote them");
    const auto elements = expect<std::int64_t>(parts[4], "a storage's size");
    if (elements < 0)
        throw std::runtime_error("it is damaged: a storage has a negative size");
    const std::string key(expect<std::string_view>(parts[2], "a storage's key"));
    push(PickleStorage { m_loader(key, type.type, elements) });
}

} // namespace wordsight::nn
