#include "fuzz/register_program.hpp"

#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

struct Block {
    u32 base, bytes;  // of its registers
};
// [sdk] lib/bsp/include/platform.h and the drivers' structures
constexpr Block kBlocks[] = {
    {0x0200'0000, 0x10},  {0x0200'4000, 0x10},  {0x0200'bff8, 0x8},   {0x0c00'0000, 0x108}, {0x0c00'1000, 0xc},
    {0x0c00'2000, 0x18c}, {0x0c20'0000, 0x8},   {0x0c20'2000, 0x8},   {0x3800'0000, 0x1c},  {0x3800'1000, 0x44},
    {0x4080'0000, 0x48},  {0x4200'0000, 0x40},  {0x5000'0000, 0x60},  {0x5000'0100, 0x600}, {0x5020'0000, 0x70},
    {0x5021'0000, 0x100}, {0x5022'0000, 0x100}, {0x5023'0000, 0x100}, {0x5024'0000, 0x40},  {0x5025'0000, 0x200},
    {0x5028'0000, 0xa4},  {0x5029'0000, 0xa4},  {0x502a'0000, 0xa4},  {0x502b'0000, 0x100}, {0x502c'0000, 0x38},
    {0x502d'0000, 0xc0},  {0x502e'0000, 0xc0},  {0x502f'0000, 0xc0},  {0x5040'0000, 0x20},  {0x5041'0000, 0x20},
    {0x5042'0000, 0x70},  {0x5043'0000, 0x2c},  {0x5044'0000, 0x80},  {0x5045'0000, 0x94},  {0x5046'0000, 0x2c},
    {0x5200'0000, 0x11c}, {0x5300'0000, 0x11c}, {0x5400'0000, 0x11c},
};
constexpr u32 kSysctl = 0x5044'0000, kDmac = 0x5000'0000, kKpu = 0x4080'0000, kDvp = 0x5043'0000;

class Generator {
public:
    Generator(FuzzInput& input, u32 data) : input_(input) {
        const int low = static_cast<int>(data << 20) >> 20;
        emit({lui(s0, (data - static_cast<u32>(low)) >> 12), i_type(0x1b, 0, s0, s0, low), slli(s0, s0, 32),
              i_type(0x13, 5, s0, s0, 32)});
        store(kSysctl + 0x2c, ~0u);  // every clock runs
        store(kSysctl + 0x28, ~0u);
    }

    RegisterProgram make(unsigned steps) {
        while (steps-- && !input_.empty()) step();
        emit({csrw(mie, zero), wfi, j(-4)});
        return std::move(out_);
    }

private:
    void emit(std::initializer_list<u32> code) { out_.code.insert(out_.code.end(), code); }
    // t0 = address, t1 = value, then `access`
    void access(u32 insn, u32 address, u64 value) {
        emit({ld(t0, 0, s0), ld(t1, 8, s0), insn, addi(s0, s0, 16)});
        out_.data.push_back(address);
        out_.data.push_back(value);
    }
    void store(u32 address, u64 value) { access(s_type(2, t1, t0, 0), address, value); }
    void store64(u32 address, u64 value) { access(s_type(3, t1, t0, 0), address, value); }
    void load(u32 address) { access(lw(t2, 0, t0), address, 0); }
    void delay(u32 rounds) {
        access(nop, 0, rounds);
        emit({addi(t1, t1, -1), b_type(5, t1, zero, -4)});
    }
    // Until the bits are clear, or for so many rounds.
    void poll(u32 address, u32 bits) {
        access(nop, address, bits);
        emit({addi(t3, zero, 300), lw(t2, 0, t0), i_type(0x33, 7, t2, t2, static_cast<int>(t1)), beq(t2, zero, 12),
              addi(t3, t3, -1), bne(t3, zero, -16)});
    }

    u32 memory() {
        switch (input_.below(8)) {
            case 0: return 0x8060'0000 + input_.below(0x20'0000);
            case 1: return 0x4060'0000 + input_.below(0x20'0000);
            case 2: return 0x805f'ff00 + input_.below(0x200);  // where two memories meet,
            case 3: return 0x807f'ff00 + input_.below(0x200);  // and where they end
            case 4: return kCode + input_.below(0x1000);
            case 5: return static_cast<u32>(input_.bits(32));
            default: return (input_.below(2) ? 0x8030'0000 : 0x4030'0000) + input_.below(0x10'0000) / 64 * 64;
        }
    }
    u64 value() {
        switch (input_.below(6)) {
            case 0: return ~0ull;
            case 1: return input_.below(16);
            case 2: return u64{1} << input_.below(33);
            case 3: return memory();
            case 4: return input_.below(0x1'0000);
            default: return input_.bits(64);
        }
    }
    u32 small_or_any(u32 n) { return input_.one_in(5) ? static_cast<u32>(input_.bits(32)) : input_.below(n); }

    void step() {
        switch (input_.below(20)) {
            case 0: return sysctl();
            case 1: return dma();
            case 2: return kpu();
            case 3: return spi();
            case 4: return flash();
            case 5: return dvp();
            case 6: return timer();
            case 7: return watchdog();
            case 8: return rtc();
            case 9: return pins();
            case 10: return i2c();
            case 11: return uart();
            case 12: return aes();
            case 13: return sha();
            case 14: return interrupts();
            case 15: return xip();
            case 16: return delay(input_.below(4000));
            case 17: return atomic();
            default: return any_register();
        }
    }

    void any_register() {
        const Block& block = kBlocks[input_.below(std::size(kBlocks))];
        u32 at = block.base + input_.below(block.bytes) / 4 * 4;
        if (input_.one_in(16)) at += input_.below(4);
        if (input_.one_in(2)) return access(i_type(0x03, input_.pick({2, 0, 1, 3, 4, 5, 6}), t2, t0, 0), at, 0);
        if (at == kSysctl + 0x30 && !input_.one_in(16)) return;  // a reset begins all anew
        access(s_type(input_.pick({2, 0, 1, 3}), t1, t0, 0), at, value());
    }
    void sysctl() {
        switch (input_.below(7)) {
            case 0: return store(kSysctl + 0x08 + 4 * input_.below(3), input_.below(0x400) | 1 << 21 | 1 << 25);
            case 1: return store(kSysctl + 0x20, small_or_any(0x1'0000));
            case 2: return store(kSysctl + 0x2c, ~(1u << input_.below(32)));
            case 3: store(kSysctl + 0x34, 1u << input_.below(32)); return store(kSysctl + 0x34, 0);
            case 4: return store(kSysctl + 0x38 + 4 * input_.below(7), small_or_any(0x800));
            case 5: return store(kSysctl + 0x54 + 4 * input_.below(2), input_.bits(32));
            default: store(kSysctl + 0x28, ~0u); return store(kSysctl + 0x2c, ~0u);
        }
    }
    // From or to a device when `handshake` is one.
    void dma(int handshake = -1, bool from_device = false, u32 port = 0) {
        const u32 n = input_.below(6), channel = kDmac + 0x100 * (n + 1);
        store(kDmac + 0x10, 3);
        store64(channel + 0x00, from_device ? port : memory());
        store64(channel + 0x08, handshake >= 0 && !from_device ? port : memory());
        store64(channel + 0x10, small_or_any(3000));
        const u64 fixed = handshake < 0 ? input_.below(2) << 4 | input_.below(2) << 6 : from_device ? 1u << 4 : 1u << 6;
        const u64 widths =
            input_.below(8) << 8 | input_.below(8) << 11 | input_.below(10) << 14 | input_.below(10) << 18;
        store64(channel + 0x18, fixed | widths | u64{input_.below(2)} << 58);
        const u64 flow = handshake < 0 ? input_.below(8) : from_device ? 2 : 1;
        store64(channel + 0x20, flow << 32 | u64{n} << 39 | u64{n} << 44 | input_.below(16));
        if (handshake >= 0)
            store(n == 5 ? kSysctl + 0x68 : kSysctl + 0x64, n == 5 ? handshake : u64(handshake) << (6 * n));
        store64(channel + 0x80, ~0ull);
        store64(kDmac + 0x18, 0x101ull << n);
        if (input_.one_in(2)) poll(kDmac + 0x18, 1u << n);
        store64(channel + 0x98, ~0ull);
        if (input_.one_in(8)) store64(kDmac + 0x18, input_.bits(64));
    }
    void kpu() {
        store64(kKpu + 0x38, 0x1f);
        store64(kKpu + 0x40, input_.below(2));
        store64(kKpu + 0x18, input_.below(8));
        for (u32 layer = input_.below(3) + 1; layer; --layer) {
            const u64 width = input_.below(input_.one_in(8) ? 1024 : 80),
                      height = input_.below(input_.one_in(8) ? 512 : 40);
            const u64 channels = input_.below(16), outputs = input_.below(16);
            const u64 row = (width + 64) / 64, groups = width < 16 ? 4 : width < 32 ? 2 : 1;
            const u64 layout = (height + 1) * row | row << 16 | groups << 20;
            const u64 words[12] = {input_.below(4),
                                   input_.below(0x8000) | u64{input_.below(0x8000)} << 32,
                                   channels | outputs << 32 | outputs << 48,
                                   width | height << 10 | width << 32 | height << 42,
                                   input_.below(0x1000) | u64{memory()} << 32,
                                   input_.bits(32) | u64{memory()} << 32,
                                   input_.below(0x1'0000),
                                   (height + 1) * row | row << 16 | groups << 28 | 1u << 31 | u64{memory()} << 32,
                                   layout,
                                   input_.bits(64),
                                   input_.bits(40),
                                   input_.below(2) | u64{input_.below(0x2000)} << 32};
            const u32 odd = input_.below(48);
            for (u32 i = 0; i < 12; ++i) store64(kKpu, i == odd ? input_.bits(64) : words[i]);
        }
        if (input_.one_in(2)) return dma(22, true, kKpu + 0x30);
        if (input_.one_in(2)) return poll(kKpu + 0x10, 1);
        if (input_.one_in(4)) store64(kKpu + 0x38, input_.below(32));
    }
    void spi() {
        const u32 which = input_.below(3), base = 0x5200'0000 + 0x100'0000 * which;
        store(base + 0x08, 0);
        const u32 dfs = input_.pick({7, 15, 31, input_.below(32)}), tmod = input_.below(4), frf = input_.below(4);
        store(base + 0x00, which == 2 ? dfs | tmod << 10 | frf << 22 : dfs << 16 | tmod << 8 | frf << 21);
        store(base + 0x04, small_or_any(64));
        store(base + 0x14, input_.below(20) + 1);
        store(base + 0x2c, input_.bits(32));
        store(base + 0x4c, input_.below(4));
        store(base + 0x50, input_.below(40));
        store(base + 0x54, input_.below(40));
        store(base + 0xf4, small_or_any(0x1'0000));
        store(base + 0x118, input_.below(2));
        store(base + 0x08, 1);
        store(base + 0x10, 1u << input_.below(4));
        for (u32 words = input_.below(40); words; --words) store(base + 0x60, input_.bits(32));
        const u32 handshake = which == 2 ? 6 : 2 * which;
        if (input_.one_in(3)) return dma(static_cast<int>(handshake), true, base + 0x60);
        if (input_.one_in(2)) return dma(static_cast<int>(handshake) + 1, false, base + 0x60);
        poll(base + 0x28, 1);
        for (u32 words = input_.below(20); words; --words) load(base + 0x60);
    }
    void flash() {  // as a driver does: write enable, then an operation
        constexpr u32 kBase = 0x5400'0000;
        const auto send = [&](std::initializer_list<u32> bytes) {
            store(kBase + 0x08, 0);
            store(kBase + 0x00, 7 | 1 << 10);
            store(kBase + 0x14, 2);
            store(kBase + 0x08, 1);
            for (const u32 byte : bytes) store(kBase + 0x60, byte);
            store(kBase + 0x10, 1);
            poll(kBase + 0x28, 1);
            store(kBase + 0x10, 0);
        };
        send({6});
        const u32 a = input_.below(256), b = input_.below(256), c = input_.below(256);
        if (input_.one_in(2)) return send({input_.pick({0x20, 0x52, 0xd8, 0xc7, 0x01, 0x31, 0x99, 0xb9}), a, b, c});
        send({input_.pick({0x02, 0x32}), a, b, c, 1, 2, 3, 4});
    }
    void xip() {
        constexpr u32 kBase = 0x5400'0000;
        for (u32 at = 0xfc; at <= 0x114; at += 4) store(kBase + at, input_.bits(32));
        store(kSysctl + 0x58, 1 << 15);
        for (int i = 0; i < 4; ++i)
            access(i_type(0x03, input_.below(7), t2, t0, 0), kBase + input_.below(0x100'0000), 0);
        if (input_.one_in(2)) store(kSysctl + 0x58, 0);
    }
    void dvp() {
        store(kDvp + 0x10, input_.below(8) | 1 << 8 | 1 << 16);
        store(kDvp + 0x14, input_.bits(24));
        store(kDvp + 0x18, input_.bits(32));
        store(kDvp + 0x20, 3u << 24);
        poll(kDvp + 0x20, 1u << 24);
        for (const u32 at : {0x04u, 0x08u, 0x0cu, 0x28u}) store(kDvp + at, memory());
        store(kDvp + 0x00, input_.bits(32));
        store(kDvp + 0x20, 0x3'0303);
    }
    void timer() {
        const u32 base = 0x502d'0000 + 0x1'0000 * input_.below(3), n = input_.below(4);
        store(base + n * 0x14, small_or_any(input_.one_in(2) ? 4 : 5000));
        store(base + 0xb0 + 4 * n, small_or_any(5000));
        store(base + n * 0x14 + 8, input_.below(16));
        load(base + n * 0x14 + 4);
        load(base + (input_.below(2) ? 0xa4 : n * 0x14 + 0xc));
    }
    void watchdog() {
        const u32 base = 0x5040'0000 + 0x1'0000 * input_.below(2);
        store(base + 4, input_.below(256));
        store(base + 0, input_.below(4));
        store(base + 0xc, input_.pick({0x76, 0x75}));
        load(base + 8);
    }
    void rtc() {
        store(0x5046'001c, input_.one_in(2) ? ~0u : input_.bits(32));
        for (int i = 0; i < 5; ++i) store(0x5046'0000 + 4 * input_.below(11), input_.bits(32));
        load(0x5046'0000 + 4 * input_.below(11));
    }
    void pins() {
        for (int i = 0; i < 4; ++i) store(0x502b'0000 + 4 * input_.below(48), 0x901f00 | input_.below(256));
        store(0x502b'0000 + 4 * input_.below(64), input_.bits(32));
        for (int i = 0; i < 4; ++i) store(0x3800'1000 + 4 * input_.below(17), input_.bits(32));
        store(0x5020'0000 + 4 * input_.below(28), input_.bits(8));
    }
    void i2c() {
        const u32 base = 0x5028'0000 + 0x1'0000 * input_.below(3);
        store(base + 0x6c, 0);
        store(base + 0x00, small_or_any(0x80));
        store(base + 0x04, input_.pick({0x30, 0x34, 0x21, 0x3c, 0x60}));
        store(base + 0x14, input_.below(300));
        store(base + 0x18, input_.below(300));
        store(base + 0x30, input_.bits(16));
        store(base + 0x6c, 1);
        for (u32 n = input_.below(12); n; --n) store(base + 0x10, input_.below(0x800));
        poll(base + 0x70, 1);
        load(base + 0x10);
        load(base + 0x40 + 4 * input_.below(11));
    }
    void uart() {
        const u32 base = 0x5021'0000 + 0x1'0000 * input_.below(3);
        store(base + 0x0c, 0x80);
        store(base + 0x00, input_.below(64));
        store(base + 0x0c, input_.below(64));
        store(base + 0x04, input_.below(256));
        store(base + 0x08, input_.below(256));
        store(base + 0x10, input_.below(32));
        for (u32 n = input_.below(20); n; --n) store(base, input_.below(256));
        load(base + 4 * input_.below(32));
        store(0x3800'0008, input_.bits(20));
        store(0x3800'000c, input_.bits(20));
        store(0x3800'0018, input_.below(5000));
        for (u32 n = input_.below(12); n; --n) store(0x3800'0000, input_.below(256));
    }
    void aes() {
        constexpr u32 kBase = 0x5045'0000;
        store(kBase + 0x14, small_or_any(0x800));
        store(kBase + 0x10, input_.below(2));
        store(kBase + 0x28, input_.below(2));
        store(kBase + 0x30, input_.below(2));
        store(kBase + 0x34, small_or_any(70));
        store(kBase + 0x3c, small_or_any(70));
        store(kBase + 0x64, 1);
        for (u32 n = input_.below(30); n; --n) store(kBase + input_.pick({0x40, 0x44}), input_.bits(32));
        if (input_.one_in(3)) return dma(20, true, kBase + 0x60);
        for (u32 n = input_.below(24); n; --n) load(kBase + 0x60);
        for (u32 at = 0x50; at < 0x60; at += 4) store(kBase + at, input_.bits(32));
    }
    void sha() {
        constexpr u32 kBase = 0x502c'0000;
        store(kBase + 0x28, small_or_any(8));
        store(kBase + 0x2c, small_or_any(2) | 1);
        store(kBase + 0x34, input_.below(2));
        for (u32 n = input_.below(40); n; --n)
            access(s_type(input_.below(4), t1, t0, 0), kBase + 0x20, input_.bits(64));
        load(kBase + 4 * input_.below(8));
    }
    void interrupts() {
        for (int i = 0; i < 4; ++i) store(0x0c00'0000 + 4 * input_.below(66), input_.below(8));
        store(0x0c00'2000 + 0x80 * input_.below(4) + 4 * input_.below(3), input_.bits(32));
        store(0x0c20'0000 + 0x1000 * input_.below(4), input_.below(8));
        store64(0x0200'4000 + 8 * input_.below(2), small_or_any(100'000));
        store(0x0200'0000 + 4 * input_.below(2), input_.below(2));
        access(csrw(mie, t1), 0, input_.one_in(2) ? 0x888 : input_.bits(12));
        emit({csrsi(mstatus, 8)});
        if (input_.one_in(4)) emit({wfi});
    }
    void atomic() {
        access(amo(input_.pick({0, 1, 2, 3, 4, 8, 12, 16, 20, 24, 28}), t2, t1, t0) | input_.below(2) << 12,
               memory() & ~7u, value());
        if (input_.one_in(4)) emit({fence_i});
    }

    static constexpr u32 kCode = 0x8001'0000;
    FuzzInput& input_;
    RegisterProgram out_;
};

}  // namespace

RegisterProgram register_program(FuzzInput& input, unsigned steps, std::uint32_t data) {
    return Generator(input, data).make(steps);
}

}  // namespace k210
