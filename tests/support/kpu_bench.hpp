// A KPU on a bench as firmware finds it: behind the bus, with AI RAM, main memory and the DMAC, wired as in the chip.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "dmac/dmac.hpp"
#include "kpu/kpu.hpp"
#include "kpu/reference_kernel.hpp"
#include "kpu/timing.hpp"
#include "support/device_bench.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {

struct KpuBench : DeviceBench {
    static constexpr std::uint32_t kUncached = 0x4000'0000, kCached = 0x8000'0000, kAiRamOffset = 0x60'0000;
    static constexpr std::uint32_t kKpuBase = 0x4080'0000, kDmacBase = 0x5000'0000, kAiRxRequest = 22;
    enum : std::uint32_t {  // kpu.h:250-328
        kLayerArgumentFifo = 0x00,
        kStatus = 0x08,
        kRaw = 0x10,
        kMask = 0x18,
        kClear = 0x20,
        kThreshold = 0x28,
        kDataOut = 0x30,
        kFifoCtrl = 0x38,
        kEightBitMode = 0x40,
    };
    enum : std::uint32_t { kCalcDone = 1, kAlmostEmpty = 2, kAlmostFull = 4 };
    enum Flow : std::uint64_t { kMem2Mem = 0, kPrf2Mem = 2 };
    static constexpr std::uint32_t kParameters = kUncached + 0x1000;

    Memory sram{"sram", kAiRamOffset}, ai_ram{"ai_ram", kAiRamBytes};
    Bus bus{log};
    Kpu kpu{context(), bus, ai_ram};
    Dmac dmac{context(), bus};

    KpuBench() {
        for (const std::uint32_t alias : {kUncached, kCached}) {
            bus.map(sram, alias);
            bus.map(ai_ram, alias + kAiRamOffset);
        }
        bus.map("kpu", kpu, kKpuBase, 0x1000);
        bus.map("dmac", dmac, kDmacBase, 0x1000);
        kpu.dma_request.connect([this](bool level) { dmac.set_request(kAiRxRequest, level); });
        write64(kEightBitMode, 1);
        write64(kThreshold, 10 | 1u << 4);
        store64(kDmacBase + 0x10, 3);  // cfg: enabled, with interrupts
    }

    // 64-bit accesses arrive as two, low first.
    void store64(std::uint32_t address, std::uint64_t v) {
        bus.write(address, 4, static_cast<std::uint32_t>(v));
        bus.write(address + 4, 4, static_cast<std::uint32_t>(v >> 32));
    }
    std::uint64_t load64(std::uint32_t address) {
        const std::uint64_t low = bus.read(address, 4);
        return low | std::uint64_t{bus.read(address + 4, 4)} << 32;
    }
    void write64(std::uint32_t offset, std::uint64_t v) { store64(kKpuBase + offset, v); }
    std::uint64_t read64(std::uint32_t offset) { return load64(kKpuBase + offset); }
    std::uint32_t read(std::uint32_t offset) { return bus.read(kKpuBase + offset, 4); }
    void write(std::uint32_t offset, std::uint32_t v) { bus.write(kKpuBase + offset, 4, v); }

    void push(const KpuLayerWords& words) {
        for (const std::uint64_t word : words) write64(kLayerArgumentFifo, word);
    }
    void push(const KpuLayer& layer) { push(encode(layer)); }
    void place(std::span<const std::uint8_t> bytes, std::uint32_t address) {
        std::ranges::copy(bytes, bus.memory(address, static_cast<std::uint32_t>(bytes.size())).begin());
    }
    KpuLayer place(const KpuLayerSpec& spec, std::uint32_t parameters = kParameters) {
        const BuiltKpuLayer built = build_kpu_layer(spec, parameters);
        place(built.parameters, parameters);
        return built.layer;
    }
    static std::uint64_t cycles_of(const KpuLayer& layer) { return kpu_layer_time(layer).total_cycles(); }

    std::span<std::uint8_t, kAiRamBytes> ram() { return std::span<std::uint8_t, kAiRamBytes>(ai_ram.bytes()); }

    // One block on one channel, as dmac_set_single_mode does it (dmac.c:356-440). `kPrf2Mem` waits for the KPU.
    void start_dma(unsigned channel, Flow flow, std::uint32_t from, std::uint32_t to, bool from_fixed, bool to_fixed,
                   std::uint32_t words) {
        constexpr std::uint64_t kWidth64 = 3, kBurst8 = 2;
        const std::uint32_t base = kDmacBase + 0x100 + channel * 0x100;
        dmac.select_handshake(channel, kAiRxRequest);
        store64(base + 0x98, 0xffff'ffff);  // intclear
        store64(base + 0x20, std::uint64_t{flow} << 32 | std::uint64_t{flow == kMem2Mem} << 35 |
                                 std::uint64_t{1} << 36 | std::uint64_t{channel} << 39 | std::uint64_t{channel} << 44);
        store64(base + 0x00, from);
        store64(base + 0x08, to);
        store64(base + 0x18, std::uint64_t{from_fixed} << 4 | std::uint64_t{to_fixed} << 6 | kWidth64 << 8 |
                                 kWidth64 << 11 | kBurst8 << 14 | kBurst8 << 18);
        store64(base + 0x10, words - 1);
        store64(kDmacBase + 0x18, 0x101u << channel);
    }
    bool dma_is_done(unsigned channel) { return !(load64(kDmacBase + 0x18) >> channel & 1); }
};

}  // namespace k210
