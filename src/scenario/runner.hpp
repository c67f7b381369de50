// Walks a session through the steps of a scenario. Whether they pass depends on guest time alone.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/machine/machine.hpp"
#include "k210/session/session.hpp"
#include "scenario/result.hpp"
#include "scenario/scenario.hpp"

namespace k210::scenario {

// What a scenario asks of the program that runs it.
class Surroundings {
public:
    virtual ~Surroundings() = default;
    virtual void console_says(std::uint8_t) {}
    // Another board's machine begins: what was said no longer counts.
    virtual void starting_over() {}
    virtual void making(MachineConfig&) {}
    virtual void given(const Input&) {}
    virtual void began(const Step&) {}
    virtual void looked(Session&) {}  // a step of the session has ended
    virtual void keep_screenshot(const std::string& name, const Picture& picture) = 0;  // throws InputError
    virtual SessionCard make_card(const CardContents& contents) = 0;                    // the same
    // Nothing where there is no such file; throws InputError where there is no file system.
    virtual std::optional<std::vector<std::uint8_t>> file_in_flash(const Storage& flash, const std::string& name) = 0;
    virtual std::optional<std::vector<std::uint8_t>> file_on_card(const CardSlot& slot, const std::string& name) = 0;
    // A picture is another than the golden one; true when that is what is wanted from now on.
    virtual bool take_as_golden(const ExpectPicture&, const Picture&) { return false; }  // throws InputError
    virtual double wall_seconds() = 0;                                                   // since it began
    // The last look at the session.
    virtual void ending(Session&, Status) {}
};

// The config is of the scenario's board and all that belongs to it. Throws InputError before anything runs.
Result run(const Scenario& scenario, SessionConfig config, Log& log, Surroundings& surroundings);

}  // namespace k210::scenario
