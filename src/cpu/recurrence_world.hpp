// What the search for a loop that repeats itself goes by, and joining one: the hart as it is, and what surrounds it.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "cpu/block_arrival.hpp"
#include "cpu/recurrence_round.hpp"
#include "cpu/rv_privilege.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

inline constexpr std::uint32_t kSoftwareInterrupt = 1u << rv::kMachineSoftware;  // in mip

class RecurrenceWorld {
public:
    virtual ~RecurrenceWorld() = default;
    // One that the engine has run as it is now, and that the instruction cache holds; nullptr for others.
    virtual const Block* settled_block(std::uint64_t pc) = 0;
    virtual std::span<const rv::Instruction> instructions(const Block& block) = 0;  // valid until the next call
    virtual const Bus& bus() const = 0;
    // A register of a device that moves with events and writes only; nothing for others.
    virtual std::optional<std::uint32_t> read_steady(const Bus::Window& window, std::uint32_t offset,
                                                     unsigned size_bytes) = 0;
};

struct RecurrenceStart {
    unsigned hart_id = 0;
    TimingModel timing = TimingModel::approximate;
    std::optional<std::uint32_t> msip_address;  // the hart's own
    std::array<std::uint64_t, 32> x = {};
    std::function<std::array<std::uint64_t, 32>()> f = {};  // floating-point registers; they cost time
    HartControl control = {};
    std::uint64_t pc = 0, last_pc = 0, last_next = 0;
    std::uint64_t cycle = 0, instructions = 0, mcycle_ahead = 0;
    std::uint32_t pending = 0;  // mip's lines
    const BranchPredictor* branches = nullptr;
    std::span<const std::uint8_t* const> variable = {};  // words of 32 bits that come with several values
};

}  // namespace k210
