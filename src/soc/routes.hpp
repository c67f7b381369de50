// From controllers to what hangs on the chip's pads, through whatever pads the guest has routed.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "k210/bus/chip_pins.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

// What hangs on SPI, shared by every controller: each reaches those on its own clock.
struct SpiTargets {
    struct Entry {
        SpiTarget* target;
        SpiPads pads;
    };
    std::vector<Entry> entries;
    SpiTarget* slave = nullptr;  // the chip's own, on whatever pads carry its functions
};

// A controller whose pins are routed: SPI0 or SPI1.
class SpiRoute final : public SpiBus {
public:
    SpiRoute(PinMux& mux, const Pads& pads, const SpiTargets& targets, unsigned clock_function,
             unsigned first_select_function);

    void select(unsigned chip_select, bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override;
    void dummy_clocks(unsigned clocks) override;

private:
    SpiTarget* selected() const;
    bool reaches_slave() const;
    std::uint32_t exchange_with_slave(std::uint32_t out, unsigned bits) const;
    bool looped_back() const;

    PinMux& mux_;
    const Pads& pads_;
    const SpiTargets& targets_;
    unsigned clock_function_, first_select_function_;
};

// SPI3: its pins are its own, and the flash is the one chip there.
class DedicatedSpi final : public SpiBus {
public:
    void attach(SpiTarget& target) { target_ = &target; }

    void select(unsigned chip_select, bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override;
    void dummy_clocks(unsigned clocks) override;
    void visit_state(StateVisitor& visitor) { visitor.value("flash_selected", selected_); }

private:
    SpiTarget* target() const { return selected_ ? target_ : nullptr; }

    SpiTarget* target_ = nullptr;
    bool selected_ = false;
};

// What hangs on I2C, shared by every controller: each reaches those on the pads that carry its two functions.
struct I2cTargets {
    struct Entry {
        I2cTarget* target;
        std::uint8_t address;
        I2cPads pads;
    };
    std::vector<Entry> entries;
};

class I2cRoute final : public I2cBus {
public:
    I2cRoute(const Pads& pads, const I2cTargets& targets, unsigned clock_function, unsigned data_function)
        : pads_(pads), targets_(targets), clock_function_(clock_function), data_function_(data_function) {}

    bool start(std::uint8_t address, bool read) override;
    bool write(std::uint8_t byte) override;
    std::uint8_t read() override;
    void stop() override;
    void visit_state(StateVisitor& visitor, std::string_view name) {
        visitor.value(name, addressed_, static_cast<std::uint32_t>(targets_.entries.size()));
    }
    // Chips that have been addressed since the pads were last others, whether they are there or not.
    const std::vector<I2cPlace>& addressed() const { return asked_for_; }
    std::optional<I2cPads> routed() const;

private:
    I2cTarget* target() const;
    void note(std::uint8_t address);

    const Pads& pads_;
    const I2cTargets& targets_;
    std::vector<I2cPlace> asked_for_;  // each once, on the same pads; for the outside, no state of the chip
    unsigned clock_function_, data_function_;
    std::uint32_t addressed_ = 0;  // entry + 1
};

// What hangs on I2S, shared by every controller.
struct I2sTargets {
    template <class Target>
    struct Entry {
        Target* target;
        I2sPads pads;
    };
    std::vector<Entry<I2sSink>> sinks;
    std::vector<Entry<I2sSource>> sources;
};

class I2sRoute final : public I2sBus {
public:
    I2sRoute(const Pads& pads, const I2sTargets& targets, unsigned clock_function)
        : pads_(pads), targets_(targets), clock_function_(clock_function) {}

    bool heard(unsigned line) const override;
    void send(unsigned line, I2sMoment moment, SoundFrame frame) override;
    SoundFrame receive(unsigned line, I2sMoment moment) override;

private:
    bool reaches(const I2sPads& its, unsigned data_function) const;

    const Pads& pads_;
    const I2sTargets& targets_;
    unsigned clock_function_;
};

}  // namespace k210
