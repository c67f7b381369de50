#include "fpioa/fpioa.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace k210 {
namespace {

constexpr std::uint32_t kTieEnOffset = 0xc0, kTieValOffset = 0xe0;
constexpr unsigned kResv0 = 120;
constexpr unsigned kFirstGpioPad = 8, kFirstGpiohsPad = 16;

// As the SDK configures such functions, [sdk] lib/drivers/fpioa.c:71-1000.
constexpr std::uint32_t kInput = 1u << 20 | 1u << 23;    // ie_en, st
constexpr std::uint32_t kOutput = 0xfu << 8 | 1u << 12;  // ds, oe_en

constexpr std::uint32_t io_reset(unsigned pad) {
    switch (pad) {
        case 0:
        case 1:
        case 2: return pad | kInput;   // JTAG clock, data in, mode select
        case 3: return pad | kOutput;  // JTAG data out
        case 4: return FUNC_UARTHS_RX | kInput;
        case 5: return FUNC_UARTHS_TX | kOutput;
        case 6:
        case 7: return kResv0;
        default: break;
    }
    const unsigned function =
        pad < kFirstGpiohsPad ? FUNC_GPIO0 + pad - kFirstGpioPad : FUNC_GPIOHS0 + pad - kFirstGpiohsPad;
    return function | kInput | kOutput;
}

// How long a pad stays high that nobody holds: tens of picofarads and the leakage of a few inputs. [assumed]
constexpr std::uint64_t kChargePs = ps_from_us(1000);

// The SPI arbitration inputs are tied high by default, [sdk] lib/drivers/include/fpioa.h:734.
constexpr std::uint32_t tie_reset(unsigned word) {
    std::uint32_t bits = 0;
    for (const unsigned function : {FUNC_SPI0_ARB, FUNC_SPI1_ARB})
        if (function / 32 == word) bits |= 1u << function % 32;
    return bits;
}

constexpr bool enable_is_active_low(unsigned function) {
    return (function >= FUNC_SPI0_D0 && function < FUNC_SPI0_D0 + 8) ||
           (function >= FUNC_SPI1_D0 && function < FUNC_SPI1_D0 + 8) || function == FUNC_SCCB_SCLK ||
           function == FUNC_SCCB_SDA;
}

}  // namespace

Fpioa::Fpioa(DeviceContext context)
    : Device("fpioa", context), discharge_("discharge", [this](SimTime) { discharge(); }) {
    for (unsigned pad = 0; pad < kPadCount; ++pad) {
        pads_[pad].joined = std::uint64_t{1} << pad;
        IoReg& io = io_.emplace_back(regs, pad * 4, "io_" + std::to_string(pad), io_reset(pad));
        io.after_write = [this, pad](std::uint32_t) {
            route(pad);
            update_pad(pad);
            update_input(pads_[pad].function);
        };
    }
    for (unsigned word = 0; word < functions_.size() / 32; ++word) {
        const auto tie_changed = [this, word](std::uint32_t) {
            for (unsigned i = 0; i < 32; ++i) update_input(word * 32 + i);
        };
        tie_en_.emplace_back(regs, kTieEnOffset + word * 4, "tie_en_" + std::to_string(word), tie_reset(word))
            .after_write = tie_changed;
        tie_val_.emplace_back(regs, kTieValOffset + word * 4, "tie_val_" + std::to_string(word), tie_reset(word))
            .after_write = tie_changed;
    }
    settle();
}

void Fpioa::drive(unsigned function, bool level, bool enable) {
    settle();  // another block may be reset before this one
    Function& f = functions_.at(function);
    if (f.level == level && f.enable == enable) return;
    f.level = level;
    f.enable = enable;
    for (std::uint64_t pads = f.pads; pads; pads &= pads - 1) update_pad(static_cast<unsigned>(std::countr_zero(pads)));
}

void Fpioa::on_input(unsigned function, std::function<void(bool)> changed) {
    functions_.at(function).listeners.push_back(std::move(changed));
}

