#include "app/trace_session.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::app {

TraceSession::TraceSession(const RunOptions& options, SymbolTable symbols, std::function<bool()> again)
    : options_(options), naming_(std::move(symbols)), names_known_(naming_.has_symbols()),
      text_(options.trace_lines.value_or(kDefaultTraceLines)) {
    check_writable(*options.trace_to);
    text_.muted = std::move(again);
    const auto known_names = [this]() -> const SymbolTable& { return names(); };
    if (!options.trace_mmio.empty()) accesses_.emplace(options.trace_mmio, text_, known_names);
    if (!options.trace_calls) return;
    for (unsigned hart = 0; hart < Machine::kHarts; ++hart) calls_.emplace_back(hart, text_, known_names);
}

void TraceSession::watch(MachineConfig& config, trace::HartWatchers& watchers) {
    machine_ = nullptr;
    text_.clear();
    if (accesses_) config.access_observer = &*accesses_;
    for (unsigned hart = 0; hart < calls_.size(); ++hart) watchers.add(config.hart_observers, hart, calls_[hart]);
}

void TraceSession::made(const Machine& machine) {
    machine_ = &machine;
    const auto known = machine.device_names();
    for (const std::string& name : options_.trace_mmio)
        if (name != trace::kAllDevices && std::ranges::find(known, name) == known.end())
            throw InputError(fmt::format("--trace-mmio: no device '{}'{} ({})", name, suggestion(name, known),
                                         fmt::join(known, " ")));
}

// Those that are recognised are looked for once there is code that runs.
const SymbolTable& TraceSession::names() {
    if (!std::exchange(names_known_, true) && machine_) naming_.recognise(*machine_);
    return naming_.symbols();
}

void TraceSession::finish(Outputs& outputs) {
    if (accesses_) accesses_->finish();
    outputs.attempt([&] { write_file_atomically(*options_.trace_to, text_.text()); });
}

}  // namespace k210::app
