#include "spi_slave/spi_slave.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kDataRegisters = 0x60, kDataRegistersEnd = 0xf0;

std::uint32_t mask(const Bits& field) {
    return field.range().mask();
}

std::uint32_t one_register(std::uint32_t offset) {
    return offset >= kDataRegisters && offset < kDataRegistersEnd ? kDataRegisters | (offset & 3) : offset;
}

}  // namespace

SpiSlave::SpiSlave(DeviceContext context, PinMux& pins, unsigned select_function) : Device("spi_slave", context) {
    pins.on_input(select_function, [this](bool level) { select(!level); });
    ssienr.after_write = [this](std::uint32_t) {
        if (ssienr.ssi_en) return;
        tx_.clear();
        rx_.clear();
        drop_frame();
    };
    txflr.steady = rxflr.steady = sr.steady = true;
    txflr.refresh = [this] { txflr.level = tx_.size(); };
    rxflr.refresh = [this] { rxflr.level = rx_.size(); };
    sr.refresh = [this] {
        sr.busy = selected_ && ssienr.ssi_en;
        sr.tfnf = !tx_.full();
        sr.tfe = tx_.empty();
        sr.rfne = !rx_.empty();
        sr.rff = rx_.full();
    };
    isr.refresh = [this] { isr.raw = interrupts() & imr.raw; };
    risr.refresh = [this] { risr.raw = interrupts(); };
    const auto cleared_by_reading = [this](Clear& clear, std::uint32_t bits) {
        clear.refresh = [this, &clear, bits] { clear.pending = (errors_ & bits) != 0; };
        clear.after_read = [this, bits] { errors_ &= ~bits; };
    };
    cleared_by_reading(txoicr, mask(risr.txo));
    cleared_by_reading(rxoicr, mask(risr.rxo));
    cleared_by_reading(rxuicr, mask(risr.rxu));
    cleared_by_reading(icr, ~0u);
    dr.refresh = [this] { dr.raw = rx_.front(); };
    dr.after_read = [this] {
        if (rx_.empty()) errors_ |= mask(risr.rxu);
        rx_.pop();
    };
    dr.after_write = [this](std::uint32_t lanes) {
        if (!ssienr.ssi_en) return log().guest_error(name(), "data written while it is disabled");
        if (!tx_.push(dr.raw & lanes)) errors_ |= mask(risr.txo);
    };
}

std::uint32_t SpiSlave::read(std::uint32_t offset, unsigned size_bytes) {
    return Device::read(one_register(offset), size_bytes);
}

void SpiSlave::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    Device::write(one_register(offset), size_bytes, value);
}

void SpiSlave::select(bool active) {
    if (active == selected_) return;
    selected_ = active;
    drop_frame();
}

// What is on the line while one bit is clocked. Undriven, it is pulled up.
bool SpiSlave::shift(bool in) {
    const std::uint32_t frame_bits = ctrlr0.dfs + 1;
    if (out_bits_ == 0) {
        out_ = tx_.pop();
        out_bits_ = frame_bits;
    }
    const bool out = out_ >> --out_bits_ & 1;
    in_ = in_ << 1 | std::uint32_t{in};
    if (++in_bits_ >= frame_bits) {
        if (ctrlr0.tmod != kTransmitOnly && !rx_.push(in_)) errors_ |= mask(risr.rxo);
        in_ = in_bits_ = 0;
    }
    return ctrlr0.slv_oe || ctrlr0.tmod == kReceiveOnly || out;
}

std::uint32_t SpiSlave::exchange(std::uint32_t out, unsigned bits, unsigned lines) {
    if (!selected_ || !ssienr.ssi_en || lines != 1) return ~0u >> (32 - bits);
    std::uint32_t back = 0;
    for (unsigned i = bits; i-- > 0;) back = back << 1 | std::uint32_t{shift(out >> i & 1)};
    settle();
    return back;
}

void SpiSlave::dummy_clocks(unsigned clocks) {
    for (unsigned i = 0; i < clocks; ++i) exchange(1, 1, 1);
}

std::uint32_t SpiSlave::interrupts() const {
    if (!ssienr.ssi_en) return 0;
    return errors_ | (tx_.size() <= txftlr.tft ? mask(risr.txe) : 0) | (rx_.size() > rxftlr.rft ? mask(risr.rxf) : 0);
}

void SpiSlave::settle() {
    irq.set((interrupts() & imr.raw) != 0);
    dma_tx_req.set(ssienr.ssi_en && dmacr.tdmae && tx_.size() <= kBatch);
    dma_rx_req.set(ssienr.ssi_en && dmacr.rdmae && rx_.size() > dmardlr.dmardl);
}

void SpiSlave::reset() {
    Device::reset();
    tx_.clear();
    rx_.clear();
    drop_frame();
    errors_ = 0;
}

void SpiSlave::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    tx_.visit_state(v, "tx");
    rx_.visit_state(v, "rx");
    v.value("selected", selected_);
    v.value("in", in_);
    v.value("out", out_);
    v.value("in_bits", in_bits_, 31);
    v.value("out_bits", out_bits_, 32);
    v.value("errors", errors_, mask(risr.txo) | mask(risr.rxu) | mask(risr.rxo));
}

}  // namespace k210
