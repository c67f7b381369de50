#include "debug/stop_description.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "k210/cpu/hart.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210::debug {
namespace {

constexpr unsigned kRa = 1, kSp = 2, kFp = 8;
constexpr std::size_t kMostFrames = 32, kMostGuesses = 12, kScannedWords = 512;
constexpr std::uint64_t kBytesBefore = 24, kBytesBehind = 16, kWordBytes = 8, kMostFrameBytes = 1 << 20;

// Nothing unless all of it can be seen.
std::optional<std::uint64_t> number_at(const Machine& machine, const Hart& hart, std::uint64_t address,
                                       unsigned size_bytes) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size_bytes; ++i) {
        const auto physical = hart.physical(address + i);
        const auto byte = physical ? machine.peek(*physical) : std::nullopt;
        if (!byte) return {};
        value |= std::uint64_t{*byte} << (8 * i);
    }
    return value;
}

std::optional<rv::Instruction> instruction_at(const Machine& machine, const Hart& hart, std::uint64_t pc) {
    const auto low = number_at(machine, hart, pc, 2);
    if (!low) return {};
    if (rv::length_bytes(static_cast<std::uint32_t>(*low)) == 2) return rv::decode(static_cast<std::uint32_t>(*low));
    const auto whole = number_at(machine, hart, pc, 4);
    if (!whole) return {};
    return rv::decode(static_cast<std::uint32_t>(*whole));
}

std::string name_of(std::uint64_t address, const SymbolTable::Symbol* symbol) {
    if (!symbol) return {};
    const std::uint64_t offset = address - symbol->address;
    return offset == 0 ? symbol->name : fmt::format("{}+{}", symbol->name, offset);
}
std::string in_brackets(const std::string& name) {
    return name.empty() ? name : fmt::format(" ({})", name);
}

// Instructions differ in length: from where all that is decoded is legal and one begins at `pc`.
std::uint64_t first_shown(const Machine& machine, const Hart& hart, std::uint64_t pc) {
    for (std::uint64_t begin = pc - kBytesBefore; begin < pc; begin += 2) {
        std::uint64_t at = begin;
        while (at < pc) {
            const auto insn = instruction_at(machine, hart, at);
            if (!insn || !insn->legal()) break;
            at += insn->length_bytes;
        }
        if (at == pc) return begin;
    }
    return pc;
}

std::string describe_code(const Machine& machine, const Hart& hart, std::uint64_t pc, const SymbolTable& symbols) {
    std::string text;
    for (std::uint64_t at = first_shown(machine, hart, pc); at < pc + kBytesBehind;) {
        const auto insn = instruction_at(machine, hart, at);
        if (!insn) {
            if (at == pc) text += fmt::format("=> {:#010x}  nothing\n", at);
            break;
        }
        text += fmt::format("{} {:#010x}  {:<24} {}\n", at == pc ? "=>" : "  ", at, symbols.code_name(at),
                            rv::disassemble(*insn, at));
        at += insn->length_bytes;
    }
    return text;
}

// Whether a call stands before it.
bool is_return_address(const Machine& machine, const Hart& hart, std::uint64_t address) {
    if (address % 2 != 0 || address < 4) return false;
    for (const unsigned length : {4u, 2u}) {
        const auto insn = instruction_at(machine, hart, address - length);
        if (!insn || insn->length_bytes != length || insn->rd != kRa) continue;
        if (insn->kind == rv::Class::jump || insn->kind == rv::Class::indirect_jump) return true;
    }
    return false;
}

// Each frame begins below what the pointer points to: return address, then the caller's frame pointer.
std::vector<std::uint64_t> by_frame_pointers(const Machine& machine, Hart& hart) {
    std::vector<std::uint64_t> found;
    std::uint64_t frame = *hart.read_register(kFp), below = *hart.read_register(kSp);
    while (found.size() < kMostFrames && frame > below && frame - below < kMostFrameBytes && frame % kWordBytes == 0) {
        const auto pc = number_at(machine, hart, frame - kWordBytes, kWordBytes);
        const auto caller = number_at(machine, hart, frame - 2 * kWordBytes, kWordBytes);
        if (!pc || !caller || !is_return_address(machine, hart, *pc)) break;
        found.push_back(*pc);
        below = frame;
        frame = *caller;
    }
    return found;
}

