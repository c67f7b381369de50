#include "k210/soc/machine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/loader/boot_rom.hpp"
#include "soc/board_chips.hpp"
#include "soc/chip.hpp"
#include "soc/console_feed.hpp"
#include "soc/console_trace.hpp"
#include "soc/terminal_rate.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kQuantumPs = ps_from_us(25);  // harts differ by this much at most, and one block
constexpr std::uint64_t kQuantumSpreadPs = ps_from_us(4);
constexpr std::uint64_t kCodeCheckPs = ps_from_us(1000);  // unannounced code changes are seen this soon
constexpr std::uint64_t kRomStackTop = kProgramBase + kProgramMemoryBytes, kRomStackBytes = 0x2000;  // [assumed]
constexpr int kNoRequest = -1;
constexpr std::uint16_t kRet = 0x8082;  // c.jr ra

}  // namespace

class Machine::Implementation {
public:
    Implementation(const MachineConfig& config, Log& log)
        : board_(config.board), program_(config.program), crash_patience_(config.crash_patience),
          log_(log), trace_{config.trace}, console_(config.console, events_, trace_),
          console_line_(
              console_, config.terminal_baud, [this] { return chip_.serial_baud(board_.console.tx_pad); }, log),
          outside_(config.board, config.camera, config.camera_mount.value_or(config.board.camera.mount), events_, log,
                   trace_),
          chip_(events_, log, trace_,
                {config.timing, config.hart_observers, config.skip_idle_loops, config.strictness}),
          feed_(events_, config.terminal_baud,
                [this](std::uint8_t byte) { return chip_.send_serial(board_.console.rx_pad, byte); }) {
        if (!config.flash.empty()) outside_.flash.load(0, config.flash);
        fill_rom();
        chip_.on_reset_request = [this](Sysctl::ResetCause cause) { reset_request_ = cause; };
        outside_.connect(chip_);
        chip_.on_serial(console_line_, board_.console.tx_pad);
        power_on(Sysctl::ResetCause::pin);
        chip_.trace_clocks();
    }

    SimTime now() const { return events_.now(); }

    StopReason run_until(SimTime t) {
        stop_ = false;
        while (events_.now() < t) {
            run_slice(t);
            if (reset_request_ && !restart()) return StopReason::crashed;
            if (stop_) return StopReason::requested;
            if (lost()) return StopReason::crashed;
            if (idle()) return any_fault() ? StopReason::crashed : StopReason::idle;
        }
        return StopReason::time_reached;
    }

    void stop() { stop_ = true; }
    void type(std::string_view bytes) { feed_.type(bytes); }
    bool typing() const { return !feed_.empty(); }
    void press(Button button, bool down) {
        if (button != Button::reset) return outside_.press(button, down);
        if (down && !reset_held_) reset_request_ = Sysctl::ResetCause::pin;
        reset_held_ = down;
    }
    std::optional<unsigned> lcd_clock_pad() const {
        const int pad = chip_.fpioa.pad_of(FUNC_SPI0_SCLK);
        return pad < 0 ? std::nullopt : std::optional<unsigned>(pad);
    }
    LcdPanel& panel() { return outside_.panel; }
    const NorFlash& flash() const { return outside_.flash; }

    MachineCounters counters() {
        MachineCounters c{};
        for (std::size_t i = 0; i < c.harts.size(); ++i)
            c.harts[i] = {chip_.harts[i]->instructions(), chip_.harts[i]->interrupts_taken()};
        c.cpu_cycles = chip_.clocks[Clock::cpu].cycle_at(events_.now());
        c.kpu_layers = chip_.kpu.layers_run();
        c.frames_captured = chip_.dvp.frames_captured();
        c.frames_shown = outside_.panel.frames_shown();
        c.resets = resets_;
        return c;
    }

    std::vector<MissingBlock> missing_blocks() const {
        std::vector<MissingBlock> blocks;
        for (const Stub& stub : chip_.stubs())
            if (stub.reads() || stub.writes())
                blocks.push_back({stub.name(), stub.reads(), stub.writes(), stub.last_access()});
        return blocks;
    }

    std::string crash_report() const {
        std::string text;
        for (const auto& hart : chip_.harts) {
            const auto& fault = hart->fault();
            if (!fault) {
                text += describe(hart->registers());
                continue;
            }
            text += fmt::format("fault at {:.6f} s: cause {}, pc {:#x}, address or instruction {:#x}{}\n{}",
                                fault->when.seconds(), fault->cause, fault->pc, fault->value,
                                fault->handler_unreachable ? ", and no handler that runs" : "",
                                describe_circumstances(*fault));
        }
        return text;
    }

