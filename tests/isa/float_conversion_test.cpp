// Conversions between integers, singles and doubles: rounding, exceptions, and the nearest that fits.
#include "isa/float_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;

// Which of the forms a conversion has is in rs2's field. [doc] RISC-V user-level ISA, F and D
enum Form : unsigned { kW = 0, kWu = 1, kL = 2, kLu = 3 };

struct Conversion {
    const char* name;
    unsigned f5;
    Width width;
    unsigned form;
    Outcome (*oracle)(std::uint64_t operand, unsigned mode);
    std::uint32_t insn(unsigned rm) const { return float_op(f5, width, rm, form); }
};

constexpr unsigned kToInteger = 0x18, kFromInteger = 0x1a, kBetween = 0x08;
constexpr Width kS = Width::single, kD = Width::twin;

constexpr Conversion kToIntegers[] = {
    {"fcvt_w_s", kToInteger, kS, kW, to_integer<float, std::int32_t>},
    {"fcvt_wu_s", kToInteger, kS, kWu, to_integer<float, std::uint32_t>},
    {"fcvt_l_s", kToInteger, kS, kL, to_integer<float, std::int64_t>},
    {"fcvt_lu_s", kToInteger, kS, kLu, to_integer<float, std::uint64_t>},
    {"fcvt_w_d", kToInteger, kD, kW, to_integer<double, std::int32_t>},
    {"fcvt_wu_d", kToInteger, kD, kWu, to_integer<double, std::uint32_t>},
    {"fcvt_l_d", kToInteger, kD, kL, to_integer<double, std::int64_t>},
    {"fcvt_lu_d", kToInteger, kD, kLu, to_integer<double, std::uint64_t>},
};
constexpr Conversion kFromIntegers[] = {
    {"fcvt_s_w", kFromInteger, kS, kW, from_integer<float, std::int32_t>},
    {"fcvt_s_wu", kFromInteger, kS, kWu, from_integer<float, std::uint32_t>},
    {"fcvt_s_l", kFromInteger, kS, kL, from_integer<float, std::int64_t>},
    {"fcvt_s_lu", kFromInteger, kS, kLu, from_integer<float, std::uint64_t>},
    {"fcvt_d_w", kFromInteger, kD, kW, from_integer<double, std::int32_t>},
    {"fcvt_d_wu", kFromInteger, kD, kWu, from_integer<double, std::uint32_t>},
    {"fcvt_d_l", kFromInteger, kD, kL, from_integer<double, std::int64_t>},
    {"fcvt_d_lu", kFromInteger, kD, kLu, from_integer<double, std::uint64_t>},
};

// Both ways round: by frm, and by the instruction while frm says something else.
template <class Compare>
void in_every_mode(const Conversion& conversion, const std::vector<std::uint64_t>& operands, Compare compare) {
    std::vector<Row> rows;
    for (const std::uint64_t operand : operands)
        for (const unsigned frm : {kRne, kRtz, kRdn, kRup, kRmm}) rows.push_back({.a = operand, .frm = frm});
    Bench bench;
    for (const unsigned rm : {kRne, kRtz, kRdn, kRup, kRmm, kDynamic}) {
        bench.run({conversion.insn(rm)}, rows);
        for (const Row& row : rows) {
            const unsigned mode = rm == kDynamic ? static_cast<unsigned>(row.frm) : rm;
            ASSERT_NO_FATAL_FAILURE(compare(row, conversion.oracle(row.a, mode))) << "rm " << rm;
        }
    }
}

// Corner cases, and what lies beside the limits of integers and between two of them.
template <class T>
std::vector<std::uint64_t> near_integers() {
    std::vector<std::uint64_t> found = corner_cases<T>();
    for (const long double limit : {0x1p31L, 0x1p32L, 0x1p63L, 0x1p64L, 1.0L, 2.0L, 3.0L, 100.0L, 0x1p52L, 0x1p23L})
        for (const long double beside : {-1.5L, -1.0L, -0.75L, -0.5L, -0.25L, 0.0L, 0.25L, 0.5L, 0.75L, 1.0L, 1.5L})
            for (const T value : {static_cast<T>(limit + beside), static_cast<T>(-limit + beside)})
                for (const std::uint64_t bits : {to_bits(value), to_bits(value) + 1, to_bits(value) - 1})
                    if (!is_nan<T>(bits & kMask<T>)) found.push_back(bits & kMask<T>);
    for (std::uint64_t& bits : found) bits |= kBox<T>;
    return found;
}

