// What goes wrong below the hart reaches whoever runs it, through the engine's own frames.
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "cpu/unicorn_engine.hpp"
#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kDevice = 0x5000'0000;

struct ThrowingTarget final : BusTarget {
    std::uint32_t read(std::uint32_t, unsigned) override { throw std::runtime_error("read failed"); }
    void write(std::uint32_t, unsigned, std::uint32_t) override { throw std::runtime_error("write failed"); }
};

struct EngineErrorTest : testing::Test, HartBench {
    ThrowingTarget device;

    std::string error_of(std::uint32_t access) {
        bus.map("device", device, kDevice, 0x1000);
        put(0, {lui(a1, kDevice >> 12), access, wfi});
        const auto hart = make(0);
        hart->reset(kRam);
        try {
            run_to_cycle(100, *hart);
        } catch (const std::runtime_error& e) { return e.what(); }
        return "nothing was thrown";
    }
};

TEST_F(EngineErrorTest, NamesTheCallThatTheEngineRefuses) {
    bus.map("half a page", device, kDevice, 0x800);
    try {
        make(0);
        FAIL() << "nothing was thrown";
    } catch (const EngineError& e) { EXPECT_TRUE(std::string_view(e.what()).starts_with("uc_mmio_map: ")) << e.what(); }
}

TEST_F(EngineErrorTest, ADevicesErrorOnALoadIsThrownByTheHart) {
    EXPECT_EQ(error_of(lw(a0, 0, a1)), "read failed");
}

TEST_F(EngineErrorTest, ADevicesErrorOnAStoreIsThrownByTheHart) {
    EXPECT_EQ(error_of(sw(a0, 0, a1)), "write failed");
}

}  // namespace
}  // namespace k210
