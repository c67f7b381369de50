// RV64GC with machine and supervisor mode, decoded once: what every reader of guest code goes by. [doc] RISC-V
// user-level ISA 2.2 and privileged spec 1.9.1
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k210::rv {

// In the order of the table in rv_instruction.cpp.
enum class Op : std::uint8_t {
    illegal,
    // clang-format off
    lui, auipc, jal, jalr,
    beq, bne, blt, bge, bltu, bgeu,
    lb, lh, lw, ld, lbu, lhu, lwu, flw, fld,
    sb, sh, sw, sd, fsw, fsd,
    addi, slti, sltiu, xori, ori, andi, slli, srli, srai, addiw, slliw, srliw, sraiw,
    add, sub, sll, slt, sltu, xor_, srl, sra, or_, and_, addw, subw, sllw, srlw, sraw,
    mul, mulh, mulhsu, mulhu, mulw, div, divu, rem, remu, divw, divuw, remw, remuw,
    lr_w, lr_d, sc_w, sc_d,
    amoswap_w, amoadd_w, amoxor_w, amoand_w, amoor_w, amomin_w, amomax_w, amominu_w, amomaxu_w,
    amoswap_d, amoadd_d, amoxor_d, amoand_d, amoor_d, amomin_d, amomax_d, amominu_d, amomaxu_d,
    fmadd_s, fmsub_s, fnmsub_s, fnmadd_s, fadd_s, fsub_s, fmul_s, fdiv_s, fsqrt_s,
    fsgnj_s, fsgnjn_s, fsgnjx_s, fmin_s, fmax_s, feq_s, flt_s, fle_s, fclass_s,
    fcvt_w_s, fcvt_wu_s, fcvt_l_s, fcvt_lu_s, fcvt_s_w, fcvt_s_wu, fcvt_s_l, fcvt_s_lu, fmv_x_w, fmv_w_x,
    fmadd_d, fmsub_d, fnmsub_d, fnmadd_d, fadd_d, fsub_d, fmul_d, fdiv_d, fsqrt_d,
    fsgnj_d, fsgnjn_d, fsgnjx_d, fmin_d, fmax_d, feq_d, flt_d, fle_d, fclass_d,
    fcvt_w_d, fcvt_wu_d, fcvt_l_d, fcvt_lu_d, fcvt_d_w, fcvt_d_wu, fcvt_d_l, fcvt_d_lu, fmv_x_d, fmv_d_x,
    fcvt_s_d, fcvt_d_s,
    fence, fence_i, ecall, ebreak, mret, sret, wfi, sfence_vm, sfence_vma,
    csrrw, csrrs, csrrc, csrrwi, csrrsi, csrrci,
    // clang-format on
    count,
};

// Kinds of instructions: cycles, the ends of blocks and the skipping of loops go by these.
enum class Class : std::uint8_t {
    illegal,
    constant,  // of the code alone: lui, auipc
    jump,      // jal
    indirect_jump,
    branch,
    load,
    store,
    integer,
    multiply,
    divide,
    load_reserved,
    store_conditional,
    atomic,
    float_arithmetic,
    float_divide,  // and square root
    float_move,    // sign injection, minimum, comparison, classification, and moves to and from integers
    float_convert,
    fence,
    fence_i,
    trap,  // ecall, ebreak
    ret,   // mret, sret
    wfi,
    fence_vm,
    csr,
};

// Number of a register: x0 to x31, behind them f0 to f31. kNone stands where an instruction has none.
inline constexpr unsigned kFloatRegister = 32, kNone = 255;

struct MemoryOperand {
    bool load, store;
    unsigned base;  // register number
    std::int32_t offset;
    unsigned size_bytes;
};

struct Instruction {
    Op op = Op::illegal;
    Class kind = Class::illegal;
    std::uint8_t length_bytes = 2;
    std::uint8_t rd = 0, rs1 = 0, rs2 = 0, rs3 = 0;  // fields; those that the format lacks are 0
    std::uint8_t access_bytes = 0;                   // of a load, store or atomic
    bool is_double = false;                          // of a floating-point instruction
    std::uint8_t registers = 0;                      // which of the fields are, see below
    std::int32_t imm = 0;                            // for csr..i the number that rs1's field holds
    std::uint16_t csr = 0;
    std::uint32_t raw = 0;  // zero-extended, as memory has it

    bool legal() const { return op != Op::illegal; }
    bool is_compressed() const { return length_bytes == 2; }
    bool is_atomic() const {
        return kind == Class::atomic || kind == Class::load_reserved || kind == Class::store_conditional;
    }
    bool ends_block() const;  // what a translated block does not go on behind, whatever follows
    // By the convention that lets predictors keep return addresses: jalr x0 to ra or t0.
    bool is_return() const { return op == Op::jalr && rd == 0 && (rs1 == 1 || rs1 == 5); }
    bool is_call() const { return (op == Op::jal || op == Op::jalr) && (rd == 1 || rd == 5); }
    // csrrw always writes; the others unless their operand is x0 or 0.
    bool writes_csr() const { return kind == Class::csr && (op == Op::csrrw || op == Op::csrrwi || rs1 != 0); }
    bool has_immediate() const { return op >= Op::addi && op <= Op::sraiw; }  // of Class::integer
    bool has_csr_immediate() const { return op == Op::csrrwi || op == Op::csrrsi || op == Op::csrrci; }
    bool touches_floats() const { return (registers & kFloats) != 0; }

    // The register, or kNone; never x0.
    unsigned writes() const {
        if (registers & kFloatRd) return kFloatRegister + rd;
        return (registers & kRd) && rd != 0 ? rd : kNone;
    }
    // Registers, kNone where fewer; x0 is one like others.
    std::array<unsigned, 3> reads() const {
        return {number(kRs1, kFloatRs1, rs1), number(kRs2, kFloatRs2, rs2), number(kRs3, kRs3, rs3)};
    }
    std::optional<MemoryOperand> memory_operand() const {
        if (access_bytes == 0) return {};
        const bool loads = kind != Class::store && kind != Class::store_conditional;
        const bool stores = kind != Class::load && kind != Class::load_reserved;
        return MemoryOperand{loads, stores, rs1, imm, access_bytes};
    }
    std::uint64_t imm64() const { return static_cast<std::uint64_t>(std::int64_t{imm}); }  // sign-extended
    std::string_view name() const;                                                         // "c.addi" is "addi" here

    // Of `registers`. A third operand is always a float.
    static constexpr std::uint8_t kRd = 1, kRs1 = 2, kRs2 = 4, kRs3 = 8, kFloatRd = 16, kFloatRs1 = 32, kFloatRs2 = 64,
                                  kFloats = kFloatRd | kFloatRs1 | kFloatRs2 | kRs3;

private:
    unsigned number(std::uint8_t is_one, std::uint8_t is_float, unsigned field) const {
        if (!(registers & is_one)) return kNone;
        return registers & is_float ? kFloatRegister + field : field;
    }
};

constexpr unsigned length_bytes(std::uint32_t raw) {
    return (raw & 3) == 3 ? 4 : 2;
}
// The bits of the instruction at an offset, zero-extended; 0 when it does not lie wholly inside.
std::uint32_t fetch(std::span<const std::uint8_t> code, std::size_t offset);

Instruction decode(std::uint32_t raw);
// All of `code`, from its first byte; an instruction that is cut off at its end is illegal and takes what there is.
std::vector<Instruction> decode(std::span<const std::uint8_t> code);

// As assemblers write it: "addi a0, a1, -4", "beq a0, zero, 0x80001000".
std::string disassemble(const Instruction& instruction, std::uint64_t pc);
std::string_view x_name(unsigned number);  // "a0"

}  // namespace k210::rv
