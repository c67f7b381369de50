// Watches one machine and says where its time went.
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "k210/machine/machine.hpp"
#include "profile/device_profile.hpp"
#include "profile/hart_profile.hpp"
#include "profile/naming.hpp"
#include "profile/profile.hpp"
#include "profile/script_profile.hpp"
#include "profile/timeline.hpp"

namespace k210::profile {

class Profiler final : private TraceSink {
public:
    explicit Profiler(SymbolTable symbols);
    Profiler(const Profiler&) = delete;
    Profiler& operator=(const Profiler&) = delete;

    void watch(MachineConfig& config);  // the machine that is made from it, from its first cycle on
    void made(Machine& machine);        // that one: the scripts that it runs are seen from now on
    // Where there are no symbols: functions that are known again in memory as it is at the end get names.
    void recognise(const Machine& machine);
    // A window of interest opens or closes: nothing else counts where there are any. Before the run, one is closed to
    // begin with.
    void open_window(SimTime when);
    void close_window(SimTime when);
    Profile finish(SimTime now);  // call once, at the end of the run
    const Timeline& timeline() const { return timeline_; }

private:
    void set_counted(bool counted, SimTime when);

    void begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override;
    void end(SimTime when, std::string_view track) override;
    void burst(SimTime begin, SimTime end, std::string_view track, std::string_view name, std::uint64_t bytes) override;
    void instant(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override;
    void level(SimTime when, std::string_view track, std::uint64_t value) override;

    Naming naming_;
    NameSource names_;
    Timeline timeline_;
    DeviceProfile devices_;
    std::array<ScriptProfile, 2> scripts_;
    std::array<HartProfile, 2> harts_;
    std::optional<SimTime> open_since_ = SimTime{};  // none: closed
    std::vector<std::uint64_t> windows_ps_;          // that have been closed
};

}  // namespace k210::profile
