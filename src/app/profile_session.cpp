#include "app/profile_session.hpp"

#include <fmt/format.h>

#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "profile/chrome_trace.hpp"
#include "profile/collapsed_stacks.hpp"
#include "profile/page.hpp"
#include "profile/summary.hpp"

namespace k210::app {

ProfileSession::ProfileSession(const ProfileOptions& options, SymbolTable symbols)
    : options_(options), symbols_(std::move(symbols)), windows_(options.from, options.to) {
    for (const auto& output : {options.trace, options.html, options.stacks})
        if (output) check_writable(*output);
}

void ProfileSession::watch(MachineConfig& config) {
    profiler_.emplace(symbols_);
    profiler_->watch(config);
    windows_ = ProfileWindows(options_.from, options_.to);
    if (!windows_.begin_open()) profiler_->close_window(SimTime{});
}

void ProfileSession::made(Machine& machine) {
    profiler_->made(machine);
}

void ProfileSession::hear(std::uint8_t byte, SimTime now) {
    const ProfileWindows::Change change = windows_.hear(byte);
    if (change.close) profiler_->close_window(now);
    if (change.open) profiler_->open_window(now);
}

void ProfileSession::finish(const Machine& machine, const Picture& screen, const profile::RunInfo& run,
                            Outputs& outputs) {
    if (!windows_.seen())
        tell("k210emu: --profile-from '{}': no such line came, so no time has counted\n", printable(*options_.from));
    profiler_->recognise(machine);
    const profile::Profile profile = profiler_->finish(machine.now());
    if (options_.trace)
        outputs.attempt(
            [&] { write_file_atomically(*options_.trace, profile::chrome_trace(profiler_->timeline(), run.title)); });
    if (options_.html)
        outputs.attempt([&] { write_file_atomically(*options_.html, profile::page(profile, run, screen)); });
    if (options_.stacks)
        outputs.attempt([&] { write_file_atomically(*options_.stacks, profile::collapsed_stacks(profile)); });
    tell("\n{}", profile::summary(profile, fmt::format("{}, {} timing", run.title, run.timing)));
}

}  // namespace k210::app
