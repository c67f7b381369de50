#include "debug/monitor.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "k210/cpu/hart.hpp"

namespace k210::debug {
namespace {

constexpr std::string_view kHelp =
    "help                   this\n"
    "time                   guest time, and where each hart is in it\n"
    "reset                  press the board's reset button; it acts when the guest goes on\n"
    "pad N high|low|free    drive a pad of the chip from outside, or no longer\n"
    "devices                the blocks of the chip\n"
    "DEVICE                 its registers, with their fields\n"
    "DEVICE.REGISTER        one of them\n"
    "DEVICE.REGISTER.FIELD  and one field of that\n"
    "save FILE              write a snapshot, which --from goes on from\n";

std::string tell_time(Machine& machine) {
    const MachineCounters counters = machine.counters();
    std::string text = fmt::format("devices are at {:.9f} s\n", machine.now().seconds());
    for (unsigned id = 0; id < Machine::kHarts; ++id) {
        const Hart& hart = machine.hart(id);
        text += fmt::format("hart {} is at {:.9f} s, {} instructions{}\n", id, hart.local_now().seconds(),
                            counters.harts.at(id).instructions, hart.in_wfi() ? ", and waits" : "");
    }
    return text;
}

std::string list_devices(const Machine& machine) {
    std::string text;
    for (const std::string& name : machine.device_names())
        text += fmt::format("{:#010x} {}\n", machine.device(name)->base, name);
    return text;
}

std::string show(const RegisterView& reg) {
    std::string text = fmt::format("{:#05x} {} {:#x}", reg.offset_bytes, reg.name, reg.value);
    for (const FieldView& field : reg.fields) text += fmt::format(" {}={:#x}", field.name, field.value);
    return text + "\n";
}

template <class Views>
std::vector<std::string> names_of(const Views& views) {
    std::vector<std::string> names;
    for (const auto& view : views) names.push_back(view.name);
    return names;
}

// What of `views` is called so. Throws InputError, which says what there is.
template <class Views>
const auto& named(const Views& views, std::string_view name, std::string_view owner, std::string_view what) {
    const auto found = std::ranges::find(views, name, [](const auto& view) { return std::string_view(view.name); });
    if (found != views.end()) return *found;
    const auto names = names_of(views);
    throw InputError(
        fmt::format("{} has no {} {}{} ({})", owner, what, name, suggestion(name, names), fmt::join(names, " ")));
}

// "DEVICE", "DEVICE.REGISTER" or "DEVICE.REGISTER.FIELD". Names of devices and registers hold no dots.
std::string show_named(const Machine& machine, std::string_view name) {
    const auto take_part = [&name] {
        const std::string_view part = name.substr(0, name.find('.'));
        name.remove_prefix(std::min(name.size(), part.size() + 1));
        return part;
    };
    const std::string_view device_name = take_part(), register_name = take_part(), field_name = take_part();
    const auto device = machine.device(device_name);
    if (!device) {
        std::vector<std::string> known = machine.device_names();
        for (const char* command : {"help", "time", "reset", "devices", "save"}) known.emplace_back(command);
        throw InputError(fmt::format("no command and no device: {}{}", device_name, suggestion(device_name, known)));
    }
    if (register_name.empty()) {
        std::string text;
        for (const RegisterView& reg : device->registers) text += show(reg);
        return text.empty() ? fmt::format("{} has no registers\n", device_name) : text;
    }
    const RegisterView& reg = named(device->registers, register_name, device_name, "register");
    if (field_name.empty()) return show(reg);
    const FieldView& field = named(reg.fields, field_name, register_name, "field");
    return fmt::format("{:#x}\n", field.value);
}

void press_reset(Session& session) {
    const std::string button(kResetPort);
    session.give(ButtonInput{button, true});
    session.give(ButtonInput{button, false});
}

// "N high", "N low" or "N free".
std::string drive_pad(Session& session, std::string_view text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view number = text.substr(0, space), level = text.substr(std::min(space + 1, text.size()));
    unsigned pad = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), pad);
    const bool known = level == "high" || level == "low" || level == "free";
    if (error != std::errc{} || end != number.data() + number.size() || !known)
        throw InputError("pad: a number and high, low or free, as in pad 16 low");
    session.give(PadInput{pad, level == "free" ? std::nullopt : std::optional(level == "high")});
    return level == "free" ? fmt::format("pad {} is no longer driven\n", pad)
                           : fmt::format("pad {} is driven {}\n", pad, level);
}

std::string run(std::string_view command, const MonitorHost& host) {
    const std::string_view verb = command.substr(0, command.find(' '));
    const std::string_view rest = command.substr(std::min(command.size(), verb.size() + 1));
    Session& session = host.session();
    if (verb == "save") {
        if (rest.empty()) throw InputError("save: which FILE?");
        host.save(std::string(rest));
        return fmt::format("saved in {}\n", rest);
    }
    if (verb == "pad") return drive_pad(session, rest);
    if (!rest.empty()) throw InputError(fmt::format("{} takes nothing behind it", verb));
    if (verb.empty() || verb == "help") return std::string(kHelp);
    if (verb == "time") return tell_time(session.machine());
    if (verb == "devices") return list_devices(session.machine());
    if (verb == "reset") {
        press_reset(session);
        return "the reset button has been pressed\n";
    }
    return show_named(session.machine(), verb);
}

}  // namespace

std::string run_monitor_command(std::string_view command, const MonitorHost& host) {
    try {
        return run(command, host);
    } catch (const InputError& error) { return fmt::format("{}\n", error.what()); }
}

}  // namespace k210::debug
