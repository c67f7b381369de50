// The K210's blocks, made and wired from the tables: memory map, interrupts, DMA handshakes, clocks.
#pragma once
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "aes/aes.hpp"
#include "clint/clint.hpp"
#include "dmac/dmac.hpp"
#include "dvp/dvp.hpp"
#include "fft/fft.hpp"
#include "fpioa/fpioa.hpp"
#include "gpio/gpio.hpp"
#include "gpiohs/gpiohs.hpp"
#include "i2c/i2c.hpp"
#include "i2s/i2s.hpp"
#include "k210/bus/bus.hpp"
#include "k210/bus/chip_pins.hpp"
#include "k210/bus/guest_wiring.hpp"
#include "k210/cpu/hart.hpp"
#include "kpu/kpu.hpp"
#include "otp/otp.hpp"
#include "plic/plic.hpp"
#include "rtc/rtc.hpp"
#include "sha256/sha256.hpp"
#include "soc/bit_banged_i2c.hpp"
#include "soc/clock_tree.hpp"
#include "soc/memory_map.hpp"
#include "soc/rom_isp.hpp"
#include "soc/routes.hpp"
#include "soc/serial_routes.hpp"
#include "soc/stub.hpp"
#include "spi/spi.hpp"
#include "spi_slave/spi_slave.hpp"
#include "sysctl/sysctl.hpp"
#include "timer/timer.hpp"
#include "uart/uart.hpp"
#include "uarths/uarths.hpp"
#include "wdt/wdt.hpp"

namespace k210 {

struct ChipOptions {
    TimingModel timing;
    std::array<HartObserver*, 2> hart_observers{};
    bool skip_idle_loops = true;
    Strictness strictness = Strictness::trap;
    AccessObserver* access_observer = nullptr;
};

class Chip final : public ChipPins {
public:
    Chip(EventQueue& events, Log& log, const Trace& trace, const ChipOptions& options);
    Chip(const Chip&) = delete;
    Chip& operator=(const Chip&) = delete;

    Pads& pads() override { return fpioa; }
    void pull_reset(bool pulled) override { on_reset_pulled(pulled); }
    void on_spi(SpiTarget& target, SpiPads pads) override;
    void on_flash_pins(SpiTarget& target) override { spi3_wires_.attach(target); }
    void on_i2c(I2cTarget& target, std::uint8_t address, I2cPads pads) override;
    void on_i2s(I2sSink& sink, I2sPads pads) override { i2s_targets_.sinks.push_back({&sink, pads}); }
    void on_i2s(I2sSource& source, I2sPads pads) override { i2s_targets_.sources.push_back({&source, pads}); }
    void on_camera_port(VideoSource& source) override { dvp.connect(source); }
    void on_serial(SerialSink& sink, SerialPads pads) override { serial.hang(sink, pads); }
    std::uint64_t serial_baud(unsigned tx_pad) const override { return serial.baud_on(tx_pad); }
    bool send_serial(unsigned rx_pad, std::uint8_t byte) override { return serial.send_on(rx_pad, byte); }
    void send_serial_at(std::uint64_t baud, unsigned rx_pad, std::uint8_t byte) override {
        serial.send_on(rx_pad, byte, baud);
    }

    // Every block's registers and lines; harts and memory contents are left alone.
    void reset(Sysctl::ResetCause cause);
    void lose_power();  // memory is as at power-on, the ROM stays; transfers on its pads are over
    void visit_state(StateVisitor& visitor);
    void trace_clocks();  // tells a new watcher how fast they run
    const std::deque<Stub>& stubs() const { return stubs_; }
    GuestWiring guest_wiring() const;
    // nullptr when there is none.
    Reg* find_register(std::string_view block, std::string_view name) const;
    Reg* register_at(std::uint32_t address) const;  // in whose word it lies
    const Device* device_named(std::string_view name) const;
    std::vector<std::string> device_names() const;

    // Set by the guest's watchdog or SYSCTL write; the machine carries it out between slices.
    std::function<void(Sysctl::ResetCause)> on_reset_request;
    std::function<void(bool pulled)> on_reset_pulled;  // set by the machine, whose the reset pin is

private:
    EventQueue& events_;
    Log& log_;
    const Trace& trace_;

public:
    ClockTree clocks;
    CodeEpoch code_epoch;
    Memory debug, sram, ai_ram, rom;
    Bus bus;

    // Pads first: the wires to the outside depend on them.
    Fpioa fpioa;
    SerialRoutes serial;

private:
    SpiTargets spi_targets_;
    I2cTargets i2c_targets_;
    SpiRoute spi0_wires_, spi1_wires_;
    DedicatedSpi spi3_wires_;
    std::array<I2cRoute, 3> i2c_wires_;
    I2cRoute sccb_wires_;
    I2sTargets i2s_targets_;
    std::array<I2sRoute, 3> i2s_wires_;
    std::deque<BitBangedI2c> bit_banged_i2c_;  // one for each pair of pads with chips

public:
    RomIsp rom_isp;
    Sysctl sysctl;
    Clint clint;
    Plic plic;
    Dmac dmac;
    Uarths uarths;
    Uart uart1, uart2, uart3;
    Gpio gpio;
    Gpiohs gpiohs;
    Spi spi0, spi1, spi3;
    SpiSlave spi_slave;
    I2c i2c0, i2c1, i2c2;
    I2s i2s0, i2s1, i2s2;
    Timer timer0, timer1, timer2;
    Wdt wdt0, wdt1;
    Rtc rtc;
    Otp otp;
    Sha256 sha256;
    Aes aes;
    Dvp dvp;
    Kpu kpu;
    Fft fft;

    std::array<std::unique_ptr<Hart>, 2> harts;

private:
    DeviceContext context(Clock clock) { return {events_, clocks[clock], log_, trace_}; }
    void map_memory(const MemoryMapRow& row, Bus::MemoryKind kind);
    Stub& add_stub(std::string_view name);
    void map_blocks();
    void connect_interrupts();
    void connect_dma();
    void connect_sysctl();
    void connect_pins();
    void trace_clock(Clock clock);

    // UARTHS, or the boot ROM's ISP in its place.
    struct ConsoleEnd final : SerialEnd {
        explicit ConsoleEnd(Chip& its_chip) : chip(its_chip) {}
        void receive(std::uint8_t byte) override { receive_frame(HeardByte{byte}); }
        void receive_frame(HeardByte heard) override {
            chip.rom_isp.running() ? chip.rom_isp.receive(heard.byte) : chip.uarths.receive_frame(heard);
        }
        bool can_receive() const override { return chip.rom_isp.running() || chip.uarths.can_receive(); }
        SerialFormat format() const override {
            return chip.rom_isp.running() ? SerialFormat::of_baud(chip.rom_isp.baud()) : chip.uarths.format();
        }
        std::uint64_t baud() const override {
            return chip.rom_isp.running() ? chip.rom_isp.baud() : chip.uarths.baud();
        }
        Chip& chip;
    };

    ConsoleEnd console_end_{*this};
    std::vector<Device*> devices_;
    std::deque<Stub> stubs_;
};

}  // namespace k210
