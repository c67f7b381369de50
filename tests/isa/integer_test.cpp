// RV64I and M: every instruction that computes in integer registers, against C++ on the host.
#include <limits>

#include "isa/isa_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;
using Signed = std::int64_t;
__extension__ using Signed128 = __int128;
__extension__ using Unsigned128 = unsigned __int128;

constexpr std::uint64_t sext32(std::uint64_t v) {
    return static_cast<std::uint64_t>(Signed{static_cast<std::int32_t>(v)});
}
constexpr Signed s(std::uint64_t v) {
    return static_cast<Signed>(v);
}
constexpr std::int32_t w(std::uint64_t v) {
    return static_cast<std::int32_t>(v);
}
constexpr std::uint32_t uw(std::uint64_t v) {
    return static_cast<std::uint32_t>(v);
}
constexpr std::uint64_t u(Signed v) {
    return static_cast<std::uint64_t>(v);
}

// [doc] RISC-V user-level ISA, M: nothing traps, division by zero gives -1 and the dividend, overflow wraps.
template <class T>
T quotient(T a, T b) {
    if (b == 0) return static_cast<T>(-1);
    if (std::is_signed_v<T> && a == std::numeric_limits<T>::min() && b == static_cast<T>(-1)) return a;
    return a / b;
}
template <class T>
T remainder(T a, T b) {
    if (b == 0) return a;
    if (std::is_signed_v<T> && b == static_cast<T>(-1)) return 0;
    return a % b;
}

constexpr std::uint64_t kOperands[] = {0,
                                       1,
                                       2,
                                       3,
                                       7,
                                       31,
                                       32,
                                       63,
                                       64,
                                       0x7f,
                                       0x80,
                                       0xff,
                                       0x7fff,
                                       0xffff,
                                       0x7fff'ffff,
                                       0x8000'0000,
                                       0xffff'fffe,
                                       0xffff'ffff,
                                       1ull << 32,
                                       0x1234'5678'9abc'def0,
                                       0x7fff'ffff'ffff'ffff,
                                       1ull << 63,
                                       ~1ull,
                                       ~0ull,
                                       ~0ull << 31,
                                       ~0ull << 32,
                                       0xaaaa'aaaa'5555'5555,
                                       u(-7),
                                       u(-64)};

using Rule = std::uint64_t (*)(std::uint64_t a, std::uint64_t b);

struct RegisterOperation {
    const char* name;
    std::uint32_t insn;
    Rule rule;
};

constexpr std::uint32_t op(unsigned f7, unsigned f3) {
    return rvasm::r_type(0x33, f7, f3, kRd, kRs1, kRs2);
}
constexpr std::uint32_t op_word(unsigned f7, unsigned f3) {
    return rvasm::r_type(0x3b, f7, f3, kRd, kRs1, kRs2);
}