int Fpioa::pad_of(unsigned function) const {
    const std::uint64_t pads = functions_.at(function).pads;
    return pads ? std::countr_zero(pads) : -1;
}

bool Fpioa::heard(unsigned function) const {
    for (std::uint64_t pads = functions_.at(function).pads; pads; pads &= pads - 1)
        for (std::uint64_t rest = pads_[static_cast<unsigned>(std::countr_zero(pads))].joined; rest; rest &= rest - 1)
            if (!pads_[static_cast<unsigned>(std::countr_zero(rest))].listeners.empty()) return true;
    return false;
}

void Fpioa::on_pad(unsigned pad, std::function<void(bool)> changed) {
    pads_.at(pad).listeners.push_back(std::move(changed));
}

void Fpioa::join(unsigned a, unsigned b) {
    const std::uint64_t all = pads_.at(a).joined | pads_.at(b).joined;
    for (std::uint64_t rest = all; rest; rest &= rest - 1)
        pads_[static_cast<unsigned>(std::countr_zero(rest))].joined = all;
    update_pad(a);
}

void Fpioa::hold_pad(unsigned pad, bool held, bool level) {
    pads_.at(pad).held = held;
    pads_[pad].held_level = level;
    update_pad(pad);
}

void Fpioa::pull_low(unsigned pad, bool pulled) {
    pads_.at(pad).pulled = pulled;
    update_pad(pad);
}

void Fpioa::route(unsigned pad) {
    const unsigned before = pads_[pad].function;
    const unsigned after = io_[pad].ch_sel;
    if (after == before && (functions_[after].pads >> pad & 1)) return;
    pads_[pad].function = after;
    functions_[before].pads &= ~(std::uint64_t{1} << pad);
    functions_[after].pads |= std::uint64_t{1} << pad;
    update_input(before);
}

bool Fpioa::enabled(unsigned pad) const {
    const unsigned function = pads_[pad].function;
    return functions_[function].enable != enable_is_active_low(function);
}

bool Fpioa::drives(unsigned pad) const {
    const IoReg& io = io_.at(pad);
    return io.oe_en && enabled(pad) != (io.oe_inv != 0);
}

// What the chip drives onto a pad, if it does.
std::optional<bool> Fpioa::chip_level(unsigned pad) const {
    if (!drives(pad)) return std::nullopt;
    const IoReg& io = io_[pad];
    return (io.do_sel ? enabled(pad) : functions_[pads_[pad].function].level) != (io.do_inv != 0);
}

// What the chip, chips outside or pulls make of pads that are joined; nothing where they float.
std::optional<bool> Fpioa::held_level(std::uint64_t joined) const {
    std::optional<bool> driven, pulled;
    for (; joined; joined &= joined - 1) {
        const auto pad = static_cast<unsigned>(std::countr_zero(joined));
        const Pad& p = pads_[pad];
        const IoReg& io = io_[pad];
        if (const auto level = chip_level(pad)) driven = driven.value_or(true) && *level;
        if (p.held) driven = driven.value_or(true) && p.held_level;
        if (p.pulled) driven = false;
        if (io.pu || io.pd) pulled = pulled.value_or(false) || io.pu;
    }
    return driven ? driven : pulled;
}

bool Fpioa::compute_level(std::uint64_t joined) {
    Pad& p = pads_[static_cast<unsigned>(std::countr_zero(joined))];
    const std::optional<bool> held = held_level(joined);
    if (held || !p.level) {
        p.charged_until = {};
        return held.value_or(false);
    }
    if (p.charged_until == SimTime{}) {
        p.charged_until = after(now(), kChargePs);
        if (p.charged_until < discharge_.when()) events().arm(discharge_, p.charged_until);
    }
    if (now() < p.charged_until) return true;
    p.charged_until = {};
    return false;
}

