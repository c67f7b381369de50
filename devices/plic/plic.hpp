// PLIC, 0x0C00'0000: 65 interrupt sources, 4 contexts (hart 0 M and S, hart 1 M and S mode).
// Map and claim rules: [sdk] lib/drivers/include/plic.h:18-48,288-334; the SDK steps by two contexts per hart.
// Gateways take levels and latch one request each until it is completed; ties go to the lower source; priority 0
// never interrupts: [doc] RISC-V PLIC specification. Everything is zero after reset. [assumed]
// The map is sparse and claims are frequent, so words are decoded here instead of being declared as registers.
#pragma once
#include <array>
#include <cstdint>

#include "k210/bus/device.hpp"

namespace k210 {

class Plic final : public Device {
public:
    explicit Plic(DeviceContext context) : Device("plic", context) {}

    static constexpr unsigned kSources = 65;  // numbered from 1
    static constexpr unsigned kContexts = 4;
    static constexpr unsigned context_of_hart(unsigned hart) { return 2 * hart; }  // machine mode

    OutputLine external[kContexts] = {
        {*this, "context_0"}, {*this, "context_1"}, {*this, "context_2"}, {*this, "context_3"}};

    void set_source(unsigned source, bool level);

    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override;
    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    static constexpr unsigned kWords = (kSources + 1 + 31) / 32;
    using Sources = std::array<std::uint32_t, kWords>;  // one bit each; source 0 does not exist

    struct Place {
        enum Kind : std::uint8_t { unmapped, hole, priority, pending, enable, threshold, claim_complete } kind;
        unsigned index = 0, word = 0;  // source or context, and word of a bit array
    };
    static Place decode(std::uint32_t offset);

    void sample();
    unsigned best(unsigned context, std::uint32_t above) const;
    unsigned claim(unsigned context);
    void complete(unsigned context, std::uint32_t source);

    std::array<std::uint32_t, kWords * 32> priority_{};
    std::array<Sources, kContexts> enable_{};
    std::array<std::uint32_t, kContexts> threshold_{};
    Sources level_{};      // what the sources drive now
    Sources pending_{};    // requested, not yet claimed
    Sources in_flight_{};  // requested, not yet completed: the gateway is closed
};

}  // namespace k210