// clang-format off
constexpr RegisterOperation kRegisterOperations[] = {
    {"add",    op(0x00, 0), [](auto a, auto b) { return a + b; }},
    {"sub",    op(0x20, 0), [](auto a, auto b) { return a - b; }},
    {"sll",    op(0x00, 1), [](auto a, auto b) { return a << (b & 63); }},
    {"slt",    op(0x00, 2), [](auto a, auto b) { return std::uint64_t{s(a) < s(b)}; }},
    {"sltu",   op(0x00, 3), [](auto a, auto b) { return std::uint64_t{a < b}; }},
    {"xor",    op(0x00, 4), [](auto a, auto b) { return a ^ b; }},
    {"srl",    op(0x00, 5), [](auto a, auto b) { return a >> (b & 63); }},
    {"sra",    op(0x20, 5), [](auto a, auto b) { return u(s(a) >> (b & 63)); }},
    {"or",     op(0x00, 6), [](auto a, auto b) { return a | b; }},
    {"and",    op(0x00, 7), [](auto a, auto b) { return a & b; }},
    {"addw",   op_word(0x00, 0), [](auto a, auto b) { return sext32(a + b); }},
    {"subw",   op_word(0x20, 0), [](auto a, auto b) { return sext32(a - b); }},
    {"sllw",   op_word(0x00, 1), [](auto a, auto b) { return sext32(a << (b & 31)); }},
    {"srlw",   op_word(0x00, 5), [](auto a, auto b) { return sext32(uw(a) >> (b & 31)); }},
    {"sraw",   op_word(0x20, 5), [](auto a, auto b) { return u(Signed{w(a) >> (b & 31)}); }},
    {"mul",    op(0x01, 0), [](auto a, auto b) { return a * b; }},
    {"mulh",   op(0x01, 1), [](auto a, auto b) { return static_cast<std::uint64_t>(Signed128{s(a)} * s(b) >> 64); }},
    {"mulhsu", op(0x01, 2), [](auto a, auto b) { return static_cast<std::uint64_t>(Signed128{s(a)} * Signed128{b} >> 64); }},
    {"mulhu",  op(0x01, 3), [](auto a, auto b) { return static_cast<std::uint64_t>(Unsigned128{a} * b >> 64); }},
    {"div",    op(0x01, 4), [](auto a, auto b) { return u(quotient(s(a), s(b))); }},
    {"divu",   op(0x01, 5), [](auto a, auto b) { return quotient(a, b); }},
    {"rem",    op(0x01, 6), [](auto a, auto b) { return u(remainder(s(a), s(b))); }},
    {"remu",   op(0x01, 7), [](auto a, auto b) { return remainder(a, b); }},
    {"mulw",   op_word(0x01, 0), [](auto a, auto b) { return sext32(a * b); }},
    {"divw",   op_word(0x01, 4), [](auto a, auto b) { return u(quotient(w(a), w(b))); }},
    {"divuw",  op_word(0x01, 5), [](auto a, auto b) { return sext32(quotient(uw(a), uw(b))); }},
    {"remw",   op_word(0x01, 6), [](auto a, auto b) { return u(remainder(w(a), w(b))); }},
    {"remuw",  op_word(0x01, 7), [](auto a, auto b) { return sext32(remainder(uw(a), uw(b))); }},
};
// clang-format on

struct RegisterOperationTest : testing::TestWithParam<RegisterOperation> {};
INSTANTIATE_TEST_SUITE_P(Integer, RegisterOperationTest, testing::ValuesIn(kRegisterOperations), kByName);

TEST_P(RegisterOperationTest, ComputesAsTheHost) {
    std::vector<Row> rows;
    for (const std::uint64_t a : kOperands)
        for (const std::uint64_t b : kOperands) rows.push_back({.a = a, .b = b});
    Bench bench;
    bench.run({GetParam().insn}, rows);
    for (const Row& row : rows)
        EXPECT_EQ(row.x, GetParam().rule(row.a, row.b)) << std::hex << row.a << " and " << row.b;
}

TEST_P(RegisterOperationTest, TakesOneRegisterForBothOperandsAndTheResult) {
    constexpr std::uint32_t kRegisters = 31u << 20 | 31u << 15 | 31u << 7;
    const std::uint32_t same = (GetParam().insn & ~kRegisters) | kRd << 20 | kRd << 15 | kRd << 7;
    Bench bench;
    for (const std::uint64_t a : kOperands)
        EXPECT_EQ(bench.run({rvasm::addi(kRd, kRs1, 0), same}, {.a = a}).x, GetParam().rule(a, a)) << std::hex << a;
}

TEST_P(RegisterOperationTest, LeavesZeroAlone) {
    Bench bench;
    const std::uint32_t to_zero = GetParam().insn & ~(31u << 7);
    EXPECT_EQ(bench.run({to_zero, rvasm::addi(kRd, rvasm::zero, 0)}, {.a = 1234, .b = 5}).x, 0u);
}

struct ImmediateOperation {
    const char* name;
    unsigned opcode, f3;
    enum Kind { arithmetic, shift, arithmetic_shift, word_shift, arithmetic_word_shift } kind;
    Rule rule;  // b: the immediate, sign-extended

