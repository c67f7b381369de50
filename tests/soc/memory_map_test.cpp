// Every row of the memory map against the SDK's numbers.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

enum class Is : std::uint8_t { ram, uncached_ram, rom, device, stub };

struct Row {
    const char* name;
    std::uint32_t base, size_bytes;
    Is is;
};

// [sdk] lib/bsp/include/platform.h:27-95, which gives sizes of memories, AI and FFT only. The windows of an APB are
// 64 KiB apart; the others' are what their drivers' structures fit in.
constexpr auto kMap = std::to_array<Row>({
    {"debug", 0x0000'0000, 4 << 10, Is::ram},
    {"clint", 0x0200'0000, 64 << 10, Is::device},
    {"plic", 0x0c00'0000, 64 << 20, Is::device},
    {"uarths", 0x3800'0000, 4 << 10, Is::device},
    {"gpiohs", 0x3800'1000, 4 << 10, Is::device},
    {"sram", 0x4000'0000, 6 << 20, Is::uncached_ram},
    {"ai_ram", 0x4060'0000, 2 << 20, Is::uncached_ram},
    {"kpu", 0x4080'0000, 12 << 20, Is::device},
    {"fft", 0x4200'0000, 4 << 20, Is::device},
    {"dmac", 0x5000'0000, 4 << 10, Is::device},
    {"gpio", 0x5020'0000, 64 << 10, Is::device},
    {"uart1", 0x5021'0000, 64 << 10, Is::device},
    {"uart2", 0x5022'0000, 64 << 10, Is::device},
    {"uart3", 0x5023'0000, 64 << 10, Is::device},
    {"spi_slave", 0x5024'0000, 64 << 10, Is::device},
    {"i2s0", 0x5025'0000, 64 << 10, Is::device},
    {"i2s1", 0x5026'0000, 64 << 10, Is::device},
    {"i2s2", 0x5027'0000, 64 << 10, Is::device},
    {"i2c0", 0x5028'0000, 64 << 10, Is::device},
    {"i2c1", 0x5029'0000, 64 << 10, Is::device},
    {"i2c2", 0x502a'0000, 64 << 10, Is::device},
    {"fpioa", 0x502b'0000, 64 << 10, Is::device},
    {"sha256", 0x502c'0000, 64 << 10, Is::device},
    {"timer0", 0x502d'0000, 64 << 10, Is::device},
    {"timer1", 0x502e'0000, 64 << 10, Is::device},
    {"timer2", 0x502f'0000, 64 << 10, Is::device},
    {"wdt0", 0x5040'0000, 64 << 10, Is::device},
    {"wdt1", 0x5041'0000, 64 << 10, Is::device},
    {"otp", 0x5042'0000, 64 << 10, Is::device},
    {"dvp", 0x5043'0000, 64 << 10, Is::device},
    {"sysctl", 0x5044'0000, 64 << 10, Is::device},
    {"aes", 0x5045'0000, 64 << 10, Is::device},
    {"rtc", 0x5046'0000, 64 << 10, Is::device},
    {"spi0", 0x5200'0000, 4 << 10, Is::device},
    {"spi1", 0x5300'0000, 4 << 10, Is::device},
    {"spi3", 0x5400'0000, 16 << 20, Is::device},
    {"sram", 0x8000'0000, 6 << 20, Is::ram},
    {"ai_ram", 0x8060'0000, 2 << 20, Is::ram},
    {"rom", 0x8800'0000, 128 << 10, Is::rom},
});

struct MemoryMapTest : testing::Test, ChipBench {
    std::string name_at(std::uint32_t address) const {
        const Bus::Window* window = chip.bus.find(address);
        return window ? window->name : "";
    }
};

TEST_F(MemoryMapTest, HasTheseWindowsAndNoOthers) {
    ASSERT_EQ(chip.bus.windows().size(), kMap.size());
    for (std::size_t i = 0; i < kMap.size(); ++i) {
        const Bus::Window& window = chip.bus.windows()[i];
        EXPECT_EQ(window.name, kMap[i].name);
        EXPECT_EQ(window.base, kMap[i].base) << kMap[i].name;
        EXPECT_EQ(window.size_bytes, kMap[i].size_bytes) << kMap[i].name;
    }
}

TEST_F(MemoryMapTest, MemoriesAreOfTheirKind) {
    for (const Row& row : kMap) {
        const Bus::Window* window = chip.bus.find(row.base);
        const bool memory = row.is == Is::ram || row.is == Is::uncached_ram || row.is == Is::rom;
        EXPECT_EQ(window->memory != nullptr, memory) << row.name;
        EXPECT_EQ(window->target == nullptr, memory) << row.name;
        if (!memory) continue;
        EXPECT_EQ(window->writable, row.is != Is::rom) << row.name;
        EXPECT_EQ(window->cached, row.is != Is::uncached_ram) << row.name;
    }
}

TEST_F(MemoryMapTest, AiRamFollowsSramAtBothAddresses) {
    for (const std::uint32_t alias : {0x4000'0000u, 0x8000'0000u}) {
        EXPECT_EQ(chip.bus.memory(alias, 1).data(), chip.sram.bytes().data());
        EXPECT_EQ(chip.bus.memory(alias + (6 << 20), 1).data(), chip.ai_ram.bytes().data());
    }
    write(0x4000'0010, 0x1234'5678);
    EXPECT_EQ(read(0x8000'0010), 0x1234'5678u);
}

TEST_F(MemoryMapTest, OnlyStubsSayThatTheyAreNotModelled) {
    for (const Row& row : kMap) {
        if (row.is != Is::stub && row.is != Is::device) continue;
        ChipBench fresh;
        fresh.read(row.base);
        const auto& entries = fresh.bench.log.entries();
        const bool told = !entries.empty() && entries[0].source == row.name &&
                          entries[0].message.find("not modelled") != std::string::npos;
        EXPECT_EQ(told, row.is == Is::stub) << row.name;
    }
}

TEST_F(MemoryMapTest, EveryBlockIsBehindItsOwnWindow) {
    const std::pair<std::uint32_t, const BusTarget*> blocks[] = {
        {0x0200'0000, &chip.clint},  {0x0c00'0000, &chip.plic},   {0x3800'0000, &chip.uarths},
        {0x3800'1000, &chip.gpiohs}, {0x4080'0000, &chip.kpu},    {0x5000'0000, &chip.dmac},
        {0x5020'0000, &chip.gpio},   {0x5021'0000, &chip.uart1},  {0x5022'0000, &chip.uart2},
        {0x5023'0000, &chip.uart3},  {0x5028'0000, &chip.i2c0},   {0x5029'0000, &chip.i2c1},
        {0x502a'0000, &chip.i2c2},   {0x5025'0000, &chip.i2s0},   {0x5026'0000, &chip.i2s1},
        {0x5027'0000, &chip.i2s2},   {0x502b'0000, &chip.fpioa},  {0x502c'0000, &chip.sha256},
        {0x502d'0000, &chip.timer0}, {0x502e'0000, &chip.timer1}, {0x502f'0000, &chip.timer2},
        {0x5040'0000, &chip.wdt0},   {0x5041'0000, &chip.wdt1},   {0x5042'0000, &chip.otp},
        {0x5043'0000, &chip.dvp},    {0x5044'0000, &chip.sysctl}, {0x5045'0000, &chip.aes},
        {0x5046'0000, &chip.rtc},    {0x5200'0000, &chip.spi0},   {0x5300'0000, &chip.spi1},
        {0x5400'0000, &chip.spi3},
    };
    for (const auto& [base, block] : blocks) EXPECT_EQ(chip.bus.find(base)->target, block) << name_at(base);
}

}  // namespace
}  // namespace k210