    void visit_state(StateVisitor& visitor) {
        check_board(visitor);
        events_.visit_state(visitor);
        visitor.value("resets", resets_);
        visitor.value("reset_held", reset_held_);
        bool stuck = rescue_.has_value();
        visitor.value("stuck", stuck);
        if (visitor.loading()) rescue_ = stuck ? std::optional(SimTime{}) : std::nullopt;
        if (rescue_) visitor.value("rescue_ps", rescue_->ps);
        auto request = reset_request_ ? static_cast<int>(*reset_request_) : kNoRequest;
        visitor.value("reset_request", request, static_cast<int>(Sysctl::ResetCause::soft));
        visitor.require(request >= kNoRequest, "reset_request", "is no request");
        reset_request_.reset();
        if (request != kNoRequest) reset_request_ = static_cast<Sysctl::ResetCause>(request);
        {
            const auto scope = visitor.enter("chip");
            chip_.visit_state(visitor);
        }
        {
            const auto scope = visitor.enter("board");
            outside_.visit_state(visitor);
        }
        for (auto& hart : chip_.harts) {
            hart->visit_state(visitor);
            // One that lags behind by more would have to catch up alone.
            visitor.require(after(hart->local_now(), kQuantumPs + kQuantumSpreadPs) >= events_.now(), "harts",
                            "lag behind");
        }
        feed_.visit_state(visitor);
    }

    void load(const Snapshot& snapshot) {
        StateLoader loader(snapshot);
        visit_state(loader);
        loader.finish();
        events_.check_order();
    }

private:
    void check_board(StateVisitor& visitor) const {
        std::vector<std::uint8_t> name(board_.name.begin(), board_.name.end());
        visitor.buffer("board", name);
        const std::string saved(name.begin(), name.end());
        if (saved != board_.name)
            throw InputError(fmt::format("snapshot: it is of a {}, and this machine is a {}", saved, board_.name));
    }

    void fill_rom() {
        // The ROM's code is not public. Programs that call its printf get an answer all the same: every address
        // returns.
        const auto rom = chip_.rom.bytes();
        for (std::size_t i = 0; i < rom.size(); i += 2) {
            rom[i] = kRet & 0xff;
            rom[i + 1] = kRet >> 8;
        }
    }

    void power_on(Sysctl::ResetCause cause) {
        chip_.reset(cause);
        const Program program = program_ ? *program_ : read_boot_image(outside_.flash.contents());
        for (const Program::Segment& segment : program.segments) {
            const auto size = static_cast<std::uint32_t>(segment.bytes.size());
            const auto memory = chip_.bus.memory(segment.address, size);
            if (memory.size() != size)
                throw InputError(fmt::format("program: {:#x} is not in memory", segment.address));
            std::copy(segment.bytes.begin(), segment.bytes.end(), memory.begin());
            chip_.bus.wrote(segment.address, size);
        }
        // Both harts run what the ROM has loaded, with a stack each: Kboot pushes before it sets its own. [assumed]
        for (unsigned id = 0; id < chip_.harts.size(); ++id)
            chip_.harts[id]->reset(program.entry, kRomStackTop - id * kRomStackBytes);
    }

    bool restart() {
        ++resets_;
        if (trace_.sink) trace_.sink->instant(events_.now(), "machine", "reset", {});
        const Sysctl::ResetCause cause = *reset_request_;
        reset_request_.reset();
        rescue_.reset();
        try {
            power_on(cause);
            return true;
        } catch (const InputError& e) {
            log_.guest_error("boot_rom", "after a reset, {}", e.what());
            return false;
        }
    }

    // Where the n-th slice begins. They differ in length, lest a hart that takes and returns a lock in a loop be
    // interrupted at the same point of it for ever, and the other never get it. They do not depend on what runs.
    static SimTime slice(std::uint64_t n) {
        constexpr std::uint64_t kScatter = 0x9e37'79b9'7f4a'7c15;  // 2^64 over the golden ratio
        constexpr unsigned kTopBits = 32;
        return {n * kQuantumPs + (kQuantumSpreadPs * (n * kScatter >> kTopBits) >> kTopBits)};
    }
    static SimTime slice_after(SimTime t) {
        const std::uint64_t n = t.ps / kQuantumPs;
        return slice(n) > t ? slice(n) : slice(n + 1);
    }
    static SimTime slice_before(SimTime t) {
        if (t == SimTime::never()) return t;
        const std::uint64_t n = t.ps / kQuantumPs;
        return slice(n) <= t || n == 0 ? slice(n) : slice(n - 1);
    }

    // Slices in which every hart only waits need not be run one by one.
    SimTime harts_rest_until() {
        SimTime rest = SimTime::never();
        if (!std::ranges::all_of(chip_.harts, [](const auto& hart) { return hart->idle(); })) return events_.now();
        for (const auto& hart : chip_.harts) rest = std::min(rest, hart->idle_until());
        return rest;
    }