    std::vector<int> immediates() const {
        if (kind == arithmetic) return {0, 1, -1, 5, 2047, -2048, 1365};
        if (kind == shift || kind == arithmetic_shift) return {0, 1, 31, 32, 33, 63};
        return {0, 1, 15, 31};
    }
    std::uint32_t insn(int immediate) const {
        const bool arithmetically = kind == arithmetic_shift || kind == arithmetic_word_shift;
        return rvasm::i_type(opcode, f3, kRd, kRs1, immediate | (arithmetically ? 0x400 : 0));
    }
};

// clang-format off
constexpr ImmediateOperation kImmediateOperations[] = {
    {"addi",  0x13, 0, ImmediateOperation::arithmetic,            [](auto a, auto b) { return a + b; }},
    {"slti",  0x13, 2, ImmediateOperation::arithmetic,            [](auto a, auto b) { return std::uint64_t{s(a) < s(b)}; }},
    {"sltiu", 0x13, 3, ImmediateOperation::arithmetic,            [](auto a, auto b) { return std::uint64_t{a < b}; }},
    {"xori",  0x13, 4, ImmediateOperation::arithmetic,            [](auto a, auto b) { return a ^ b; }},
    {"ori",   0x13, 6, ImmediateOperation::arithmetic,            [](auto a, auto b) { return a | b; }},
    {"andi",  0x13, 7, ImmediateOperation::arithmetic,            [](auto a, auto b) { return a & b; }},
    {"slli",  0x13, 1, ImmediateOperation::shift,                 [](auto a, auto b) { return a << b; }},
    {"srli",  0x13, 5, ImmediateOperation::shift,                 [](auto a, auto b) { return a >> b; }},
    {"srai",  0x13, 5, ImmediateOperation::arithmetic_shift,      [](auto a, auto b) { return u(s(a) >> b); }},
    {"addiw", 0x1b, 0, ImmediateOperation::arithmetic,            [](auto a, auto b) { return sext32(a + b); }},
    {"slliw", 0x1b, 1, ImmediateOperation::word_shift,            [](auto a, auto b) { return sext32(a << b); }},
    {"srliw", 0x1b, 5, ImmediateOperation::word_shift,            [](auto a, auto b) { return sext32(uw(a) >> b); }},
    {"sraiw", 0x1b, 5, ImmediateOperation::arithmetic_word_shift, [](auto a, auto b) { return u(Signed{w(a) >> b}); }},
};
// clang-format on

struct ImmediateOperationTest : testing::TestWithParam<ImmediateOperation> {};
INSTANTIATE_TEST_SUITE_P(Integer, ImmediateOperationTest, testing::ValuesIn(kImmediateOperations), kByName);

TEST_P(ImmediateOperationTest, ComputesAsTheHost) {
    Bench bench;
    for (const int immediate : GetParam().immediates()) {
        std::vector<Row> rows;
        for (const std::uint64_t a : kOperands) rows.push_back({.a = a});
        bench.run({GetParam().insn(immediate)}, rows);
        for (const Row& row : rows)
            EXPECT_EQ(row.x, GetParam().rule(row.a, u(immediate))) << std::hex << row.a << " and " << immediate;
    }
}

TEST(UpperImmediateTest, LuiSignExtendsAndClearsTheLowBits) {
    Bench bench;
    for (const std::uint32_t upper : {0u, 1u, 0x7'ffffu, 0x8'0000u, 0xf'ffffu})
        EXPECT_EQ(bench.run({rvasm::lui(kRd, upper)}).x, sext32(std::uint64_t{upper} << 12));
}

TEST(UpperImmediateTest, AuipcAddsToItsOwnAddress) {
    using namespace rvasm;
    Bench bench;
    // From it on, its address: what jal links, less its own size.
    const std::uint64_t pc = bench.run({jal(kRd, 4), auipc(kRs1, 0)}).x;
    for (const std::uint32_t upper : {0u, 1u, 0x7'ffffu, 0x8'0000u, 0xf'ffffu})
        EXPECT_EQ(bench.run({nop, auipc(kRd, upper)}).x, pc + sext32(std::uint64_t{upper} << 12));
}

}  // namespace
}  // namespace k210::isa
