// What the chip's ISA leaves out or reserves is an illegal instruction. [doc] RISC-V user-level ISA 2.1, privileged
// spec 1.9.1
#include "isa/engine_faults.hpp"
#include "isa/float_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;
using namespace rvasm;

constexpr std::uint64_t kIllegal = 2;

struct Encoding {
    const char* name;
    std::uint32_t insn;
};

constexpr unsigned kOp = 0x33, kOpWord = 0x3b, kOpImmediate = 0x13, kOpImmediateWord = 0x1b, kOpFloat = 0x53;

constexpr Encoding kReserved[] = {
    {"zeros", 0},
    {"ones", 0xffff'ffff},
    {"custom_opcode", 0x0000'000b},
    {"forty_eight_bits", 0x0000'001f},
    {"load_of_no_width", i_type(0x03, 7, kRd, a4, 0)},
    {"store_of_no_width", s_type(4, kRs1, a4, 0)},
    {"float_load_of_a_quad", i_type(0x07, 4, kRd, a4, 0)},
    {"float_load_of_a_half", i_type(0x07, 1, kRd, a4, 0)},
    {"float_store_of_a_half", s_type(1, kRs1, a4, 0) | 4},
    {"branch_2", b_type(2, kRs1, kRs2, 8)},
    {"branch_3", b_type(3, kRs1, kRs2, 8)},
    {"jalr_1", i_type(0x67, 1, kRd, a4, 0)},
    {"op_funct7", r_type(kOp, 0x40, 0, kRd, kRs1, kRs2)},
    {"op_andn", r_type(kOp, 0x20, 7, kRd, kRs1, kRs2)},
    {"op_sub_as_sll", r_type(kOp, 0x20, 1, kRd, kRs1, kRs2)},
    {"op_word_slt", r_type(kOpWord, 0, 2, kRd, kRs1, kRs2)},
    {"op_word_mulh", r_type(kOpWord, 1, 1, kRd, kRs1, kRs2)},
    {"slli_funct7", i_type(kOpImmediate, 1, kRd, kRs1, 0x400)},
    {"srli_funct7", i_type(kOpImmediate, 5, kRd, kRs1, 0x800)},
    {"slliw_by_32", i_type(kOpImmediateWord, 1, kRd, kRs1, 32)},
    {"sraiw_by_32", i_type(kOpImmediateWord, 5, kRd, kRs1, 0x400 | 32)},
    {"word_immediate_2", i_type(kOpImmediateWord, 2, kRd, kRs1, 0)},
    {"atomic_of_a_byte", r_type(0x2f, 0, 0, kRd, a4, kRs2)},
    {"atomic_of_16_bytes", r_type(0x2f, 0, 4, kRd, a4, kRs2)},
    {"atomic_of_no_kind", r_type(0x2f, 0x05 << 2, 2, kRd, a4, kRs2)},
    {"lr_with_operand", r_type(0x2f, 0x02 << 2, 2, kRd, a4, kRs2)},
    {"float_half", r_type(kOpFloat, 0x02, 0, kRd, kRs1, kRs2)},
    {"float_quad", r_type(kOpFloat, 0x03, 0, kRd, kRs1, kRs2)},
    {"float_of_no_kind", r_type(kOpFloat, 0x06 << 2, 0, kRd, kRs1, kRs2)},
    {"sign_injection_3", float_op(0x04, Width::single, 3)},
    {"extreme_2", float_op(0x05, Width::single, 2)},
    {"comparison_3", float_op(0x14, Width::twin, 3)},
    {"root_with_operand", float_op(0x0b, Width::twin, 0, 1)},
    {"to_integer_4", float_op(0x18, Width::twin, 0, 4)},
    {"single_of_single", float_op(0x08, Width::single, 0, 0)},
    {"move_to_integer_with_operand", float_op(0x1c, Width::twin, 0, 1)},
    {"fused_half", kRs3 << 27 | r_type(0x43, 2, 0, kRd, kRs1, kRs2)},
    {"system_of_no_kind", 0x0040'0073},
    {"csr_4", mscratch << 20 | 4u << 12 | 0x73},
    {"c_addi4spn_0", compressed(0x0004)},
    {"c_quadrant_0_4", compressed(0x8000)},
    {"c_addiw_to_zero", compressed(0x2005)},
    {"c_lui_0", compressed(0x6501)},
    {"c_addi16sp_0", compressed(0x6101)},
    {"c_lwsp_to_zero", compressed(0x4002)},
    {"c_ldsp_to_zero", compressed(0x6002)},
    {"c_jr_zero", compressed(0x8002)},
    {"c_quadrant_1_word_2", compressed(0x9d4d)},
    {"csr_of_no_kind", csrr(kRd, 0x7ff)},
    {"mcycle_of_rv32", csrr(kRd, 0xb80)},
    {"write_mhartid", csrw(mhartid, kRs1)},
    {"set_bits_of_cycle", csrs(cycle, kRs1)},
};

struct IllegalTest : testing::TestWithParam<Encoding> {};
INSTANTIATE_TEST_SUITE_P(Illegal, IllegalTest, testing::ValuesIn(kReserved), kByName);

TEST_P(IllegalTest, Traps) {
    Bench bench;
    EXPECT_EQ(bench.exception({nop, GetParam().insn}), kIllegal);
}

// --- without floating point ----------------------------------------------------------------------------------------

constexpr Encoding kFloats[] = {
    {"flw", i_type(0x07, 2, kRd, a4, 0)},
    {"fld", i_type(0x07, 3, kRd, a4, 0)},
    {"fsw", s_type(2, kRs1, a4, 0) | 4},
    {"fsd", s_type(3, kRs1, a4, 0) | 4},
    {"fadd_s", float_op(0x00, Width::single, 0)},
    {"fadd_d", float_op(0x00, Width::twin, 0)},
    {"fmadd_s", kRs3 << 27 | r_type(0x43, 0, 0, kRd, kRs1, kRs2)},
    {"fmadd_d", kRs3 << 27 | r_type(0x43, 1, 0, kRd, kRs1, kRs2)},
    {"fsgnj_s", float_op(0x04, Width::single, 0)},
    {"fsgnjn_d", float_op(0x04, Width::twin, 1)},
    {"fmin_s", float_op(0x05, Width::single, 0)},
    {"feq_d", float_op(0x14, Width::twin, 2)},
    {"fclass_s", float_op(0x1c, Width::single, 1, 0)},
    {"fmv_x_w", float_op(0x1c, Width::single, 0, 0)},
    {"fmv_d_x", float_op(0x1e, Width::twin, 0, 0)},
    {"fcvt_w_s", float_op(0x18, Width::single, 0, 0)},
    {"fcvt_d_l", float_op(0x1a, Width::twin, 0, 2)},
    {"fcvt_d_s", float_op(0x08, Width::twin, 0, 0)},
    {"c_fld", compressed(0x2308)},
    {"c_fsd", compressed(0xbf6c)},
    {"c_fldsp", compressed(0x357e)},
    {"c_fsdsp", compressed(0xbfae)},
    {"csrr_fcsr", csrr(kRd, fcsr)},
    {"csrw_fflags", csrw(fflags, zero)},
    {"csrr_frm", csrr(kRd, frm)},
};

struct FloatsOffTest : testing::TestWithParam<Encoding> {};
INSTANTIATE_TEST_SUITE_P(Illegal, FloatsOffTest, testing::ValuesIn(kFloats), kByName);

TEST_P(FloatsOffTest, TrapsWhileFsIsOff) {
    if (cpu_engine_version().starts_with("Unicorn 2.0")) GTEST_SKIP() << "a fault of it: see docs/fidelity.md";
    Bench bench;
    EXPECT_EQ(bench.exception({csrw(mstatus, zero), GetParam().insn}), kIllegal);
    EXPECT_EQ(bench.exception({GetParam().insn}), std::nullopt);
}

TEST(FloatsOffInTheEngineTest, RunsFsgnjD) {
    Bench bench;
    const auto exception = bench.exception({csrw(mstatus, zero), float_op(0x04, Width::twin, 0)});
    EXPECT_EQ(exception, engine_fault::kRunsFsgnjDWhileFloatsAreOff ? std::nullopt : std::optional(kIllegal));
}

// --- misaligned jumps ----------------------------------------------------------------------------------------------

TEST(MisalignedJumpTest, NoneIsWithCompressedInstructions) {
    Bench bench;
    EXPECT_EQ(bench.exception({auipc(t3, 0), jalr(zero, t3, 10), compressed(0x9002, 0x0001)}), std::nullopt);
}

}  // namespace
}  // namespace k210::isa
