#include "spi/spi.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr std::uint32_t kDataRegisters = 0x60, kDataRegistersEnd = 0xf0;

// While the DMAC serves a FIFO, let it run down or fill up this far before asking, instead of asking for every burst.
constexpr std::uint32_t kTxRefillLevel = 8, kRxDrainLevel = 16;

constexpr unsigned kInstructionBits[] = {0, 4, 8, 16};

constexpr std::uint32_t low_bits(unsigned bits) {
    return ~0u >> (32 - bits);
}
std::uint32_t mask(const Bits& field) {
    return field.range().mask();
}

}  // namespace

Spi::Ctrlr0::Ctrlr0(RegisterBank& bank, SpiLayout layout)
    : Reg(bank, 0x00, "ctrlr0", layout == SpiLayout::apb_ssi ? 7u << 16 : 7u),
      dfs(this, layout == SpiLayout::apb_ssi ? BitRange{20, 16} : BitRange{4, 0}, "dfs"),
      work_mode(this, layout == SpiLayout::apb_ssi ? BitRange{7, 6} : BitRange{9, 8}, "work_mode"),
      tmod(this, layout == SpiLayout::apb_ssi ? BitRange{9, 8} : BitRange{11, 10}, "tmod"),
      srl(this, layout == SpiLayout::apb_ssi ? BitRange{11} : BitRange{13}, "srl", Access::todo),
      frf(this, layout == SpiLayout::apb_ssi ? BitRange{22, 21} : BitRange{23, 22}, "frf") {}

Spi::Spi(std::string name, DeviceContext context, SpiBus& bus, SpiLayout layout)
    : Device(std::move(name), context), ctrlr0(regs, layout), bus_(bus), wake_(*this, "wake", [this] { catch_up(); }) {
    ssienr.after_write = [this](std::uint32_t) {
        if (ssienr.ssi_en) return start(now_cycle(), true);
        stop(now_cycle());
        tx_.clear();
        rx_.clear();
    };
    ser.after_write = [this](std::uint32_t) {
        if (ser.slaves != selected_) stop(now_cycle());
        start(now_cycle(), true);
    };
    txflr.steady = rxflr.steady = sr.steady = true;
    txflr.refresh = [this] { txflr.level = tx_.size(); };
    rxflr.refresh = [this] { rxflr.level = rx_.size(); };
    sr.refresh = [this] {
        sr.busy = phase_ != Phase::idle;
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
    dr.refresh = [this] { dr.raw = in_order(rx_.front(), frame_bits()); };
    dr.after_read = [this] {
        if (rx_.empty()) {
            errors_ |= mask(risr.rxu);
            log().guest_error(this->name(), "data register read while the receive FIFO is empty");
        }
        rx_.pop();
    };
    dr.after_write = [this](std::uint32_t lanes) { push(dr.raw & lanes); };
}

// What polling loops look at changes when a frame ends, without an event.
SimTime Spi::steady_until(std::uint32_t offset) const {
    if (xip_) return {};
    const SimTime until = Device::steady_until(offset);
    return phase_ == Phase::idle ? until : std::min(until, clock().time_of(frame_end_));
}

// Frames end while nobody looks: every access first brings the FIFOs up to its own time.
std::uint32_t Spi::read(std::uint32_t offset, unsigned size_bytes) {
    if (xip_) return read_xip(offset, size_bytes);
    catch_up();
    if (offset >= kDataRegisters && offset < kDataRegistersEnd) offset = kDataRegisters | (offset & 3);
    return Device::read(offset, size_bytes);
}

void Spi::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    if (xip_) return log().guest_error(name(), "write to the XIP window");
    catch_up();
    if (offset >= kDataRegisters && offset < kDataRegistersEnd) offset = kDataRegisters | (offset & 3);
    Reg* reg = regs.find(offset);
    const bool set_up = reg == &ctrlr0 || reg == &ctrlr1 || reg == &mwcr || reg == &baudr || reg == &spi_ctrlr0;
    if (set_up && ssienr.ssi_en) {
        // The SDK writes ctrlr0 again as it was: spi.c:245, called from spi_send_data_multiple [sdk].
        if (value != reg->peek()) log().guest_error(name(), "write to {} of an enabled SSI is refused", reg->name());
        return;
    }
    Device::write(offset, size_bytes, value);
}

