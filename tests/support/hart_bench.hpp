// What a hart runs on without a machine: RAM at 0x8000'0000 with its uncached alias at 0x4000'0000.
#pragma once
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>

#include "k210/cpu/hart.hpp"
#include "support/device_bench.hpp"

namespace k210 {

struct HartBench {
    static constexpr std::uint32_t kRam = 0x8000'0000, kAlias = 0x4000'0000;

    DeviceBench bench;
    Memory ram{"ram", 0x10000};
    Bus bus{bench.log};
    CodeEpoch epoch;

    HartBench() {
        bus.map(ram, kRam);
        bus.map(ram, kAlias, Bus::MemoryKind::uncached_ram);
        ram.on_code_changed([this] { epoch.advance(); });
    }
    // After everything is mapped.
    std::unique_ptr<Hart> make(unsigned id, TimingModel timing = TimingModel::instructions,
                               HartObserver* observer = nullptr, bool skip_polls = true) {
        return make_hart({id, bus, bench.clock, epoch, bench.log, timing, observer, skip_polls});
    }
    void put(std::uint32_t offset, std::initializer_list<std::uint32_t> code) {
        for (const std::uint32_t insn : code) {
            std::memcpy(&ram.bytes()[offset], &insn, 4);
            offset += 4;
        }
    }
    std::uint64_t double_word(std::uint32_t offset) {
        std::uint64_t value;
        std::memcpy(&value, &ram.bytes()[offset], 8);
        return value;
    }
    void run_to_cycle(std::uint64_t cycle, Hart& hart) {
        EventQueue::Executing scope(bench.events, hart);
        hart.run(bench.clock.time_of(cycle));
    }
};

}  // namespace k210
