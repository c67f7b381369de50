// Whole machines that execute what the fuzzer hands in, with registers that point to interesting places.
#include "fuzz/fuzz_machine.hpp"
#include "support/rv_asm.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace k210;
    using namespace rvasm;
    FuzzInput input(bytes, std::min<std::size_t>(size, 64));
    const FuzzSettings settings = fuzz_settings(input);
    const std::uint64_t cut_us = 1 + input.below(500);
    const bool both_ways = input.one_in(4);
    const std::size_t half = size / 8 * 4;
    FuzzProgram program;
    for (unsigned hart = 0; hart < 2; ++hart) {
        std::vector<std::uint32_t> start;
        const std::uint32_t places[] = {0x80300, 0x40300, 0x805ff, 0x50440, 0x02004, 0x80010};
        for (unsigned reg = a0; const std::uint32_t place : places) start.push_back(lui(reg++, place));
        program.put_words(FuzzProgram::kCode[hart], start);
        const std::span<const std::uint8_t> code(bytes + hart * half, hart ? size - half : half);
        program.put(FuzzProgram::kCode[hart] + 4 * static_cast<std::uint32_t>(start.size()),
                    code.first(std::min<std::size_t>(code.size(), FuzzProgram::kCodeBytes - 4096)));
    }
    check_machine(settings, program.program(), {ps_from_us(cut_us)}, {ps_from_us(cut_us + 300)}, both_ways);
    return 0;
}