unsigned Spi::instruction_bits() const {
    return kInstructionBits[spi_ctrlr0.inst_l];
}

// The lowest bit of sckdv is always 0 [doc].
std::uint64_t Spi::cycles(unsigned bits, unsigned on_lines) const {
    return std::uint64_t{(bits + on_lines - 1) / on_lines} * (baudr.sckdv & ~1u);
}

// Between a word as the guest has it and `bits` bits as the wire has them.
std::uint32_t Spi::in_order(std::uint32_t word, unsigned bits) const {
    if (endian.big && (bits == 32 || bits == 16)) word = __builtin_bswap32(word) >> (32 - bits);
    return word & low_bits(bits);
}

void Spi::push(std::uint32_t word) {
    if (!ssienr.ssi_en) return log().guest_error(name(), "data written while the SSI is disabled");
    if (!tx_.push(word)) {
        errors_ |= mask(risr.txo);
        return log().guest_error(name(), "data written to a full transmit FIFO");
    }
    if (phase_ == Phase::idle) start(now_cycle(), false);
}

void Spi::accept(std::uint32_t word) {
    if (rx_.push(word)) return;
    errors_ |= mask(risr.rxo);
    log().guest_error(name(), "frame lost, the receive FIFO is full");
}

void Spi::start(std::uint64_t cycle, bool select_written) {
    if (phase_ != Phase::idle || !ssienr.ssi_en || !ser.slaves) return;
    // What must be in the FIFO. An enhanced read without instruction and address needs no word at all (spi.c:861-864
    // [sdk]) and would go on for ever, so selecting the chip starts it.
    const std::uint32_t words = enhanced() ? header_words() : 1;
    const bool enough = words == 0 && receives() ? select_written : !tx_.empty() && tx_.size() >= words;
    if (!enough) return;
    if (baudr.sckdv < 2) return log().guest_error(name(), "transfer while baudr is 0: no clock");
    if (enhanced() && ctrlr0.tmod == 0)
        log().unverified(name(), "full duplex on {} lines, taken as transmit only", lines());

    select(ser.slaves);
    frames_left_ = receives() ? ctrlr1.ndf + 1 : 0;
    frame_end_ = began_ = cycle;
    moved_bits_ = 0;
    if (enhanced()) return advance(Phase::instruction);
    if (ctrlr0.tmod == 2) {
        shift_ = tx_.pop();  // sent again for every frame received [doc]
        return advance(Phase::receive);
    }
    advance(Phase::send);
}

void Spi::stop(std::uint64_t cycle) {
    if (TraceSink* watcher = trace(); watcher && phase_ != Phase::idle)
        watcher->burst(clock().time_of(began_), clock().time_of(cycle), name(),
                       full_duplex() ? "exchange"
                       : receives()  ? "read"
                                     : "write",
                       (moved_bits_ + 7) / 8);
    phase_ = Phase::idle;
    select(0);
}

void Spi::select(std::uint32_t slaves) {
    const std::uint32_t changed = slaves ^ selected_;
    selected_ = slaves;
    for (unsigned cs = 0; cs < kChipSelects; ++cs)
        if (changed >> cs & 1) bus_.select(cs, slaves >> cs & 1);
}

