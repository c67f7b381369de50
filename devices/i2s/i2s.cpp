#include "i2s/i2s.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace k210 {
namespace {

constexpr std::uint32_t kWordCycles[] = {16, 24, 32, 32};                    // the last one [assumed]
constexpr unsigned kResolution[] = {32, 12, 16, 20, 24, 32, 32, 32};         // reserved ones [assumed]
enum AlignMode : std::uint32_t { kRightJustified = 2, kLeftJustified = 4 };  // all others: standard [assumed]

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

constexpr std::uint32_t low_bits(unsigned bits) {
    return ~0u >> (32 - bits);
}

std::string channel_prefix(unsigned number) {
    return "ch" + std::to_string(number) + "_";
}

}  // namespace

I2s::Channel::Channel(I2s& i2s, unsigned number)
    : left_rxtx(i2s.regs, 0x20 + number * 0x40, channel_prefix(number) + "left_rxtx"),
      right_rxtx(i2s.regs, 0x24 + number * 0x40, channel_prefix(number) + "right_rxtx"),
      rer(i2s.regs, 0x28 + number * 0x40, channel_prefix(number) + "rer", 1),
      ter(i2s.regs, 0x2c + number * 0x40, channel_prefix(number) + "ter", 1),
      rcr(i2s.regs, 0x30 + number * 0x40, channel_prefix(number) + "rcr"),
      tcr(i2s.regs, 0x34 + number * 0x40, channel_prefix(number) + "tcr"),
      isr(i2s.regs, 0x38 + number * 0x40, channel_prefix(number) + "isr", ro, 0x10),
      imr(i2s.regs, 0x3c + number * 0x40, channel_prefix(number) + "imr", Access::rw, 0x33),
      ror(i2s.regs, 0x40 + number * 0x40, channel_prefix(number) + "ror"),
      tor(i2s.regs, 0x44 + number * 0x40, channel_prefix(number) + "tor"),
      rfcr(i2s.regs, 0x48 + number * 0x40, channel_prefix(number) + "rfcr"),
      tfcr(i2s.regs, 0x4c + number * 0x40, channel_prefix(number) + "tfcr"),
      rff(i2s.regs, 0x50 + number * 0x40, channel_prefix(number) + "rff"),
      tff(i2s.regs, 0x54 + number * 0x40, channel_prefix(number) + "tff") {
    left_rxtx.refresh = [this] { left_rxtx.raw = rx_left.front(); };
    left_rxtx.after_read = [this] { rx_left.pop(); };
    left_rxtx.after_write = [this, &i2s](std::uint32_t lanes) { i2s.push(tx_left, *this, left_rxtx.raw & lanes); };
    right_rxtx.refresh = [this] { right_rxtx.raw = rx_right.front(); };
    right_rxtx.after_read = [this] { rx_right.pop(); };
    right_rxtx.after_write = [this, &i2s](std::uint32_t lanes) { i2s.push(tx_right, *this, right_rxtx.raw & lanes); };
    isr.steady = true;
    isr.refresh = [this, &i2s] { isr.raw = i2s.interrupts(*this); };
    ror.refresh = [this] { ror.pending = rx_overrun; };
    ror.after_read = [this] { rx_overrun = false; };
    tor.refresh = [this] { tor.pending = tx_overrun; };
    tor.after_read = [this] { tx_overrun = false; };
    rff.after_write = [this](std::uint32_t lanes) {
        if (rff.raw & lanes) flush_rx(*this);
    };
    tff.after_write = [this](std::uint32_t lanes) {
        if (tff.raw & lanes) flush_tx(*this);
    };
}

I2s::I2s(std::string name, DeviceContext context, PinMux& pins, unsigned first_output_function, I2sBus& lines)
    : Device(std::move(name), context), pins_(pins), first_output_function_(first_output_function),
      lines_(lines), channels_{{{*this, 0}, {*this, 1}, {*this, 2}, {*this, 3}}},
      wake_(*this, "wake", [this] { catch_up(); }) {
    ier.after_write = [this](std::uint32_t) {
        if (ier.ien) return;
        for (Channel& c : channels_) {
            flush_rx(c);
            flush_tx(c);
        }
    };
    rxffr.after_write = [this](std::uint32_t lanes) {
        if (rxffr.raw & lanes) std::ranges::for_each(channels_, flush_rx);
    };
    txffr.after_write = [this](std::uint32_t lanes) {
        if (txffr.raw & lanes) std::ranges::for_each(channels_, flush_tx);
    };
    rxdma.refresh = [this] { rxdma.word = front_of_rxdma(); };
    rxdma.after_read = [this] { pop_rxdma(); };
    txdma.after_write = [this](std::uint32_t lanes) { write_txdma(txdma.raw & lanes); };
    rrxdma.after_write = [this](std::uint32_t lanes) {
        if (rrxdma.raw & lanes) rx_turn_ = {};
    };
    rtxdma.after_write = [this](std::uint32_t lanes) {
        if (rtxdma.raw & lanes) tx_turn_ = {};
    };
    for (unsigned n = 0; n < kChannels; ++n) pins_.drive(first_output_function_ + n, false, true);
}

