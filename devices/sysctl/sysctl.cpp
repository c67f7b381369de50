#include "sysctl/sysctl.hpp"

#include <stdexcept>
#include <string>

namespace k210 {

Sysctl::Sysctl(DeviceContext context) : Device("sysctl", context) {
    reset_status.after_write = [this](std::uint32_t) {
        if (reset_status.reset_sts_clr) reset_status.raw = 0;
    };
    soft_reset.after_write = [this](std::uint32_t) { reset_requested_ = soft_reset.soft_reset; };
    regs.each([](Reg& reg) { reg.steady = true; });
    update_locks();
}

// Firmware rewrites these registers at every turn, mostly with what they hold: only changes are followed up.
void Sysctl::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    Reg* reg = regs.find(offset);
    if (!reg) return Device::write(offset, size_bytes, value);
    const std::uint32_t before = reg->raw;
    reg->guest_write(value << lane_shift(offset), width_mask(size_bytes) << lane_shift(offset));
    if (reg->raw != before) changed(*reg);
    settle();
}

void Sysctl::changed(const Reg& reg) {
    const std::uint32_t offset = reg.offset();
    if (offset >= pll0.offset() && offset <= pll2.offset()) update_locks();
    if ((offset >= pll0.offset() && offset <= pll2.offset()) ||
        (offset >= clk_sel0.offset() && offset <= clk_en_peri.offset()) ||
        (offset >= clk_th0.offset() && offset <= clk_th6.offset()))
        clocks_changed_ = true;
    if (&reg == &misc || &reg == &peri || &reg == &dma_sel0 || &reg == &dma_sel1) routes_changed_ = true;
}

// [sdk] lib/drivers/sysctl.c:743-775: PLL0 is up when both bits are set. Slips never happen.
void Sysctl::update_locks() {
    pll_lock.pll_lock0 = pll0.locked() ? 3 : 0;
    pll_lock.pll_lock1 = pll1.locked() ? 3 : 0;
    pll_lock.pll_lock2 = pll2.locked() ? 3 : 0;
}

std::uint64_t Sysctl::pll_hz(unsigned pll, std::uint64_t input_hz) const {
    if (pll > 2) throw std::logic_error("SYSCTL has no PLL " + std::to_string(pll));
    return (pll == 0 ? static_cast<const Pll&>(pll0) : pll == 1 ? pll1 : pll2).output_hz(input_hz);
}

unsigned Sysctl::dma_select(unsigned channel) const {
    if (channel > 5) throw std::logic_error("SYSCTL selects for no DMA channel " + std::to_string(channel));
    return channel == 5 ? dma_sel1.dma_sel5 : dma_sel0.raw >> (6 * channel) & 0x3f;
}

void Sysctl::set_reset_cause(ResetCause cause) {
    reset_status.raw = 0;
    reset_status.pin_reset_sts = cause == ResetCause::pin;
    reset_status.wdt0_reset_sts = cause == ResetCause::wdt0;
    reset_status.wdt1_reset_sts = cause == ResetCause::wdt1;
    reset_status.soft_reset_sts = cause == ResetCause::soft;
}

void Sysctl::settle() {
    if (clocks_changed_) {
        clocks_changed_ = false;
        if (on_clocks) on_clocks();
    }
    if (routes_changed_) {
        routes_changed_ = false;
        if (on_routes) on_routes();
    }
    if (const std::uint32_t edges = peri_reset.raw ^ announced_resets_) {
        announced_resets_ = peri_reset.raw;
        constexpr std::string_view kSuffix = "_reset";
        for (const Bits* field : peri_reset.fields())
            if (edges & field->range().mask() && on_peripheral_reset)
                on_peripheral_reset(field->name().substr(0, field->name().size() - kSuffix.size()), *field);
    }
    if (reset_requested_) {
        reset_requested_ = false;
        if (on_soft_reset) on_soft_reset();
    }
}

void Sysctl::reset() {
    Device::reset();
    update_locks();
    clocks_changed_ = routes_changed_ = true;
    reset_requested_ = false;
}

void Sysctl::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("announced_resets", announced_resets_);
}

}  // namespace k210
