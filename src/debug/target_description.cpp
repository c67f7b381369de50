#include "debug/target_description.hpp"

#include <fmt/format.h>

#include "k210/cpu/hart.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210::debug {
namespace {

constexpr unsigned kRegisters = 32, kSp = 2, kRa = 1;
constexpr unsigned kFflags = 1, kFrm = 2, kFcsr = 3;  // [doc] RISC-V user-level ISA 2.2, table 11.1

std::string reg(std::string_view name, unsigned bits, unsigned number, std::string_view type) {
    return fmt::format(R"(<reg name="{}" bitsize="{}" regnum="{}" type="{}"/>)", name, bits, number, type);
}

}  // namespace

std::string target_description() {
    std::string xml = R"(<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0">)"
                      R"(<architecture>riscv:rv64</architecture><feature name="org.gnu.gdb.riscv.cpu">)";
    for (unsigned i = 0; i < kRegisters; ++i) {
        const std::string_view type = i == kRa ? "code_ptr" : i == kSp ? "data_ptr" : "int";
        xml += reg(i == 8 ? "fp" : rv::x_name(i), 64, i, type);
    }
    xml += reg("pc", 64, kPcRegister, "code_ptr");
    xml +=
        R"(</feature><feature name="org.gnu.gdb.riscv.fpu"><union id="riscv_double"><field name="float" type="ieee_single"/>)"
        R"(<field name="double" type="ieee_double"/></union>)";
    static constexpr std::string_view kFloatNames[kRegisters] = {
        "ft0", "ft1", "ft2", "ft3", "ft4",  "ft5",  "ft6", "ft7", "fs0",  "fs1", "fa0",
        "fa1", "fa2", "fa3", "fa4", "fa5",  "fa6",  "fa7", "fs2", "fs3",  "fs4", "fs5",
        "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};
    for (unsigned i = 0; i < kRegisters; ++i) xml += reg(kFloatNames[i], 64, kFirstFloatRegister + i, "riscv_double");
    xml += reg("fflags", 32, kFirstCsrRegister + kFflags, "int");
    xml += reg("frm", 32, kFirstCsrRegister + kFrm, "int");
    xml += reg("fcsr", 32, kFirstCsrRegister + kFcsr, "int");
    xml += R"(</feature><feature name="org.gnu.gdb.riscv.csr">)";
    for (const NamedCsr& csr : debugged_csrs()) xml += reg(csr.name, 64, kFirstCsrRegister + csr.number, "int");
    xml += R"(</feature><feature name="org.gnu.gdb.riscv.virtual">)";
    xml += reg("priv", 64, kModeRegister, "int");
    return xml + "</feature></target>";
}

}  // namespace k210::debug