// Frames go by while nobody looks: every access first brings the FIFOs up to its own time.
std::uint32_t I2s::read(std::uint32_t offset, unsigned size_bytes) {
    if (is_neighbours(offset)) return neighbour_->read(offset, size_bytes);
    catch_up();
    return Device::read(offset, size_bytes);
}

void I2s::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    if (is_neighbours(offset)) return neighbour_->write(offset, size_bytes, value);
    catch_up();
    Device::write(offset, size_bytes, value);
}

// What polling loops look at changes as a frame ends, without an event.
SimTime I2s::steady_until(std::uint32_t offset) const {
    if (is_neighbours(offset)) return {};
    const SimTime until = Device::steady_until(offset);
    return frame_cycles_ ? std::min(until, clock().time_of(frame_start_ + frame_cycles_)) : until;
}

std::uint32_t I2s::interrupts(const Channel& c) const {
    return (has_words(c) ? c.isr.rxda.range().mask() : 0) | (c.rx_overrun ? c.isr.rxfo.range().mask() : 0) |
           (wants_words(c) ? c.isr.txfe.range().mask() : 0) | (c.tx_overrun ? c.isr.txfo.range().mask() : 0);
}

// Nobody's when no channel takes part; the next one's when that channel does not any more.
std::optional<I2s::Turn> I2s::current(const Turn& turn, Part takes_part) const {
    for (std::uint32_t i = 0; i < kChannels; ++i) {
        const std::uint32_t n = (turn.channel + i) % kChannels;
        if ((this->*takes_part)(channels_[n])) return Turn{n, i == 0 && turn.right};
    }
    return std::nullopt;
}

void I2s::push(Fifo<std::uint32_t, kFifoDepth>& side, Channel& c, std::uint32_t word) {
    if (!ier.ien) return log().guest_error(name(), "data written while the block is disabled");
    if (side.push(word)) return;
    c.tx_overrun = true;
    log().guest_error(name(), "data written to a full transmit FIFO");
}

void I2s::write_txdma(std::uint32_t word) {
    const std::optional<Turn> turn = current(tx_turn_, &I2s::sends);
    if (!turn) return log().guest_error(name(), "word written to txdma while no channel sends");
    Channel& c = channels_[turn->channel];
    if (ccr.dma_divide_16) {
        push(c.tx_left, c, word & 0xffff);
        push(c.tx_right, c, word >> 16);
        tx_turn_ = next({turn->channel, true});
    } else {
        push(turn->right ? c.tx_right : c.tx_left, c, word);
        tx_turn_ = next(*turn);
    }
}

std::uint32_t I2s::front_of_rxdma() const {
    const std::optional<Turn> turn = current(rx_turn_, &I2s::receives);
    if (!turn) return 0;
    const Channel& c = channels_[turn->channel];
    if (ccr.dma_divide_16) return (c.rx_left.front() & 0xffff) | c.rx_right.front() << 16;
    return turn->right ? c.rx_right.front() : c.rx_left.front();
}

void I2s::pop_rxdma() {
    const std::optional<Turn> turn = current(rx_turn_, &I2s::receives);
    if (!turn) return;
    Channel& c = channels_[turn->channel];
    if (!turn->right || ccr.dma_divide_16) c.rx_left.pop();
    if (turn->right || ccr.dma_divide_16) c.rx_right.pop();
    rx_turn_ = next({turn->channel, turn->right || ccr.dma_divide_16});
}

void I2s::flush_rx(Channel& c) {
    c.rx_left.clear();
    c.rx_right.clear();
}

void I2s::flush_tx(Channel& c) {
    c.tx_left.clear();
    c.tx_right.clear();
}

std::uint32_t I2s::wanted_frame_cycles() const {
    return ier.ien && cer.clken ? 2 * kWordCycles[ccr.clk_word_size] : 0;
}

