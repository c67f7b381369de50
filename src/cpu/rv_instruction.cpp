#include "k210/cpu/rv_instruction.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cpu/csr_table.hpp"
#include "cpu/rv_expand.hpp"

namespace k210::rv {
namespace {

// Which fields an instruction has, and how they are written.
enum class Format : std::uint8_t {
    none,
    r,     // rd, rs1, rs2
    r1,    // rd, rs1
    r1x,   // rs1
    r2x,   // rs1, rs2
    r4,    // rd, rs1, rs2, rs3
    lr,    // rd, (rs1)
    amo,   // rd, rs2, (rs1)
    i,     // rd, rs1, imm
    load,  // rd, imm(rs1): jalr, too
    shift,
    s,
    b,
    u,
    j,
    csr,
    csr_immediate,
};

// Fields that name floating-point registers, and their width.
constexpr std::uint8_t kFd = Instruction::kFloatRd, kF1 = Instruction::kFloatRs1, kF2 = Instruction::kFloatRs2,
                       kDouble = 128;

struct Row {
    Op op;
    std::string_view name;
    std::uint32_t mask, match;
    Format format;
    Class kind;
    std::uint8_t floats = 0;
};

// [doc] RISC-V user-level ISA 2.2, chapter 19; sfence.vm: privileged spec 1.9.1, sfence.vma: 1.10
constexpr Row kRows[] = {
    {Op::illegal, "illegal", 0xffff'ffff, 0, Format::none, Class::illegal},
    {Op::lui, "lui", 0x0000007f, 0x00000037, Format::u, Class::constant},
    {Op::auipc, "auipc", 0x0000007f, 0x00000017, Format::u, Class::constant},
    {Op::jal, "jal", 0x0000007f, 0x0000006f, Format::j, Class::jump},
    {Op::jalr, "jalr", 0x0000707f, 0x00000067, Format::load, Class::indirect_jump},
    {Op::beq, "beq", 0x0000707f, 0x00000063, Format::b, Class::branch},
    {Op::bne, "bne", 0x0000707f, 0x00001063, Format::b, Class::branch},
    {Op::blt, "blt", 0x0000707f, 0x00004063, Format::b, Class::branch},
    {Op::bge, "bge", 0x0000707f, 0x00005063, Format::b, Class::branch},
    {Op::bltu, "bltu", 0x0000707f, 0x00006063, Format::b, Class::branch},
    {Op::bgeu, "bgeu", 0x0000707f, 0x00007063, Format::b, Class::branch},
    {Op::lb, "lb", 0x0000707f, 0x00000003, Format::load, Class::load},
    {Op::lh, "lh", 0x0000707f, 0x00001003, Format::load, Class::load},
    {Op::lw, "lw", 0x0000707f, 0x00002003, Format::load, Class::load},
    {Op::ld, "ld", 0x0000707f, 0x00003003, Format::load, Class::load},
    {Op::lbu, "lbu", 0x0000707f, 0x00004003, Format::load, Class::load},
    {Op::lhu, "lhu", 0x0000707f, 0x00005003, Format::load, Class::load},
    {Op::lwu, "lwu", 0x0000707f, 0x00006003, Format::load, Class::load},
    {Op::flw, "flw", 0x0000707f, 0x00002007, Format::load, Class::load, kFd},
    {Op::fld, "fld", 0x0000707f, 0x00003007, Format::load, Class::load, kFd},
    {Op::sb, "sb", 0x0000707f, 0x00000023, Format::s, Class::store},
    {Op::sh, "sh", 0x0000707f, 0x00001023, Format::s, Class::store},
    {Op::sw, "sw", 0x0000707f, 0x00002023, Format::s, Class::store},
    {Op::sd, "sd", 0x0000707f, 0x00003023, Format::s, Class::store},
    {Op::fsw, "fsw", 0x0000707f, 0x00002027, Format::s, Class::store, kF2},
    {Op::fsd, "fsd", 0x0000707f, 0x00003027, Format::s, Class::store, kF2},
    {Op::addi, "addi", 0x0000707f, 0x00000013, Format::i, Class::integer},
    {Op::slti, "slti", 0x0000707f, 0x00002013, Format::i, Class::integer},
    {Op::sltiu, "sltiu", 0x0000707f, 0x00003013, Format::i, Class::integer},
    {Op::xori, "xori", 0x0000707f, 0x00004013, Format::i, Class::integer},
    {Op::ori, "ori", 0x0000707f, 0x00006013, Format::i, Class::integer},
    {Op::andi, "andi", 0x0000707f, 0x00007013, Format::i, Class::integer},
    {Op::slli, "slli", 0xfc00707f, 0x00001013, Format::shift, Class::integer},
    {Op::srli, "srli", 0xfc00707f, 0x00005013, Format::shift, Class::integer},
    {Op::srai, "srai", 0xfc00707f, 0x40005013, Format::shift, Class::integer},
    {Op::addiw, "addiw", 0x0000707f, 0x0000001b, Format::i, Class::integer},
    {Op::slliw, "slliw", 0xfe00707f, 0x0000101b, Format::shift, Class::integer},
    {Op::srliw, "srliw", 0xfe00707f, 0x0000501b, Format::shift, Class::integer},
    {Op::sraiw, "sraiw", 0xfe00707f, 0x4000501b, Format::shift, Class::integer},
    {Op::add, "add", 0xfe00707f, 0x00000033, Format::r, Class::integer},
    {Op::sub, "sub", 0xfe00707f, 0x40000033, Format::r, Class::integer},
    {Op::sll, "sll", 0xfe00707f, 0x00001033, Format::r, Class::integer},
    {Op::slt, "slt", 0xfe00707f, 0x00002033, Format::r, Class::integer},
    {Op::sltu, "sltu", 0xfe00707f, 0x00003033, Format::r, Class::integer},
    {Op::xor_, "xor", 0xfe00707f, 0x00004033, Format::r, Class::integer},
    {Op::srl, "srl", 0xfe00707f, 0x00005033, Format::r, Class::integer},
    {Op::sra, "sra", 0xfe00707f, 0x40005033, Format::r, Class::integer},
    {Op::or_, "or", 0xfe00707f, 0x00006033, Format::r, Class::integer},
    {Op::and_, "and", 0xfe00707f, 0x00007033, Format::r, Class::integer},
    {Op::addw, "addw", 0xfe00707f, 0x0000003b, Format::r, Class::integer},
    {Op::subw, "subw", 0xfe00707f, 0x4000003b, Format::r, Class::integer},
    {Op::sllw, "sllw", 0xfe00707f, 0x0000103b, Format::r, Class::integer},
    {Op::srlw, "srlw", 0xfe00707f, 0x0000503b, Format::r, Class::integer},
    {Op::sraw, "sraw", 0xfe00707f, 0x4000503b, Format::r, Class::integer},
    {Op::mul, "mul", 0xfe00707f, 0x02000033, Format::r, Class::multiply},
    {Op::mulh, "mulh", 0xfe00707f, 0x02001033, Format::r, Class::multiply},
    {Op::mulhsu, "mulhsu", 0xfe00707f, 0x02002033, Format::r, Class::multiply},
    {Op::mulhu, "mulhu", 0xfe00707f, 0x02003033, Format::r, Class::multiply},
    {Op::mulw, "mulw", 0xfe00707f, 0x0200003b, Format::r, Class::multiply},
    {Op::div, "div", 0xfe00707f, 0x02004033, Format::r, Class::divide},
    {Op::divu, "divu", 0xfe00707f, 0x02005033, Format::r, Class::divide},
    {Op::rem, "rem", 0xfe00707f, 0x02006033, Format::r, Class::divide},
    {Op::remu, "remu", 0xfe00707f, 0x02007033, Format::r, Class::divide},
    {Op::divw, "divw", 0xfe00707f, 0x0200403b, Format::r, Class::divide},
    {Op::divuw, "divuw", 0xfe00707f, 0x0200503b, Format::r, Class::divide},
    {Op::remw, "remw", 0xfe00707f, 0x0200603b, Format::r, Class::divide},
    {Op::remuw, "remuw", 0xfe00707f, 0x0200703b, Format::r, Class::divide},
    {Op::lr_w, "lr.w", 0xf9f0707f, 0x1000202f, Format::lr, Class::load_reserved},
    {Op::lr_d, "lr.d", 0xf9f0707f, 0x1000302f, Format::lr, Class::load_reserved},
    {Op::sc_w, "sc.w", 0xf800707f, 0x1800202f, Format::amo, Class::store_conditional},
    {Op::sc_d, "sc.d", 0xf800707f, 0x1800302f, Format::amo, Class::store_conditional},
    {Op::amoswap_w, "amoswap.w", 0xf800707f, 0x0800202f, Format::amo, Class::atomic},
    {Op::amoadd_w, "amoadd.w", 0xf800707f, 0x0000202f, Format::amo, Class::atomic},
    {Op::amoxor_w, "amoxor.w", 0xf800707f, 0x2000202f, Format::amo, Class::atomic},
    {Op::amoand_w, "amoand.w", 0xf800707f, 0x6000202f, Format::amo, Class::atomic},
    {Op::amoor_w, "amoor.w", 0xf800707f, 0x4000202f, Format::amo, Class::atomic},
    {Op::amomin_w, "amomin.w", 0xf800707f, 0x8000202f, Format::amo, Class::atomic},
    {Op::amomax_w, "amomax.w", 0xf800707f, 0xa000202f, Format::amo, Class::atomic},
    {Op::amominu_w, "amominu.w", 0xf800707f, 0xc000202f, Format::amo, Class::atomic},
    {Op::amomaxu_w, "amomaxu.w", 0xf800707f, 0xe000202f, Format::amo, Class::atomic},
    {Op::amoswap_d, "amoswap.d", 0xf800707f, 0x0800302f, Format::amo, Class::atomic},
    {Op::amoadd_d, "amoadd.d", 0xf800707f, 0x0000302f, Format::amo, Class::atomic},
    {Op::amoxor_d, "amoxor.d", 0xf800707f, 0x2000302f, Format::amo, Class::atomic},
    {Op::amoand_d, "amoand.d", 0xf800707f, 0x6000302f, Format::amo, Class::atomic},
    {Op::amoor_d, "amoor.d", 0xf800707f, 0x4000302f, Format::amo, Class::atomic},
    {Op::amomin_d, "amomin.d", 0xf800707f, 0x8000302f, Format::amo, Class::atomic},
    {Op::amomax_d, "amomax.d", 0xf800707f, 0xa000302f, Format::amo, Class::atomic},
    {Op::amominu_d, "amominu.d", 0xf800707f, 0xc000302f, Format::amo, Class::atomic},
    {Op::amomaxu_d, "amomaxu.d", 0xf800707f, 0xe000302f, Format::amo, Class::atomic},
    {Op::fmadd_s, "fmadd.s", 0x0600007f, 0x00000043, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2},
    {Op::fmsub_s, "fmsub.s", 0x0600007f, 0x00000047, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2},
    {Op::fnmsub_s, "fnmsub.s", 0x0600007f, 0x0000004b, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2},
    {Op::fnmadd_s, "fnmadd.s", 0x0600007f, 0x0000004f, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2},
    {Op::fadd_s, "fadd.s", 0xfe00007f, 0x00000053, Format::r, Class::float_arithmetic, kFd | kF1 | kF2},
    {Op::fsub_s, "fsub.s", 0xfe00007f, 0x08000053, Format::r, Class::float_arithmetic, kFd | kF1 | kF2},
    {Op::fmul_s, "fmul.s", 0xfe00007f, 0x10000053, Format::r, Class::float_arithmetic, kFd | kF1 | kF2},
    {Op::fdiv_s, "fdiv.s", 0xfe00007f, 0x18000053, Format::r, Class::float_divide, kFd | kF1 | kF2},
    {Op::fsqrt_s, "fsqrt.s", 0xfff0007f, 0x58000053, Format::r1, Class::float_divide, kFd | kF1},
    {Op::fsgnj_s, "fsgnj.s", 0xfe00707f, 0x20000053, Format::r, Class::float_move, kFd | kF1 | kF2},
    {Op::fsgnjn_s, "fsgnjn.s", 0xfe00707f, 0x20001053, Format::r, Class::float_move, kFd | kF1 | kF2},
    {Op::fsgnjx_s, "fsgnjx.s", 0xfe00707f, 0x20002053, Format::r, Class::float_move, kFd | kF1 | kF2},
    {Op::fmin_s, "fmin.s", 0xfe00707f, 0x28000053, Format::r, Class::float_move, kFd | kF1 | kF2},
    {Op::fmax_s, "fmax.s", 0xfe00707f, 0x28001053, Format::r, Class::float_move, kFd | kF1 | kF2},
    {Op::feq_s, "feq.s", 0xfe00707f, 0xa0002053, Format::r, Class::float_move, kF1 | kF2},
    {Op::flt_s, "flt.s", 0xfe00707f, 0xa0001053, Format::r, Class::float_move, kF1 | kF2},
    {Op::fle_s, "fle.s", 0xfe00707f, 0xa0000053, Format::r, Class::float_move, kF1 | kF2},
    {Op::fclass_s, "fclass.s", 0xfff0707f, 0xe0001053, Format::r1, Class::float_move, kF1},
    {Op::fcvt_w_s, "fcvt.w.s", 0xfff0007f, 0xc0000053, Format::r1, Class::float_convert, kF1},
    {Op::fcvt_wu_s, "fcvt.wu.s", 0xfff0007f, 0xc0100053, Format::r1, Class::float_convert, kF1},
    {Op::fcvt_l_s, "fcvt.l.s", 0xfff0007f, 0xc0200053, Format::r1, Class::float_convert, kF1},
    {Op::fcvt_lu_s, "fcvt.lu.s", 0xfff0007f, 0xc0300053, Format::r1, Class::float_convert, kF1},
    {Op::fcvt_s_w, "fcvt.s.w", 0xfff0007f, 0xd0000053, Format::r1, Class::float_convert, kFd},
    {Op::fcvt_s_wu, "fcvt.s.wu", 0xfff0007f, 0xd0100053, Format::r1, Class::float_convert, kFd},
    {Op::fcvt_s_l, "fcvt.s.l", 0xfff0007f, 0xd0200053, Format::r1, Class::float_convert, kFd},
    {Op::fcvt_s_lu, "fcvt.s.lu", 0xfff0007f, 0xd0300053, Format::r1, Class::float_convert, kFd},
    {Op::fmv_x_w, "fmv.x.w", 0xfff0707f, 0xe0000053, Format::r1, Class::float_move, kF1},
    {Op::fmv_w_x, "fmv.w.x", 0xfff0707f, 0xf0000053, Format::r1, Class::float_move, kFd},
    {Op::fmadd_d, "fmadd.d", 0x0600007f, 0x02000043, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2 | kDouble},
    {Op::fmsub_d, "fmsub.d", 0x0600007f, 0x02000047, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2 | kDouble},
    {Op::fnmsub_d, "fnmsub.d", 0x0600007f, 0x0200004b, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2 | kDouble},
    {Op::fnmadd_d, "fnmadd.d", 0x0600007f, 0x0200004f, Format::r4, Class::float_arithmetic, kFd | kF1 | kF2 | kDouble},
    {Op::fadd_d, "fadd.d", 0xfe00007f, 0x02000053, Format::r, Class::float_arithmetic, kFd | kF1 | kF2 | kDouble},
    {Op::fsub_d, "fsub.d", 0xfe00007f, 0x0a000053, Format::r, Class::float_arithmetic, kFd | kF1 | kF2 | kDouble},
    {Op::fmul_d, "fmul.d", 0xfe00007f, 0x12000053, Format::r, Class::float_arithmetic, kFd | kF1 | kF2 | kDouble},
    {Op::fdiv_d, "fdiv.d", 0xfe00007f, 0x1a000053, Format::r, Class::float_divide, kFd | kF1 | kF2 | kDouble},
    {Op::fsqrt_d, "fsqrt.d", 0xfff0007f, 0x5a000053, Format::r1, Class::float_divide, kFd | kF1 | kDouble},
    {Op::fsgnj_d, "fsgnj.d", 0xfe00707f, 0x22000053, Format::r, Class::float_move, kFd | kF1 | kF2 | kDouble},
    {Op::fsgnjn_d, "fsgnjn.d", 0xfe00707f, 0x22001053, Format::r, Class::float_move, kFd | kF1 | kF2 | kDouble},
    {Op::fsgnjx_d, "fsgnjx.d", 0xfe00707f, 0x22002053, Format::r, Class::float_move, kFd | kF1 | kF2 | kDouble},
    {Op::fmin_d, "fmin.d", 0xfe00707f, 0x2a000053, Format::r, Class::float_move, kFd | kF1 | kF2 | kDouble},
    {Op::fmax_d, "fmax.d", 0xfe00707f, 0x2a001053, Format::r, Class::float_move, kFd | kF1 | kF2 | kDouble},
    {Op::feq_d, "feq.d", 0xfe00707f, 0xa2002053, Format::r, Class::float_move, kF1 | kF2 | kDouble},
    {Op::flt_d, "flt.d", 0xfe00707f, 0xa2001053, Format::r, Class::float_move, kF1 | kF2 | kDouble},
    {Op::fle_d, "fle.d", 0xfe00707f, 0xa2000053, Format::r, Class::float_move, kF1 | kF2 | kDouble},
    {Op::fclass_d, "fclass.d", 0xfff0707f, 0xe2001053, Format::r1, Class::float_move, kF1 | kDouble},
    {Op::fcvt_w_d, "fcvt.w.d", 0xfff0007f, 0xc2000053, Format::r1, Class::float_convert, kF1 | kDouble},
    {Op::fcvt_wu_d, "fcvt.wu.d", 0xfff0007f, 0xc2100053, Format::r1, Class::float_convert, kF1 | kDouble},
    {Op::fcvt_l_d, "fcvt.l.d", 0xfff0007f, 0xc2200053, Format::r1, Class::float_convert, kF1 | kDouble},
    {Op::fcvt_lu_d, "fcvt.lu.d", 0xfff0007f, 0xc2300053, Format::r1, Class::float_convert, kF1 | kDouble},
    {Op::fcvt_d_w, "fcvt.d.w", 0xfff0007f, 0xd2000053, Format::r1, Class::float_convert, kFd | kDouble},
    {Op::fcvt_d_wu, "fcvt.d.wu", 0xfff0007f, 0xd2100053, Format::r1, Class::float_convert, kFd | kDouble},
    {Op::fcvt_d_l, "fcvt.d.l", 0xfff0007f, 0xd2200053, Format::r1, Class::float_convert, kFd | kDouble},
    {Op::fcvt_d_lu, "fcvt.d.lu", 0xfff0007f, 0xd2300053, Format::r1, Class::float_convert, kFd | kDouble},
    {Op::fmv_x_d, "fmv.x.d", 0xfff0707f, 0xe2000053, Format::r1, Class::float_move, kF1 | kDouble},
    {Op::fmv_d_x, "fmv.d.x", 0xfff0707f, 0xf2000053, Format::r1, Class::float_move, kFd | kDouble},
    {Op::fcvt_s_d, "fcvt.s.d", 0xfff0007f, 0x40100053, Format::r1, Class::float_convert, kFd | kF1},
    {Op::fcvt_d_s, "fcvt.d.s", 0xfff0007f, 0x42000053, Format::r1, Class::float_convert, kFd | kF1 | kDouble},
    {Op::fence, "fence", 0x0000707f, 0x0000000f, Format::none, Class::fence},
    {Op::fence_i, "fence.i", 0x0000707f, 0x0000100f, Format::none, Class::fence_i},
    {Op::ecall, "ecall", 0xffffffff, 0x00000073, Format::none, Class::trap},
    {Op::ebreak, "ebreak", 0xffffffff, 0x00100073, Format::none, Class::trap},
    {Op::mret, "mret", 0xffffffff, 0x30200073, Format::none, Class::ret},
    {Op::sret, "sret", 0xffffffff, 0x10200073, Format::none, Class::ret},
    {Op::wfi, "wfi", 0xffffffff, 0x10500073, Format::none, Class::wfi},
    {Op::sfence_vm, "sfence.vm", 0xfff07fff, 0x10400073, Format::r1x, Class::fence_vm},
    {Op::sfence_vma, "sfence.vma", 0xfe007fff, 0x12000073, Format::r2x, Class::fence_vm},
    {Op::csrrw, "csrrw", 0x0000707f, 0x00001073, Format::csr, Class::csr},
    {Op::csrrs, "csrrs", 0x0000707f, 0x00002073, Format::csr, Class::csr},
    {Op::csrrc, "csrrc", 0x0000707f, 0x00003073, Format::csr, Class::csr},
    {Op::csrrwi, "csrrwi", 0x0000707f, 0x00005073, Format::csr_immediate, Class::csr},
    {Op::csrrsi, "csrrsi", 0x0000707f, 0x00006073, Format::csr_immediate, Class::csr},
    {Op::csrrci, "csrrci", 0x0000707f, 0x00007073, Format::csr_immediate, Class::csr},
};
static_assert(std::size(kRows) == static_cast<std::size_t>(Op::count));
static_assert([] {
    for (std::size_t i = 0; i < std::size(kRows); ++i)
        if (kRows[i].op != static_cast<Op>(i)) return false;
    return true;
}());

static_assert([] {  // no word is of two
    for (std::size_t i = 1; i < std::size(kRows); ++i)
        for (std::size_t k = 1; k < i; ++k)
            if (((kRows[i].match ^ kRows[k].match) & kRows[i].mask & kRows[k].mask) == 0) return false;
    return true;
}());

const Row& row_of(Op op) {
    return kRows[static_cast<std::size_t>(op)];
}

// The rows that a word can be of, as far as its opcode and funct3 tell: decode() compares it with these only.
constexpr unsigned kKeys = 256;
constexpr unsigned key_of(std::uint32_t full) {
    return (full >> 2 & 31) | (full >> 12 & 7) << 5;
}
bool may_have_key(const Row& row, unsigned key) {
    const std::uint32_t word = (key & 31) << 2 | (key >> 5) << 12;
    return key_of((word ^ row.match) & row.mask) == 0;
}
const std::vector<const Row*>& rows_like(std::uint32_t full) {
    static const auto rows = [] {
        std::array<std::vector<const Row*>, kKeys> made;
        for (unsigned key = 0; key < kKeys; ++key)
            for (const Row& row : std::span(kRows).subspan(1))
                if (may_have_key(row, key)) made[key].push_back(&row);
        return made;
    }();
    return rows[key_of(full)];
}

constexpr std::uint32_t bits(std::uint32_t word, unsigned msb, unsigned lsb) {
    return (word >> lsb) & ((1u << (msb - lsb + 1)) - 1);
}
constexpr std::int32_t sign_extended(std::uint32_t word, unsigned width) {
    return static_cast<std::int32_t>(word << (32 - width)) >> (32 - width);
}

std::int32_t immediate(std::uint32_t full, Format format) {
    switch (format) {
        case Format::i:
        case Format::load: return static_cast<std::int32_t>(full) >> 20;
        case Format::shift: return static_cast<std::int32_t>(bits(full, 25, 20));
        case Format::s:
            return (static_cast<std::int32_t>(full) >> 25) * 32 + static_cast<std::int32_t>(bits(full, 11, 7));
        case Format::b:
            return sign_extended(
                bits(full, 31, 31) << 12 | bits(full, 7, 7) << 11 | bits(full, 30, 25) << 5 | bits(full, 11, 8) << 1,
                13);
        case Format::u: return static_cast<std::int32_t>(full & 0xffff'f000);
        case Format::j:
            return sign_extended(bits(full, 31, 31) << 20 | bits(full, 19, 12) << 12 | bits(full, 20, 20) << 11 |
                                     bits(full, 30, 21) << 1,
                                 21);
        case Format::csr_immediate: return static_cast<std::int32_t>(bits(full, 19, 15));
        default: return 0;
    }
}

// Which fields a format has.
constexpr std::uint8_t fields(Format format) {
    constexpr std::uint8_t kRd = Instruction::kRd, kRs1 = Instruction::kRs1, kRs2 = Instruction::kRs2;
    switch (format) {
        case Format::none: return 0;
        case Format::r:
        case Format::amo: return kRd | kRs1 | kRs2;
        case Format::r4: return kRd | kRs1 | kRs2 | Instruction::kRs3;
        case Format::r1:
        case Format::lr:
        case Format::i:
        case Format::load:
        case Format::shift:
        case Format::csr: return kRd | kRs1;
        case Format::r1x: return kRs1;
        case Format::r2x:
        case Format::s:
        case Format::b: return kRs1 | kRs2;
        case Format::u:
        case Format::j:
        case Format::csr_immediate: return kRd;
    }
    return 0;
}

bool accesses_memory(Class kind) {
    switch (kind) {
        case Class::load:
        case Class::store:
        case Class::load_reserved:
        case Class::store_conditional:
        case Class::atomic: return true;
        default: return false;
    }
}

constexpr std::string_view kXNames[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                        "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                        "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

constexpr std::string_view kFNames[] = {"ft0", "ft1", "ft2", "ft3", "ft4",  "ft5",  "ft6", "ft7", "fs0",  "fs1", "fa0",
                                        "fa1", "fa2", "fa3", "fa4", "fa5",  "fa6",  "fa7", "fs2", "fs3",  "fs4", "fs5",
                                        "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};

std::string_view register_name(unsigned number) {
    return number < kFloatRegister ? x_name(number) : kFNames[number - kFloatRegister];
}

// ", rtz" of an instruction that does not round as frm says. Those that are exact name none.
std::string rounding(const Row& row, std::uint32_t full) {
    constexpr std::uint32_t kFunct3 = 0x7000;
    constexpr unsigned kAsFrmSays = 7;
    constexpr std::string_view kModes[] = {"rne", "rtz", "rdn", "rup", "rmm", "unknown", "unknown"};
    const unsigned mode = bits(full, 14, 12);
    const bool is_exact = row.op == Op::fcvt_d_w || row.op == Op::fcvt_d_wu || row.op == Op::fcvt_d_s;
    if (row.floats == 0 || (row.mask & kFunct3) || is_exact || mode == kAsFrmSays) return {};
    return fmt::format(", {}", kModes[mode]);
}

std::string csr_name(unsigned number) {
    const CsrRow* row = find_csr(number);
    return row ? std::string(row->name) : fmt::format("{:#x}", number);
}

std::string_view ordering(std::uint32_t full) {
    constexpr std::string_view kSuffixes[] = {"", ".rl", ".aq", ".aqrl"};
    return kSuffixes[bits(full, 26, 25)];
}

}  // namespace

std::string_view x_name(unsigned number) {
    return kXNames[number];
}

bool Instruction::ends_block() const {
    switch (kind) {
        case Class::illegal:
        case Class::jump:
        case Class::indirect_jump:
        case Class::branch:
        case Class::trap:
        case Class::ret:
        case Class::wfi:
        case Class::fence_vm:
        case Class::csr:
        case Class::fence_i: return true;
        default: return false;
    }
}

std::string_view Instruction::name() const {
    return row_of(op).name;
}

std::uint32_t fetch(std::span<const std::uint8_t> code, std::size_t offset) {
    if (offset + 2 > code.size()) return 0;
    const std::uint32_t low = code[offset] | std::uint32_t{code[offset + 1]} << 8;
    if (length_bytes(low) == 2) return low;
    if (offset + 4 > code.size()) return 0;
    return low | std::uint32_t{code[offset + 2]} << 16 | std::uint32_t{code[offset + 3]} << 24;
}

Instruction decode(std::uint32_t raw) {
    Instruction made;
    made.raw = raw;
    made.length_bytes = static_cast<std::uint8_t>(rv::length_bytes(raw));
    const std::uint32_t full = expand(raw);
    const auto& rows = rows_like(full);
    const auto found = std::ranges::find_if(rows, [&](const Row* row) { return (full & row->mask) == row->match; });
    if (full == 0 || found == rows.end()) return made;
    const Row& row = **found;
    made.op = row.op;
    made.kind = row.kind;
    made.is_double = (row.floats & kDouble) != 0;
    made.registers = fields(row.format) | (row.floats & Instruction::kFloats);
    if (made.registers & Instruction::kRd) made.rd = static_cast<std::uint8_t>(bits(full, 11, 7));
    if (made.registers & Instruction::kRs1 || row.format == Format::csr_immediate)
        made.rs1 = static_cast<std::uint8_t>(bits(full, 19, 15));
    if (made.registers & Instruction::kRs2) made.rs2 = static_cast<std::uint8_t>(bits(full, 24, 20));
    if (made.registers & Instruction::kRs3) made.rs3 = static_cast<std::uint8_t>(bits(full, 31, 27));
    made.imm = immediate(full, row.format);
    if (row.kind == Class::csr) made.csr = static_cast<std::uint16_t>(full >> 20);
    if (accesses_memory(row.kind)) made.access_bytes = static_cast<std::uint8_t>(1u << (full >> 12 & 3));
    return made;
}

std::vector<Instruction> decode(std::span<const std::uint8_t> code) {
    std::vector<Instruction> all;
    all.reserve(code.size() / 2);
    for (std::size_t at = 0; at < code.size(); at += all.back().length_bytes) all.push_back(decode(fetch(code, at)));
    return all;
}

std::string disassemble(const Instruction& insn, std::uint64_t pc) {
    const Row& row = row_of(insn.op);
    const auto name = [](unsigned number) { return register_name(number == kNone ? 0 : number); };
    const auto [a, b, c] = insn.reads();
    const std::string_view rd = name(insn.writes()), rs1 = name(a), rs2 = name(b), rs3 = name(c);
    const std::uint64_t target = pc + insn.imm64();
    switch (row.format) {
        case Format::none: return std::string(row.name);
        case Format::r: return fmt::format("{} {}, {}, {}{}", row.name, rd, rs1, rs2, rounding(row, insn.raw));
        case Format::r1: return fmt::format("{} {}, {}{}", row.name, rd, rs1, rounding(row, insn.raw));
        case Format::r1x: return fmt::format("{} {}", row.name, rs1);
        case Format::r2x: return fmt::format("{} {}, {}", row.name, rs1, rs2);
        case Format::r4:
            return fmt::format("{} {}, {}, {}, {}{}", row.name, rd, rs1, rs2, rs3, rounding(row, insn.raw));
        case Format::lr: return fmt::format("{}{} {}, ({})", row.name, ordering(insn.raw), rd, rs1);
        case Format::amo: return fmt::format("{}{} {}, {}, ({})", row.name, ordering(insn.raw), rd, rs2, rs1);
        case Format::i: return fmt::format("{} {}, {}, {}", row.name, rd, rs1, insn.imm);
        case Format::shift: return fmt::format("{} {}, {}, {:#x}", row.name, rd, rs1, insn.imm);
        case Format::load: return fmt::format("{} {}, {}({})", row.name, rd, insn.imm, rs1);
        case Format::s: return fmt::format("{} {}, {}({})", row.name, rs2, insn.imm, rs1);
        case Format::b: return fmt::format("{} {}, {}, {:#x}", row.name, rs1, rs2, target);
        case Format::u: return fmt::format("{} {}, {:#x}", row.name, rd, static_cast<std::uint32_t>(insn.imm) >> 12);
        case Format::j: return fmt::format("{} {}, {:#x}", row.name, rd, target);
        case Format::csr: return fmt::format("{} {}, {}, {}", row.name, rd, csr_name(insn.csr), rs1);
        case Format::csr_immediate: return fmt::format("{} {}, {}, {}", row.name, rd, csr_name(insn.csr), insn.imm);
    }
    return {};
}

}  // namespace k210::rv
