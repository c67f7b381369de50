#include "soc/chip.hpp"

#include <algorithm>

#include "soc/memory_map.hpp"
#include "soc/signal_map.hpp"
#include "soc/wiring.hpp"

namespace k210 {
namespace {

constexpr std::array<std::uint8_t, 32> kUniqueId = {'k', '2', '1', '0', 'e', 'm', 'u'};  // as good as any
constexpr Clock kTracedClocks[] = {Clock::pll0, Clock::pll1, Clock::pll2, Clock::cpu, Clock::ai};

}  // namespace

Chip::Chip(EventQueue& events, Log& log, const Trace& trace, const ChipOptions& options)
    : events_(events), log_(log), trace_(trace), clocks(events, log), debug("debug", mapped_bytes("debug")),
      sram("sram", mapped_bytes("sram")), ai_ram("ai_ram", mapped_bytes("ai_ram")), rom("rom", mapped_bytes("rom")),
      bus(log), fpioa(context(Clock::fpioa)), serial(fpioa, fpioa, log),
      spi0_wires_(fpioa, fpioa, spi_targets_, FUNC_SPI0_SCLK, FUNC_SPI0_SS0),
      spi1_wires_(fpioa, fpioa, spi_targets_, FUNC_SPI1_SCLK, FUNC_SPI1_SS0),
      i2c_wires_{I2cRoute{fpioa, i2c_targets_, FUNC_I2C0_SCLK, FUNC_I2C0_SDA},
                 I2cRoute{fpioa, i2c_targets_, FUNC_I2C1_SCLK, FUNC_I2C1_SDA},
                 I2cRoute{fpioa, i2c_targets_, FUNC_I2C2_SCLK, FUNC_I2C2_SDA}},
      sccb_wires_(fpioa, i2c_targets_, FUNC_SCCB_SCLK, FUNC_SCCB_SDA),
      i2s_wires_{I2sRoute{fpioa, i2s_targets_, FUNC_I2S0_SCLK}, I2sRoute{fpioa, i2s_targets_, FUNC_I2S1_SCLK},
                 I2sRoute{fpioa, i2s_targets_, FUNC_I2S2_SCLK}},
      rom_isp(bus, serial.line_of(UartId::uarths), log), sysctl(context(Clock::in0)), clint(context(Clock::cpu)),
      plic(context(Clock::cpu)), dmac(context(Clock::dma), bus),
      uarths(context(Clock::uarths), serial.line_of(UartId::uarths)),
      uart1(context(Clock::uart1), "uart1", serial.line_of(UartId::uart1)),
      uart2(context(Clock::uart2), "uart2", serial.line_of(UartId::uart2)),
      uart3(context(Clock::uart3), "uart3", serial.line_of(UartId::uart3)), gpio(context(Clock::gpio), fpioa),
      gpiohs(context(Clock::cpu), fpioa), spi0("spi0", context(Clock::spi0), spi0_wires_, SpiLayout::apb_ssi),
      spi1("spi1", context(Clock::spi1), spi1_wires_, SpiLayout::apb_ssi),
      spi3("spi3", context(Clock::spi3), spi3_wires_, SpiLayout::dwc_ssi),
      spi_slave(context(Clock::spi2), fpioa, FUNC_SPI_SLAVE_SS), i2c0(context(Clock::i2c0), "i2c0", i2c_wires_[0]),
      i2c1(context(Clock::i2c1), "i2c1", i2c_wires_[1]), i2c2(context(Clock::i2c2), "i2c2", i2c_wires_[2]),
      i2s0("i2s0", context(Clock::i2s0), fpioa, FUNC_I2S0_OUT_D0, i2s_wires_[0]),
      i2s1("i2s1", context(Clock::i2s1), fpioa, FUNC_I2S1_OUT_D0, i2s_wires_[1]),
      i2s2("i2s2", context(Clock::i2s2), fpioa, FUNC_I2S2_OUT_D0, i2s_wires_[2]),
      timer0(context(Clock::timer0), "timer0"), timer1(context(Clock::timer1), "timer1"),
      timer2(context(Clock::timer2), "timer2"), wdt0(context(Clock::wdt0), "wdt0"), wdt1(context(Clock::wdt1), "wdt1"),
      rtc(context(Clock::rtc), clocks[Clock::apb1]), otp(context(Clock::otp), kUniqueId), sha256(context(Clock::sha)),
      aes(context(Clock::aes)), dvp(context(Clock::apb1), bus, sccb_wires_), kpu(context(Clock::ai), bus, ai_ram),
      fft(context(Clock::fft)) {
    // clang-format off
    devices_ = {&sysctl, &clint, &plic, &dmac, &fpioa, &uarths, &uart1, &uart2, &uart3, &gpio, &gpiohs,
                &spi0, &spi1, &spi3, &spi_slave, &i2c0, &i2c1, &i2c2, &i2s0, &i2s1, &i2s2, &timer0, &timer1, &timer2, &wdt0, &wdt1,
                &rtc, &otp, &sha256, &aes, &dvp, &kpu, &fft};
    // clang-format on
    map_blocks();
    connect_interrupts();
    connect_dma();
    connect_sysctl();
    connect_pins();
    spi_targets_.slave = &spi_slave;
    for (const Clock clock : kTracedClocks) clocks[clock].on_change([this, clock] { trace_clock(clock); });
    for (unsigned id = 0; id < harts.size(); ++id) {
        harts[id] = make_hart({id, bus, clocks[Clock::cpu], code_epoch, log, options.timing, options.hart_observers[id],
                               options.skip_idle_loops, options.strictness, mapped_at("clint") + Clint::msip_offset(id),
                               options.access_observer});
        clint.software[id].connect([this, id](bool level) { harts[id]->set_interrupt(Interrupt::software, level); });
        clint.timer[id].connect([this, id](bool level) { harts[id]->set_interrupt(Interrupt::timer, level); });
        plic.external[Plic::context_of_hart(id)].connect(
            [this, id](bool level) { harts[id]->set_interrupt(Interrupt::external, level); });
    }
    for (Memory* memory : {&debug, &sram, &ai_ram, &rom}) memory->on_code_changed([this] { code_epoch.advance(); });
}

void Chip::on_spi(SpiTarget& target, SpiPads pads) {
    spi_targets_.entries.push_back({&target, pads});
    fpioa.on_pad(pads.select, [&target](bool level) { target.select(!level); });
    target.select(!fpioa.pad_level(pads.select));
}

void Chip::on_i2c(I2cTarget& target, std::uint8_t address, I2cPads pads) {
    i2c_targets_.entries.push_back({&target, address, pads});
    if (std::ranges::find(bit_banged_i2c_, pads, &BitBangedI2c::place) == bit_banged_i2c_.end())
        bit_banged_i2c_.emplace_back(fpioa, i2c_targets_, pads);
}

void Chip::trace_clock(Clock clock) {
    const ClockDomain& domain = clocks[clock];
    if (trace_.sink) trace_.sink->level(events_.now(), "clock " + domain.name(), domain.hz());
}

void Chip::trace_clocks() {
    for (const Clock clock : kTracedClocks) trace_clock(clock);
}

void Chip::map_memory(const MemoryMapRow& row, Bus::MemoryKind kind) {
    bus.map(find_memory(std::array{&debug, &sram, &ai_ram, &rom}, row.name), row.base, kind);
}

Stub& Chip::add_stub(std::string_view name) {
    Stub& stub = stubs_.emplace_back(std::string(name), context(Clock::in0));
    devices_.push_back(&stub);
    return stub;
}

void Chip::map_blocks() {
    for (const MemoryMapRow& row : kMemoryMap) {
        switch (row.kind) {
            case MemoryMapRow::ram: map_memory(row, Bus::MemoryKind::ram); break;
            case MemoryMapRow::uncached_ram: map_memory(row, Bus::MemoryKind::uncached_ram); break;
            case MemoryMapRow::rom: map_memory(row, Bus::MemoryKind::rom); break;
            case MemoryMapRow::model:
                bus.map(std::string(row.name), find_device(devices_, row.name), row.base, row.size_bytes);
                break;
            case MemoryMapRow::stub:
                bus.map(std::string(row.name), add_stub(row.name), row.base, row.size_bytes);
                break;
        }
    }
    i2s0.set_neighbour(add_stub("apu"));
}

void Chip::connect_interrupts() {
    for (const SignalRow& row : kInterruptMap)
        find_line(devices_, row).connect([this, source = row.number](bool level) { plic.set_source(source, level); });
    for (unsigned pin = 0; pin < gpiohs.irq.size(); ++pin)
        gpiohs.irq[pin].connect([this, pin](bool level) { plic.set_source(kFirstGpiohsSource + pin, level); });
}

void Chip::connect_dma() {
    for (const SignalRow& row : kDmaHandshakeMap)
        find_line(devices_, row).connect([this, handshake = row.number](bool level) {
            dmac.set_request(handshake, level);
        });
}

void Chip::connect_sysctl() {
    clocks.connect(sysctl);
    sysctl.on_routes = [this] {
        for (unsigned channel = 0; channel < Dmac::kChannels; ++channel)
            dmac.select_handshake(channel, sysctl.dma_select(channel));
        spi3.set_xip(sysctl.spi_xip_enabled(3));
    };
    sysctl.on_peripheral_reset = [this](std::string_view block, bool held) {
        if (!held || block == rom.name()) return;
        Device& device = find_device(devices_, reset_block(block));
        device.reset();
        device.settle();
    };
    sysctl.on_soft_reset = [this] { on_reset_request(Sysctl::ResetCause::soft); };
    wdt0.on_reset = [this] { on_reset_request(Sysctl::ResetCause::wdt0); };
    wdt1.on_reset = [this] { on_reset_request(Sysctl::ResetCause::wdt1); };
}

void Chip::connect_pins() {
    const auto drive = [this](OutputLine& line, unsigned function) {
        line.connect([this, function](bool level) { fpioa.drive(function, level, true); });
    };
    drive(dvp.cmos_rst, FUNC_CMOS_RST);
    drive(dvp.cmos_pwdn, FUNC_CMOS_PWDN);
    serial.connect(UartId::uarths, console_end_);
    serial.connect(UartId::uart1, uart1);
    serial.connect(UartId::uart2, uart2);
    serial.connect(UartId::uart3, uart3);
    unsigned toggle = FUNC_TIMER0_TOGGLE1;
    for (Timer* timer : {&timer0, &timer1, &timer2})
        for (OutputLine& line : timer->toggle) drive(line, toggle++);
}

void Chip::reset(Sysctl::ResetCause cause) {
    rom_isp.stop();
    for (Device* device : devices_) device->reset();
    sysctl.set_reset_cause(cause);
    for (Device* device : devices_) device->settle();
}

void Chip::lose_power() {
    for (BitBangedI2c& pair : bit_banged_i2c_) pair.power_on();
    for (Memory* memory : {&debug, &sram, &ai_ram}) {
        std::ranges::fill(memory->bytes(), std::uint8_t{0});
        memory->wrote(0, memory->size_bytes());
    }
}

void Chip::visit_state(StateVisitor& visitor) {
    clocks.visit_state(visitor);
    for (Memory* memory : {&debug, &sram, &ai_ram, &rom}) visitor.bytes(memory->name(), memory->bytes());
    for (Device* device : devices_) {
        const auto scope = visitor.enter(device->name());
        device->visit_state(visitor);
    }
    bus.visit_state(visitor);
    rom_isp.visit_state(visitor);
    const auto scope = visitor.enter("wires");
    spi3_wires_.visit_state(visitor);
    for (std::size_t i = 0; i < i2c_wires_.size(); ++i) i2c_wires_[i].visit_state(visitor, "i2c" + std::to_string(i));
    sccb_wires_.visit_state(visitor, "sccb");
    for (BitBangedI2c& pair : bit_banged_i2c_) pair.visit_state(visitor);
    if (visitor.loading()) clocks.check_restored(sysctl);
}

Reg* Chip::find_register(std::string_view block, std::string_view name) const {
    Reg* found = nullptr;
    for (const Device* device : devices_)
        if (device->name() == block) device->regs.each([&](Reg& reg) { found = reg.name() == name ? &reg : found; });
    return found;
}

Reg* Chip::register_at(std::uint32_t address) const {
    const Bus::Window* const window = bus.find(address);
    const auto* const device = window ? dynamic_cast<const Device*>(window->target) : nullptr;
    return device ? device->regs.find(address - window->base) : nullptr;
}

const Device* Chip::device_named(std::string_view name) const {
    const auto found = std::ranges::find(devices_, name, [](const Device* device) { return device->name(); });
    return found == devices_.end() ? nullptr : *found;
}

std::vector<std::string> Chip::device_names() const {
    std::vector<std::string> names;
    for (const Device* device : devices_) names.push_back(device->name());
    return names;
}

GuestWiring Chip::guest_wiring() const {
    GuestWiring wiring;
    for (const PinFunction clock : {FUNC_SPI0_SCLK, FUNC_SPI1_SCLK})
        if (const int pad = fpioa.pad_of(clock); pad >= 0) wiring.spi_clocks.push_back(static_cast<unsigned>(pad));
    wiring.camera_control = sccb_wires_.routed();
    for (const I2cRoute& route : i2c_wires_)
        wiring.addressed.insert(wiring.addressed.end(), route.addressed().begin(), route.addressed().end());
    for (unsigned pad = 0; pad < kPadCount; ++pad) wiring.driven.set(pad, fpioa.drives(pad));
    return wiring;
}

}  // namespace k210