void I2s::catch_up() {
    const std::uint64_t cycle = now_cycle();
    if (!frame_cycles_ || cycle < frame_start_ + frame_cycles_) return;
    const std::uint64_t frames = (cycle - frame_start_) / frame_cycles_;
    // After so many, transmit FIFOs are empty, receive FIFOs full and the lines low, and nothing moves any more.
    constexpr std::uint64_t kLastOfAll = kFifoDepth + 2;
    for (std::uint64_t i = 0; i < std::min(frames, kLastOfAll); ++i) {
        end_frame(frame_start_ + i * frame_cycles_);
        begin_frame(frame_start_ + (i + 1) * frame_cycles_);
    }
    frame_start_ += frames * frame_cycles_;
}

void I2s::restart(std::uint32_t frame_cycles) {
    frame_cycles_ = frame_cycles;
    frame_start_ = now_cycle();
    for (Channel& c : channels_) {
        c.bits = 0;
        c.late_bit = false;
    }
    if (frame_cycles_) begin_frame(frame_start_);
}

I2sMoment I2s::moment(std::uint64_t cycle) const {
    return {clock().time_of(cycle), static_cast<double>(clock().hz()) / frame_cycles_};
}

void I2s::end_frame(std::uint64_t begun_at_cycle) {
    for (unsigned n = 0; n < kChannels; ++n) {
        Channel& c = channels_[n];
        if (!receives(c)) continue;
        if (c.rx_left.full() || c.rx_right.full()) {
            c.rx_overrun = true;
            continue;
        }
        const SoundFrame heard = lines_.receive(n, moment(begun_at_cycle));
        c.rx_left.push(word_of(c, heard.left));
        c.rx_right.push(word_of(c, heard.right));
    }
}

void I2s::begin_frame(std::uint64_t cycle) {
    for (unsigned n = 0; n < kChannels; ++n) {
        Channel& c = channels_[n];
        if (sends(c) && !c.tx_right.empty()) {
            const std::uint32_t left = c.tx_left.pop(), right = c.tx_right.pop();
            put_on_line(c, left, right);
            lines_.send(n, moment(cycle), sample_of(c, left, right));
        } else {
            put_on_line(c, 0, 0);
        }
    }
}

// What a word's bits that fit its slot are of full scale.
SoundFrame I2s::sample_of(const Channel& c, std::uint32_t left, std::uint32_t right) const {
    const unsigned cycles = frame_cycles_ / 2, bits = c.tcr.wlen ? kResolution[c.tcr.wlen] : cycles;
    const auto sample = [&](std::uint32_t word) {
        return static_cast<std::int32_t>(word << (32 - bits) & ~(cycles < 32 ? low_bits(32 - cycles) : 0));
    };
    return {sample(left), sample(right)};
}

// As many of a sample's highest bits as the slot has and the word takes.
std::uint32_t I2s::word_of(const Channel& c, std::int32_t sample) const {
    const unsigned cycles = frame_cycles_ / 2, bits = c.rcr.wlen ? kResolution[c.rcr.wlen] : cycles;
    const std::int32_t in_slot = sample & static_cast<std::int32_t>(~(cycles < 32 ? low_bits(32 - cycles) : 0));
    const auto word = static_cast<std::uint32_t>(in_slot >> (32 - bits));
    return ccr.sign_expand_en ? word : word & low_bits(bits);
}

// A word as its slot carries it, the first bit on the line being the highest one of the slot.
std::uint64_t I2s::slot(const Channel& c, std::uint32_t word) const {
    const unsigned cycles = frame_cycles_ / 2;
    const unsigned bits = c.tcr.wlen ? kResolution[c.tcr.wlen] : cycles;
    word &= low_bits(bits);
    if (bits > cycles) return word >> (bits - cycles);
    return ccr.align_mode == kRightJustified ? word : std::uint64_t{word} << (cycles - bits);
}

// Standard format is one cycle behind word select.
void I2s::put_on_line(Channel& c, std::uint32_t left, std::uint32_t right) {
    c.bits = slot(c, left) << frame_cycles_ / 2 | slot(c, right);
    const bool late = c.late_bit;
    c.late_bit = false;
    if (ccr.align_mode == kLeftJustified || ccr.align_mode == kRightJustified) return;
    c.late_bit = c.bits & 1;
    c.bits = std::uint64_t{late} << (frame_cycles_ - 1) | c.bits >> 1;
}

std::uint32_t I2s::cycles_into_frame() const {
    const std::uint64_t cycle = now_cycle();
    return cycle < frame_start_
               ? 0
               : static_cast<std::uint32_t>(std::min<std::uint64_t>(cycle - frame_start_, frame_cycles_ - 1));
}

bool I2s::level_at(const Channel& c, std::uint32_t cycle) const {
    return c.bits >> (frame_cycles_ - 1 - cycle) & 1;
}

