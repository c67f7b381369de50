// Floating-point arithmetic that rounds: sums, products, quotients, roots and fused multiplication and addition.
#include "isa/engine_faults.hpp"
#include "isa/float_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;
using Oracle = Outcome (*)(const Row& row, unsigned mode);

struct Arithmetic {
    const char* operation;
    Width width;
    unsigned operands;
    std::uint32_t insn;  // with rm 0
    Oracle oracle;
    std::string name = operation + std::string(suffix(width));
};

template <class T>
Operands<T> operands(const Row& row) {
    return {from_bits<T>(row.a), from_bits<T>(row.b), from_bits<T>(row.c)};
}

template <class T, class Operation>
Oracle by_host(Operation) {
    return [](const Row& row, unsigned mode) { return rounded(operands<T>(row), mode, Operation{}); };
}

// The fused ones, with what the engine gets wrong.
template <class T, class Operation>
Oracle fused(Operation) {
    return [](const Row& row, unsigned mode) {
        if (engine_fault::misses_invalid_product<T>(row.a, row.b, row.c)) return Outcome{kCanonicalNan<T>};
        return rounded(operands<T>(row), mode, Operation{});
    };
}

constexpr unsigned kMadd = 0x43, kMsub = 0x47, kNmsub = 0x4b, kNmadd = 0x4f;  // opcodes
constexpr std::uint32_t fused_op(unsigned opcode, Width width) {
    return kRs3 << 27 | rvasm::r_type(opcode, static_cast<unsigned>(width), 0, kRd, kRs1, kRs2);
}

template <class T>
std::vector<Arithmetic> all_of(Width width) {
    const auto add = [](auto a, auto b, auto) { return a + b; };
    const auto subtract = [](auto a, auto b, auto) { return a - b; };
    const auto multiply = [](auto a, auto b, auto) { return a * b; };
    const auto divide = [](auto a, auto b, auto) { return a / b; };
    const auto root = [](auto a, auto, auto) { return std::sqrt(a); };
    const auto madd = [](auto a, auto b, auto c) { return std::fma(a, b, c); };
    const auto msub = [](auto a, auto b, auto c) { return std::fma(a, b, -c); };
    const auto nmsub = [](auto a, auto b, auto c) { return std::fma(-a, b, c); };
    const auto nmadd = [](auto a, auto b, auto c) { return std::fma(-a, b, -c); };
    return {
        {"fadd", width, 2, float_op(0x00, width, 0), by_host<T>(add)},
        {"fsub", width, 2, float_op(0x01, width, 0), by_host<T>(subtract)},
        {"fmul", width, 2, float_op(0x02, width, 0), by_host<T>(multiply)},
        {"fdiv", width, 2, float_op(0x03, width, 0), by_host<T>(divide)},
        {"fsqrt", width, 1, float_op(0x0b, width, 0, 0), by_host<T>(root)},
        {"fmadd", width, 3, fused_op(kMadd, width), fused<T>(madd)},
        {"fmsub", width, 3, fused_op(kMsub, width), fused<T>(msub)},
        {"fnmsub", width, 3, fused_op(kNmsub, width), fused<T>(nmsub)},
        {"fnmadd", width, 3, fused_op(kNmadd, width), fused<T>(nmadd)},
    };
}

std::vector<Arithmetic> all() {
    auto found = all_of<float>(Width::single);
    for (const Arithmetic& operation : all_of<double>(Width::twin)) found.push_back(operation);
    return found;
}

struct FloatArithmeticTest : testing::TestWithParam<Arithmetic> {
    // As many operands as the instruction takes, of all corner cases, or of every third where it takes three.
    template <class T>
    static std::vector<Row> rows() {
        const auto cases = corner_cases<T>();
        const unsigned count = GetParam().operands;
        const std::size_t step = count == 3 ? 3 : 1;
        std::vector<Row> found;
        for (std::size_t a = 0; a < cases.size(); a += step)
            for (std::size_t b = 0; b < (count > 1 ? cases.size() : 1); b += step)
                for (std::size_t c = 0; c < (count > 2 ? cases.size() : 1); c += step)
                    for (const unsigned frm : {kRne, kRtz, kRdn, kRup, kRmm})
                        found.push_back(
                            {.a = cases[a] | kBox<T>, .b = cases[b] | kBox<T>, .c = cases[c] | kBox<T>, .frm = frm});
        return found;
    }
    template <class T>
    static void computes_as_the_host(unsigned rm) {
        std::vector<Row> tested = rows<T>();
        Bench bench;
        bench.run({GetParam().insn | rm << 12}, tested);
        for (const Row& row : tested) {
            const Outcome expected = GetParam().oracle(row, rm == kDynamic ? static_cast<unsigned>(row.frm) : rm);
            ASSERT_EQ(float_outcome<T>(row), expected) << operands_of(row) << ", rm " << rm;
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Float, FloatArithmeticTest, testing::ValuesIn(all()), kByName);

TEST_P(FloatArithmeticTest, RoundsAsFrmSays) {
    GetParam().width == Width::single ? computes_as_the_host<float>(kDynamic) : computes_as_the_host<double>(kDynamic);
}

TEST_P(FloatArithmeticTest, RoundsAsTheInstructionSays) {
    for (const unsigned rm : {kRne, kRtz, kRdn, kRup, kRmm})
        GetParam().width == Width::single ? computes_as_the_host<float>(rm) : computes_as_the_host<double>(rm);
}

TEST_P(FloatArithmeticTest, KnowsNoOtherRoundingModes) {
    constexpr std::uint64_t kIllegal = 2;
    Bench bench;
    for (const unsigned rm : {5u, 6u}) EXPECT_EQ(bench.exception({GetParam().insn | rm << 12}), kIllegal) << rm;
    for (const unsigned frm : {5u, 6u, 7u})
        EXPECT_EQ(bench.exception({GetParam().insn | kDynamic << 12}, {.frm = frm}), kIllegal) << frm;
    EXPECT_FALSE(bench.exception({GetParam().insn}, {.frm = 5}));
}

}  // namespace
}  // namespace k210::isa
