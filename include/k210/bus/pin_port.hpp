// A row of consecutive pin functions, as a GPIO block drives and hears them.
#pragma once
#include <bit>
#include <cstdint>
#include <functional>
#include <string_view>

#include "k210/bus/pins.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class PinPort {
public:
    PinPort(PinMux& pins, unsigned first_function, unsigned count, std::function<void()> input_changed)
        : pins_(pins), first_(first_function), all_(~0u >> (32 - count)), input_changed_(std::move(input_changed)) {
        for (unsigned pin = 0; pin < count; ++pin)
            pins.on_input(first_function + pin, [this, bit = 1u << pin](bool level) {
                inputs_ = level ? inputs_ | bit : inputs_ & ~bit;
                input_changed_();
            });
    }
    PinPort(const PinPort&) = delete;
    PinPort& operator=(const PinPort&) = delete;

    std::uint32_t inputs() const { return inputs_; }

    // One bit per pin. Only pins that changed reach the crossbar. An output may come back as an input, and the block
    // may then drive anew before this returns: the loop looks at what is wanted now.
    void drive(std::uint32_t level, std::uint32_t enable) {
        wanted_level_ = level;
        wanted_enable_ = enable;
        while (const std::uint32_t changed = (wanted_level_ ^ level_) | (wanted_enable_ ^ enable_)) {
            const std::uint32_t bit = changed & -changed;
            level_ = (level_ & ~bit) | (wanted_level_ & bit);
            enable_ = (enable_ & ~bit) | (wanted_enable_ & bit);
            pins_.drive(first_ + static_cast<unsigned>(std::countr_zero(bit)), level_ & bit, enable_ & bit);
        }
    }

    void visit_state(StateVisitor& visitor, std::string_view name) {
        const auto scope = visitor.enter(name);
        visitor.value("inputs", inputs_, all_);
        visitor.value("level", level_, all_);
        visitor.value("enable", enable_, all_);
    }

private:
    PinMux& pins_;
    unsigned first_;
    std::uint32_t all_;
    std::function<void()> input_changed_;
    std::uint32_t inputs_ = 0;
    std::uint32_t level_ = 0, enable_ = 0, wanted_level_ = 0, wanted_enable_ = 0;
};

}  // namespace k210
