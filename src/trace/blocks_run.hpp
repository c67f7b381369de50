// Which blocks of code a hart has run, one after the other, from what it tells its observer: a block that it is about
// to run may be told several times before it is.
#pragma once
#include <cstdint>
#include <optional>

#include "k210/cpu/hart_observer.hpp"

namespace k210::trace {

class BlocksRun : public HartObserver {
public:
    struct Block {
        CodePlace place;
        std::uint32_t size_bytes;
    };

    void reset() override { told_.reset(); }
    void resume(std::uint64_t) override {}
    void pause(std::uint64_t cycle) final { look(cycle); }
    void clock_changed(SimTime) override {}
    void block(CodePlace place, std::uint32_t size_bytes, std::uint64_t cycle) final {
        look(cycle);
        comes(place, cycle);
        told_ = {place, size_bytes};
        told_at_ = cycle;
    }
    void waited_in_loop(std::uint64_t pc, const IdleLoopReads&, std::uint64_t cycle) final {
        told_at_ = cycle;  // it is about to run still, or will be told again
        waits(pc, cycle);
    }
    void slept(std::uint64_t cycle) final { look(cycle); }
    void trapped(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) final {
        look(cycle);
        traps(cause, handler, cycle);
    }
    void returned(std::uint64_t) final {}

protected:
    virtual void ran(const Block& block) = 0;
    virtual void comes(CodePlace place, std::uint64_t cycle) = 0;  // is about to run; perhaps told again
    virtual void waits(std::uint64_t pc, std::uint64_t cycle) = 0;
    virtual void traps(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) = 0;

private:
    void look(std::uint64_t cycle) {
        if (told_ && cycle > told_at_) ran(*told_);
        told_.reset();
    }

    std::optional<Block> told_;
    std::uint64_t told_at_ = 0;
};

}  // namespace k210::trace
