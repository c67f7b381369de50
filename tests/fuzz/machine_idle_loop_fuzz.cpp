// Whole machines whose harts mostly wait, as firmware does: skipping the waits makes no difference.
#include <random>

#include "fuzz/fuzz_machine.hpp"
#include "support/idle_loop_program.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace k210;
    FuzzInput input(bytes, size);
    const FuzzSettings settings = fuzz_settings(input);
    const std::uint64_t cut_us = 1 + input.below(2000);
    const std::uint32_t device = input.pick({0x5200'0020, 0x3800'0000, 0x5000'0018, 0x0200'bff8});
    FuzzProgram program;
    for (unsigned hart = 0; hart < 2; ++hart) {
        std::mt19937_64 random(input.bits(64));
        const std::uint32_t code = FuzzProgram::kCode[hart], flags = 0x8030'0000;
        const IdleLoopProgram made = random_idle_loop_program(random, {.code = code,
                                                                       .handler = code + 0x4'0000,
                                                                       .flags = flags,
                                                                       .uncached_flags = flags - 0x4000'0000,
                                                                       .log = flags + 0x1000 * (hart + 1),
                                                                       .device = device});
        const auto put = [&](std::uint32_t address, const std::vector<std::uint16_t>& halves) {
            std::vector<std::uint8_t> image;
            for (const std::uint16_t h : halves)
                image.insert(image.end(), {static_cast<std::uint8_t>(h), static_cast<std::uint8_t>(h >> 8)});
            program.put(address, image);
        };
        put(code, made.code);
        put(code + 0x4'0000, made.handler);
    }
    check_machine(settings, program.program(), {ps_from_us(cut_us)}, {ps_from_us(cut_us + 500)}, true);
    return 0;
}
