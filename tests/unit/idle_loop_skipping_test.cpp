// Skipping loops that only wait makes no difference: random programs that mostly wait are run both ways, and whatever
// one can see of the two harts is compared at every slice's end.
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/idle_loop_program.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kFlags = 0x8000, kLog = 0x9000, kScratch = 0xa000, kHandler = 0x6000;  // offsets in RAM
constexpr IdleLoopProgramPlaces kPlaces{.code = HartBench::kRam,
                                        .handler = HartBench::kRam + kHandler,
                                        .flags = HartBench::kRam + kFlags,
                                        .uncached_flags = HartBench::kAlias + kFlags,
                                        .log = HartBench::kRam + kLog,
                                        .scratch = HartBench::kRam + kScratch,
                                        .device = 0x5000'0000};
constexpr std::uint64_t kDefaultPrograms = 1000, kDefaultSeed = 1, kProgramCycles = 60'000;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 0) : otherwise;
}

// Registers that keep a value for a known time, one that promises nothing, and an alarm.
struct ClockedTarget final : BusTarget {
    ClockedTarget(EventQueue& events_, SimTime period_) : events(events_), period(period_) {}
    std::uint64_t phase() const { return events.now().ps / period.ps; }
    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override {
        if (offset < 4) return ++reads;
        if (offset == IdleLoopProgramPlaces::kMsip) return msip;
        const std::uint64_t mixed = (phase() + 1) * (offset | 1) * 0x9e37'79b9'7f4a'7c15u;
        return static_cast<std::uint32_t>(mixed >> 62) & width_mask(size_bytes);
    }
    void write(std::uint32_t offset, unsigned, std::uint32_t value) override {
        if (offset == IdleLoopProgramPlaces::kAlarm)
            events.arm(alarm, after(events.now(), std::uint64_t{value} * 2500));
        if (offset == IdleLoopProgramPlaces::kMsip) {
            msip = value & 1;
            yield(msip != 0);
        }
    }
    SimTime steady_until(std::uint32_t offset) const override {
        return offset < 4 ? SimTime{} : SimTime{(phase() + 1) * period.ps};
    }
    EventQueue& events;
    const SimTime period;
    std::uint32_t reads = 0, msip = 0;
    std::function<void(bool)> yield = [](bool) {};
    std::function<void()> ring = [] {};
    Event alarm{"alarm", [this](SimTime) { ring(); }};
};

struct World : HartBench {
    ClockedTarget device;
    std::unique_ptr<Hart> hart;

    World(const IdleLoopProgram& program, SimTime device_period, TimingModel timing, bool skip)
        : device(bench.events, device_period) {
        bus.map("device", device, kPlaces.device, 0x1000);
        std::memcpy(ram.bytes().data(), program.code.data(), program.code.size() * 2);
        std::memcpy(ram.bytes().data() + kHandler, program.handler.data(), program.handler.size() * 2);
        hart = make(0, timing, nullptr, skip, kPlaces.device + IdleLoopProgramPlaces::kMsip);
        device.yield = [this](bool level) { hart->set_interrupt(Interrupt::software, level); };
        device.ring = [this] { hart->set_interrupt(Interrupt::timer, true); };
        hart->reset(kRam);
    }
    void advance(SimTime to) {
        EventQueue& events = bench.events;
        while (events.now() < to) {
            const SimTime end = std::min(to, events.next_deadline());
            if (hart->local_now() < end) {
                const EventQueue::Executing scope(events, *hart);
                hart->run(end);
            }
            events.run_until(std::min(end, events.next_deadline()));
        }
    }
    void store_flag(std::uint32_t offset, std::uint8_t value) { ram.bytes()[kFlags + offset] = value; }
    std::string visible() const {
        return fmt::format("{}\ninstructions {}, interrupts {}, time {} ps, device reads {}",
                           describe(hart->registers()), hart->instructions(), hart->interrupts_taken(),
                           hart->local_now().ps, device.reads);
    }
    // All that may ever make a difference: not what the hart knows of the loop that it is in.
    Snapshot state() {
        Snapshot all;
        StateSaver saver(all);
        hart->visit_state(saver);
        std::erase_if(all, [](const auto& entry) {
            const std::string& name = entry.first;
            return name.starts_with("hart0.loop.") || name == "hart0.pure_blocks" || name == "hart0.skipping" ||
                   name == "hart0.stop" || name.starts_with("hart0.half.");
        });
        return all;
    }
};

