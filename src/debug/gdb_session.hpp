// gdb's side of a debugged session: what its packets ask, and what they are answered. [doc] gdb manual, appendix E
//
// All stops are of the whole machine, and harts are threads 1 and 2. Guest time stands still while it is held.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "debug/past.hpp"
#include "k210/cpu/hart.hpp"
#include "k210/machine/machine.hpp"

namespace k210::debug {

class GdbSession {
public:
    struct Config {
        std::function<Machine&()> machine;                     // that there is now
        std::function<std::string(std::string_view)> monitor;  // runs a command, and gives what it says
        std::function<Past*()> past = {};                      // none, or nullptr: there is no way back
        std::function<bool()> interrupted = {};                // while it is being gone
    };
    explicit GdbSession(Config config) : config_(std::move(config)) {}

    // The answers to one packet, each a payload. None while the guest runs on.
    std::vector<std::string> receive(std::string_view payload);
    // ^C: the answer, unless it is held already.
    std::optional<std::string> interrupt();
    // To be called after each turn of the machine: what has stopped it, if anything.
    std::optional<std::string> look();
    // The guest has crashed, and is held there.
    std::string crashed();
    void machine_made(Machine& machine) const;  // it takes the place of the one before
    void connected();                           // somebody else is there
    void hung_up();                             // nobody is: the guest runs on

    bool holds() const { return held_; }
    bool killed() const { return killed_; }
    // Of the last packet: acknowledgements are no longer wanted.
    bool without_acknowledgements() const { return no_acknowledgements_; }

private:
    std::string answer(std::string_view payload);
    std::vector<std::string> run_command(std::string_view digits);
    std::string query(std::string_view what);
    std::string describe_target(std::string_view range) const;
    std::string resume(std::string_view actions);
    std::string go_on(bool step, std::string_view from);
    std::string go_back(std::string_view how);
    Past* past() const { return config_.past ? config_.past() : nullptr; }
    void has_written() const;
    void step(unsigned hart, std::uint64_t begin, std::uint64_t end);
    std::string all_registers() const;
    std::string set_all_registers(std::string_view digits) const;
    std::string read_register(std::string_view number) const;
    std::string write_register(std::string_view assignment) const;
    std::string read_memory(std::string_view range) const;
    std::string write_memory(std::string_view range, bool binary) const;
    std::string change_point(std::string_view point, bool insert);
    std::string choose_thread(std::string_view which);
    std::string stop_reply(unsigned signal, unsigned hart, std::string_view more = {}) const;
    std::string what_is_watched(const HartStop& stop) const;
    StopPoints points() const;
    void hold();
    Hart& hart() const { return config_.machine().hart(hart_); }

    const Config config_;
    bool held_ = true, killed_ = false, no_acknowledgements_ = false;
    unsigned hart_ = 0;       // that registers and memory are asked of
    unsigned goes_back_ = 0;  // that steps back
    struct Step {
        std::uint64_t begin, end;
    };
    std::array<std::optional<Step>, Machine::kHarts> steps_;  // that harts are to do
    std::string last_stop_ = "T05thread:1;";
    std::set<std::uint64_t> software_, hardware_;
    std::vector<Watchpoint> watchpoints_;
};

}  // namespace k210::debug
