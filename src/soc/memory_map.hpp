// Where everything is: one row per block of the chip, modelled or not.
#pragma once
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace k210 {

struct MemoryMapRow {
    enum Kind : std::uint8_t { ram, uncached_ram, rom, model, stub };
    std::string_view name;
    std::uint32_t base, size_bytes;
    Kind kind;
};

// [sdk] lib/bsp/include/platform.h:27-95; ROM, its size and the page at 0, the debug block's: [doc]
// laanwj/k210-sdk-stuff doc/memory_map.md; public systems and LVGL builds that run on boards store there. Blocks of
// 0x1'0000 sit on the APB; their spare space answers like the block itself [assumed].
inline constexpr std::array kMemoryMap = std::to_array<MemoryMapRow>({
    {"debug", 0x0000'0000, 0x1000, MemoryMapRow::ram},
    {"clint", 0x0200'0000, 0x1'0000, MemoryMapRow::model},
    {"plic", 0x0c00'0000, 0x400'0000, MemoryMapRow::model},
    {"uarths", 0x3800'0000, 0x1000, MemoryMapRow::model},
    {"gpiohs", 0x3800'1000, 0x1000, MemoryMapRow::model},
    {"sram", 0x4000'0000, 0x60'0000, MemoryMapRow::uncached_ram},
    {"ai_ram", 0x4060'0000, 0x20'0000, MemoryMapRow::uncached_ram},
    {"kpu", 0x4080'0000, 0xc0'0000, MemoryMapRow::model},
    {"fft", 0x4200'0000, 0x40'0000, MemoryMapRow::model},
    {"dmac", 0x5000'0000, 0x1000, MemoryMapRow::model},
    {"gpio", 0x5020'0000, 0x1'0000, MemoryMapRow::model},
    {"uart1", 0x5021'0000, 0x1'0000, MemoryMapRow::model},
    {"uart2", 0x5022'0000, 0x1'0000, MemoryMapRow::model},
    {"uart3", 0x5023'0000, 0x1'0000, MemoryMapRow::model},
    {"spi_slave", 0x5024'0000, 0x1'0000, MemoryMapRow::model},
    {"i2s0", 0x5025'0000, 0x1'0000, MemoryMapRow::model},
    {"i2s1", 0x5026'0000, 0x1'0000, MemoryMapRow::model},
    {"i2s2", 0x5027'0000, 0x1'0000, MemoryMapRow::model},
    {"i2c0", 0x5028'0000, 0x1'0000, MemoryMapRow::model},
    {"i2c1", 0x5029'0000, 0x1'0000, MemoryMapRow::model},
    {"i2c2", 0x502a'0000, 0x1'0000, MemoryMapRow::model},
    {"fpioa", 0x502b'0000, 0x1'0000, MemoryMapRow::model},
    {"sha256", 0x502c'0000, 0x1'0000, MemoryMapRow::model},
    {"timer0", 0x502d'0000, 0x1'0000, MemoryMapRow::model},
    {"timer1", 0x502e'0000, 0x1'0000, MemoryMapRow::model},
    {"timer2", 0x502f'0000, 0x1'0000, MemoryMapRow::model},
    {"wdt0", 0x5040'0000, 0x1'0000, MemoryMapRow::model},
    {"wdt1", 0x5041'0000, 0x1'0000, MemoryMapRow::model},
    {"otp", 0x5042'0000, 0x1'0000, MemoryMapRow::model},
    {"dvp", 0x5043'0000, 0x1'0000, MemoryMapRow::model},
    {"sysctl", 0x5044'0000, 0x1'0000, MemoryMapRow::model},
    {"aes", 0x5045'0000, 0x1'0000, MemoryMapRow::model},
    {"rtc", 0x5046'0000, 0x1'0000, MemoryMapRow::model},
    {"spi0", 0x5200'0000, 0x1000, MemoryMapRow::model},
    {"spi1", 0x5300'0000, 0x1000, MemoryMapRow::model},
    {"spi3", 0x5400'0000, 0x100'0000, MemoryMapRow::model},  // registers, or the flash while execute-in-place is on
    {"sram", 0x8000'0000, 0x60'0000, MemoryMapRow::ram},
    {"ai_ram", 0x8060'0000, 0x20'0000, MemoryMapRow::ram},
    {"rom", 0x8800'0000, 0x2'0000, MemoryMapRow::rom},
});

// The size of the block's first window; 0 when no row has that name.
constexpr std::uint32_t mapped_bytes(std::string_view name) {
    for (const MemoryMapRow& row : kMemoryMap)
        if (row.name == name) return row.size_bytes;
    return 0;
}

// Where that window begins; the name must be one.
constexpr std::uint32_t mapped_at(std::string_view name) {
    for (const MemoryMapRow& row : kMemoryMap)
        if (row.name == name) return row.base;
    throw std::logic_error("nothing of that name is mapped");
}

}  // namespace k210
