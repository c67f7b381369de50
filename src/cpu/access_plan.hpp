// Where a block's loads, stores and atomics go, found by computing their addresses from the registers and the memory
// with which it begins. Nothing notices: nothing is written, and no device is read.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "cpu/block_operands.hpp"
#include "cpu/bus_window.hpp"
#include "cpu/rv_arithmetic.hpp"
#include "k210/bus/bus.hpp"
#include "k210/bus/memory.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

class AccessPlan {
public:
    static constexpr std::uint8_t kNoArray = 255;

    AccessPlan() = default;
    // `arrays`: operands of the block that a caller wants to tell from others.
    AccessPlan(std::uint64_t pc, std::span<const rv::Instruction> code, std::span<const BlockOperand> arrays);

    std::uint32_t reads() const { return reads_; }  // bit n: x[n] is wanted
    // `place(address)` is where an address lies on the bus, if anywhere; `touch(address, array)` is told of each access
    // to cached memory in turn, with the array's number or kNoArray. Accesses whose addresses come from what is not
    // known are left out. Uses up `x`.
    template <class Place, class Touch>
    void follow(std::array<std::uint64_t, 32>& x, const Bus& bus, const Place& place, const Touch& touch) const;

private:
    struct Step {
        enum class Kind : std::uint8_t {
            touch,     // by a load whose value nobody asks for, or an atomic
            load,      // and the value is wanted
            store,     //
            compute,   // op of rs1 and rs2, or of rs1 and imm
            constant,  // imm
            forget,    // rd holds what is not followed
        };
        Kind kind = Kind::forget;
        rv::Op op = rv::Op::illegal;
        std::uint8_t rd = 0, rs1 = 0, rs2 = 0, size_bytes = 0, array = kNoArray;
        bool has_immediate = false;
        std::uint64_t imm = 0;
    };
    struct Stored {
        std::uint32_t address, size_bytes;
    };
    static constexpr std::size_t kMostStored = 16;  // that are told apart

    static Step access_step(const rv::Instruction& insn, bool wanted);
    static Step value_step(const rv::Instruction& insn, std::uint64_t pc);

    std::vector<Step> steps_;
    std::uint32_t reads_ = 0;
};

template <class Place, class Touch>
void AccessPlan::follow(std::array<std::uint64_t, 32>& x, const Bus& bus, const Place& place,
                        const Touch& touch) const {
    using Kind = Step::Kind;
    std::uint32_t unknown = 0;
    std::array<Stored, kMostStored> stored;
    std::size_t stores = 0;  // more than kMostStored: some are not known
    const Bus::Window* window = nullptr;
    const auto set = [&](unsigned rd, std::uint64_t value) {
        if (rd == 0) return;
        x[rd] = value;
        unknown &= ~(1u << rd);
    };
    for (const Step& step : steps_) {
        if (step.kind == Kind::constant) {
            set(step.rd, step.imm);
            continue;
        }
        if (step.kind == Kind::forget) {
            unknown |= 1u << step.rd;
            continue;
        }
        const bool uses_unknown = (unknown >> step.rs1 & 1) || (!step.has_immediate && (unknown >> step.rs2 & 1));
        if (step.kind == Kind::compute) {
            if (uses_unknown)
                unknown |= 1u << step.rd;
            else
                set(step.rd, rv::integer_result(step.op, x[step.rs1], step.has_immediate ? step.imm : x[step.rs2]));
            continue;
        }
        const auto at = uses_unknown ? std::nullopt : place(x[step.rs1] + step.imm);
        if (step.kind == Kind::load) unknown |= 1u << step.rd;
        if (step.kind == Kind::store && !at) stores = kMostStored + 1;
        if (!at) continue;
        if (!window || *at - window->base >= window->size_bytes) window = bus.find(*at);
        if (!window || !window->memory) continue;
        if (window->cached) touch(*at, step.array);
        if (step.kind == Kind::store) {
            if (stores < kMostStored) stored[stores] = {*at, step.size_bytes};
            ++stores;
        }
        if (step.kind != Kind::load || stores > kMostStored) continue;
        const std::uint32_t offset = *at - window->base;
        bool is_as_before = step.size_bytes <= window->size_bytes - offset;
        for (std::size_t i = 0; i < stores; ++i)
            is_as_before &=
                *at - stored[i].address >= stored[i].size_bytes && stored[i].address - *at >= step.size_bytes;
        if (!is_as_before) continue;
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, window->memory->bytes().data() + offset, step.size_bytes);
        set(step.rd, rv::loaded_value(step.op, bytes));
    }
}

}  // namespace k210
