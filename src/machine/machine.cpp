#include "k210/machine/machine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "board/assembly.hpp"
#include "k210/base/error.hpp"
#include "k210/cpu/hart.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/little_endian.hpp"
#include "machine/uart_line.hpp"
#include "soc/chip.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kQuantumPs = ps_from_us(25);  // harts differ by this much at most, and one block
constexpr std::uint64_t kQuantumSpreadPs = ps_from_us(4);
constexpr std::uint64_t kCodeCheckPs = ps_from_us(1000);  // unannounced code changes are seen this soon
constexpr std::uint64_t kRomStackTop = kProgramBase + kProgramMemoryBytes, kRomStackBytes = 0x2000;  // [assumed]
constexpr int kNoRequest = -1;
constexpr std::uint16_t kRet = 0x8082;                            // c.jr ra
constexpr std::uint32_t kWfi = 0x1050'0073, kBack = 0xffdf'f06f;  // wfi; j -4

Port* find(std::span<const NamedPort> ports, PortKind kind, std::string_view name) {
    for (const auto& [its_name, port] : ports)
        if (its_name == name && port->kind() == kind) return port;
    return nullptr;
}

}  // namespace

class Machine::Implementation {
public:
    Implementation(const MachineConfig& config, Log& log)
        : board_name_(config.board.name), program_(config.program), crash_patience_(config.settings.crash_patience),
          boot_(config.settings.boot), switched_on_(config.switched_on), log_(log), trace_{config.trace},
          chip_(events_, log, trace_,
                {config.settings.timing, config.hart_observers, config.skip_idle_loops, config.settings.strictness,
                 config.access_observer}),
          board_(config.board, events_, log, trace_), ports_(board_.ports().begin(), board_.ports().end()),
          flash_(static_cast<Storage*>(find(ports_, PortKind::storage, kFlashPort))) {
        ports_.push_back({std::string(kResetPort), &reset_button_});
        ports_.push_back({std::string(kCalendarPort), &calendar_});
        ports_.push_back({std::string(kPadsPort), &pad_levels_});
        for (unsigned pad = 0; pad < kPadCount; ++pad)
            pad_levels_.complaints[pad] = config.board.complaint_about_driving(pad);
        for (UartLine& line : uart_lines_) ports_.push_back({line.name(), &line});
        lay_wires(config.board.wires, config.board);
        lay_wires(config.settings.wires, config.board);
        for (const Board::PlannedPart& part : config.board.parts) {
            if (part.i2c) i2c_places_.push_back(*part.i2c);
            if (part.spi) spi_places_.push_back(*part.spi);
        }
        board_.hang(chip_);
        connect(config);
        fill_rom();
        chip_.on_reset_pulled = [this](bool pulled) {
            reset_pulled_ = pulled;
            reset_pin_changed();
        };
        chip_.rom_isp.on_boot = [this](std::uint32_t entry) { start_harts(entry); };
        chip_.on_reset_request = [this](Sysctl::ResetCause cause) { reset_request_ = cause; };
        board_.power_on();
        if (switched_on_)
            power_on(Sysctl::ResetCause::pin, boot_ != BootMode::flash);
        else
            chip_.reset(Sysctl::ResetCause::pin);
        chip_.trace_clocks();
    }

    SimTime now() const { return events_.now(); }

    StopReason run_until(SimTime t) {
        stop_ = false;
        while (events_.now() < t) {
            if (board_.off()) return StopReason::powered_off;
            if (!run_slice(t)) return StopReason::debugger;
            if (board_.off()) return StopReason::powered_off;
            if (reset_request_ && stop_before_resets_ && !std::exchange(told_of_reset_, true))
                return StopReason::debugger;
            if (reset_request_ && !restart()) return StopReason::crashed;
            if (stop_) return StopReason::requested;
            if (lost()) return StopReason::crashed;
            if (idle()) return any_fault() ? StopReason::crashed : StopReason::idle;
        }
        return StopReason::time_reached;
    }

    void stop() { stop_ = true; }
    void cut_power(std::uint64_t seed) {
        board_.cut_power(seed);
        chip_.lose_power();
        reset_request_ = Sysctl::ResetCause::pin;
        restart();
    }
    std::span<const NamedPort> ports() const { return ports_; }
    const std::string& board_name() const { return board_name_; }
    std::optional<unsigned> lcd_clock_pad() const {
        const int pad = chip_.fpioa.pad_of(FUNC_SPI0_SCLK);
        return pad < 0 ? std::nullopt : std::optional<unsigned>(pad);
    }