// Puts the next word of that phase on the wire; false when the phase has none (left).
bool Spi::enter(Phase phase) {
    switch (phase) {
        case Phase::instruction:
            if (!instruction_bits()) return false;
            frame_end_ += cycles(instruction_bits(), instruction_lines());
            break;
        case Phase::address_high:  // the first of two words [assumed]
            if (address_bits() <= 32) return false;
            frame_end_ += cycles(address_bits() - 32, address_lines());
            break;
        case Phase::address:
            if (!address_bits()) return false;
            frame_end_ += cycles(std::min(address_bits(), 32u), address_lines());
            break;
        case Phase::dummy:
            if (!receives() || !spi_ctrlr0.wait_cycles) return false;
            frame_end_ += cycles(spi_ctrlr0.wait_cycles, 1);
            phase_ = phase;
            return true;
        case Phase::send:
            if (tx_.empty() || (enhanced() && receives())) return false;
            frame_end_ += cycles(frame_bits(), lines());
            break;
        case Phase::receive:
            if (!frames_left_) return false;
            --frames_left_;
            if (phase_ == Phase::send) shift_ = 0;  // nothing left to send [assumed]
            frame_end_ += cycles(frame_bits(), lines());
            phase_ = phase;
            return true;
        case Phase::idle: return false;
    }
    shift_ = tx_.pop();
    phase_ = phase;
    return true;
}

// Nothing of this can be written while the SSI is enabled.
bool Spi::phase_fits_setup() const {
    if (phase_ == Phase::idle) return true;
    if (!ssienr.ssi_en || baudr.sckdv < 2) return false;
    switch (phase_) {
        case Phase::instruction: return instruction_bits() != 0;
        case Phase::address_high: return address_bits() > 32;
        case Phase::address: return address_bits() != 0;
        case Phase::dummy: return spi_ctrlr0.wait_cycles != 0;
        default: return true;
    }
}

void Spi::advance(Phase first) {
    for (Phase phase = first; phase <= Phase::receive; phase = after(phase))
        if (enter(phase)) return;
    stop(frame_end_);
    start(frame_end_, false);  // words that were left over begin a transfer of their own
}

std::uint32_t Spi::send(unsigned bits, unsigned on_lines) {
    moved_bits_ += bits;
    return bus_.exchange(in_order(shift_, bits), bits, on_lines);
}

void Spi::finish_frame() {
    switch (phase_) {
        case Phase::instruction: send(instruction_bits(), instruction_lines()); break;
        case Phase::address_high: send(address_bits() - 32, address_lines()); break;
        case Phase::address: send(std::min(address_bits(), 32u), address_lines()); break;
        case Phase::dummy: bus_.dummy_clocks(spi_ctrlr0.wait_cycles); break;
        case Phase::send: {
            const std::uint32_t in = send(frame_bits(), lines());
            if (full_duplex()) accept(in);
            return advance(Phase::send);
        }
        case Phase::receive:
            if (enhanced()) {
                moved_bits_ += frame_bits();
                accept(bus_.receive(frame_bits(), lines()));
            } else {
                accept(send(frame_bits(), 1));
            }
            return advance(Phase::receive);
        case Phase::idle: return;
    }
    advance(after(phase_));
}

void Spi::catch_up() {
    if (phase_ == Phase::idle || now() == caught_up_) return;
    caught_up_ = now();
    const std::uint64_t cycle = now_cycle();
    while (phase_ != Phase::idle && frame_end_ <= cycle) finish_frame();
}