std::vector<std::uint64_t> integers() {
    std::vector<std::uint64_t> found;
    for (const unsigned bit : {0u, 1u, 2u, 22u, 23u, 24u, 25u, 31u, 32u, 52u, 53u, 54u, 55u, 62u, 63u})
        for (const int beside : {-3, -2, -1, 0, 1, 2, 3})
            for (const std::uint64_t one : {std::uint64_t{1}, std::uint64_t{3}}) {
                const std::uint64_t value = (one << bit) + static_cast<std::uint64_t>(std::int64_t{beside});
                found.push_back(value);
                found.push_back(-value);
            }
    // The largest that ties, and what lies beside it.
    for (const std::uint64_t value : {0xffff'ff80'0000'0000u, 0xffff'ffff'ffff'fc00u, 0x7fff'ffc0'0000'0000u})
        for (const std::uint64_t beside : {value - 1, value, value + 1}) found.push_back(beside);
    return found;
}

struct ToIntegerTest : testing::TestWithParam<Conversion> {};
INSTANTIATE_TEST_SUITE_P(Float, ToIntegerTest, testing::ValuesIn(kToIntegers), kByName);

TEST_P(ToIntegerTest, RoundsOrSaturatesAndSaysSo) {
    const auto operands = GetParam().width == kS ? near_integers<float>() : near_integers<double>();
    in_every_mode(GetParam(), operands, [](const Row& row, const Outcome& expected) {
        ASSERT_EQ(integer_outcome(row), expected) << operands_of(row);
    });
}

struct FromIntegerTest : testing::TestWithParam<Conversion> {};
INSTANTIATE_TEST_SUITE_P(Float, FromIntegerTest, testing::ValuesIn(kFromIntegers), kByName);

TEST_P(FromIntegerTest, Rounds) {
    const bool single = GetParam().width == kS;
    in_every_mode(GetParam(), integers(), [&](const Row& row, const Outcome& expected) {
        ASSERT_EQ(single ? float_outcome<float>(row) : float_outcome<double>(row), expected) << operands_of(row);
    });
}

TEST(BetweenFloatsTest, AWiderOneIsExact) {
    std::vector<std::uint64_t> operands = corner_cases<float>();
    for (std::uint64_t& bits : operands) bits |= kBoxed;
    const auto oracle = [](std::uint64_t bits, unsigned) { return double_of_single(bits); };
    in_every_mode({"fcvt_d_s", kBetween, kD, 0, oracle}, operands, [](const Row& row, const Outcome& expected) {
        ASSERT_EQ(float_outcome<double>(row), expected) << operands_of(row);
    });
}

TEST(BetweenFloatsTest, ANarrowerOneRounds) {
    std::vector<std::uint64_t> operands = corner_cases<double>();
    // Around each single, and between it and the next: the tie, and what lies beside it.
    for (const std::uint64_t single : corner_cases<float>()) {
        if (is_nan<float>(single)) continue;
        const std::uint64_t exact = to_bits(static_cast<double>(from_bits<float>(single)));
        constexpr std::uint64_t kHalf = 1ull << 28;  // of the last bit of a single that is normal
        for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{1}, kHalf - 1, kHalf, kHalf + 1, 2 * kHalf})
            for (const std::uint64_t bits : {exact + offset, exact - offset})
                if (!is_nan<double>(bits)) operands.push_back(bits);
    }
    in_every_mode({"fcvt_s_d", kBetween, kS, 1, single_of_double}, operands,
                  [](const Row& row, const Outcome& expected) {
                      ASSERT_EQ(float_outcome<float>(row), expected) << operands_of(row);
                  });
}

}  // namespace
}  // namespace k210::isa
