#include "peak.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "contest.hpp"

namespace k210::bench {
namespace {

struct Loop {
    std::string_view instruction_set;
    double macs_per_pass;
    void (*run)(std::uint64_t passes);
};

#if defined(__x86_64__)

// Twelve accumulators hide the latency of every multiplier there is. A temporary between multiplying and adding is
// renamed, not waited for.
#define K210_PEAK_LOOP(name, target_name, step)                                                                       \
    __attribute__((target(target_name))) void name(std::uint64_t passes) {                                            \
        asm volatile("1:\n\t.irp r,0,1,2,3,4,5,6,7,8,9,10,11\n\t" step                                                \
                     "\n\t.endr\n\t"                                                                                  \
                     "dec %0\n\tjnz 1b"                                                                               \
                     : "+r"(passes)                                                                                   \
                     :                                                                                                \
                     : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
                       "xmm11", "xmm12", "xmm13", "xmm14");                                                           \
    }

K210_PEAK_LOOP(sse4, "sse4.1", "movdqa %%xmm13, %%xmm12\n\tpmaddwd %%xmm14, %%xmm12\n\tpaddd %%xmm12, %%xmm\\r")
K210_PEAK_LOOP(avx2, "avx2", "vpmaddwd %%ymm14, %%ymm13, %%ymm12\n\tvpaddd %%ymm12, %%ymm\\r, %%ymm\\r")
K210_PEAK_LOOP(avx512, "avx512bw", "vpmaddwd %%zmm14, %%zmm13, %%zmm12\n\tvpaddd %%zmm12, %%zmm\\r, %%zmm\\r")
K210_PEAK_LOOP(avx512_vnni, "avx512vnni", "vpdpbusd %%zmm14, %%zmm13, %%zmm\\r")

constexpr double kSteps = 12;
constexpr std::array kLoops{
    Loop{"SSE4", kSteps * 8, sse4},
    Loop{"AVX2", kSteps * 16, avx2},
    Loop{"AVX512", kSteps * 32, avx512},
    Loop{"AVX512_VNNI", kSteps * 64, avx512_vnni},
};

#else
constexpr std::array<Loop, 0> kLoops{};
#endif

}  // namespace

double peak_macs_per_second(std::string_view instruction_set) {
    constexpr std::uint64_t kPasses = 20'000;
    const auto loop = std::ranges::find(kLoops, instruction_set, &Loop::instruction_set);
    if (loop == kLoops.end()) return 0;
    return loop->macs_per_pass * static_cast<double>(kPasses) / best_seconds({[&] { loop->run(kPasses); }})[0];
}

}  // namespace k210::bench
