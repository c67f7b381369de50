// What a profiled run came to: everything that its summary and its page show.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "profile/device_profile.hpp"
#include "profile/script_profile.hpp"

namespace k210::profile {

// Time of one kind, in one place. Places are code addresses, functions' names where known.
struct FunctionLine {
    std::uint64_t address;
    std::string name;
    std::uint64_t program_ps, trap_ps;  // for the program itself, and for interrupts and exceptions
    std::uint64_t total_ps() const { return program_ps + trap_ps; }
};
struct TrapLine {
    std::string name;
    std::uint64_t times, time_ps;
};
struct WaitLine {
    std::string name;
    std::uint64_t address;  // of the function
    std::string function;
    std::uint64_t times, time_ps;
};

struct HartLines {
    std::uint64_t running_ps = 0, trap_ps = 0, waiting_ps = 0;  // their sum is the run's elapsed_ps
    std::vector<FunctionLine> functions;                        // each list begins with what took longest
    std::vector<TrapLine> traps;
    std::vector<WaitLine> waits;      // outside of traps
    std::vector<ScriptTime> scripts;  // all time, also outside of scripts
    std::uint64_t named_ps = 0;       // of the time that code ran, in functions that have names
};

// What was run, for headings.
struct RunInfo {
    std::string title;    // firmware and board
    std::string command;  // as a shell takes it
    std::string outcome;
    std::string timing;  // what --timing chose
};

// Where functions have their names from.
enum class NameSource : std::uint8_t { none, symbols, recognised };

struct Profile {
    std::uint64_t elapsed_ps = 0;
    std::vector<std::uint64_t> windows_ps;  // of interest, whose sum that is; none: the whole run
    std::uint64_t cpu_hz = 0, kpu_hz = 0;   // at the end
    NameSource names = NameSource::none;
    std::array<HartLines, 2> harts;
    std::vector<LayerTime> layers;    // in order of first use
    std::vector<DeviceTime> devices;  // begins with the busiest
    std::uint64_t frames_shown = 0;

    // Of the time that code ran, the part in functions that have names.
    double named_share() const;
};

}  // namespace k210::profile
