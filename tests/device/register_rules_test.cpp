// What every block's registers hold after a reset and what they keep of what firmware writes: a table for each block,
// in the order of its registers. Registers whose accesses do something are left to their block's own test.
#include <functional>
#include <initializer_list>

#include <gtest/gtest.h>

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
#include "kpu/kpu.hpp"
#include "otp/otp.hpp"
#include "sha256/sha256.hpp"
#include "spi/spi.hpp"
#include "spi_slave/spi_slave.hpp"
#include "support/device_bench.hpp"
#include "support/i2s_lines.hpp"
#include "support/spi_wire.hpp"
#include "sysctl/sysctl.hpp"
#include "timer/timer.hpp"
#include "uart/uart.hpp"
#include "uarths/uarths.hpp"
#include "wdt/wdt.hpp"

namespace k210 {
namespace {

struct Rule {
    std::uint32_t offset, reset, writable;  // the other bits keep their value
};
constexpr std::uint32_t kAll = ~0u;

struct RegisterRulesTest : testing::Test {
    DeviceBench bench;
    Bus bus{bench.log};
    Memory ram{"ram", 0x1000};

    static void expect_rules(Device& device, std::initializer_list<Rule> rules) {
        for (const Rule& rule : rules) {
            const auto holds = [&](std::uint32_t value, const char* when) {
                EXPECT_EQ(device.read(rule.offset, 4), value)
                    << std::hex << device.name() << " +0x" << rule.offset << ' ' << when;
            };
            holds(rule.reset, "after a reset");
            device.write(rule.offset, 4, ~0u);
            holds((rule.reset & ~rule.writable) | rule.writable, "with ones written");
            device.write(rule.offset, 4, 0);
            holds(rule.reset & ~rule.writable, "with zeros written");
            for (unsigned lane = 0; lane < 4; ++lane) {
                device.write(rule.offset + lane, 1, 0xff);
                const std::uint32_t written = rule.writable & 0xffu << 8 * lane;
                holds((rule.reset & ~rule.writable) | written, "with one byte written");
                device.write(rule.offset + lane, 1, 0);
            }
            device.write(rule.offset, 4, rule.reset);
        }
        for (const Rule& rule : rules) device.write(rule.offset, 4, ~rule.reset);
        device.reset();
        device.settle();
        for (const Rule& rule : rules)
            EXPECT_EQ(device.read(rule.offset, 4), rule.reset)
                << std::hex << device.name() << " +0x" << rule.offset << " after another reset";
    }
};

struct NoI2c final : I2cBus {
    bool start(std::uint8_t, bool) override { return false; }
    bool write(std::uint8_t) override { return false; }
    std::uint8_t read() override { return 0xff; }
    void stop() override {}
};

TEST_F(RegisterRulesTest, Aes) {
    Aes aes(bench.context());
    expect_rules(aes, {{0x00, 0, kAll},  {0x04, 0, kAll}, {0x08, 0, kAll}, {0x0c, 0, kAll},  // key
                       {0x10, 0, 1},                                                         // encrypt_sel
                       {0x14, 0, 0x7ff},                                                     // mode_ctl
                       {0x18, 0, kAll},  {0x1c, 0, kAll}, {0x20, 0, kAll}, {0x24, 0, kAll},  // iv
                       {0x28, 0, 1},                                                         // endian
                       {0x2c, 0, 0},                                                         // finish
                       {0x30, 0, 1},                                                         // dma_sel
                       {0x34, 0, kAll},  {0x3c, 0, kAll},                                    // aad_num, pc_num
                       {0x40, 0, 0},     {0x44, 0, 0},                                       // text_data, aad_data
                       {0x48, 0, 0},     {0x4c, 0, 0},                                       // tag_chk, data_in_flag
                       {0x60, 0, 0},     {0x68, 0, 0},    {0x6c, 0, 0},                      // out_data, flags
                       {0x74, 0, 0},     {0x78, 0, 0},    {0x7c, 0, 0},    {0x80, 0, 0},     // out_tag
                       {0x84, 0, kAll},  {0x88, 0, kAll}, {0x8c, 0, kAll}, {0x90, 0, kAll}});
}

TEST_F(RegisterRulesTest, Clint) {
    Clint clint(bench.context());
    expect_rules(clint, {{0x0000, 0, 1},
                         {0x0004, 0, 1},  // msip
                         {0x4000, kAll, kAll},
                         {0x4004, kAll, kAll},  // mtimecmp
                         {0x4008, kAll, kAll},
                         {0x400c, kAll, kAll},
                         {0xbff8, 0, kAll},
                         {0xbffc, 0, kAll}});
}

TEST_F(RegisterRulesTest, Dmac) {
    Dmac dmac(bench.context(), bus);
    constexpr std::uint32_t kInterrupts = 0xe000'3ffb;
    expect_rules(dmac, {{0x00, 0, 0}, {0x08, 0, 0}, {0x10, 0, 3}, {0x14, 0, 0}});  // id, compver, cfg
    expect_rules(dmac, {{0x30, 0, 0}, {0x38, 0, 0}, {0x50, 0, 0}});                // intstatus, common ones
    for (std::uint32_t base = 0x100; base <= 0x600; base += 0x100)
        expect_rules(dmac, {{base + 0x00, 0, kAll},       // sar
                            {base + 0x08, 0, kAll},       // dar
                            {base + 0x10, 0, 0x3f'ffff},  // block_ts
                            {base + 0x14, 0, 0},
                            {base + 0x18, 0, 0x403f'ff55},  // ctl
                            {base + 0x1c, 0, 0xc7ff'ffc0},
                            {base + 0x20, 0, 0xf},  // cfg
                            {base + 0x24, 0, 0x7ffe'f7ff},
                            {base + 0x28, 0, kAll},                   // llp
                            {base + 0x30, 0, 0},                      // status
                            {base + 0x80, kInterrupts, kInterrupts},  // intstatus_en
                            {base + 0x88, 0, 0},                      // intstatus
                            {base + 0x90, kInterrupts, kInterrupts},  // intsignal_en
                            {base + 0x98, 0, 0}});                    // intclear
}

TEST_F(RegisterRulesTest, Dvp) {
    NoI2c sccb;
    Dvp dvp(bench.context(), bus, sccb);
    expect_rules(dvp, {{0x00, 0, 0x3fff'f71f},  // dvp_cfg
                       {0x04, 0, kAll},
                       {0x08, 0, kAll},
                       {0x0c, 0, kAll},         // r, g, b
                       {0x10, 0, 0x0101'01ff},  // cmos_cfg
                       {0x14, 0, 0x00ff'ff03},  // sccb_cfg
                       {0x18, 0, kAll},         // sccb_ctl
                       {0x1c, 0, 0xff},         // axi
                       {0x24, 0, kAll},
                       {0x28, 0, kAll}});  // reverse, rgb
}

TEST_F(RegisterRulesTest, Gpio) {
    Fpioa fpioa(bench.context());
    Gpio gpio(bench.context(), fpioa);
    expect_rules(gpio, {{0x50, 0, 0}});  // data_input
    expect_rules(gpio, {{0x00, 0, 0xff},
                        {0x04, 0, 0xff},
                        {0x08, 0, 0xff},  // data_output, direction, source
                        {0x30, 0, 0xff},
                        {0x34, 0, 0xff},
                        {0x38, 0, 0xff},  // interrupt enable, mask, level
                        {0x3c, 0, 0xff},
                        {0x40, 0, 0},
                        {0x44, 0, 0},  // polarity, status, raw status
                        {0x48, 0, 0xff},
                        {0x4c, 0, 0},
                        // debounce, clear
                        {0x60, 0, 0xff},
                        {0x64, 0, 0},
                        {0x68, 0, 0xff}});
}

TEST_F(RegisterRulesTest, Gpiohs) {
    Fpioa fpioa(bench.context());
    Gpiohs gpiohs(bench.context(), fpioa);
    expect_rules(gpiohs, {{0x00, 0, 0},
                          {0x04, 0, kAll},
                          {0x0c, 0, kAll},
                          {0x10, 0, kAll},
                          {0x14, 0, kAll},
                          {0x18, 0, kAll},
                          {0x20, 0, kAll},
                          {0x28, 0, kAll},
                          {0x30, 0, kAll},
                          {0x38, 0, kAll},
                          {0x3c, 0, kAll},
                          {0x40, 0, kAll}});
}

TEST_F(RegisterRulesTest, I2c) {
    NoI2c wires;
    I2c i2c(bench.context(), "i2c0", wires);
    expect_rules(i2c, {{0x00, 0x65, 0x1ff},    {0x04, 0x55, 0x1fff},   {0x08, 0x55, 0x3ff},  // con, tar, sar
                       {0x14, 400, 0xffff},    {0x18, 470, 0xffff},                          // ss_scl
                       {0x2c, 0, 0},           {0x30, 0x8ff, 0xfff},   {0x34, 0, 0},         // interrupts
                       {0x38, 0, 7},           {0x3c, 0, 7},                                 // rx_tl, tx_tl
                       {0x44, 0, 0},           {0x54, 0, 0},           {0x60, 0, 0},         // clr_*
                       {0x70, 6, 0},           {0x74, 0, 0},           {0x78, 0, 0},         // status, levels
                       {0x7c, 1, 0xff'ffff},   {0x80, 0, 0},           {0x88, 0, 3},         // sda_hold, abort, dma
                       {0x8c, 0, 7},           {0x90, 0, 7},           {0x94, 0x64, 0xff},
                       {0x98, 1, 1},           {0x9c, 0, 0},           {0xa0, 5, 0xff},  // general call, spklen
                       {0xf4, 0x0007'07e6, 0}, {0xf8, 0x3132'302a, 0}, {0xfc, 0x4457'0140, 0}});
}

TEST_F(RegisterRulesTest, Fft) {
    Fft fft(bench.context());
    expect_rules(fft, {{0x08, 0, 0x3'ffff},
                       {0x0c, 0, 0},  // fft_ctrl
                       {0x10, 0, 7},
                       {0x14, 0, 0},  // fifo_ctrl
                       {0x18, 0, 1},
                       {0x1c, 0, 0},
                       {0x20, 0, 0},
                       {0x24, 0, 0},  // intr_mask, intr_clear
                       {0x28, 0, 0},
                       {0x2c, 0, 0},
                       {0x30, 0, 0},
                       {0x34, 0, 0}});  // fft_status, fft_status_raw
}

TEST_F(RegisterRulesTest, I2s) {
    Fpioa fpioa(bench.context());
    FakeI2sLines lines;
    I2s i2s("i2s0", bench.context(), fpioa, FUNC_I2S0_OUT_D0, lines);
    expect_rules(i2s, {{0x04, 0, 1},  // irer, iter, ccr, rxffr, txffr
                       {0x08, 0, 1},
                       {0x10, 0, 0xfff},
                       {0x14, 0, 0},
                       {0x18, 0, 0},
                       {0x1c0, 0, 0},  // DMA ports and their resets
                       {0x1c4, 0, 0},
                       {0x1c8, 0, 0},
                       {0x1cc, 0, 0},
                       {0x1f0, 0, 0},
                       {0x1f4, 0, 0},
                       {0x1f8, 0, 0},
                       {0x1fc, 0, 0}});
    for (std::uint32_t channel = 0x20; channel <= 0xe0; channel += 0x40)
        expect_rules(i2s, {{channel + 0x08, 1, 1},  // rer, ter
                           {channel + 0x0c, 1, 1},
                           {channel + 0x10, 0, 7},  // rcr, tcr
                           {channel + 0x14, 0, 7},
                           {channel + 0x18, 0x10, 0},  // isr, imr
                           {channel + 0x1c, 0x33, 0x33},
                           {channel + 0x20, 0, 0},  // ror, tor
                           {channel + 0x24, 0, 0},
                           {channel + 0x28, 0, 15},  // rfcr, tfcr
                           {channel + 0x2c, 0, 15},
                           {channel + 0x30, 0, 0},  // rff, tff
                           {channel + 0x34, 0, 0}});
    expect_rules(i2s, {{0x00, 0, 1}, {0x0c, 0, 1}});  // ier, cer
}

TEST_F(RegisterRulesTest, Kpu) {
    Memory ai_ram("ai_ram", 2u << 20);
    Kpu kpu(bench.context(), bus, ai_ram);
    expect_rules(kpu, {{0x08, 0, 0},
                       {0x0c, 0, 0},
                       {0x10, 0, 0},
                       {0x14, 0, 0},  // interrupt_status, interrupt_raw
                       {0x18, 0, 7},
                       {0x1c, 0, 0},
                       {0x20, 0, 0},
                       {0x24, 0, 0},  // interrupt_mask, interrupt_clear
                       {0x28, 0, 0xff},
                       {0x2c, 0, 0},  // fifo_threshold
                       {0x38, 0x1f, 0x1f},
                       {0x3c, 0, 0},  // fifo_ctrl
                       {0x40, 0, 1},
                       {0x44, 0, 0}});  // eight_bit_mode
}

TEST_F(RegisterRulesTest, Otp) {
    Otp otp(bench.context(), {});
    expect_rules(otp, {{0x00, 1, kAll}, {0x04, 0, kAll}, {0x08, 0, kAll}, {0x14, 0, 0}, {0x1c, 1, 0},
                       {0x20, 0, kAll}, {0x28, 0, kAll}, {0x2c, 0, kAll}, {0x54, 0, 0}, {0x58, 0, kAll},
                       {0x5c, 0, kAll}, {0x60, 0, kAll}, {0x64, 0, 0},    {0x68, 0, 0}, {0x6c, 0, 0},
                       {0x74, 0, kAll}, {0xa0, 1, kAll}, {0xac, 0, 0},    {0xb0, 0, 0}, {0xbc, 0, 0}});
}

TEST_F(RegisterRulesTest, Sha256) {
    Sha256 sha(bench.context());
    expect_rules(sha, {{0x00, 0, 0}, {0x1c, 0, 0}, {0x20, 0, 0}, {0x28, 0, 0xffff}, {0x34, 0, 1}});
}

TEST_F(RegisterRulesTest, SpiSlave) {
    Fpioa fpioa(bench.context());
    SpiSlave slave(bench.context(), fpioa, FUNC_SPI_SLAVE_SS);
    expect_rules(slave, {{0x00, 7u << 16, 0x1f'07c0},
                         {0x18, 0, 0x1f},
                         {0x1c, 0, 0x1f},  // ctrlr0, thresholds
                         {0x20, 0, 0},
                         {0x24, 0, 0},
                         {0x28, 6, 0},  // levels, sr
                         {0x2c, 0x1f, 0x1f},
                         {0x30, 0, 0},
                         {0x34, 0, 0},  // imr, isr, risr
                         {0x38, 0, 0},
                         {0x3c, 0, 0},
                         {0x40, 0, 0},
                         {0x48, 0, 0},
                         {0x4c, 0, 3},
                         {0x50, 0, 0x1f},
                         {0x54, 0, 0x1f},  // dmacr, dmatdlr, dmardlr
                         {0x58, 0, 0},
                         {0x5c, 0, 0},
                         {0x08, 0, 1}});  // ssienr
}

TEST_F(RegisterRulesTest, Spi) {
    RecordingSpiBus wires;
    const auto common = [](Spi& spi) {
        expect_rules(spi, {{0x04, 0, 0xffff},
                           {0x0c, 0, 7},
                           {0x10, 0, 0xf},  // ctrlr1, mwcr, ser
                           {0x14, 0, 0xffff},
                           {0x18, 0, 0x1f},
                           {0x1c, 0, 0x1f},  // baudr, thresholds
                           {0x20, 0, 0},
                           {0x24, 0, 0},
                           {0x28, 6, 0},  // levels, sr
                           {0x2c, 0x3f, 0x3f},
                           {0x30, 0, 0},
                           {0x34, 0, 0},  // imr, isr, risr
                           {0x38, 0, 0},
                           {0x3c, 0, 0},
                           {0x40, 0, 0},
                           {0x44, 0, 0},
                           {0x48, 0, 0},
                           {0x4c, 0, 3},
                           {0x50, 0, 0x1f},
                           {0x54, 0, 0x1f},  // dmacr, dmatdlr, dmardlr
                           {0x58, 0, 0},
                           {0x5c, 0, 0},
                           {0xf0, 0, kAll},    // idr, version, rx_sample_delay
                           {0xf4, 0, 0xfb3f},  // spi_ctrlr0
                           {0xfc, 0, kAll},
                           {0x100, 0, kAll},
                           {0x104, 0, kAll},  // xip instructions
                           {0x108, 0, 0x2cc3'f6ff},
                           {0x10c, 0, 0xf},  // xip_ctrl, xip_ser
                           {0x110, 0, 0},
                           {0x114, 0, kAll},
                           {0x118, 0, 1}});  // endian
    };
    Spi spi0("spi0", bench.context(), wires, SpiLayout::apb_ssi);
    expect_rules(spi0, {{0x00, 7u << 16, 0x007f'0bc0}});
    common(spi0);
    Spi spi3("spi3", bench.context(), wires, SpiLayout::dwc_ssi);
    expect_rules(spi3, {{0x00, 7, 0x00c0'2f1f}});
    common(spi3);
}

TEST_F(RegisterRulesTest, Sysctl) {
    Sysctl sysctl(bench.context());
    expect_rules(sysctl, {{0x00, 0, 0},                                                           // git_id
                          {0x04, 26'000'000, 0},                                                  // clk_freq
                          {0x08, 59 << 4 | 1 << 10 | 59 << 14 | 1 << 21 | 1 << 25, 0x07ff'ffff},  // pll0
                          {0x0c, 22 << 4 | 1 << 10 | 22 << 14 | 1 << 21 | 1 << 25, 0x03ff'ffff},  // pll1
                          {0x10, 22 << 4 | 1 << 10 | 22 << 14 | 1 << 21 | 1 << 25, 0x0fff'ffff},  // pll2
                          {0x14, 0, kAll},
                          {0x18, 0x0003'0303, 0x0008'0808},  // pll_lock
                          {0x1c, 0, 0},                      // rom_error
                          {0x20, 0x0249, 0xffff},            // clk_sel0
                          {0x24, 0, 1},                      // clk_sel1
                          {0x28, 0x3f, 0x3f},                // clk_en_cent
                          {0x2c, 0x2fff'ffff, 0x2fff'ffff},  // clk_en_peri
                          {0x34, 0, 0x27ff'ffff},            // peri_reset
                          {0x38, 0, 0xf'ffff},               // clk_th0 to 6
                          {0x3c, 0, kAll},
                          {0x40, 0, 0xff'ffff},
                          {0x44, 0, kAll},
                          {0x48, 0, kAll},
                          {0x4c, 0, kAll},
                          {0x50, 0, 0xffff},
                          {0x54, 0, 0x43f},        // misc
                          {0x58, 0, 0x01ff'ffff},  // peri
                          {0x5c, 0, 0xf},          // spi_sleep
                          {0x64, 0, 0x3fff'ffff},  // dma_sel0
                          {0x68, 0, 0x3f},         // dma_sel1
                          {0x6c, 0, 0xff},         // power_sel
                          {0x70, 0, kAll},
                          {0x74, 0, kAll},
                          {0x78, 0, kAll},
                          {0x7c, 0, kAll}});
}

TEST_F(RegisterRulesTest, Timer) {
    Timer timer(bench.context(), "timer0");
    for (std::uint32_t channel = 0; channel < 4; ++channel)
        expect_rules(timer, {{channel * 0x14 + 0x00, 0, kAll},                              // load_count
                             {channel * 0x14 + 0x04, 0, 0},                                 // current_value
                             {channel * 0x14 + 0x0c, 0, 0},                                 // eoi
                             {channel * 0x14 + 0x10, 0, 0},                                 // intr_stat
                             {0xb0 + channel * 4, 0, kAll}});                               // load_count2
    expect_rules(timer, {{0x08, 0, 0xf}, {0x1c, 0, 0xf}, {0x30, 0, 0xf}, {0x44, 0, 0xf}});  // control
    expect_rules(timer, {{0xa0, 0, 0}, {0xa4, 0, 0}, {0xa8, 0, 0}, {0xac, 0, 0}});
}

TEST_F(RegisterRulesTest, Uart) {
    FakeSerial line;
    Uart uart(bench.context(), "uart1", line);
    expect_rules(uart, {{0x04, 0, 0x8f},                                               // ier
                        {0x10, 0, 0x7f},                                               // mcr
                        {0x14, 0x60, 0},        {0x18, 0, 0},                          // lsr, msr
                        {0x1c, 0, 0xff},                                               // scr
                        {0x7c, 6, 0},           {0x80, 0, 0},           {0x84, 0, 0},  // usr, tfl, rfl
                        {0x8c, 0, 1},           {0x94, 0, 1},           {0x98, 0, 1},  // srts, sdmam, sfe
                        {0x9c, 0, 3},           {0xa0, 0, 3},           {0xa4, 0, 1},  // srt, stet, htx
                        {0xa8, 0, 0},           {0xac, 6, 0x1f},                       // dmasa, tcr
                        {0xc0, 0, 0xf},         {0xcc, 0, 0xf},                        // dlf, lcr_ext
                        {0xf4, 0x0001'3c32, 0}, {0xf8, 0x3430'312a, 0}, {0xfc, 0x4457'0110, 0}});
    expect_rules(uart, {{0x0c, 0, 0xff}});  // lcr
}

TEST_F(RegisterRulesTest, Uarths) {
    FakeSerial line;
    Uarths uarths(bench.context(), line);
    expect_rules(uarths,
                 {{0x08, 0, 0x0007'0003}, {0x0c, 0, 0x0007'0001}, {0x10, 2, 3}, {0x14, 0, 0}, {0x18, 0xffff, 0xffff}});
}

TEST_F(RegisterRulesTest, Wdt) {
    Wdt wdt(bench.context(), "wdt0");
    expect_rules(wdt, {{0x04, 0, 0xff},
                       {0x0c, 0, 0},
                       {0x10, 0, 0},
                       {0x14, 0, 0},
                       {0x1c, 0, 7},
                       {0xe4, 0, 0},
                       {0xe8, 0, 0},
                       {0xec, 0, 0},
                       {0xf0, 0, 0},
                       {0xf4, 0, 0},
                       {0xf8, 0, 0},
                       {0xfc, 0x4457'0120, 0}});
    EXPECT_EQ(wdt.read(0x08, 4), 0xffffu) << "ccvr";
    wdt.write(0x08, 4, 0);
    EXPECT_EQ(wdt.read(0x08, 4), 0xffffu);
    wdt.write(0x00, 4, 0x1e);  // all but the enable bit, which stays
    EXPECT_EQ(wdt.read(0x00, 4), 0x1eu);
}

}  // namespace
}  // namespace k210