std::vector<std::uint64_t> by_guesses(const Machine& machine, Hart& hart) {
    std::vector<std::uint64_t> found;
    const std::uint64_t sp = *hart.read_register(kSp);
    for (std::size_t i = 0; i < kScannedWords && found.size() < kMostGuesses; ++i) {
        const auto word = number_at(machine, hart, sp + i * kWordBytes, kWordBytes);
        if (!word) break;
        if (is_return_address(machine, hart, *word)) found.push_back(*word);
    }
    return found;
}

std::string what_happens(const HartStop& stop, const SymbolTable& symbols) {
    const auto accessed = [&] {
        return fmt::format("{:#x}{}", stop.address, in_brackets(name_of(stop.address, symbols.data_at(stop.address))));
    };
    switch (stop.reason) {
        case HartStopReason::read: return fmt::format("is about to read {}", accessed());
        case HartStopReason::write: return fmt::format("is about to write {}", accessed());
        case HartStopReason::fault:
            return fmt::format("faults: cause {}, address or instruction {:#x}", stop.cause, stop.address);
        case HartStopReason::breakpoint:
        case HartStopReason::step: break;
    }
    return "is there";
}

}  // namespace

std::string describe_stack(Machine& machine, unsigned id, const SymbolTable& symbols) {
    const StackTrace stack = stack_of(machine, id);
    std::string text =
        stack.by_frame_pointers ? "stack, by frame pointers:\n" : "stack, what on it looks like return addresses:\n";
    for (std::size_t i = 0; i < stack.pcs.size(); ++i)
        text += fmt::format("#{:<2} {:#010x}  {}\n", i, stack.pcs[i], symbols.code_name(stack.pcs[i]));
    return text;
}

std::string describe_last_access(const Machine& machine) {
    const auto access = machine.last_device_access();
    if (!access) return "no device has been accessed\n";
    return fmt::format("last access to a device: {} of {} bytes at {:#010x} ({}), value {:#x}\n",
                       access->is_write ? "write" : "read", access->size_bytes, access->address, access->device,
                       access->value);
}

StackTrace stack_of(Machine& machine, unsigned id) {
    Hart& hart = machine.hart(id);
    StackTrace stack;
    stack.pcs.push_back(*hart.read_register(kPcRegister));
    std::vector<std::uint64_t> callers = by_frame_pointers(machine, hart);
    stack.by_frame_pointers = !callers.empty();
    if (callers.empty()) callers = by_guesses(machine, hart);
    // A function that calls nothing more, or has just begun, has it in the register only.
    const std::uint64_t ra = *hart.read_register(kRa);
    if (is_return_address(machine, hart, ra) && (callers.empty() || callers.front() != ra)) stack.pcs.push_back(ra);
    stack.pcs.insert(stack.pcs.end(), callers.begin(), callers.end());
    return stack;
}

std::string headline(Machine& machine, unsigned id, const HartStop& stop, const SymbolTable& symbols) {
    return fmt::format("hart {} at {:.9f} s, pc {:#x}{}: {}", id, machine.hart(id).local_now().seconds(), stop.pc,
                       in_brackets(symbols.code_name(stop.pc)), what_happens(stop, symbols));
}

std::string describe_stop(Machine& machine, unsigned id, const SymbolTable& symbols) {
    Hart& hart = machine.hart(id);
    return describe(hart.registers()) + describe_code(machine, hart, *hart.read_register(kPcRegister), symbols) +
           describe_stack(machine, id, symbols);
}

}  // namespace k210::debug
