#include "uarths/uarths.hpp"

namespace k210 {

Uarths::Uarths(DeviceContext context, SerialSink& line)
    : Device("uarths", context), line_(line), tx_done_(*this, "tx_done", [this] {
          line_.receive(tx_.pop());
          start_tx();
      }) {
    txdata.steady = true;
    txdata.refresh = [this] { txdata.full = tx_.full(); };
    txdata.after_write = [this](std::uint32_t lanes) {
        if (!(lanes & 0xff)) return;
        baud_ = clock().hz() / (div.div + 1);
        if (!tx_.push(static_cast<std::uint8_t>(txdata.data)))
            log().guest_error(name(), "byte written to a full transmit FIFO");
        start_tx();
    };
    rxdata.refresh = [this] {
        rxdata.empty = rx_.empty();
        rxdata.data = rx_.front();
    };
    rxdata.after_read = [this] { rx_.pop(); };
    txctrl.after_write = [this](std::uint32_t) { start_tx(); };
    ip.refresh = [this] {
        ip.txwm = tx_.size() < txctrl.txcnt;
        ip.rxwm = rx_.size() > rxctrl.rxcnt;
    };
}

void Uarths::receive(std::uint8_t byte) {
    if (rxctrl.rxen) rx_.push(byte);
    settle();
}

SerialFormat Uarths::format() const {
    return {.bit_ps = (div.div + 1) * kPsPerSecond / clock().hz(), .stop_halves = 2u + 2 * txctrl.nstop};
}

void Uarths::start_tx() {
    if (!txctrl.txen || tx_.empty() || tx_done_.armed()) return;
    tx_done_.arm_in(frame_cycles());
    if (TraceSink* watcher = trace()) watcher->burst(now(), clock().time_of(tx_done_.cycle()), name(), "send", 1);
}

void Uarths::settle() {
    irq.set((ip.peek() & ie.peek()) != 0);
}

void Uarths::reset() {
    Device::reset();
    tx_.clear();
    rx_.clear();
}

void Uarths::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    tx_.visit_state(v, "tx_fifo");
    rx_.visit_state(v, "rx_fifo");
    v.value("baud", baud_);
}

}  // namespace k210
