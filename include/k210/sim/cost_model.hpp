// What things cost in time: every constant of the cycle-approximate model, with its source. What runs at the rate of
// a line or a divider (timers, serial lines, SPI, camera frames) has no constant here: its registers say it. Nor have
// the operators of a kmodel's runtime: in a run their instructions cost what they cost, and without firmware
// src/kmodel/cost.cpp predicts them.
//
// [rocket] is Rocket Chip's source, the public generator of cores of the K210's kind: 64-bit, in-order, five stages.
// That the K210's harts are such cores is [assumed]; measurements of boards do not contradict it (docs/fidelity.md).
// [fitted] constants make the workloads of tools/calibrate agree with boards.
#pragma once
#include <cstdint>
#include <string_view>

namespace k210 {

// How a machine tells what a program's instructions take.
enum class TimingModel : std::uint8_t {
    approximate,   // by the constants below; the data cache sees samples of what is loaded and stored
    instructions,  // one cycle each, wherever they reach
    thorough,      // as approximate, but the data cache sees every access: it takes the host several times as long
};

constexpr std::string_view to_string(TimingModel model) {
    switch (model) {
        case TimingModel::approximate: return "approximate";
        case TimingModel::instructions: return "instructions";
        case TimingModel::thorough: break;
    }
    return "thorough";
}
// Whether instructions take what they take on a pipeline with caches.
constexpr bool has_pipeline(TimingModel model) {
    return model != TimingModel::instructions;
}

namespace cost {

// --- harts, in cycles of the CPU's clock ------------------------------------------------------------------------

// One instruction a cycle, in order. A result can be used so many cycles after its instruction has begun.
inline constexpr unsigned kResult = 1;
inline constexpr unsigned kLoadResult = 2;           // [rocket] words and double words that hit the cache
inline constexpr unsigned kNarrowLoadResult = 3;     // [rocket] bytes and half words are aligned a stage later
inline constexpr unsigned kMultiplyResult = 12;      // [fitted] eight bits a cycle and some around it, as in [rocket]
inline constexpr unsigned kWordMultiplyResult = 6;   // [fitted] half as many bits
inline constexpr unsigned kDivideResult = 33;        // [rocket] a bit a cycle, less where operands are small
inline constexpr unsigned kLongDivideResult = 40;    // [rocket] of 64 bits; operands are small as a rule
inline constexpr unsigned kFloatResult = 4;          // [rocket] add, multiply, fused, convert: single precision
inline constexpr unsigned kDoubleResult = 5;         // [rocket] and double precision
inline constexpr unsigned kFloatMoveResult = 2;      // [rocket] sign injection, compare, minimum, moves
inline constexpr unsigned kFloatDivideResult = 20;   // [assumed] divide and square root, single precision
inline constexpr unsigned kDoubleDivideResult = 34;  // [assumed] and double precision
inline constexpr unsigned kAtomicResult = 5;         // [assumed]

inline constexpr unsigned kCarriedOver = 5;   // [assumed] a result that a block leaves is used that long after it
inline constexpr unsigned kStoreWindow = 3;   // instructions; a load from where one of so many before it has stored
inline constexpr unsigned kLoadOfStored = 2;  // [fitted] is tried again

inline constexpr unsigned kJump = 1;        // [fitted] whatever is taken, foreseen or not
inline constexpr unsigned kMispredict = 3;  // [rocket] a branch is resolved three stages behind fetch
inline constexpr unsigned kCsrWrite = 4;    // [rocket] the pipeline is flushed behind it
inline constexpr unsigned kFence = 4;       // [assumed]
inline constexpr unsigned kTrapEntry = 4;   // [rocket] flush
inline constexpr unsigned kTrapReturn = 4;  // [rocket] flush

// Both caches have 32 KiB in lines of 64 bytes. [doc] K210 data sheet, Linux device tree
inline constexpr unsigned kCacheLineBytes = 64, kCacheWays = 8, kCacheSets = 64;  // 8 ways: [rocket] a way is a page
inline constexpr unsigned kCacheMiss = 21;  // [fitted] of the data cache; [assumed] the same for instructions

// Beyond the caches: memory's alias at 0x4000'0000, and devices. See docs/fidelity.md for the measurements.
inline constexpr unsigned kUncachedLoad = 21;             // [fitted]
inline constexpr unsigned kUncachedStore = 18;            // [fitted]
inline constexpr unsigned kDeviceLoad = kUncachedLoad;    // [assumed] the same way out
inline constexpr unsigned kDeviceStore = kUncachedStore;  // [assumed]

// --- KPU: see kpu/timing.hpp. Hundredths of a cycle of its clock keep the fitted coefficients whole --------------

inline constexpr std::uint64_t kHundredths = 100;
inline constexpr std::uint64_t kKpuSetup = 1500;                 // cycles [fitted]
inline constexpr std::uint64_t kKpuPerInputLine = 1'01;          // [fitted] per output channel
inline constexpr std::uint64_t kKpuPerPass = 2'75;               // [fitted] over one group of input channels
inline constexpr std::uint64_t kKpuWriteBackPerLine = 1'08;      // [fitted] per output channel
inline constexpr std::uint64_t kKpuPerOutputChannel = 28'00;     // [fitted]
inline constexpr std::uint64_t kKpuDepthwisePerLine = 2'29;      // [fitted]
inline constexpr std::uint64_t kKpuDepthwisePerChannel = 13'00;  // [fitted]
inline constexpr std::uint64_t kKpuPerWeightByte = 14;           // [fitted] from its buffer, about 7 bytes a cycle
inline constexpr std::uint64_t kKpuPerLoadedWeightByte = 33;     // [fitted] from memory, about 900 MB/s at 300 MHz
inline constexpr std::uint64_t kKpuDataOutWord = 25;             // [fitted] cycles for 8 bytes; one measured point
// What a driver adds, in cycles of the CPU's clock. A run needs neither: there the driver itself takes its time.
inline constexpr std::uint64_t kKpuDriver = 1100;         // [fitted] its interrupt and the next layer's words
inline constexpr std::uint64_t kKpuDataOutCopyWord = 25;  // [fitted] from the DMA's uncached buffer

// --- DMA, in cycles of the DMAC's clock --------------------------------------------------------------------------

inline constexpr std::uint64_t kDmaStart = 4;         // from a request to its burst [assumed]
inline constexpr std::uint64_t kDmaTenthsABeat = 46;  // [measured] 702 MB/s of 64-bit beats, nncase issues 95 and 97

}  // namespace cost
}  // namespace k210
