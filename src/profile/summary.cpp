#include "profile/summary.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/message.hpp"

namespace k210::profile {
namespace {

constexpr std::size_t kMostLines = 12, kFewLines = 4;  // of one list
constexpr std::uint64_t kNegligible = 1000;            // what is less than this part of the run needs no line

// Those that ran outside of traps, the longest there first.
std::vector<FunctionLine> of_the_program(std::vector<FunctionLine> functions) {
    std::erase_if(functions, [](const FunctionLine& function) { return function.program_ps == 0; });
    std::stable_sort(functions.begin(), functions.end(),
                     [](const FunctionLine& a, const FunctionLine& b) { return a.program_ps > b.program_ps; });
    return functions;
}

class Writer {
public:
    explicit Writer(const Profile& profile) : profile_(profile) {}

    std::string write(std::string_view title) && {
        text_ = fmt::format("{}: {} of guest time", title, time_text(profile_.elapsed_ps));
        if (profile_.cpu_hz)
            text_ += fmt::format("; at the end the CPU's clock was {} and the KPU's {}", megahertz(profile_.cpu_hz),
                                 megahertz(profile_.kpu_hz));
        text_ += "\n";
        if (!profile_.windows_ps.empty()) add_windows();
        switch (profile_.names) {
            case NameSource::none:
                text_ += "functions go by the addresses where they begin; --symbols gives them names\n";
                break;
            case NameSource::recognised:
                text_ += fmt::format(
                    "functions that are known again have names, for {:.0f} % of the time that code ran; the others go "
                    "by the addresses where they begin; --symbols gives all of them names\n",
                    100 * profile_.named_share());
                break;
            case NameSource::symbols: break;
        }
        for (std::size_t i = 0; i < profile_.harts.size(); ++i) add_hart(i, profile_.harts[i]);
        add_layers();
        add_devices();
        return std::move(text_);
    }

private:
    void add_windows() {
        const auto& windows = profile_.windows_ps;
        const auto longest = std::ranges::max_element(windows);
        text_ += fmt::format("of {} window{}: {} each, {} in the longest, number {}\n", windows.size(),
                             windows.size() == 1 ? "" : "s", time_text(profile_.elapsed_ps / windows.size()),
                             time_text(*longest), longest - windows.begin() + 1);
    }
    static std::string megahertz(std::uint64_t hz) { return fmt::format("{:.1f} MHz", static_cast<double>(hz) / 1e6); }
    std::string share(std::uint64_t ps, std::uint64_t of_ps) const {
        return of_ps ? fmt::format("{:5.1f} %", 100.0 * static_cast<double>(ps) / static_cast<double>(of_ps)) : "";
    }
    void line(unsigned indent, std::string_view name, std::uint64_t ps, std::string_view more = {}) {
        text_ += fmt::format("{:{}}{:{}} {:>13} {}{}{}\n", "", indent, name, 44 - indent, time_text(ps),
                             share(ps, profile_.elapsed_ps), more.empty() ? "" : "  ", more);
    }

    // Those that matter one by one, the others together.
    template <class Line, class Time, class Name, class More>
    void list(const std::vector<Line>& lines, Time time, Name name, More more) {
        std::size_t shown = std::min(lines.size(), kMostLines);
        while (shown > kFewLines && time(lines[shown - 1]) < profile_.elapsed_ps / kNegligible) --shown;
        for (std::size_t i = 0; i < shown; ++i) line(4, name(lines[i]), time(lines[i]), more(lines[i]));
        std::uint64_t rest_ps = 0;
        for (std::size_t i = shown; i < lines.size(); ++i) rest_ps += time(lines[i]);
        if (shown < lines.size()) line(4, fmt::format("{} more", lines.size() - shown), rest_ps);
    }

