// What a run came to, as JSON for machines to read. docs/report.md describes the fields.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/kpu_layer_times.hpp"
#include "k210/base/log.hpp"
#include "k210/session/session.hpp"

namespace k210::app {

struct RunFacts {
    std::string_view firmware;
    TimingModel timing;
    FlashTiming flash_timing;
    std::string_view outcome;  // docs/report.md lists them
    std::string_view reason;   // for people
    std::string_view matched;  // what --expect or --fail matched
    int exit_status;
    bool watchdog;  // ended by it
    double wall_seconds;
};

// In pages of 4 KiB that are not as at power-on, all zero: what has been used so far, as programs clear no page that
// they have used.
struct MemoryUse {
    std::uint64_t sram_bytes = 0, ai_ram_bytes = 0;
};
MemoryUse memory_use_of(const Machine& machine);

struct SeenLight {
    std::string name;
    std::vector<Colour> colours;
};

// What a machine has come to at one moment.
struct RunFigures {
    std::string board, board_reason;
    SimTime now;
    MachineCounters counters{};
    std::vector<MissingBlock> missing_blocks;
    std::array<std::uint64_t, kLogKinds> log_counts{};
    std::vector<Log::Entry> messages;
    std::vector<SeenLight> lights;
    SimTime seen;                 // to do something
    std::string firmware_sha256;  // in hexadecimal
    std::string console_tail;     // the last that the guest has said
    MemoryUse memory{};
    std::vector<profile::LayerTime> layers{};
};
std::vector<SeenLight> lights_of(const Machine& machine);
RunFigures figures_of(const Session& session, const Log& log, const std::string& firmware_sha256,
                      const KpuLayerTimes* layers = nullptr);

// Everything but wall_seconds is the same on every run with the same inputs.
std::string make_report(const RunFacts& facts, const RunFigures& figures);

// Those of its fields that say how long things took and how much they took.
std::string make_figures(const Session& session, const KpuLayerTimes& layers);

}  // namespace k210::app
