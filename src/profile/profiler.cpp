#include "profile/profiler.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "k210/cpu/hart.hpp"
#include "k210/loader/program.hpp"
#include "k210/soc/interrupts.hpp"

namespace k210::profile {
namespace {

constexpr std::string_view kTrackOrder[] = {
    "hart 0",        "hart 0 traps",  "hart 0 traps in traps",
    "hart 1",        "hart 1 traps",  "hart 1 traps in traps",
    "kpu",           "fft",           "dma channel 0",
    "dma channel 1", "dma channel 2", "dma channel 3",
    "dma channel 4", "dma channel 5", "dvp",
    "lcd",           "spi0",          "spi1",
    "spi3",          "console",       "uarths",
    "uart1",         "uart2",         "uart3",
    "i2c0",          "i2c1",          "i2c2",
    "sccb",          "machine",
};

template <class Line>
void longest_first(std::vector<Line>& lines, std::uint64_t (*time)(const Line&)) {
    std::erase_if(lines, [&](const Line& line) { return time(line) == 0; });
    std::stable_sort(lines.begin(), lines.end(), [&](const Line& a, const Line& b) { return time(a) > time(b); });
}

HartLines lines_of(const HartProfile& hart, const Functions& functions) {
    HartLines lines;
    for (const ContextTime& context : hart.contexts()) lines.traps.push_back({context.name, context.times, 0});
    std::map<std::uint64_t, FunctionLine> by_entry;
    for (const CodeTime& code : hart.code()) {
        const std::uint64_t entry = functions.entry(code.pc);
        FunctionLine& function =
            by_entry.try_emplace(entry, FunctionLine{entry, functions.name(code.pc), 0, 0}).first->second;
        (code.context == 0 ? function.program_ps : function.trap_ps) += code.time_ps;
        (code.context == 0 ? lines.running_ps : lines.trap_ps) += code.time_ps;
        if (functions.has_name(code.pc)) lines.named_ps += code.time_ps;
        lines.traps[code.context].time_ps += code.time_ps;
    }
    std::map<std::pair<std::uint64_t, std::string>, WaitLine> waits;
    for (const WaitTime& wait : hart.waits()) {
        lines.traps[wait.context].time_ps += wait.time_ps;
        (wait.context == 0 ? lines.waiting_ps : lines.trap_ps) += wait.time_ps;
        if (wait.context != 0) continue;
        const std::uint64_t entry = functions.entry(wait.pc);
        WaitLine& line =
            waits.try_emplace({entry, wait.name}, WaitLine{wait.name, entry, functions.name(wait.pc), 0, 0})
                .first->second;
        line.times += wait.times;
        line.time_ps += wait.time_ps;
    }
    lines.traps.erase(lines.traps.begin());  // the program itself
    for (auto& [entry, function] : by_entry) lines.functions.push_back(std::move(function));
    for (auto& [key, wait] : waits) lines.waits.push_back(std::move(wait));
    longest_first<FunctionLine>(lines.functions, [](const FunctionLine& line) { return line.total_ps(); });
    longest_first<TrapLine>(lines.traps, [](const TrapLine& line) { return line.time_ps; });
    longest_first<WaitLine>(lines.waits, [](const WaitLine& line) { return line.time_ps; });
    return lines;
}

}  // namespace

double Profile::named_share() const {
    std::uint64_t named_ps = 0, ran_ps = 0;
    for (const HartLines& hart : harts) {
        named_ps += hart.named_ps;
        for (const FunctionLine& function : hart.functions) ran_ps += function.total_ps();
    }
    return ran_ps == 0 ? 0 : static_cast<double>(named_ps) / static_cast<double>(ran_ps);
}

Profiler::Profiler(SymbolTable symbols)
    : naming_(std::move(symbols)), names_(naming_.has_symbols() ? NameSource::symbols : NameSource::none),
      timeline_(kTrackOrder), harts_{HartProfile("hart 0", &timeline_, naming_, &scripts_[0]),
                                     HartProfile("hart 1", &timeline_, naming_, &scripts_[1])} {}

void Profiler::watch(MachineConfig& config) {
    config.trace = this;
    for (std::size_t i = 0; i < harts_.size(); ++i) config.hart_observers[i] = &harts_[i];
}

void Profiler::made(Machine& machine) {
    const GuestImage memory(machine.memory(kProgramBase, kProgramMemoryBytes), kProgramBase);
    for (unsigned id = 0; id < scripts_.size(); ++id)
        scripts_[id].attach([&hart = machine.hart(id)] { return hart.registers().x; }, memory);
}

void Profiler::recognise(const Machine& machine) {
    if (naming_.has_symbols()) return;
    naming_.recognise(machine);
    if (naming_.has_symbols()) names_ = NameSource::recognised;
}

void Profiler::set_counted(bool counted, SimTime when) {
    for (HartProfile& hart : harts_) hart.set_counted(counted, when);
    devices_.set_counted(counted, when);
}

void Profiler::open_window(SimTime when) {
    if (open_since_) return;
    set_counted(true, when);
    open_since_ = when;
}

void Profiler::close_window(SimTime when) {
    if (!open_since_) return;
    set_counted(false, when);
    if (when > *open_since_) windows_ps_.push_back(when.ps - open_since_->ps);
    open_since_.reset();
}

Profile Profiler::finish(SimTime now) {
    const bool whole = open_since_ == SimTime{} && windows_ps_.empty();
    if (open_since_)
        windows_ps_.push_back(now.ps - open_since_->ps);
    else
        set_counted(true, now);
    timeline_.finish(now);
    devices_.finish(now);
    Functions functions(naming_);
    for (HartProfile& hart : harts_) {
        hart.finish(now);
        functions.add(hart.code());
    }
    Profile profile;
    for (const std::uint64_t ps : windows_ps_) profile.elapsed_ps += ps;
    if (!whole) profile.windows_ps = std::move(windows_ps_);
    profile.cpu_hz = devices_.last_level("clock cpu");
    profile.kpu_hz = devices_.last_level("clock ai");
    profile.names = names_;
    for (std::size_t i = 0; i < harts_.size(); ++i) profile.harts[i] = lines_of(harts_[i], functions);
    for (std::size_t i = 0; i < scripts_.size(); ++i) profile.harts[i].scripts = scripts_[i].times(functions);
    std::ranges::copy_if(devices_.layers(), std::back_inserter(profile.layers),
                         [](const LayerTime& layer) { return layer.runs != 0; });
    std::ranges::copy_if(devices_.devices(), std::back_inserter(profile.devices),
                         [](const DeviceTime& device) { return device.times != 0; });
    std::stable_sort(profile.devices.begin(), profile.devices.end(),
                     [](const DeviceTime& a, const DeviceTime& b) { return a.busy_ps > b.busy_ps; });
    profile.frames_shown = devices_.instants("lcd");
    return profile;
}

void Profiler::begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) {
    timeline_.begin(when, track, name, arguments);
    devices_.begin(when, track, name, arguments);
}

void Profiler::end(SimTime when, std::string_view track) {
    timeline_.end(when, track);
    devices_.end(when, track);
}

void Profiler::burst(SimTime begin, SimTime end, std::string_view track, std::string_view name, std::uint64_t bytes) {
    timeline_.burst(begin, end, track, name, bytes);
    devices_.burst(begin, end, track, name, bytes);
}

void Profiler::instant(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) {
    if (track == "plic") {
        const auto argument = [&](std::size_t n) { return std::get<std::uint64_t>(arguments.begin()[n].value); };
        for (unsigned id = 0; id < harts_.size(); ++id)
            if (plic_context_of_hart(id) == argument(0)) harts_[id].claimed(static_cast<unsigned>(argument(1)), when);
        return;
    }
    timeline_.instant(when, track, name, arguments);
    devices_.instant(when, track, name, arguments);
}

void Profiler::level(SimTime when, std::string_view track, std::uint64_t value) {
    timeline_.level(when, track, value);
    devices_.level(when, track, value);
}

}  // namespace k210::profile
