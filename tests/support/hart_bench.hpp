// What a hart runs on without a machine, and a look at its registers. RAM at 0x8000'0000 with its uncached alias at
// 0x4000'0000.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>

#include "k210/cpu/hart.hpp"
#include "support/device_bench.hpp"

namespace k210 {

// A register or another value of the hart's state, "a0" or "mepc", say.
inline std::uint64_t saved(Hart& hart, const std::string& name, unsigned id = 0) {
    Snapshot snapshot;
    StateSaver saver(snapshot);
    hart.visit_state(saver);
    const auto& bytes = snapshot.at(fmt::format("hart{}.{}", id, name));
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
    return value;
}

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
                               HartObserver* observer = nullptr, bool skip_idle_loops = true,
                               std::optional<std::uint32_t> msip_address = {}) {
        return make_hart({id, bus, bench.clock, epoch, bench.log, timing, observer, skip_idle_loops, Strictness::trap,
                          msip_address});
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
