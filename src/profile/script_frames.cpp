#include "profile/script_frames.hpp"

#include <algorithm>

#include "k210/cpu/rv_instruction.hpp"

namespace k210::profile {
namespace {

constexpr std::uint64_t kWord = GuestImage::kWord;
constexpr unsigned kRa = 1, kSp = 2, kTp = 4;
constexpr std::uint64_t kStackBytes = 32 << 10;       // of a hart, from its tp on: [sdk] lib/bsp/crt.S, STKSHIFT
constexpr std::uint64_t kThreadStackBytes = 4 << 10;  // looked through where a thread has a stack of its own [assumed]
constexpr std::size_t kMostFrames = 64, kMostCallers = 32;

// mp_code_state_t and mp_obj_fun_bc_t
enum CodeStatePart : std::uint64_t { kFunction = 0, kIp = 8, kValues = 16, kExceptions = 24, kState = 40 };
constexpr std::uint64_t kBytecode = 16;
constexpr std::uint64_t kExceptionBytes = 3 * kWord;  // mp_exc_stack_t

// A number of 7 bits a byte, the highest first.
struct Number {
    std::uint64_t value = 0, bytes = 0;
};
template <class ByteAt>
Number number_at(ByteAt byte_at) {
    constexpr std::uint64_t kMostBytes = 4;
    Number n;
    std::uint8_t byte = 0;
    do {
        byte = byte_at(n.bytes++);
        n.value = n.value << 7 | (byte & 0x7f);
    } while (byte & 0x80 && n.bytes < kMostBytes);
    return n;
}
Number number_at(const GuestImage& memory, std::uint64_t at) {
    return number_at([&](std::uint64_t i) { return memory.byte(at + i); });
}

// Objects begin with their type, and a type's own type is the one that is of its own type.
bool is_object(std::uint64_t at, const GuestImage& memory) {
    const std::uint64_t type = memory.word(at), types = memory.word(type);
    return type != 0 && types != 0 && memory.word(types) == types;
}

bool is_return_address(std::uint64_t at, const GuestImage& memory) {
    if (at % 2 != 0 || !memory.holds(at)) return false;
    const auto half = [&](std::uint64_t where) {
        return std::uint32_t{memory.byte(where)} | memory.byte(where + 1) << 8;
    };
    const rv::Instruction wide = rv::decode(half(at - 4) | half(at - 2) << 16), narrow = rv::decode(half(at - 2));
    return (wide.length_bytes == 4 && wide.is_call()) || (narrow.length_bytes == 2 && narrow.is_call());
}

// Registers that a called function leaves as they were: the VM keeps its code state in one of them.
constexpr bool is_saved(unsigned x) {
    return x == 8 || x == 9 || (x >= 18 && x <= 27);
}

std::optional<std::string> name_of(std::uint64_t number, const MicroPythonNames& names) {
    if (number == 0 || number >= names.size() || names[number].empty()) return {};
    return std::string(names[number]);
}

bool is_file(const std::string& name) {
    return name.ends_with(".py") || (name.starts_with('<') && name.ends_with('>'));
}

}  // namespace

ScriptStack ScriptFrames::look(const std::array<std::uint64_t, 32>& x, std::uint64_t pc, const GuestImage& memory) {
    ScriptStack stack;
    stack.pc = pc;
    std::vector<std::uint64_t> seen;
    const auto try_one = [&](std::uint64_t at) {
        if (stack.frames.size() >= kMostFrames || std::ranges::find(seen, at) != seen.end()) return;
        if (const auto frame = frame_at(at, memory)) {
            stack.frames.push_back(*frame);
            seen.push_back(at);
        }
    };
    for (unsigned i = 0; i < x.size(); ++i)
        if (is_saved(i)) try_one(x[i]);
    if (is_return_address(x[kRa], memory)) stack.callers.push_back(x[kRa]);
    const std::uint64_t sp = x[kSp] & ~(kWord - 1), tp = x[kTp];
    const std::uint64_t end = sp - tp < kStackBytes ? tp + kStackBytes : sp + kThreadStackBytes;
    for (std::uint64_t at = sp; at < end && memory.holds(at); at += kWord) {
        const std::uint64_t word = memory.word(at);
        try_one(word);
        try_one(at);
        if (stack.frames.size() < 2 && stack.callers.size() < kMostCallers && is_return_address(word, memory))
            stack.callers.push_back(word);
    }
    if (stack.frames.empty()) stack.callers.clear();
    return stack;
}

std::optional<ScriptFrame> ScriptFrames::frame_at(std::uint64_t code_state, const GuestImage& memory) {
    const std::uint64_t function = memory.word(code_state + kFunction);
    if (function == 0 || !is_object(function, memory)) return {};
    const std::uint64_t bytecode = memory.word(function + kBytecode), ip = memory.word(code_state + kIp);
    if (!memory.holds(bytecode) || ip <= bytecode || !memory.holds(ip)) return {};

    const Number values = number_at(memory, bytecode);
    const Number exceptions = number_at(memory, bytecode + values.bytes);
    const std::uint64_t state = code_state + kState, state_end = state + values.value * kWord;
    const std::uint64_t top = memory.word(code_state + kValues);
    if (values.value == 0 || top < state - kWord || top >= state_end) return {};
    const std::uint64_t handlers = memory.word(code_state + kExceptions) & ~std::uint64_t{3};
    if (handlers < state_end - kExceptionBytes || handlers >= state_end + exceptions.value * kExceptionBytes) return {};

    constexpr std::uint64_t kArgumentBytes = 4;  // flags, and how many arguments of which kind
    const std::uint64_t info = bytecode + values.bytes + exceptions.bytes + kArgumentBytes;
    const Number info_bytes = number_at(memory, info);
    constexpr std::uint64_t kMostInfoBytes = 8 << 10, kMostCodeBytes = 64 << 10;
    if (info_bytes.value == 0 || info_bytes.value > kMostInfoBytes) return {};
    if (ip < info + info_bytes.value || ip > info + kMostCodeBytes) return {};

    std::string bytes(info_bytes.value, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(memory.byte(info + i));
    const auto [known, fresh] = codes_.try_emplace(std::move(bytes), static_cast<unsigned>(infos_.size()));
    if (fresh) infos_.push_back(&known->first);
    return ScriptFrame{known->second, static_cast<std::uint32_t>(ip - info - info_bytes.value)};
}

std::optional<ScriptPlace> ScriptFrames::place(const ScriptFrame& frame, const MicroPythonNames& names) const {
    const std::string& info = *infos_[frame.code];
    const auto byte = [&](std::uint64_t at) { return static_cast<std::uint8_t>(at < info.size() ? info[at] : 0); };
    const auto number = [&](std::uint64_t at) { return number_at([&](std::uint64_t i) { return byte(at + i); }); };
    const std::uint64_t begin = number(0).bytes;
    const auto two_bytes = [&](std::uint64_t at) { return Number{byte(at) | std::uint64_t{byte(at + 1)} << 8, 2}; };
    // Builds that can load .mpy files have names in two bytes, others in as many as they need.
    for (const bool fixed : {true, false}) {
        const auto name_at = [&](std::uint64_t at) { return fixed ? two_bytes(at) : number(at); };
        const Number function = name_at(begin), file = name_at(begin + function.bytes);
        const auto function_name = name_of(function.value, names), file_name = name_of(file.value, names);
        if (!function_name || !file_name || !is_file(*file_name)) continue;
        ScriptPlace place{*file_name, *function_name, 1};
        // So many bytes of code, and then so many lines: 0LLBBBBB, or 1LLLBBBB LLLLLLLL.
        std::uint64_t left = frame.offset;
        for (std::uint64_t at = begin + function.bytes + file.bytes; byte(at) != 0;) {
            const unsigned c = byte(at);
            const bool wide = c & 0x80;
            const unsigned bytes = c & (wide ? 0x0fu : 0x1fu);
            const unsigned lines = wide ? (c << 4 & 0x700u) | byte(at + 1) : c >> 5;
            if (left < bytes) break;
            left -= bytes;
            place.line += lines;
            at += wide ? 2 : 1;
        }
        return place;
    }
    return {};
}

}  // namespace k210::profile
