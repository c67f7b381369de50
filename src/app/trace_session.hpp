// --trace-mmio and --trace-calls beside a run.
#pragma once
#include <deque>
#include <functional>
#include <optional>

#include "app/outputs.hpp"
#include "app/run_options.hpp"
#include "k210/loader/symbols.hpp"
#include "k210/machine/machine.hpp"
#include "profile/naming.hpp"
#include "trace/access_trace.hpp"
#include "trace/call_trace.hpp"
#include "trace/observer_list.hpp"

namespace k210::app {

class TraceSession {
public:
    // Nothing is traced while `again` is true. Throws InputError where the file cannot be written.
    TraceSession(const RunOptions& options, SymbolTable symbols, std::function<bool()> again);

    // From the start; what was traced before is forgotten.
    void watch(MachineConfig& config, trace::HartWatchers& watchers);
    void made(const Machine& machine);  // throws InputError when it has no such device
    void finish(Outputs& outputs);

private:
    const SymbolTable& names();

    const RunOptions& options_;
    profile::Naming naming_;
    bool names_known_;
    const Machine* machine_ = nullptr;
    trace::TraceText text_;
    std::optional<trace::AccessTrace> accesses_;
    std::deque<trace::CallTrace> calls_;  // of each hart
};

}  // namespace k210::app
