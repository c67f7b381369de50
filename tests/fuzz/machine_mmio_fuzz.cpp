// Whole machines whose harts drive all blocks' registers, as drivers do and at random.
#include "fuzz/fuzz_machine.hpp"
#include "fuzz/register_program.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace k210;
    constexpr std::uint32_t kData[] = {0x8010'0000, 0x8020'0000};
    constexpr unsigned kSteps[] = {120, 30};
    FuzzInput input(bytes, size);
    const FuzzSettings settings = fuzz_settings(input);
    const std::uint64_t cut_us = 1 + input.below(2000);
    const bool both_ways = input.one_in(4);
    FuzzProgram program;
    for (unsigned hart = 0; hart < 2; ++hart) {
        const RegisterProgram made = register_program(input, kSteps[hart], kData[hart]);
        program.put_words(FuzzProgram::kCode[hart], made.code);
        const auto* data = reinterpret_cast<const std::uint8_t*>(made.data.data());
        program.put(kData[hart], {data, made.data.size() * 8});
    }
    check_machine(settings, program.program(), {ps_from_us(cut_us)}, {ps_from_us(cut_us + 500)}, both_ways);
    return 0;
}