    void run_slice(SimTime until) {
        const SimTime begin = events_.now();
        SimTime end = slice_after(begin);
        if (events_.next_deadline() > end)
            end = std::max(end, slice_before(std::min(harts_rest_until(), crash_is_due())));
        end = std::min(end, until);
        for (auto& hart : chip_.harts) {  // this order is part of the machine's definition
            const SimTime deadline = std::min(end, events_.next_deadline());
            if (hart->local_now() >= deadline) continue;
            const EventQueue::Executing scope(events_, *hart);
            hart->run(deadline);
        }
        events_.run_until(std::min(end, events_.next_deadline()));
        if (events_.now().ps / kCodeCheckPs != begin.ps / kCodeCheckPs) chip_.code_epoch.advance();
    }

    bool any_fault() const {
        return std::any_of(chip_.harts.begin(), chip_.harts.end(),
                           [](const auto& h) { return h->fault().has_value(); });
    }
    SimTime crash_is_due() const {
        if (rescue_) return *rescue_;
        SimTime due = SimTime::never();
        for (const auto& hart : chip_.harts)
            if (hart->fault()) due = std::min(due, after(hart->fault()->when, crash_patience_.ps));
        return due;
    }
    // Whether nothing can bring a hart back that has faulted. A watchdog is waited for once: what else runs may restart
    // it for ever.
    bool lost() {
        const bool stuck = std::any_of(chip_.harts.begin(), chip_.harts.end(), [&](const auto& hart) {
            const auto& fault = hart->fault();
            return fault && (fault->handler_unreachable || events_.now() >= after(fault->when, crash_patience_.ps));
        });
        if (!stuck) {
            rescue_.reset();
            return false;
        }
        if (!rescue_) rescue_ = watchdog_resets_at();
        return *rescue_ == SimTime::never() || events_.now() > *rescue_;
    }
    SimTime watchdog_resets_at() const { return std::min(chip_.wdt0.resets_at(), chip_.wdt1.resets_at()); }
    bool idle() const {
        if (watchdog_resets_at() != SimTime::never()) return false;
        if (chip_.uarths.sending() || chip_.uart1.sending() || chip_.uart2.sending() || chip_.uart3.sending())
            return false;
        return std::all_of(chip_.harts.begin(), chip_.harts.end(), [&](const auto& hart) {
            return hart->in_wfi() && (!hart->wakeable() || events_.next_deadline() == SimTime::never());
        });
    }

    const Board& board_;
    const std::optional<Program> program_;
    const SimTime crash_patience_;
    Log& log_;
    EventQueue events_;
    const Trace trace_;
    ConsoleTrace console_;
    TerminalRate console_line_;
    BoardChips outside_;
    Chip chip_;
    ConsoleFeed feed_;
    bool stop_ = false, reset_held_ = false;
    std::optional<Sysctl::ResetCause> reset_request_;
    std::uint64_t resets_ = 0;
    std::optional<SimTime> rescue_;  // when a watchdog was to reset harts that are stuck
};

Machine::Machine(const MachineConfig& config, Log& log)
    : implementation_(std::make_unique<Implementation>(config, log)) {}
Machine::~Machine() = default;

SimTime Machine::now() const {
    return implementation_->now();
}
StopReason Machine::run_until(SimTime t) {
    return implementation_->run_until(t);
}
void Machine::stop() {
    implementation_->stop();
}
void Machine::type(std::string_view bytes) {
    implementation_->type(bytes);
}
bool Machine::typing() const {
    return implementation_->typing();
}
void Machine::press(Button button, bool down) {
    implementation_->press(button, down);
}
std::optional<unsigned> Machine::lcd_clock_pad() const {
    return implementation_->lcd_clock_pad();
}
const Picture& Machine::screen() {
    return implementation_->panel().picture();
}
std::uint64_t Machine::screen_generation() const {
    return implementation_->panel().generation();
}
std::vector<std::uint8_t> Machine::flash() const {
    const auto contents = implementation_->flash().contents();
    return {contents.begin(), contents.end()};
}
std::uint64_t Machine::flash_generation() const {
    return implementation_->flash().generation();
}
MachineCounters Machine::counters() const {
    return implementation_->counters();
}
std::vector<MissingBlock> Machine::missing_blocks() const {
    return implementation_->missing_blocks();
}
std::string Machine::crash_report() const {
    return implementation_->crash_report();
}
Snapshot Machine::save() {
    Snapshot snapshot;
    StateSaver saver(snapshot);
    implementation_->visit_state(saver);
    return snapshot;
}
void Machine::restore(const Snapshot& snapshot) {
    const Snapshot before = save();
    try {
        implementation_->load(snapshot);
    } catch (...) {
        implementation_->load(before);
        throw;
    }
}

}  // namespace k210
