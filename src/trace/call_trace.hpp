// The calls of one hart, a line each: --trace-calls.
//
//     0.000610913 hart 0 depth 2 0x800000e0 main+22 calls 0x80000718 console_init
//
// Guest seconds, hart, how many calls have not been returned from, with this one; from where and to where.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "k210/bus/bus.hpp"
#include "k210/sim/clock_domain.hpp"
#include "trace/blocks_run.hpp"
#include "trace/trace_text.hpp"

namespace k210::trace {

class CallTrace final : public BlocksRun {
public:
    CallTrace(unsigned hart, TraceText& text, Symbols symbols);

    void attached(const ClockDomain& clock, const Bus& bus) override;
    void reset() override;
    void repeats(CodePlace, std::uint32_t) override {}

private:
    static constexpr std::size_t kKnownEnds = 1 << 14, kMostDepth = 1024;

    // How a block ends.
    enum class End : std::uint8_t { other, jump, call, return_, trap_return };
    struct Ended {
        End how = End::other;
        std::uint64_t pc = 0, next_pc = 0;  // of the last instruction, and behind it
    };
    struct KnownEnd {
        std::uint64_t physical_pc = ~0ull;
        std::uint32_t size_bytes = 0, last_bytes = 0;  // what stands at its end
        End how = End::other;
        std::uint8_t length_bytes = 0;
    };
    struct Frame {
        std::uint64_t return_pc;
        bool is_trap = false;
        Ended interrupted = {};  // where that was between two blocks
    };

    void ran(const Block& block) override;
    void comes(CodePlace place, std::uint64_t cycle) override;
    void waits(std::uint64_t pc, std::uint64_t cycle) override;
    void traps(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) override;

    Ended end_of(const Block& block);
    void push(const Frame& frame);
    void return_to(std::uint64_t pc);
    void return_from_trap();
    void tell(std::uint64_t cycle, std::uint64_t from_pc, std::string_view what, std::uint64_t to_pc);

    const unsigned hart_;
    TraceText& text_;
    const Symbols symbols_;
    const ClockDomain* clock_ = nullptr;
    const Bus* bus_ = nullptr;
    std::vector<KnownEnd> known_;
    Ended ended_ = {};                  // the block that has run, until the next one is known
    std::uint64_t last_pc_ = 0;         // of the last instruction that has run
    std::uint64_t waiting_at_ = ~0ull;  // the loop that was told last
    std::vector<Frame> stack_;
};

}  // namespace k210::trace
