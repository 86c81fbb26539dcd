#include "io/pickle_reader.h"

#include <algorithm>
#include <deque>
#include <map>
#include <variant>

#include "stip/error.h"

namespace stip {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(
      ErrorCode::kWrongKind,
      "the checkpoint is not one of the STIP release ({'net_param': float tensors}): " + what);
}

struct Value;
using ValuePtr = Value*;
using List = std::vector<ValuePtr>;

struct None {};
struct Mark {};
struct Global {
  std::string name;
};
struct Dict {
  std::vector<std::pair<std::string, ValuePtr>> items;
};
struct Storage {
  std::string key;
  std::int64_t size;
};

// A tuple is a List. All values live in the machine's arena and point at each other freely: the
// pickle's memo shares them, and a hostile pickle may nest them deeply or in a circle.
struct Value {
  std::variant<None, Mark, bool, std::int64_t, std::string, List, Dict, Global, Storage,
               PickledTensor>
      v;
};

template <typename T>
T& as(ValuePtr value, const char* what) {
  if (T* found = std::get_if<T>(&value->v)) return *found;
  refuse(std::string("expected ") + what);
}

std::vector<std::int64_t> numbers(ValuePtr tuple) {
  std::vector<std::int64_t> result;
  const List& items = as<List>(tuple, "a tuple");
  if (items.size() > 8) refuse("a tensor has " + std::to_string(items.size()) + " dimensions");
  for (ValuePtr item : items) {
    result.push_back(as<std::int64_t>(item, "a number"));
  }
  return result;
}

// The stack machine of pickle protocol 2, as far as these checkpoints use it.
class Machine {
 public:
  explicit Machine(const std::string& bytes) : bytes_(bytes) {}

  ValuePtr run() {
    for (;;) {
      const unsigned char opcode = byte();
      if (opcode == '.') return pop();  // STOP
      step(opcode);
    }
  }

 private:
  template <typename T>
  ValuePtr make(T value) {
    arena_.push_back(Value{std::move(value)});
    return &arena_.back();
  }

  void step(unsigned char opcode) {
    switch (opcode) {
      case 0x80:
        byte();
        break;  // PROTO
      case 'c':
        push_global();
        break;  // GLOBAL
      case '(':
        stack_.push_back(make(Mark{}));
        break;  // MARK
      case ')':
        stack_.push_back(make(List{}));
        break;  // EMPTY_TUPLE
      case '}':
        stack_.push_back(make(Dict{}));
        break;  // EMPTY_DICT
      case 'N':
        stack_.push_back(make(None{}));
        break;  // NONE
      case 0x88:
        stack_.push_back(make(true));
        break;  // NEWTRUE
      case 0x89:
        stack_.push_back(make(false));
        break;  // NEWFALSE
      case 'K':
        stack_.push_back(make(std::int64_t{number(1)}));
        break;  // BININT1
      case 'M':
        stack_.push_back(make(std::int64_t{number(2)}));
        break;   // BININT2
      case 'J':  // BININT, signed
        stack_.push_back(make(std::int64_t{static_cast<std::int32_t>(number(4))}));
        break;
      case 0x8a:
        stack_.push_back(make(long_number()));
        break;  // LONG1
      case 'X':
        stack_.push_back(make(text(number(4))));
        break;  // BINUNICODE
      case 'q':
        memo_[number(1)] = top();
        break;  // BINPUT
      case 'r':
        memo_[number(4)] = top();
        break;  // LONG_BINPUT
      case 'h':
        recall(number(1));
        break;  // BINGET
      case 'j':
        recall(number(4));
        break;  // LONG_BINGET
      case 0x85:
        tuple_of(1);
        break;  // TUPLE1
      case 0x86:
        tuple_of(2);
        break;  // TUPLE2
      case 0x87:
        tuple_of(3);
        break;  // TUPLE3
      case 't':
        stack_.push_back(make(pop_to_mark()));
        break;  // TUPLE
      case 's':
        set_items({stack_from_top(1), stack_from_top(0)}, 2);
        break;  // SETITEM
      case 'u': {
        const List items = pop_to_mark();
        set_items(items, 0);
        break;
      }  // SETITEMS
      case 'Q':
        push_storage();
        break;  // BINPERSID
      case 'R':
        reduce();
        break;  // REDUCE
      case 'b':
        pop();
        break;  // BUILD: an OrderedDict's _metadata attribute, of no use here
      default:
        refuse("opcode " + std::to_string(opcode) + " is not used by it");
    }
  }

  unsigned char byte() {
    if (position_ >= bytes_.size()) refuse("its pickle is cut short");
    return static_cast<unsigned char>(bytes_[position_++]);
  }

