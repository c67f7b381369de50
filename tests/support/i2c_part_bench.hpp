// One part on I2C, spoken to through the controller as firmware does.
#pragma once
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "i2c/i2c.hpp"
#include "support/part_bench.hpp"

namespace k210 {

struct OnePartBus final : I2cBus {
    explicit OnePartBus(const FakeChip& c) : chip(c) {}
    bool start(std::uint8_t a, bool read) override {
        const auto found = chip.i2c_targets.find(a);
        if (found == chip.i2c_targets.end()) return false;
        addressed = found->second;
        return addressed->start(read);
    }
    bool write(std::uint8_t byte) override { return addressed->write(byte); }
    std::uint8_t read() override { return addressed->read(); }
    void stop() override {
        if (addressed) addressed->stop();
    }
    const FakeChip& chip;
    I2cTarget* addressed = nullptr;
};

template <class PartUnderTest>
struct I2cPartTest : testing::Test {
    I2cPartTest() : part{kPads} { hang(); }
    template <class Config>
    explicit I2cPartTest(const Config& config) : part(bench.part("part"), config) {
        hang();
    }

    void call(std::uint8_t address) {
        i2c.write(0x6c, 4, 0);
        i2c.write(0x04, 4, address);
        i2c.write(0x6c, 4, 1);
    }
    // Writes `bytes`, then reads `count` in the same transfer; false when the controller aborted.
    bool transfer(std::vector<std::uint8_t> bytes, unsigned count, std::vector<std::uint8_t>* read = nullptr) {
        for (const std::uint8_t byte : bytes) i2c.write(0x10, 4, byte);
        for (unsigned i = 0; i < count; ++i) i2c.write(0x10, 4, 0x100);
        bench.run_for_cycles(1'000'000);
        for (unsigned i = 0; i < count && read; ++i) read->push_back(static_cast<std::uint8_t>(i2c.read(0x10, 4)));
        return i2c.read(0x80, 4) == 0;
    }

    static constexpr I2cPads kPads{28, 29};
    PartBench bench;
    PartUnderTest part;
    OnePartBus bus{bench.chip};
    I2c i2c{bench.context(), "i2c0", bus};

private:
    void hang() {
        part.hang(bench.chip);
        part.power_on();
        call(PartUnderTest::kAddress);
    }
};

}  // namespace k210
