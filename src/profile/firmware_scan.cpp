#include "profile/firmware_scan.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#include "k210/cpu/rv_instruction.hpp"

namespace k210::profile {

FirmwareScan::FirmwareScan(std::span<const std::uint8_t> program, std::uint64_t address) {
    const auto inside = [&](std::uint64_t target) { return target - address < program.size() && target % 2 == 0; };
    constexpr unsigned kRa = 1;
    std::array<std::uint64_t, 32> upper{};  // what auipc has put there
    for (std::size_t at = 0; at + 2 <= program.size();) {
        const rv::Instruction i = rv::decode(rv::fetch(program, at));
        const std::uint64_t pc = address + at;
        std::uint64_t target = 0;
        if (i.op == rv::Op::jal) target = pc + i.imm64();
        if (i.op == rv::Op::jalr && i.rs1 != 0 && upper[i.rs1] != 0) target = upper[i.rs1] + i.imm64();
        if (target != 0 && inside(target)) {
            (i.rd == kRa ? called : jumped_to).insert(target);
            if (i.rd == kRa) callers[target].push_back(pc);
        }
        if (i.op == rv::Op::addi && upper[i.rs1] != 0 && inside(upper[i.rs1] + i.imm64()))
            pointed_at.insert(upper[i.rs1] + i.imm64());
        if (i.writes() < upper.size()) upper[i.writes()] = i.op == rv::Op::auipc ? pc + i.imm64() : 0;
        at += i.legal() ? i.length_bytes : 2;
    }
    std::uint64_t pointer = 0;
    for (std::size_t at = 0; at + sizeof pointer <= program.size(); at += sizeof pointer) {
        std::memcpy(&pointer, program.data() + at, sizeof pointer);
        if (!inside(pointer)) continue;
        called.insert(pointer);
        pointed_at.insert(pointer);
    }
}

}  // namespace k210::profile