std::string differences(const Snapshot& a, const Snapshot& b) {
    std::string text;
    for (const auto& [name, value] : a)
        if (const auto other = b.find(name); other == b.end() || other->second != value) text += name + " ";
    return text;
}

struct IdleLoopSkippingTest : testing::TestWithParam<TimingModel> {
    // False where the two differ.
    static bool same_both_ways(std::uint64_t seed, TimingModel timing, IdleLoopKind kind) {
        std::mt19937_64 random(seed);
        const IdleLoopProgram program = random_idle_loop_program(random, kPlaces, kind);
        const SimTime period{2500 * (500 + random() % 60'000) + random() % 2500};
        World skips(program, period, timing, true), runs(program, period, timing, false);
        SimTime now{}, rested{};
        while (now.ps < kProgramCycles * 2500) {
            now = after(now, 2500 * (1 + random() % (random() % 3 == 0 ? 200 : 12'000)) + random() % 2500);
            const bool rests_on = skips.hart->idle() && skips.hart->idle_until() >= now;
            runs.advance(now);
            // Slices in which nothing happens may be run as one, as a machine does.
            if (rests_on && random() % 2 == 0) {
                rested = now;
                continue;
            }
            skips.advance(rested);
            skips.advance(now);
            if (skips.visible() != runs.visible()) {
                ADD_FAILURE() << "seed " << seed << ", at " << now.ps << " ps. Skipped:\n"
                              << skips.visible() << "\nRun:\n"
                              << runs.visible();
                return false;
            }
            if (skips.hart->fault()) break;
            while (random() % 3 == 0) {
                const auto offset = static_cast<std::uint32_t>(random() % IdleLoopProgramPlaces::kFlagBytes);
                const auto value = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 2);
                for (World* world : {&skips, &runs}) world->store_flag(offset, value);
            }
            if (random() % 6 == 0) {
                const bool works = kind == IdleLoopKind::works;  // then the software interrupt is the hart's own
                const auto which =
                    std::array{Interrupt::timer, Interrupt::external, Interrupt::software}[random() % (works ? 2 : 3)];
                const bool level = random() % 2 == 0;
                for (World* world : {&skips, &runs}) world->hart->set_interrupt(which, level);
            }
        }
        skips.advance(rested);
        EXPECT_TRUE(std::ranges::equal(skips.ram.bytes(), runs.ram.bytes())) << "memory, seed " << seed;
        const std::string different = differences(skips.state(), runs.state());
        EXPECT_EQ(different, "") << "seed " << seed;
        return different.empty();
    }
};

INSTANTIATE_TEST_SUITE_P(Timing, IdleLoopSkippingTest,
                         testing::Values(TimingModel::approximate, TimingModel::instructions),
                         [](const auto& timing) { return std::string(to_string(timing.param)); });

void run_random_programs(TimingModel timing, IdleLoopKind kind) {
    const std::uint64_t first = setting("K210_SEED", kDefaultSeed);
    const std::uint64_t programs = setting("K210_PROGRAMS", kDefaultPrograms);
    std::cout << "K210_SEED=" << first << " K210_PROGRAMS=" << programs << "\n";
    for (std::uint64_t seed = first; seed < first + programs; ++seed)
        if (!IdleLoopSkippingTest::same_both_ways(seed, timing, kind)) return;
}

TEST_P(IdleLoopSkippingTest, RandomProgramsThatWaitRunTheSameBothWays) {
    run_random_programs(GetParam(), IdleLoopKind::polls);
}

TEST_P(IdleLoopSkippingTest, RandomProgramsThatWorkWhileTheyWaitRunTheSameBothWays) {
    run_random_programs(GetParam(), IdleLoopKind::works);
}

}  // namespace
}  // namespace k210
