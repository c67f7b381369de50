// GT911, I2C address 0x5D or 0x14: the capacitive touch screen controller of WonderK. The level of its interrupt pin
// when RESET rises chooses the address, high the second one.
// Registers: [doc] the maker's programming guide (product 0x8140, status 0x814E and points behind it, interrupt mode in
// bits 1-0 of 0x804D); as krux src/krux/touchscreens/gt911.py uses them. [assumed]: it reports every 10 ms while the
// screen is touched and once when the finger has left, whether the last report was taken or not; pulses last 1 ms;
// versions; configuration counts at once, without checksum or "fresh" flag. Missing: a second finger, keys, commands
// and thresholds, whose registers only store.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "k210/part/i2c_registers.hpp"
#include "k210/part/interrupt_pin.hpp"
#include "k210/part/part.hpp"
#include "k210/part/touch_scan.hpp"

namespace k210 {

class Gt911 final : public Part, private I2cRegisters, public Touch {
    static constexpr std::array kPorts{PortKind::touch};

public:
    static constexpr std::uint8_t kAddress = 0x5d, kSecondAddress = 0x14;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"gt911", kPorts, design};

    struct Config {
        I2cPads pads;
        std::optional<unsigned> interrupt_pad, reset_pad;
        TouchFilm film;
    };
    Gt911(const PartContext& context, const Config& config);

    void touch(unsigned x, unsigned y) override { scan_.touch(x, y); }
    void release() override { scan_.release(); }

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    static constexpr std::uint16_t kFirstRegister = 0x8040, kBeyondRegisters = 0x8180;

    // The chip as seen at one of its addresses.
    class AtAddress final : public I2cTarget {
    public:
        AtAddress(Gt911& chip, bool second) : chip_(chip), second_(second) {}
        bool start(bool read) override { return chip_.second_address_ == second_ && chip_.I2cRegisters::start(read); }
        bool write(std::uint8_t byte) override { return chip_.I2cRegisters::write(byte); }
        std::uint8_t read() override { return chip_.I2cRegisters::read(); }
        void stop() override {}

    private:
        Gt911& chip_;
        const bool second_;
    };

    bool answers() const override { return !in_reset_; }
    std::uint8_t read_register(std::uint16_t address) const override;
    void write_register(std::uint16_t address, std::uint8_t value) override;
    std::uint8_t& reg(std::uint16_t address) { return registers_[address - kFirstRegister]; }
    void put16(std::uint16_t address, unsigned value);
    void wake_up();
    void set_reset_level(bool level);
    void report();
    bool asks_with_level() const;  // until the report is taken, not with a pulse
    bool asks_with_high() const;

    const Config config_;
    InterruptPin interrupt_;
    TouchScan scan_;
    AtAddress first_{*this, false}, second_{*this, true};
    std::array<std::uint8_t, kBeyondRegisters - kFirstRegister> registers_{};
    bool in_reset_ = false, second_address_ = false;
};

}  // namespace k210