// The cycle at which the line changes next, or may do so as another frame begins.
std::uint64_t I2s::next_edge(const Channel& c) const {
    const std::uint32_t left = frame_cycles_ - 1 - cycles_into_frame();  // bits after the one on the line
    const std::uint64_t changes = left ? (c.bits ^ (c.level ? ~std::uint64_t{0} : 0)) << (64 - left) : 0;
    const auto same = static_cast<std::uint32_t>(std::countl_zero(changes));
    if (same < left) return frame_start_ + frame_cycles_ - left + same;
    const bool may_rise = c.late_bit || (sends(c) && !c.tx_right.empty());
    return c.level || may_rise ? frame_start_ + frame_cycles_ : kNever;
}

// The cycle at which an output line may have to change if nobody touches the FIFOs until then.
std::optional<std::uint64_t> I2s::next_wake() const {
    if (!frame_cycles_) return std::nullopt;
    std::uint64_t next = kNever;
    const auto in_frames = [&](std::uint32_t n) {
        next = std::min(next, frame_start_ + std::uint64_t{n} * frame_cycles_);
    };
    for (unsigned n = 0; n < kChannels; ++n) {
        const Channel& c = channels_[n];
        // What is left of the FIFO is to be heard, too.
        if (sends(c) && !c.tx_right.empty() && lines_.heard(n)) in_frames(c.tx_right.size());
        if (sends(c) && !wants_words(c) && (ccr.dma_tx_en || !c.imr.txfe))
            in_frames(c.tx_right.size() - c.tfcr.trigger);
        if (receives(c)) {
            if (!has_words(c) && (ccr.dma_rx_en || !c.imr.rxda)) in_frames(c.rfcr.trigger + 1 - c.rx_right.size());
            if (!c.rx_overrun && !c.imr.rxfo) in_frames(kFifoDepth + 1 - std::max(c.rx_left.size(), c.rx_right.size()));
        }
        if (pins_.heard(first_output_function_ + n)) next = std::min(next, next_edge(c));
    }
    return next == kNever ? std::nullopt : std::optional(next);
}

void I2s::drive_pads() {
    for (unsigned n = 0; n < kChannels; ++n) {
        Channel& c = channels_[n];
        const unsigned function = first_output_function_ + n;
        const bool level = frame_cycles_ && pins_.heard(function) && level_at(c, cycles_into_frame());
        if (level == c.level) continue;
        c.level = level;
        pins_.drive(function, level, true);
    }
}

void I2s::settle() {
    if (const std::uint32_t wanted = wanted_frame_cycles(); wanted != frame_cycles_) restart(wanted);
    drive_pads();
    irq.set(ier.ien &&
            std::ranges::any_of(channels_, [this](const Channel& c) { return (interrupts(c) & ~c.imr.raw) != 0; }));
    const std::optional<Turn> tx = current(tx_turn_, &I2s::sends), rx = current(rx_turn_, &I2s::receives);
    dma_tx_req.set(ccr.dma_tx_en && tx && wants_words(channels_[tx->channel]));
    dma_rx_req.set(ccr.dma_rx_en && rx && has_words(channels_[rx->channel]));
    const std::optional<std::uint64_t> wake = next_wake();
    if (!wake && wake_.armed()) wake_.cancel();
    if (wake && (!wake_.armed() || wake_.cycle() != *wake)) wake_.arm_at_cycle(*wake);
}

void I2s::reset() {
    Device::reset();
    for (Channel& c : channels_) {
        flush_rx(c);
        flush_tx(c);
        c.rx_overrun = c.tx_overrun = false;
    }
    tx_turn_ = rx_turn_ = {};
    frame_cycles_ = 0;
}

void I2s::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    for (unsigned n = 0; n < kChannels; ++n) {
        Channel& c = channels_[n];
        const auto scope = v.enter(channel_prefix(n));
        c.tx_left.visit_state(v, "tx_left");
        c.tx_right.visit_state(v, "tx_right");
        c.rx_left.visit_state(v, "rx_left");
        c.rx_right.visit_state(v, "rx_right");
        v.value("rx_overrun", c.rx_overrun);
        v.value("tx_overrun", c.tx_overrun);
        v.value("bits", c.bits);
        v.value("late_bit", c.late_bit);
        v.value("level", c.level);
    }
    v.value("tx_turn_channel", tx_turn_.channel, kChannels - 1);
    v.value("tx_turn_right", tx_turn_.right);
    v.value("rx_turn_channel", rx_turn_.channel, kChannels - 1);
    v.value("rx_turn_right", rx_turn_.right);
    v.value("frame_cycles", frame_cycles_);
    v.value("frame_start", frame_start_);
    v.require(frame_cycles_ == wanted_frame_cycles(), "frame_cycles", "is not what its registers ask for");
}

}  // namespace k210
