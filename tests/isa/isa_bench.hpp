// Instructions as a hart runs them over rows of operands.
#pragma once
#include <algorithm>
#include <cstring>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210::isa {

// Where instructions take their operands from and leave results: the integer or the floating-point registers of these
// numbers. rvasm::a4 and sp hold the address of the scratch memory.
inline constexpr unsigned kRd = rvasm::a0, kRs1 = rvasm::a1, kRs2 = rvasm::a2, kRs3 = rvasm::a3;
inline constexpr std::uint64_t kUntouched = 0x5a5a'5a5a'5a5a'5a5a;  // what is in both kinds of kRd before

struct Row {
    std::uint64_t a = 0, b = 0, c = 0, frm = 0;
    // What comes of it: both kinds of kRd, and the exceptions that were raised.
    std::uint64_t x = 0, f = 0, fflags = 0;
};

using Code = std::vector<std::uint32_t>;

class Bench : private HartBench {
public:
    static constexpr std::uint32_t kScratch = kRam + 0x800;

    std::span<std::uint8_t> scratch() { return std::span(ram.bytes()).subspan(kScratch - kRam, 0x700); }

    // Runs `code` once for each row; it may not trap.
    void run(const Code& code, std::vector<Row>& rows) {
        for (std::size_t done = 0; done < rows.size(); done += kMostRows) {
            const std::span part = std::span(rows).subspan(done, std::min(kMostRows, rows.size() - done));
            start(code, part);
            ASSERT_FALSE(hart_->fault()) << describe(hart_->registers());
            ASSERT_TRUE(hart_->in_wfi());
            std::memcpy(part.data(), &ram.bytes()[kRows], part.size_bytes());
        }
    }
    Row run(const Code& code, const Row& row = {}) {
        std::vector<Row> rows{row};
        run(code, rows);
        return rows[0];
    }
    // mcause of what `code` does with that row, or nothing.
    std::optional<std::uint64_t> exception(const Code& code, Row row = {}) {
        start(code, {&row, 1});
        return hart_->fault() ? std::optional(hart_->fault()->cause) : std::nullopt;
    }

private:
    static constexpr std::uint32_t kRows = 0x1000;
    static constexpr std::size_t kMostRows = 1000;
    static constexpr std::uint64_t kMostCycles = 1'000'000;

    void start(const Code& code, std::span<Row> rows) {
        using namespace rvasm;
        static_assert(sizeof(Row) == 56 && offsetof(Row, x) == 32);
        Code program{auipc(s0, kRows >> 12), ld(s1, -8, s0), addi(s2, s0, -16), addi(a4, s0, -0x800)};
        const Code before{addi(sp, a4, 0),  ld(t1, 24, s0),   csrw(frm, t1),     csrw(fflags, zero),
                          ld(kRs1, 0, s0),  ld(kRs2, 8, s0),  ld(kRs3, 16, s0),  ld(kRd, 0, s2),
                          fld(kRs1, 0, s0), fld(kRs2, 8, s0), fld(kRs3, 16, s0), fld(kRd, 0, s2)};
        const Code behind{csrr(t2, fflags), sd(kRd, 32, s0), fsd(kRd, 40, s0), sd(t2, 48, s0),
                          addi(s0, s0, sizeof(Row))};
        for (const Code& part : {before, code, behind}) program.insert(program.end(), part.begin(), part.end());
        program.push_back(bne(s0, s1, -4 * static_cast<int>(before.size() + code.size() + behind.size())));
        program.push_back(wfi);

        const std::uint64_t end = kRam + kRows + rows.size_bytes();
        const auto store = [&](std::uint32_t offset, const void* from, std::size_t bytes) {
            std::memcpy(&ram.bytes()[offset], from, bytes);
        };
        store(0, program.data(), program.size() * sizeof program[0]);
        store(kRows - 16, &kUntouched, sizeof kUntouched);
        store(kRows - 8, &end, sizeof end);
        store(kRows, rows.data(), rows.size_bytes());
        if (!hart_) hart_ = make(0);
        hart_->reset(kRam);
        run_to_cycle(bench.clock.cycle_at(hart_->local_now()) + kMostCycles, *hart_);
    }

    std::unique_ptr<Hart> hart_;
};

// Names tests after what they are about. Files say `using isa::PrintTo` beside what has a name.
inline constexpr auto kByName = [](const auto& parameter) { return std::string(parameter.param.name); };
template <class T>
requires requires(const T& tested) {
    std::string(tested.name);
}
void PrintTo(const T& tested, std::ostream* out) {
    *out << tested.name;
}

// Two compressed instructions as one word.
constexpr std::uint32_t compressed(std::uint32_t first, std::uint32_t second = 0x0001) {
    return first | second << 16;
}

}  // namespace k210::isa