    void add_hart(std::size_t number, const HartLines& hart) {
        text_ += fmt::format("\nhart {}\n", number);
        line(2, "running", hart.running_ps);
        list(
            of_the_program(hart.functions), [](const FunctionLine& f) { return f.program_ps; },
            [](const FunctionLine& f) { return f.name; }, [](const FunctionLine&) { return ""; });
        line(2, "interrupts and exceptions", hart.trap_ps);
        list(
            hart.traps, [](const TrapLine& t) { return t.time_ps; }, [](const TrapLine& t) { return t.name; },
            [](const TrapLine& t) { return times_text(t.times); });
        line(2, "waiting", hart.waiting_ps);
        list(
            hart.waits, [](const WaitLine& w) { return w.time_ps; }, [](const WaitLine& w) { return w.name; },
            [](const WaitLine& w) { return fmt::format("{}, in {}", times_text(w.times), w.function); });
        add_scripts(lines_of(hart.scripts));
        line(2, "total", hart.running_ps + hart.trap_ps + hart.waiting_ps);
    }

    // All of their time, that in traps and waiting too.
    void add_scripts(const std::vector<ScriptLine>& lines) {
        if (lines.empty()) return;
        std::uint64_t all_ps = 0;
        for (const ScriptLine& l : lines) all_ps += l.time_ps;
        line(2, "of all that, in scripts", all_ps);
        list(
            lines, [](const ScriptLine& l) { return l.time_ps; },
            [](const ScriptLine& l) {
                return printable(fmt::format("{}:{} {}", l.place.file, l.place.line, l.place.function));
            },
            [](const ScriptLine& l) { return printable(l.called); });
    }

    void add_layers() {
        if (profile_.layers.empty()) return;
        text_ += fmt::format("\n{:67}{:>31}\n", "KPU layers", "cycles of the KPU's clock a run");
        text_ += fmt::format("{:>4} {:14} {:13} {:13} {:18} {:>9} {:>8} {:>7} {:>6} {:>9} {:>5} {:>10}\n", "#", "kind",
                             "input", "output", "pool", "compute", "weights", "output", "set up", "ms a run", "runs",
                             "ms in all");
        std::uint64_t all_ps = 0, once_ps = 0;
        for (std::size_t i = 0; i < profile_.layers.size(); ++i) {
            const LayerTime& layer = profile_.layers[i];
            const std::uint64_t each_ps = layer.busy_ps / layer.runs;
            text_ += fmt::format("{:>4} {:14} {:13} {:13} {:18} {:>9} {:>8} {:>7} {:>6} {:>9.3f} {:>5} {:>10.3f}\n", i,
                                 layer.kind, layer.input, layer.output, layer.pool, layer.compute_cycles,
                                 layer.weight_load_cycles, layer.data_out_cycles, layer.setup_cycles,
                                 milliseconds(each_ps), layer.runs, milliseconds(layer.busy_ps));
            all_ps += layer.busy_ps;
            once_ps += each_ps;
        }
        text_ += fmt::format("{:>4} {:96} {:>9.3f} {:>5} {:>10.3f}\n", "", "total", milliseconds(once_ps), "",
                             milliseconds(all_ps));
    }
    static std::string times_text(std::uint64_t times) {
        return fmt::format("{} time{}", times, times == 1 ? "" : "s");
    }
    static std::string time_text(std::uint64_t ps) { return fmt::format("{:.3f} ms", milliseconds(ps)); }
    static double milliseconds(std::uint64_t ps) { return static_cast<double>(ps) / 1e9; }

    void add_devices() {
        if (profile_.devices.empty()) return;
        text_ += "\ndevices at work, side by side with the harts and with each other\n";
        for (const DeviceTime& device : profile_.devices)
            line(2, device.name, device.busy_ps,
                 device.bytes ? fmt::format("{}, {} bytes", times_text(device.times), device.bytes)
                              : times_text(device.times));
        if (profile_.frames_shown) text_ += fmt::format("  {} pictures were shown on the LCD\n", profile_.frames_shown);
    }

    const Profile& profile_;
    std::string text_;
};

}  // namespace

std::string summary(const Profile& profile, std::string_view title) {
    return Writer(profile).write(title);
}

}  // namespace k210::profile
