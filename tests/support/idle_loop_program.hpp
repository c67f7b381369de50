// Random guest programs that mostly wait, in every way that resembles firmware's polling: for the cycle counter to pass
// a time, for flags in memory, for a device, with several exits, in several blocks, through calls. As schedulers do
// that find nothing to run, they may work in every round, too: store and load again, take locks, switch interrupts off
// and on, yield.
#pragma once
#include <cstdint>
#include <random>
#include <vector>

namespace k210 {

// Where such a program runs and what it looks at.
struct IdleLoopProgramPlaces {
    std::uint32_t code, handler;                     // the program begins at the former
    std::uint32_t flags, uncached_flags, log;        // kFlagBytes of flags, and of their alias; room for 256 bytes
    std::uint32_t scratch = 0;                       // for a program that works: 256 bytes, too
    std::uint32_t device;                            // kDeviceBytes of registers,
    static constexpr std::uint32_t kFlagBytes = 32;  // each of them
    static constexpr std::uint32_t kDeviceBytes = 32;
    static constexpr std::uint32_t kMsip = 72;   // offset in the device: of the hart's own software interrupt
    static constexpr std::uint32_t kAlarm = 64;  // offset in the device: a word stored here raises the timer interrupt
};                                               // so many cycles later

struct IdleLoopProgram {
    std::vector<std::uint16_t> code, handler;  // halfwords
};
enum class IdleLoopKind : std::uint8_t { polls, works };
IdleLoopProgram random_idle_loop_program(std::mt19937_64& random, const IdleLoopProgramPlaces& places,
                                         IdleLoopKind kind = IdleLoopKind::polls);

}  // namespace k210