// The cycle at which an output line may have to change, or the transfer to move on, if nobody touches the FIFOs until
// then. May be early; the next look mends that.
std::uint64_t Spi::next_wake() const {
    if (phase_ < Phase::send) return frame_end_;
    std::uint32_t frames = 1 + (phase_ == Phase::send ? tx_.size() : frames_left_);
    const auto within = [&frames](std::uint32_t n) { frames = std::min(frames, n); };
    if (phase_ == Phase::send) {
        const std::uint32_t refill = std::min<std::uint32_t>(dmatdlr.dmatdl, kTxRefillLevel);
        if (dmacr.tdmae && tx_.size() > dmatdlr.dmatdl) within(tx_.size() - refill);
        if (imr.txe && tx_.size() > txftlr.tft) within(tx_.size() - txftlr.tft);
    }
    if (phase_ == Phase::receive || full_duplex()) {
        const std::uint32_t drain = std::max<std::uint32_t>(dmardlr.dmardl + 1, kRxDrainLevel);
        if (dmacr.rdmae && rx_.size() <= dmardlr.dmardl) within(drain - rx_.size());
        if (imr.rxf && rx_.size() <= rxftlr.rft) within(rxftlr.rft + 1 - rx_.size());
        if (imr.rxo) within(kFifoDepth + 1 - rx_.size());
    }
    return frame_end_ + (frames - 1) * cycles(frame_bits(), lines());
}

std::uint32_t Spi::interrupts() const {
    if (!ssienr.ssi_en) return 0;
    return errors_ | (tx_.size() <= txftlr.tft ? mask(risr.txe) : 0) | (rx_.size() > rxftlr.rft ? mask(risr.rxf) : 0);
}

void Spi::settle() {
    if (phase_ == Phase::idle && selected_) select(0);  // after a reset in mid-transfer
    irq.set((interrupts() & imr.raw) != 0);
    dma_tx_req.set(ssienr.ssi_en && dmacr.tdmae && tx_.size() <= dmatdlr.dmatdl);
    dma_rx_req.set(ssienr.ssi_en && dmacr.rdmae && rx_.size() > dmardlr.dmardl);
    if (phase_ == Phase::idle) {
        if (wake_.armed()) wake_.cancel();
    } else if (const std::uint64_t cycle = next_wake(); !wake_.armed() || cycle < wake_.cycle()) {
        wake_.arm_at_cycle(cycle);  // one that is too early stays: moving it at every word costs more
    }
}

std::uint32_t Spi::read_xip(std::uint32_t offset, unsigned size_bytes) {
    const unsigned data_lines = 1u << xip_ctrl.frf;
    const unsigned inst_lines = xip_ctrl.trans_type == 2 ? data_lines : 1;
    const unsigned addr_lines = xip_ctrl.trans_type == 0 ? 1 : data_lines;
    select(xip_ser.slaves);
    if (const unsigned bits = kInstructionBits[xip_ctrl.inst_l]; xip_ctrl.inst_en && bits)
        bus_.exchange(xip_incr_inst.raw & low_bits(bits), bits, inst_lines);
    if (const unsigned bits = std::min(xip_ctrl.addr_l * 4, 32u))
        bus_.exchange(offset & low_bits(bits), bits, addr_lines);
    if (const unsigned bits = 2u << xip_ctrl.xip_mbl; xip_ctrl.md_bits_en)
        bus_.exchange(xip_mode_bits.raw & low_bits(bits), bits, addr_lines);
    if (xip_ctrl.wait_cycles) bus_.dummy_clocks(xip_ctrl.wait_cycles);
    const std::uint32_t data = bus_.receive(8 * size_bytes, data_lines);
    select(0);
    return endian.big ? __builtin_bswap32(data) >> (32 - 8 * size_bytes) : data;
}

void Spi::reset() {
    Device::reset();
    phase_ = Phase::idle;
    tx_.clear();
    rx_.clear();
    shift_ = frames_left_ = errors_ = 0;
    frame_end_ = 0;
}

void Spi::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    tx_.visit_state(v, "tx_fifo");
    rx_.visit_state(v, "rx_fifo");
    v.value("phase", phase_, Phase::receive);
    v.value("shift", shift_);
    v.value("frame_end", frame_end_);
    v.value("frames_left", frames_left_, 0x1'0000);
    v.value("selected", selected_, (1u << kChipSelects) - 1);
    v.value("errors", errors_);
    v.value("xip", xip_);
    v.require(phase_fits_setup(), "phase", "is none that its registers ask for");
    caught_up_ = SimTime::never();
}

}  // namespace k210
