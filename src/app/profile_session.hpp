// What `k210emu profile` adds to a run: it watches the machine, and tells and writes afterwards where its time went.
#pragma once
#include <filesystem>
#include <optional>

#include "app/outputs.hpp"
#include "app/profile_windows.hpp"
#include "app/run_options.hpp"
#include "k210/loader/symbols.hpp"
#include "k210/machine/machine.hpp"
#include "profile/profiler.hpp"

namespace k210::app {

class ProfileSession {
public:
    // Throws InputError when outputs cannot be written.
    ProfileSession(const ProfileOptions& options, SymbolTable symbols);

    void watch(MachineConfig& config);  // from the start; what was watched before is forgotten
    void made(Machine& machine);
    void hear(std::uint8_t byte, SimTime now);  // of the console: see --profile-from
    // The run is over: writes the files and the summary, this to standard error.
    void finish(const Machine& machine, const Picture& screen, const profile::RunInfo& run, Outputs& outputs);

private:
    const ProfileOptions& options_;
    SymbolTable symbols_;
    ProfileWindows windows_;
    std::optional<profile::Profiler> profiler_;
};

}  // namespace k210::app
