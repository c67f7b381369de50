// A capacitive touch controller on I2C, and its interrupt pin.
#pragma once
#include <optional>
#include <vector>

#include "k210/part/touch_scan.hpp"
#include "support/i2c_part_bench.hpp"

namespace k210 {

template <class PartUnderTest>
struct TouchPartTest : I2cPartTest<PartUnderTest> {
    using Bytes = std::vector<std::uint8_t>;
    static constexpr unsigned kInterruptPad = 33;
    // As on an Amigo: a portrait film on a landscape picture.
    static constexpr TouchFilm kFilm{320, 480, 480, 320, true, false, false};

    using I2cPartTest<PartUnderTest>::I2cPartTest;

    std::optional<bool> interrupt() const { return this->bench.chip.its_pads.pads[kInterruptPad].driven; }
    void run_for(std::uint64_t microseconds) {
        EventQueue& events = this->bench.events;
        events.run_until(after(events.now(), ps_from_us(microseconds)));
    }
    // Goes on as `other`, at its time.
    void take_over(TouchPartTest& other) {
        this->bench.events.run_until(other.bench.events.now());
        DeviceBench::transfer_state(other.part, this->part);
    }
    Bytes read(const Bytes& address, unsigned count) {
        Bytes bytes;
        EXPECT_TRUE(this->transfer(address, count, &bytes));
        return bytes;
    }

    // From now on the interrupt pin is at `active` in these milliseconds, from their first to their last microsecond.
    void expect_pulses(bool active, const std::vector<std::uint64_t>& reports_ms, std::uint64_t end_ms) {
        std::vector<std::uint64_t> seen;
        for (std::uint64_t ms = 0; ms < end_ms; ++ms) {
            if (interrupt() == active) seen.push_back(ms);
            run_for(999);
            EXPECT_EQ(interrupt() == active, !seen.empty() && seen.back() == ms) << ms;
            run_for(1);
        }
        EXPECT_EQ(seen, reports_ms);
    }
};

}  // namespace k210
