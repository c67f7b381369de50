// Whole machines that run what a fuzzer makes up, and what must hold whatever that is.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fuzz/fuzz_input.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/machine/machine.hpp"

namespace k210 {

// Both harts start at kEntry, with a handler at kHandler that acknowledges interrupts, goes on behind the instruction
// that faulted, and parks the hart after many traps or when it cannot be said what faulted.
class FuzzProgram {
public:
    static constexpr std::uint32_t kEntry = 0x8000'0000, kHandler = 0x8000'1000;
    static constexpr std::uint32_t kCode[2] = {0x8001'0000, 0x8008'0000};  // where the entry sends each hart
    static constexpr std::uint32_t kCodeBytes = 0x7'0000;

    FuzzProgram();
    void put(std::uint32_t address, std::span<const std::uint8_t> bytes);
    void put_words(std::uint32_t address, std::span<const std::uint32_t> words);
    Program program() const;

private:
    std::vector<Program::Segment> segments_;
};

struct FuzzSettings {
    const Board& board;
    TimingModel timing;
};
FuzzSettings fuzz_settings(FuzzInput& input);

class FuzzMachine final : private SerialSink {
public:
    FuzzMachine(const FuzzSettings& settings, const Program& program, bool skip_idle_loops = true);

    Machine& machine() { return machine_; }
    const std::string& console() const { return console_; }
    StopReason run_until(SimTime t);  // aborts unless it gets there or ends for a reason

private:
    void receive(std::uint8_t byte) override { console_ += static_cast<char>(byte); }

    Log log_;
    TestChartCamera camera_;
    std::string console_;
    Machine machine_;
};

// Gives one piece of a snapshot another value, or another size.
void damage_piece(Snapshot& snapshot, FuzzInput& input);

// Aborts, naming what differs. Without `skipping` everything is compared; with it, all but what skipping a loop that
// waits may leave differently: which loop a hart has looked at, and how often devices were.
void expect_same(const char* what, const Snapshot& one, const Snapshot& other, bool skipping = false);

// Runs the program to `end`; saves it on the way, restores it elsewhere and expects the same end; runs it without
// skipping and expects the same.
void check_machine(const FuzzSettings& settings, const Program& program, SimTime cut, SimTime end, bool both_ways);

}  // namespace k210