    GuestWiring guest_wiring() const { return chip_.guest_wiring(); }
    bool in_isp() const { return chip_.rom_isp.running(); }
    bool held_in_reset() const { return reset_pin_low_; }

    void hang(I2cTarget& chip, const I2cPlace& place) {
        check_pads({place.pads.clock, place.pads.data});
        if (std::ranges::find(i2c_places_, place) != i2c_places_.end())
            throw InputError(fmt::format("address {:#04x} on pads {} and {} is taken already", place.address,
                                         place.pads.clock, place.pads.data));
        i2c_places_.push_back(place);
        chip_.on_i2c(chip, place.address, place.pads);
    }
    void hang(SpiTarget& chip, const SpiPads& pads) {
        check_pads({pads.clock, pads.select});
        for (const SpiPads& taken : spi_places_)
            if (taken.select == pads.select)
                throw InputError(fmt::format("pad {} selects another chip already", pads.select));
        spi_places_.push_back(pads);
        chip_.on_spi(chip, pads);
    }

    MachineCounters counters() {
        MachineCounters c{};
        for (std::size_t i = 0; i < c.harts.size(); ++i)
            c.harts[i] = {chip_.harts[i]->instructions(), chip_.harts[i]->interrupts_taken()};
        c.cpu_cycles = chip_.clocks[Clock::cpu].cycle_at(events_.now());
        c.kpu_layers = chip_.kpu.layers_run();
        c.frames_captured = chip_.dvp.frames_captured();
        for (const auto& [name, port] : ports_)
            if (port->kind() == PortKind::display) c.frames_shown += static_cast<Display*>(port)->frames_shown();
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

    std::span<const std::uint8_t> memory(std::uint32_t address, std::uint32_t bytes) const {
        return chip_.bus.memory(address, bytes);
    }
    std::optional<std::uint64_t> register_value(unsigned hart, std::string_view name) const {
        const std::size_t dot = name.find('.');
        if (dot == name.npos)
            return hart < chip_.harts.size() ? find_register(chip_.harts[hart]->registers(), name) : std::nullopt;
        Reg* const reg = chip_.find_register(name.substr(0, dot), name.substr(dot + 1));
        return reg ? std::optional<std::uint64_t>(reg->peek()) : std::nullopt;
    }

    Hart& hart(unsigned id) { return *chip_.harts.at(id); }
    std::optional<std::uint8_t> peek(std::uint32_t address) const {
        if (const auto byte = chip_.bus.memory(address, 1); !byte.empty()) return byte.front();
        Reg* const reg = chip_.register_at(address);
        if (!reg) return {};
        return static_cast<std::uint8_t>(reg->peek() >> lane_shift(address));
    }
    bool poke(std::uint32_t address, std::span<const std::uint8_t> bytes) {
        const auto size = static_cast<std::uint32_t>(bytes.size());
        if (const auto memory = chip_.bus.memory(address, size); !memory.empty()) {
            std::ranges::copy(bytes, memory.begin());
            chip_.bus.wrote(address, size);
            chip_.code_epoch.advance();
            return true;
        }
        if (bytes.size() != 4 || address % 4 != 0 || !chip_.register_at(address)) return bytes.empty();
        chip_.bus.write(address, 4, read_le<std::uint32_t>(bytes, 0));
        return true;
    }
    std::vector<std::string> device_names() const { return chip_.device_names(); }
    std::optional<DeviceAccess> last_device_access() const {
        const BusAccess& last = chip_.bus.last_device_access();
        if (last.device.empty()) return {};
        return DeviceAccess{std::string(last.device), last.address, last.size_bytes, last.is_write,
                            static_cast<std::uint32_t>(last.value)};
    }
    void stop_before_resets(bool wanted) { stop_before_resets_ = wanted; }
    std::optional<std::string_view> reset_due() const {
        if (!reset_request_) return {};
        switch (*reset_request_) {
            case Sysctl::ResetCause::pin: return "the reset pin";
            case Sysctl::ResetCause::wdt0: return "watchdog 0";
            case Sysctl::ResetCause::wdt1: return "watchdog 1";
            case Sysctl::ResetCause::soft: break;
        }
        return "the guest, by SYSCTL's soft_reset";
    }
    std::optional<DeviceView> device(std::string_view name) const {
        const Device* const found = chip_.device_named(name);
        if (!found) return {};
        DeviceView view{.name = found->name()};
        for (const Bus::Window& window : chip_.bus.windows())
            if (window.target == found) view.base = window.base;
        found->regs.each([&](Reg& reg) {
            RegisterView& shown = view.registers.emplace_back();
            shown.name = reg.name();
            shown.offset_bytes = reg.offset();
            shown.value = reg.peek();
            for (const Bits* field : reg.fields()) {
                const BitRange range = field->range();
                shown.fields.push_back(
                    {std::string(field->name()), range.msb, range.lsb, (shown.value & range.mask()) >> range.lsb});
            }
        });
        return view;
    }

    void visit_state(StateVisitor& visitor) {
        check_board(visitor);
        events_.visit_state(visitor);
        visitor.value("resets", resets_);
        visitor.value("reset_held", reset_button_.held);
        visitor.value("reset_pulled", reset_pulled_);
        visitor.value("reset_pin_low", reset_pin_low_);
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
            board_.visit_state(visitor);
        }
        for (UartLine& line : uart_lines_) line.visit_state(visitor);
        for (auto& hart : chip_.harts) {
            hart->visit_state(visitor);
            // One that lags behind by more would have to catch up alone.
            visitor.require(after(hart->local_now(), kQuantumPs + kQuantumSpreadPs) >= events_.now(), "harts",
                            "lag behind");
        }
    }

