#include "app/report.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/version.hpp"
#include "k210/cpu/hart.hpp"

namespace k210::app {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kConsoleTailBytes = 1000;
// [sdk] lib/bsp/include/platform.h; lds/kendryte.ld
constexpr std::uint32_t kSramAt = 0x8000'0000, kSramBytes = 0x60'0000, kAiRamBytes = 0x20'0000;

std::uint64_t used_bytes(std::span<const std::uint8_t> memory) {
    constexpr std::size_t kPageBytes = 4096;
    static constexpr std::array<std::uint8_t, kPageBytes> kZeros{};
    std::uint64_t used = 0;
    for (; memory.size() >= kPageBytes; memory = memory.subspan(kPageBytes))
        if (std::memcmp(memory.data(), kZeros.data(), kPageBytes) != 0) used += kPageBytes;
    return used;
}

// Each with its mean, as `kmodel profile --json` has layers.
Json layers_json(const std::vector<profile::LayerTime>& layers) {
    constexpr double kPsPerMs = 1e9;
    Json json = Json::array();
    for (const profile::LayerTime& layer : layers) {
        const double all_ms = static_cast<double>(layer.busy_ps) / kPsPerMs;
        json.push_back({{"kind", fmt::format("{} {} to {}", layer.kind, layer.input, layer.output)},
                        {"ms", layer.runs ? all_ms / static_cast<double>(layer.runs) : 0},
                        {"runs", layer.runs}});
    }
    return json;
}

Json memory_json(const MemoryUse& memory) {
    return {{"sram_bytes", memory.sram_bytes}, {"ai_ram_bytes", memory.ai_ram_bytes}};
}

}  // namespace

std::vector<SeenLight> lights_of(const Machine& machine) {
    std::vector<SeenLight> lights;
    for (const auto& [name, port] : machine.ports()) {
        if (port->kind() != PortKind::light) continue;
        const auto colours = static_cast<Light*>(port)->colours();
        lights.push_back({name, {colours.begin(), colours.end()}});
    }
    return lights;
}

MemoryUse memory_use_of(const Machine& machine) {
    return {used_bytes(machine.memory(kSramAt, kSramBytes)),
            used_bytes(machine.memory(kSramAt + kSramBytes, kAiRamBytes))};
}

RunFigures figures_of(const Session& session, const Log& log, const std::string& firmware_sha256,
                      const KpuLayerTimes* layers) {
    const Machine& machine = session.machine();
    const std::string_view said = session.console_tail();
    RunFigures figures{session.board().name,
                       session.board_reason(),
                       machine.now(),
                       machine.counters(),
                       machine.missing_blocks(),
                       {},
                       log.entries(),
                       lights_of(machine),
                       session.last_sign_of_life(),
                       firmware_sha256,
                       std::string(said.substr(said.size() - std::min(said.size(), kConsoleTailBytes))),
                       memory_use_of(machine)};
    if (layers) figures.layers = layers->layers();
    for (std::size_t kind = 0; kind < kLogKinds; ++kind)
        figures.log_counts[kind] = log.count(static_cast<LogKind>(kind));
    return figures;
}

std::string make_report(const RunFacts& facts, const RunFigures& figures) {
    const MachineCounters& counters = figures.counters;
    Json report;
    report["firmware"] = facts.firmware;
    report["firmware_sha256"] = figures.firmware_sha256;
    report["board"] = figures.board;
    report["board_reason"] = figures.board_reason;
    report["version"] = version();
    report["engine"] = cpu_engine_version();
    report["timing"] = to_string(facts.timing);
    report["flash_timing"] = to_string(facts.flash_timing);
    report["outcome"] = facts.outcome;
    report["reason"] = facts.reason;
    report["matched"] = facts.matched;
    report["exit_status"] = facts.exit_status;
    report["watchdog"] = facts.watchdog;
    report["guest_seconds"] = figures.now.seconds();
    report["guest_cycles"] = counters.cpu_cycles;
    report["wall_seconds"] = facts.wall_seconds;
    report["harts"] = Json::array();
    for (const auto& hart : counters.harts)
        report["harts"].push_back({{"instructions", hart.instructions}, {"interrupts", hart.interrupts}});
    report["kpu_layers"] = counters.kpu_layers;
    report["frames_captured"] = counters.frames_captured;
    report["frames_shown"] = counters.frames_shown;
    report["resets"] = counters.resets;
    report["layers"] = layers_json(figures.layers);
    report["memory_used"] = memory_json(figures.memory);
    report["lights"] = Json::array();
    for (const auto& [name, colours] : figures.lights) {
        Json shown = Json::array();
        for (const Colour& c : colours) shown.push_back(fmt::format("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue));
        report["lights"].push_back({{"name", name}, {"colours", shown}});
    }
    report["missing_blocks"] = Json::array();
    for (const MissingBlock& block : figures.missing_blocks)
        report["missing_blocks"].push_back({{"name", block.name},
                                            {"reads", block.reads},
                                            {"writes", block.writes},
                                            {"last_access_seconds", block.last_access.seconds()}});
    for (std::size_t kind = 0; kind < kLogKinds; ++kind)
        report["log"][std::string(to_string(static_cast<LogKind>(kind)))] = figures.log_counts[kind];
    report["messages"] = Json::array();
    for (const Log::Entry& entry : figures.messages)
        report["messages"].push_back({{"kind", to_string(entry.kind)},
                                      {"source", entry.source},
                                      {"message", entry.message},
                                      {"count", entry.count}});
    report["console_tail"] = figures.console_tail;
    // Guests print bytes, not always UTF-8: what is not is replaced.
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string make_figures(const Session& session, const KpuLayerTimes& layers) {
    const MachineCounters counters = session.machine().counters();
    const Json figures{
        {"guest_seconds", session.now().seconds()}, {"guest_cycles", counters.cpu_cycles},
        {"kpu_layers", counters.kpu_layers},        {"frames_captured", counters.frames_captured},
        {"frames_shown", counters.frames_shown},    {"memory_used", memory_json(memory_use_of(session.machine()))},
        {"layers", layers_json(layers.layers())}};
    return figures.dump(2) + "\n";
}

}  // namespace k210::app
