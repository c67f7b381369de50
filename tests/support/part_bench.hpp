// One part on a bench: its surroundings, and a chip that notes what hangs on it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "k210/part/part.hpp"
#include "support/device_bench.hpp"

namespace k210 {

// Pads as the part's surroundings set and see them.
struct FakePads final : Pads {
    struct Pad {
        bool level = false;
        std::optional<bool> driven;  // by the part
        bool pulled = false;         // low, by the part
        std::vector<std::function<void(bool)>> listeners;
    };
    std::array<Pad, kPadCount> pads;

    void set(unsigned pad, bool level) {
        pads.at(pad).level = level;
        for (const auto& changed : pads.at(pad).listeners) changed(level);
    }
    bool pad_level(unsigned pad) const override { return pads.at(pad).level; }
    unsigned pad_function(unsigned) const override { return 0; }
    std::uint64_t joined(unsigned pad) const override { return std::uint64_t{1} << pad; }
    void drive_pad(unsigned pad, bool level) override { pads.at(pad).driven = level; }
    void release_pad(unsigned pad) override { pads.at(pad).driven.reset(); }
    void pull_low(unsigned pad, bool pulled) override { pads.at(pad).pulled = pulled; }
    void on_pad(unsigned pad, std::function<void(bool)> changed) override {
        pads.at(pad).listeners.push_back(std::move(changed));
    }
};

struct FakeChip final : ChipPins {
    FakePads its_pads;
    SpiTarget* spi = nullptr;
    SpiPads spi_pads{};
    SpiTarget* flash = nullptr;
    I2cTarget* i2c = nullptr;
    std::uint8_t i2c_address = 0;
    I2cPads i2c_pads{};
    std::map<std::uint8_t, I2cTarget*> i2c_targets;  // the last is in i2c, too
    std::vector<std::pair<I2sSink*, I2sPads>> i2s_sinks;
    std::vector<std::pair<I2sSource*, I2sPads>> i2s_sources;
    VideoSource* camera = nullptr;
    SerialSink* serial = nullptr;
    unsigned tx_pad = 0, rx_pad = 0;
    std::string received;
    bool receives = true;
    std::uint64_t baud = kTerminalBaud;  // at which the chip sends
    std::uint64_t sent_at = 0;           // at which the part has sent

    bool reset_pulled = false;

    Pads& pads() override { return its_pads; }
    void pull_reset(bool pulled) override { reset_pulled = pulled; }
    void on_spi(SpiTarget& target, SpiPads pads) override {
        spi = &target;
        spi_pads = pads;
    }
    void on_flash_pins(SpiTarget& target) override { flash = &target; }
    void on_i2c(I2cTarget& target, std::uint8_t address, I2cPads pads) override {
        i2c = &target;
        i2c_address = address;
        i2c_pads = pads;
        i2c_targets[address] = &target;
    }
    void on_i2s(I2sSink& sink, I2sPads pads) override { i2s_sinks.push_back({&sink, pads}); }
    void on_i2s(I2sSource& source, I2sPads pads) override { i2s_sources.push_back({&source, pads}); }
    void on_camera_port(VideoSource& source) override { camera = &source; }
    void on_serial(SerialSink& sink, SerialPads pads) override {
        serial = &sink;
        tx_pad = pads.tx;
    }
    std::uint64_t serial_baud(unsigned) const override { return baud; }
    bool send_serial(unsigned pad, std::uint8_t byte) override {
        rx_pad = pad;
        if (receives) received += static_cast<char>(byte);
        return receives;
    }
    void send_serial_at(std::uint64_t at, unsigned pad, std::uint8_t byte) override {
        sent_at = at;
        send_serial(pad, byte);
    }
};

struct PartBench : DeviceBench {
    FakeChip chip;
    Supply supply;
    PartContext part(std::string name) { return {std::move(name), events, log, trace, supply}; }
};

}  // namespace k210
