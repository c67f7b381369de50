#include "app/report.hpp"

#include <nlohmann/json.hpp>

#include "k210/cpu/hart.hpp"

namespace k210::app {

using Json = nlohmann::ordered_json;

std::string make_report(const RunFacts& facts, const Machine& machine, const Log& log) {
    const MachineCounters counters = machine.counters();
    Json report;
    report["firmware"] = facts.firmware;
    report["board"] = facts.board;
    report["engine"] = cpu_engine_version();
    report["timing"] = to_string(facts.timing);
    report["outcome"] = facts.outcome;
    report["matched"] = facts.matched;
    report["exit_status"] = facts.exit_status;
    report["guest_seconds"] = machine.now().seconds();
    report["guest_cycles"] = counters.cpu_cycles;
    report["wall_seconds"] = facts.wall_seconds;
    report["harts"] = Json::array();
    for (const auto& hart : counters.harts)
        report["harts"].push_back({{"instructions", hart.instructions}, {"interrupts", hart.interrupts}});
    report["kpu_layers"] = counters.kpu_layers;
    report["frames_captured"] = counters.frames_captured;
    report["frames_shown"] = counters.frames_shown;
    report["resets"] = counters.resets;
    for (const LogKind kind : {LogKind::guest_error, LogKind::unimplemented, LogKind::unverified, LogKind::host})
        report["log"][std::string(to_string(kind))] = log.count(kind);
    report["messages"] = Json::array();
    for (const Log::Entry& entry : log.entries())
        report["messages"].push_back({{"kind", to_string(entry.kind)},
                                      {"source", entry.source},
                                      {"message", entry.message},
                                      {"count", entry.count}});
    // Guests print bytes, not always UTF-8: what is not is replaced.
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace k210::app
