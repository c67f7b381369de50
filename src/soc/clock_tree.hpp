// The chip's clocks: who derives from whom, by which register fields. One ClockDomain each.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "k210/base/log.hpp"
#include "k210/sim/clock_domain.hpp"
#include "k210/sim/event_queue.hpp"

namespace k210 {

class Bits;
class Sysctl;

enum class Clock : std::uint8_t {
    // clang-format off
    in0, pll0, pll1, pll2, aclk,
    cpu, sram0, sram1, apb0, apb1, apb2, rom, dma, ai, dvp, fft,
    gpio, spi0, spi1, spi2, spi3, i2s0, i2s1, i2s2, i2s0_m, i2s1_m, i2s2_m, i2c0, i2c1, i2c2,
    uart1, uart2, uart3, uarths, aes, fpioa, timer0, timer1, timer2, wdt0, wdt1, sha, otp, rtc,
    // clang-format on
};
inline constexpr std::size_t kClocks = static_cast<std::size_t>(Clock::rtc) + 1;

class ClockTree {
public:
    ClockTree(EventQueue& events, Log& log);

    // Every clock stands still until connect(). The CPU's also drives CLINT, PLIC and GPIOHS.
    ClockDomain& operator[](Clock clock) { return *nodes_[static_cast<std::size_t>(clock)].domain; }

    void connect(Sysctl& sysctl);  // follows its registers from now on; takes its on_clocks
    void visit_state(StateVisitor& visitor);
    void check_restored(const Sysctl& sysctl) const;  // throws InputError unless frequencies and registers agree

private:
    struct Node {
        std::unique_ptr<ClockDomain> domain;
        const Bits *select = nullptr, *divider = nullptr, *gate = nullptr;
    };
    using Frequencies = std::array<std::uint64_t, kClocks>;
    Frequencies frequencies(const Sysctl& sysctl) const;
    void update(const Sysctl& sysctl);

    EventQueue& events_;
    Log& log_;
    std::array<Node, kClocks> nodes_;
};

}  // namespace k210
