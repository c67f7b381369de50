#include "uart/uart.hpp"

namespace k210 {
namespace {

// [sdk] lib/drivers/include/uart.h:166-180.
constexpr std::uint32_t kTxTrigger[] = {0, 2, 4, 8}, kRxTrigger[] = {1, 4, 8, 14};

constexpr std::uint32_t kErbfi = 1, kEtbei = 2, kElsi = 4;  // ier
constexpr std::uint32_t kIerBits = 0x8f;

}  // namespace

Uart::Uart(DeviceContext context, std::string name, SerialSink& line)
    : Device(std::move(name), context), line_(line), tx_done_(*this, "tx_done",
                                                              [this] {
                                                                  if (mcr.lb)
                                                                      accept({.byte = shifting_});
                                                                  else
                                                                      line_.receive(shifting_);
                                                                  start_tx();
                                                              }),
      rx_timeout_(*this, "rx_timeout", [this] { timed_out_ = true; }) {
    for (unsigned i = 0; i < 16; ++i) {
        DataReg& reg = srbr_sthr.emplace_back(regs, 0x30 + i * 4, "srbr_sthr_" + std::to_string(i));
        reg.refresh = [this, &reg] { reg.data = rx_.front() & 0xff; };
        reg.after_read = [this] { read_data(); };
        reg.after_write = [this, &reg](std::uint32_t) { write_data(static_cast<std::uint8_t>(reg.data)); };
    }
    rbr_thr_dll.refresh = [this] { rbr_thr_dll.data = lcr.dlab ? dll_ : rx_.front() & 0xff; };
    rbr_thr_dll.after_read = [this] {
        if (!lcr.dlab) read_data();
    };
    rbr_thr_dll.after_write = [this](std::uint32_t) {
        const auto byte = static_cast<std::uint8_t>(rbr_thr_dll.data);
        if (!lcr.dlab) return write_data(byte);
        dll_ = byte;
        start_tx();
    };
    ier_dlh.refresh = [this] { ier_dlh.data = lcr.dlab ? dlh_ : ier_; };
    ier_dlh.after_write = [this](std::uint32_t) {
        const auto byte = static_cast<std::uint8_t>(ier_dlh.data);
        if (lcr.dlab) {
            dlh_ = byte;
            start_tx();
            return;
        }
        if (byte & ~ier_ & kEtbei) thr_empty_ = true;
        ier_ = byte & kIerBits;
    };
    iir_fcr.refresh = [this] { iir_fcr.data = interrupt() | (sfe.enable ? 0xc0u : 0u); };
    iir_fcr.after_read = [this] {
        if (interrupt() == kThrEmpty) thr_empty_ = false;
    };
    iir_fcr.after_write = [this](std::uint32_t) { write_fcr(iir_fcr.data); };
    lsr.refresh = [this] {
        lsr.dr = !rx_.empty();
        lsr.oe = overrun_;
        lsr.pe = (rx_.front() & kParityError) != 0;
        lsr.fe = (rx_.front() & kFramingError) != 0;
        lsr.rfe = sfe.enable && rx_.any([](std::uint16_t byte) { return byte >> 8 != 0; });
        lsr.thre = thre_mode() ? tx_.size() == depth() : tx_.empty();
        lsr.temt = tx_.empty() && !tx_done_.armed();
    };
    lsr.after_read = [this] {
        overrun_ = false;
        rx_.replace_front(rx_.front() & 0xff);
    };
    msr.refresh = [this] {
        msr.cts = mcr.lb && mcr.rts;
        msr.dsr = mcr.lb && mcr.dtr;
        msr.ri = mcr.lb && mcr.out1;
        msr.dcd = mcr.lb && mcr.out2;
    };
    usr.refresh = [this] {
        usr.busy = !tx_.empty() || tx_done_.armed();
        usr.tfnf = tx_.size() < depth();
        usr.tfe = tx_.empty();
        usr.rfne = !rx_.empty();
        usr.rff = rx_.size() >= depth();
    };
    tfl.refresh = [this] { tfl.level = tx_.size(); };
    rfl.refresh = [this] { rfl.level = rx_.size(); };
    srr.after_write = [this](std::uint32_t) {
        if (srr.ur) return reset();
        clear_fifos(srr.rfr, srr.xfr);
    };
    srts.refresh = [this] { srts.rts = std::uint32_t{mcr.rts}; };
    srts.after_write = [this](std::uint32_t) { mcr.rts = std::uint32_t{srts.rts}; };
    sfe.after_write = [this](std::uint32_t) { clear_fifos(true, true); };
    htx.after_write = [this](std::uint32_t) { start_tx(); };
    dlf.after_write = [this](std::uint32_t) { start_tx(); };
}

std::uint64_t Uart::frame_cycles() const {
    return bit_cycles() * (2 * (1 + 5 + lcr.dls + lcr.pen) + stop_halves()) / 2;
}

void Uart::read_data() {
    rx_.pop();
    timed_out_ = false;
    restart_timeout();
}

void Uart::write_data(std::uint8_t byte) {
    baud_ = divisor() == 0 ? 0 : clock().hz() / bit_cycles();
    if (tx_.size() < depth())
        tx_.push(byte);
    else
        log().guest_error(name(), "byte written to a full transmit FIFO");
    start_tx();
}

void Uart::write_fcr(std::uint32_t v) {
    const bool fifos = v & 1;
    const bool switched = fifos != (sfe.enable != 0);
    clear_fifos(switched || (v & 2), switched || (v & 4));
    sfe.enable = fifos;
    sdmam.mode = v >> 3;
    stet.trigger = v >> 4;
    srt.trigger = v >> 6;
}

void Uart::clear_fifos(bool rx, bool tx) {
    if (tx) tx_.clear();
    if (!rx) return;
    rx_.clear();
    timed_out_ = false;
    rx_timeout_.cancel();
}

void Uart::start_tx() {
    if (tx_.empty() || tx_done_.armed() || divisor() == 0 || (htx.halt && sfe.enable)) return;
    shifting_ = tx_.pop() & data_mask();
    tx_done_.arm_in(frame_cycles());
    if (TraceSink* watcher = trace()) watcher->burst(now(), clock().time_of(tx_done_.cycle()), name(), "send", 1);
}

void Uart::receive_frame(HeardByte heard) {
    if (mcr.lb || divisor() == 0) return;
    heard.byte &= data_mask();
    accept(heard);
    settle();
}

SerialFormat Uart::format() const {
    using Parity = SerialFormat::Parity;
    constexpr Parity kParities[] = {Parity::odd, Parity::even, Parity::mark, Parity::space};
    return {.bit_ps = divisor() == 0 ? 0 : bit_cycles() * kPsPerSecond / clock().hz(),
            .data_bits = 5u + lcr.dls,
            .parity = lcr.pen ? kParities[lcr.sp * 2 + lcr.eps] : Parity::none,
            .stop_halves = stop_halves()};
}

void Uart::accept(HeardByte heard) {
    if (rx_.size() >= depth()) {
        overrun_ = true;
        return;
    }
    rx_.push(static_cast<std::uint16_t>(heard.byte | (heard.parity_error ? kParityError : 0) |
                                        (heard.framing_error ? kFramingError : 0)));
    restart_timeout();
}

void Uart::restart_timeout() {
    if (rx_.empty() || !sfe.enable)
        rx_timeout_.cancel();
    else
        rx_timeout_.arm_in(4 * frame_cycles());
}

bool Uart::tx_low() const {
    return thre_mode() ? tx_.size() <= kTxTrigger[stet.trigger] : tx_.empty();
}

bool Uart::rx_high() const {
    return sfe.enable ? rx_.size() >= kRxTrigger[srt.trigger] : !rx_.empty();
}

Uart::Interrupt Uart::interrupt() const {
    if ((ier_ & kElsi) && (overrun_ || error_at_head())) return kLineStatus;
    if ((ier_ & kErbfi) && rx_high()) return kDataAvailable;
    if ((ier_ & kErbfi) && timed_out_) return kCharacterTimeout;
    if ((ier_ & kEtbei) && thr_empty_) return kThrEmpty;
    return kNone;
}

void Uart::settle() {
    const bool low = tx_low();
    thr_empty_ = low && (thr_empty_ || !tx_was_low_);
    tx_was_low_ = low;
    irq.set(interrupt() != kNone);
    dma_tx_req.set(low);
    dma_rx_req.set(sdmam.mode ? rx_high() || timed_out_ : !rx_.empty());
}

void Uart::reset() {
    Device::reset();
    dll_ = dlh_ = ier_ = 0;
    clear_fifos(true, true);
    overrun_ = thr_empty_ = false;
    tx_was_low_ = true;
}

void Uart::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("dll", dll_);
    v.value("dlh", dlh_);
    v.value("ier", ier_);
    tx_.visit_state(v, "tx_fifo");
    rx_.visit_state(v, "rx_fifo");
    v.value("shifting", shifting_);
    v.value("baud", baud_);
    v.value("overrun", overrun_);
    v.value("timed_out", timed_out_);
    v.value("tx_was_low", tx_was_low_);
    v.value("thr_empty", thr_empty_);
}

}  // namespace k210