    void load(const Snapshot& snapshot) {
        StateLoader loader(snapshot);
        visit_state(loader);
        loader.finish();
        events_.check_order();
        switched_on_ = true;
    }
    bool switched_on() const { return switched_on_; }

private:
    // The chip's reset pin, low as long as it is pressed.
    struct ResetButton final : Button {
        explicit ResetButton(Implementation& m) : machine(m) {}
        void press(bool down) override {
            held = down;
            machine.reset_pin_changed();
        }
        Implementation& machine;
        bool held = false;
    };

    struct RtcCalendar final : Calendar {
        explicit RtcCalendar(Rtc& its_rtc) : rtc(its_rtc) {}
        void set(std::chrono::sys_seconds date) override {
            constexpr std::chrono::year kFirst{1}, kLast{3199};
            const auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(date)).year();
            if (year < kFirst || year > kLast) throw InputError("the chip's calendar tells the years 1 to 3199");
            rtc.set(date);
        }
        Rtc& rtc;
    };
    struct FpioaLevels final : PadLevels {
        explicit FpioaLevels(Fpioa& its_fpioa) : fpioa(its_fpioa) {}
        void drive(unsigned pad, std::optional<bool> level) override {
            check_pads({pad});
            if (complaints[pad]) throw InputError(*complaints[pad]);
            if (level)
                fpioa.drive_pad(pad, *level);
            else
                fpioa.release_pad(pad);
        }
        Fpioa& fpioa;
        std::array<std::optional<std::string>, kPadCount> complaints{};
    };

    static void point(CameraInput& camera, const MachineConfig& config) {
        camera.connect(config.camera);
        if (config.settings.camera_mount) camera.mount(*config.settings.camera_mount);
    }
    void connect(const MachineConfig& config) {
        for (const auto& [name, port] : ports_)
            if (port->kind() == PortKind::camera_input) point(static_cast<CameraInput&>(*port), config);
        for (const auto& [name, port] : ports_)
            if (port->kind() == PortKind::storage)
                static_cast<Storage&>(*port).set_timing(config.settings.flash_timing);
        if (Port* port = find(ports_, PortKind::serial_line, kConsolePort)) {
            auto& console = static_cast<SerialLine&>(*port);
            console.connect(config.console);
            console.set_baud(config.settings.terminal_baud);
        }
        if (config.flash.empty()) return;
        if (!flash_) throw InputError(fmt::format("{} has no flash to put firmware into", board_name_));
        flash_->load(0, config.flash);
    }

    static void check_pads(std::initializer_list<unsigned> pads) {
        for (const unsigned pad : pads)
            if (pad >= kPadCount) throw InputError(fmt::format("there is no pad {} (0 to {})", pad, kPadCount - 1));
    }
    void lay_wires(const std::vector<Wire>& wires, const Board& board) {
        for (const Wire& wire : wires) {
            if (const auto complaint = board.complaint_about(wire))
                throw InputError(fmt::format("wire {}={}: {}", wire.a, wire.b, *complaint));
            chip_.fpioa.join(wire.a, wire.b);
        }
    }

    void check_board(StateVisitor& visitor) const {
        std::vector<std::uint8_t> name(board_name_.begin(), board_name_.end());
        visitor.buffer("board_name", name);
        const std::string saved(name.begin(), name.end());
        if (saved != board_name_)
            throw InputError(fmt::format("snapshot: it is of a {}, and this machine is a {}", saved, board_name_));
    }

    Program boot_image() const {
        if (program_) return *program_;
        if (!flash_) throw InputError(fmt::format("{} has no flash to boot from", board_name_));
        return read_boot_image(flash_->contents());
    }

    void fill_rom() {
        // The ROM's code is not public. Programs that call its printf get an answer all the same: every address
        // returns.
        const auto rom = chip_.rom.bytes();
        for (std::size_t i = 0; i < rom.size(); i += 2) {
            rom[i] = kRet & 0xff;
            rom[i + 1] = kRet >> 8;
        }
        chip_.rom.write(parked_offset(), 4, kWfi);
        chip_.rom.write(parked_offset() + 4, 4, kBack);
    }

    // Where harts wait that the ROM keeps: in the serial mode, and as long as the reset pin is low.
    std::size_t parked_offset() const { return chip_.rom.size_bytes() - 8; }
    void park_harts() {
        const auto rom = std::ranges::find(chip_.bus.windows(), &chip_.rom, &Bus::Window::memory);
        start_harts(rom->base + parked_offset());
    }
    // Both run what the ROM has loaded, with a stack each: Kboot pushes before it sets its own. [assumed]
    void start_harts(std::uint64_t entry) {
        for (unsigned id = 0; id < chip_.harts.size(); ++id)
            chip_.harts[id]->reset(entry, kRomStackTop - id * kRomStackBytes);
    }

    // A press that is over before it is looked at is one all the same.
    void reset_pin_changed() {
        const bool low = reset_button_.held || reset_pulled_;
        if (low == std::exchange(reset_pin_low_, low) || board_.off()) return;
        if (low) ++resets_;
        reset_request_ = Sysctl::ResetCause::pin;
    }

    void power_on(Sysctl::ResetCause cause, bool isp) {
        chip_.reset(cause);
        if (reset_pin_low_) return park_harts();
        if (isp || chip_.fpioa.held_low(kBootPad)) {
            chip_.rom_isp.start();
            return park_harts();
        }
        if (boot_ == BootMode::isp_only) return park_harts();
        const Program program = boot_image();
        for (const Program::Segment& segment : program.segments) {
            const auto size = static_cast<std::uint32_t>(segment.bytes.size());
            const auto memory = chip_.bus.memory(segment.address, size);
            if (memory.size() != size)
                throw InputError(fmt::format("program: {:#x} is not in memory", segment.address));
            std::copy(segment.bytes.begin(), segment.bytes.end(), memory.begin());
            chip_.bus.wrote(segment.address, size);
        }
        start_harts(program.entry);
    }

    bool restart() {
        if (trace_.sink) trace_.sink->instant(events_.now(), "machine", "reset", {});
        const Sysctl::ResetCause cause = *reset_request_;
        told_of_reset_ = false;
        if (cause != Sysctl::ResetCause::pin) ++resets_;
        reset_request_.reset();
        rescue_.reset();
        if (cause == Sysctl::ResetCause::pin) board_.reset();
        try {
            power_on(cause, false);
            return true;
        } catch (const InputError& e) {
            log_.guest_error("boot_rom", "after a reset, {}", e.what());
            park_harts();
            return boot_ != BootMode::flash;  // a flashing tool may try again
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

    // False when a debugger has stopped a hart in it: it goes on next time.
    bool run_slice(SimTime until) {
        const SimTime begin = events_.now();
        SimTime end = slice_after(begin);
        if (events_.next_deadline() > end)
            end = std::max(end, slice_before(std::min(harts_rest_until(), crash_is_due())));
        end = std::min(end, until);
        for (auto& hart : chip_.harts) {  // this order is part of the machine's definition
            const SimTime deadline = std::min(end, events_.next_deadline());
            if (hart->local_now() >= deadline && !hart->inside_block()) continue;
            const EventQueue::Executing scope(events_, *hart);
            hart->run(deadline);
            if (hart->stopped()) return false;
        }
        events_.run_until(std::min(end, events_.next_deadline()));
        if (events_.now().ps / kCodeCheckPs != begin.ps / kCodeCheckPs) chip_.code_epoch.advance();
        return true;
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
        if (reset_pin_low_ || watchdog_resets_at() != SimTime::never()) return false;
        if (chip_.rom_isp.running() && events_.next_deadline() != SimTime::never()) return false;
        if (chip_.uarths.sending() || chip_.uart1.sending() || chip_.uart2.sending() || chip_.uart3.sending())
            return false;
        return std::all_of(chip_.harts.begin(), chip_.harts.end(), [&](const auto& hart) {
            return hart->in_wfi() && (!hart->wakeable() || events_.next_deadline() == SimTime::never());
        });
    }

    const std::string board_name_;
    const std::optional<Program> program_;
    const SimTime crash_patience_;
    const BootMode boot_;
    bool switched_on_;
    Log& log_;
    EventQueue events_;
    const Trace trace_;
    Chip chip_;
    Assembly board_;
    ResetButton reset_button_{*this};
    RtcCalendar calendar_{chip_.rtc};
    FpioaLevels pad_levels_{chip_.fpioa};
    std::array<UartLine, 3> uart_lines_{{{events_, chip_.serial, UartId::uart1, "uart1", log_},
                                         {events_, chip_.serial, UartId::uart2, "uart2", log_},
                                         {events_, chip_.serial, UartId::uart3, "uart3", log_}}};
    std::vector<I2cPlace> i2c_places_;  // taken
    std::vector<SpiPads> spi_places_;
    std::vector<NamedPort> ports_;
    Storage* const flash_;
    bool stop_ = false;
    bool reset_pulled_ = false;  // by a part, beside the button
    bool reset_pin_low_ = false;
    std::optional<Sysctl::ResetCause> reset_request_;
    bool stop_before_resets_ = false, told_of_reset_ = false;
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
void Machine::cut_power(std::uint64_t seed) {
    implementation_->cut_power(seed);
}
std::span<const NamedPort> Machine::ports() const {
    return implementation_->ports();
}
Port& Machine::port(PortKind kind, std::string_view name) const {
    if (Port* found = find_port(kind, name)) return *found;
    std::string known;
    for (const auto& [its_name, port] : ports())
        if (port->kind() == kind) known += (known.empty() ? "" : ", ") + its_name;
    throw InputError(fmt::format("{} has no {} '{}' ({})", implementation_->board_name(), to_string(kind), name,
                                 known.empty() ? "none at all" : known));
}
Port* Machine::find_port(PortKind kind, std::string_view name) const {
    return find(ports(), kind, name);
}
const NamedPort* Machine::first(PortKind kind) const {
    for (const NamedPort& named : ports())
        if (named.port->kind() == kind) return &named;
    return nullptr;
}
GuestWiring Machine::guest_wiring() const {
    return implementation_->guest_wiring();
}
bool Machine::in_isp() const {
    return implementation_->in_isp();
}

bool Machine::held_in_reset() const {
    return implementation_->held_in_reset();
}
void Machine::hang(I2cTarget& chip, const I2cPlace& place) {
    implementation_->hang(chip, place);
}
void Machine::hang(SpiTarget& chip, const SpiPads& pads) {
    implementation_->hang(chip, pads);
}
std::optional<unsigned> Machine::lcd_clock_pad() const {
    return implementation_->lcd_clock_pad();
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
std::span<const std::uint8_t> Machine::memory(std::uint32_t address, std::uint32_t bytes) const {
    return implementation_->memory(address, bytes);
}
std::optional<std::uint64_t> Machine::register_value(unsigned hart, std::string_view name) const {
    return implementation_->register_value(hart, name);
}
Hart& Machine::hart(unsigned id) {
    return implementation_->hart(id);
}
std::optional<std::uint8_t> Machine::peek(std::uint32_t address) const {
    return implementation_->peek(address);
}
bool Machine::poke(std::uint32_t address, std::span<const std::uint8_t> bytes) {
    return implementation_->poke(address, bytes);
}
std::optional<DeviceAccess> Machine::last_device_access() const {
    return implementation_->last_device_access();
}
void Machine::stop_before_resets(bool wanted) {
    implementation_->stop_before_resets(wanted);
}
std::optional<std::string_view> Machine::reset_due() const {
    return implementation_->reset_due();
}
std::vector<std::string> Machine::device_names() const {
    return implementation_->device_names();
}
std::optional<DeviceView> Machine::device(std::string_view name) const {
    return implementation_->device(name);
}
Snapshot Machine::save() {
    Snapshot snapshot;
    StateSaver saver(snapshot);
    implementation_->visit_state(saver);
    return snapshot;
}
void Machine::restore(const Snapshot& snapshot) {
    if (!implementation_->switched_on()) return implementation_->load(snapshot);
    const Snapshot before = save();
    try {
        implementation_->load(snapshot);
    } catch (...) {
        implementation_->load(before);
        throw;
    }
}

}  // namespace k210
