#include "profile/naming.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "k210/bus/register_name.hpp"
#include "k210/loader/program.hpp"
#include "k210/machine/machine.hpp"
#include "k210/soc/interrupts.hpp"
#include "profile/callees.hpp"
#include "profile/firmware_scan.hpp"
#include "profile/hart_profile.hpp"
#include "profile/known_functions.hpp"
#include "profile/known_functions_table.hpp"
#include "profile/micropython_functions.hpp"

namespace k210::profile {
namespace {

// [doc] RISC-V privileged spec, mcause
std::string exception_name(unsigned cause) {
    constexpr const char* kNames[] = {"misaligned fetch",
                                      "fetch fault",
                                      "illegal instruction",
                                      "ebreak",
                                      "misaligned load",
                                      "load fault",
                                      "misaligned store",
                                      "store fault",
                                      "ecall",
                                      "ecall",
                                      "ecall",
                                      "ecall"};
    return cause < std::size(kNames) ? kNames[cause] : fmt::format("exception {}", cause);
}

}  // namespace

void Naming::recognise(std::span<const std::uint8_t> program, std::uint64_t address) {
    const FirmwareScan scan(program, address);
    std::vector<SymbolTable::Symbol> found = KnownFunctions(known_functions_table()).find_in(program, address, scan);
    std::ranges::move(micropython_functions(program, address, scan), std::back_inserter(found));
    symbols_ = SymbolTable(found);
    constexpr unsigned kMostLevels = 6;
    for (unsigned level = 0; level < kMostLevels; ++level) {
        const auto more = called_by_one(symbols_, scan);
        if (more.empty()) break;
        found.insert(found.end(), more.begin(), more.end());
        symbols_ = SymbolTable(found);
    }
}

void Naming::recognise(const Machine& machine) {
    if (!has_symbols()) recognise(machine.memory(kProgramBase, kProgramMemoryBytes), kProgramBase);
}

std::string Naming::context(const Context& context) const {
    switch (context.kind) {
        case TrapKind::none: break;
        case TrapKind::external:
            return context.number ? interrupt_name(context.number) : "external interrupt that nobody claimed";
        case TrapKind::software: return "software interrupt";
        case TrapKind::timer: return "timer interrupt";
        case TrapKind::exception: return exception_name(context.number);
    }
    return "program";
}

std::string Naming::data(std::uint64_t address, const Bus& bus) const {
    if (const SymbolTable::Symbol* symbol = symbols_.data_at(address)) {
        const std::uint64_t offset = (address - symbol->address) & 0x3fff'ffff;  // in either alias
        return offset ? fmt::format("{}+{:#x}", symbol->name, offset) : symbol->name;
    }
    const Bus::Window* window = address >> 32 ? nullptr : bus.find(static_cast<std::uint32_t>(address));
    if (window && window->target) return register_name(*window, static_cast<std::uint32_t>(address) - window->base);
    return fmt::format("{:#010x}", address);
}

std::string Naming::wait(const WaitTime& wait, const Bus& bus) const {
    if (wait.wfi) return "WFI";
    const std::string deadline = wait.reads.counter ? ", with a deadline" : "";
    if (wait.reads.device) return "poll of " + data(*wait.reads.device, bus) + deadline;
    if (wait.reads.memory && wait.memory_varies) return "poll of memory" + deadline;
    if (wait.reads.memory) return "poll of " + data(*wait.reads.memory, bus) + deadline;
    return wait.reads.counter ? "delay" : "busy loop";
}

void Functions::add(const std::vector<CodeTime>& code) {
    for (const CodeTime& block : code)
        if (block.entry) entries_.insert(block.pc);
}

std::uint64_t Functions::entry(std::uint64_t pc) const {
    if (const SymbolTable::Symbol* symbol = naming_.symbols().code_at(pc)) return symbol->address;
    const auto after = entries_.upper_bound(pc);
    return after == entries_.begin() ? pc : *std::prev(after);
}

std::string Functions::name(std::uint64_t pc) const {
    if (const SymbolTable::Symbol* symbol = naming_.symbols().code_at(pc)) return symbol->name;
    return fmt::format("{:#010x}", entry(pc));
}

}  // namespace k210::profile