void Fpioa::discharge() {
    SimTime next = SimTime::never();
    for (unsigned pad = 0; pad < kPadCount; ++pad) {
        if (pads_[pad].charged_until == SimTime{}) continue;
        update_pad(pad);
        if (pads_[pad].charged_until <= now()) pads_[pad].charged_until = {};  // of a snapshot with other wires
        if (pads_[pad].charged_until != SimTime{}) next = std::min(next, pads_[pad].charged_until);
    }
    events().arm(discharge_, next);
}

bool Fpioa::compute_input(unsigned function) const {
    const unsigned word = function / 32, bit = function % 32;
    if (tie_en_[word].raw >> bit & 1) return tie_val_[word].raw >> bit & 1;
    const int pad = pad_of(function);
    if (pad < 0) return false;
    const IoReg& io = io_[static_cast<unsigned>(pad)];
    return (io.ie_en && pads_[static_cast<unsigned>(pad)].level) != (io.di_inv != 0);
}

// Listeners are told the current level, not a remembered one: an earlier listener may have moved it on.
void Fpioa::update_pad(unsigned pad) {
    const std::uint64_t joined = pads_[pad].joined;
    const bool level = compute_level(joined);
    std::uint64_t changed = 0;
    for (std::uint64_t rest = joined; rest; rest &= rest - 1) {
        const auto each = static_cast<unsigned>(std::countr_zero(rest));
        io_[each].pad_di = level;
        if (pads_[each].level == level) continue;
        pads_[each].level = level;
        changed |= rest & -rest;
    }
    for (; changed; changed &= changed - 1) {
        const Pad& p = pads_[static_cast<unsigned>(std::countr_zero(changed))];
        for (const auto& heard : p.listeners) heard(p.level);
        update_input(p.function);
    }
}

void Fpioa::update_input(unsigned function) {
    Function& f = functions_[function];
    const bool level = compute_input(function);
    if (level == f.input) return;
    f.input = level;
    for (const auto& changed : f.listeners) changed(f.input);
}

void Fpioa::reset() {
    Device::reset();
    stale_ = true;
}

void Fpioa::settle() {
    if (!stale_) return;
    stale_ = false;
    for (unsigned pad = 0; pad < kPadCount; ++pad) route(pad);
    for (unsigned pad = 0; pad < kPadCount; ++pad) update_pad(pad);
    for (unsigned function = 0; function < functions_.size(); ++function) update_input(function);
}

void Fpioa::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    std::array<std::uint8_t, 256> functions{};
    for (unsigned i = 0; i < functions.size(); ++i) {
        const Function& f = functions_[i];
        functions[i] = static_cast<std::uint8_t>(f.level | f.enable << 1 | f.input << 2);
    }
    std::array<std::uint8_t, kPadCount> pads{};
    for (unsigned i = 0; i < pads.size(); ++i) {
        const Pad& p = pads_[i];
        pads[i] = static_cast<std::uint8_t>(p.level | p.held << 1 | p.held_level << 2 | p.pulled << 3);
    }
    v.table<std::uint8_t>("functions", functions, 7);
    v.table<std::uint8_t>("pads", pads, 15);
    for (unsigned i = 0; i < pads.size(); ++i) v.value("charged_until_" + std::to_string(i), pads_[i].charged_until.ps);
    v.event(events(), discharge_);
    v.value("stale", stale_);
    if (!v.loading()) return;
    // Quietly: a listener loads what it heard as its own state.
    for (unsigned i = 0; i < functions.size(); ++i) {
        functions_[i].pads = 0;
        functions_[i].level = functions[i] & 1;
        functions_[i].enable = functions[i] >> 1 & 1;
        functions_[i].input = functions[i] >> 2 & 1;
    }
    for (unsigned i = 0; i < pads.size(); ++i) {
        pads_[i].level = pads[i] & 1;
        pads_[i].held = pads[i] >> 1 & 1;
        pads_[i].held_level = pads[i] >> 2 & 1;
        pads_[i].pulled = pads[i] >> 3 & 1;
        pads_[i].function = io_[i].ch_sel;
        functions_[pads_[i].function].pads |= std::uint64_t{1} << i;
    }
}

}  // namespace k210
