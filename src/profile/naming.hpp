// What people call the places of a program: functions, data, registers, interrupts.
#pragma once
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "k210/bus/bus.hpp"
#include "k210/loader/symbols.hpp"

namespace k210 {
class Machine;
}

namespace k210::profile {

struct Context;
struct CodeTime;
struct WaitTime;

class Naming {
public:
    explicit Naming(SymbolTable symbols = {}) : symbols_(std::move(symbols)) {}

    bool has_symbols() const { return !symbols_.empty(); }
    // Where nobody has given symbols: those of functions that are known again in `program`, which lies at `address`.
    void recognise(std::span<const std::uint8_t> program, std::uint64_t address);
    void recognise(const Machine& machine);
    std::string context(const Context& context) const;
    std::string wait(const WaitTime& wait, const Bus& bus) const;
    std::string data(std::uint64_t address, const Bus& bus) const;

    const SymbolTable& symbols() const { return symbols_; }

private:
    SymbolTable symbols_;
};

// Functions of code that ran: those that symbols name, else what begins where something was called.
class Functions {
public:
    explicit Functions(const Naming& naming) : naming_(naming) {}
    void add(const std::vector<CodeTime>& code);

    std::uint64_t entry(std::uint64_t pc) const;  // where the function that pc lies in begins
    std::string name(std::uint64_t pc) const;
    bool has_name(std::uint64_t pc) const { return naming_.symbols().code_at(pc) != nullptr; }

private:
    const Naming& naming_;
    std::set<std::uint64_t> entries_;
};

}  // namespace k210::profile
