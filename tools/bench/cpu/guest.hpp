// The benchmark's guest program, firmware/bench, made ready to run.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "firmware/bench/parameters.h"

namespace k210::bench {

struct GuestWork {
    bench_kernel kernel = BENCH_CRC;
    std::uint64_t rounds = 0;
    unsigned harts = 1;
    std::uint64_t exit_device = 0, exit_word = 0;
};

// Its bytes for address 0x80000000.
std::vector<std::uint8_t> guest_image(const GuestWork& work);

std::string_view kernel_name(bench_kernel kernel);

}  // namespace k210::bench