  std::uint32_t number(int size) {
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i) value |= static_cast<std::uint32_t>(byte()) << (8 * i);
    return value;
  }

  std::int64_t long_number() {
    const std::uint32_t size = number(1);
    if (size > 8) refuse("a number is too large");
    std::uint64_t value = 0;
    for (std::uint32_t i = 0; i < size; ++i) value |= static_cast<std::uint64_t>(byte()) << (8 * i);
    const bool negative = size > 0 && size < 8 && (value >> (8 * size - 1) & 1) != 0;
    if (negative) value |= ~std::uint64_t{0} << (8 * size);
    return static_cast<std::int64_t>(value);
  }

  std::string text(std::size_t size) {
    if (size > bytes_.size() - position_) refuse("its pickle is cut short");
    position_ += size;
    return bytes_.substr(position_ - size, size);
  }

  std::string line() {
    std::string result;
    for (unsigned char c = byte(); c != '\n'; c = byte()) result += static_cast<char>(c);
    return result;
  }

  ValuePtr stack_from_top(std::size_t depth) const {
    if (stack_.size() <= depth) refuse("its pickle is damaged");
    return stack_[stack_.size() - 1 - depth];
  }
  ValuePtr top() const { return stack_from_top(0); }

  ValuePtr pop() {
    const ValuePtr value = top();
    stack_.pop_back();
    return value;
  }

  List pop_to_mark() {
    List items;
    for (ValuePtr value = pop(); !std::holds_alternative<Mark>(value->v); value = pop()) {
      items.push_back(value);
    }
    std::reverse(items.begin(), items.end());
    return items;
  }

  void tuple_of(std::size_t size) {
    List items(size);
    for (std::size_t i = size; i-- > 0;) items[i] = pop();
    stack_.push_back(make(std::move(items)));
  }

  void recall(std::uint32_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) refuse("its pickle is damaged");
    stack_.push_back(found->second);
  }

  void push_global() {
    const std::string module = line();
    const std::string name = module + "." + line();
    if (name != "collections.OrderedDict" && name != "torch._utils._rebuild_tensor_v2" &&
        name != "torch.FloatStorage") {
      refuse("it names " + name + ", which is never called here");
    }
    stack_.push_back(make(Global{name}));
  }

  void set_items(const List& items, std::size_t pop_count) {
    for (std::size_t i = 0; i < pop_count; ++i) pop();
    Dict& dict = as<Dict>(top(), "a dictionary");
    if (items.size() % 2 != 0) refuse("its pickle is damaged");
    for (std::size_t i = 0; i < items.size(); i += 2) {
      dict.items.emplace_back(as<std::string>(items[i], "a name"), items[i + 1]);
    }
  }

  // ('storage', FloatStorage, key, device, size): device is where it was saved from, of no use
  // here.
  void push_storage() {
    const ValuePtr id = pop();
    const List& parts = as<List>(id, "a tuple");
    if (parts.size() != 5 || as<Global>(parts[1], "a storage type").name != "torch.FloatStorage") {
      refuse("a storage is not of float values");
    }
    stack_.push_back(
        make(Storage{as<std::string>(parts[2], "a key"), as<std::int64_t>(parts[4], "a size")}));
  }

  void reduce() {
    const ValuePtr arguments = pop();
    const ValuePtr function = pop();
    const std::string& name = as<Global>(function, "a function").name;
    const List& given = as<List>(arguments, "a tuple");
    if (name == "collections.OrderedDict" && given.empty()) {
      stack_.push_back(make(Dict{}));
    } else if (name == "torch._utils._rebuild_tensor_v2" && given.size() >= 4) {
      const Storage& storage = as<Storage>(given[0], "a storage");
      stack_.push_back(
          make(PickledTensor{storage.key, storage.size, as<std::int64_t>(given[1], "an offset"),
                             numbers(given[2]), numbers(given[3])}));
    } else {
      refuse("it calls " + name + " in an unknown way");
    }
  }

  const std::string& bytes_;
  std::size_t position_ = 0;
  std::deque<Value> arena_;
  std::vector<ValuePtr> stack_;
  std::map<std::uint32_t, ValuePtr> memo_;
};

std::vector<std::pair<std::string, PickledTensor>> tensors_of(const Dict& dict) {
  std::vector<std::pair<std::string, PickledTensor>> tensors;
  for (const auto& [name, tensor] : dict.items) {
    tensors.emplace_back(name, as<PickledTensor>(tensor, "a tensor"));
  }
  return tensors;
}

}  // namespace

std::vector<std::pair<std::string, PickledTensor>> read_checkpoint_pickle(
    const std::string& bytes) {
  Machine machine(bytes);
  const ValuePtr root = machine.run();
  const Dict& dict = as<Dict>(root, "a dictionary");
  bool state_dict = !dict.items.empty();
  for (const auto& [key, value] : dict.items) {
    state_dict = state_dict && std::holds_alternative<PickledTensor>(value->v);
    if (key == "net_param") return tensors_of(as<Dict>(value, "a dictionary of tensors"));
  }
  if (!state_dict) refuse("it has no net_param");
  return tensors_of(dict);
}

}  // namespace stip
