#include "i2c/i2c.hpp"

namespace k210 {
namespace {

struct ClearRegister {
    const char* name;
    std::uint32_t interrupts;  // by their bits in raw_intr_stat
};
constexpr std::uint32_t kTxAbrt = 1u << 6;
constexpr ClearRegister kClearRegisters[] = {
    {"clr_intr", 0xfeb},       {"clr_rx_under", 1u << 0},   {"clr_rx_over", 1u << 1},   {"clr_tx_over", 1u << 3},
    {"clr_rd_req", 1u << 5},   {"clr_tx_abrt", kTxAbrt},    {"clr_rx_done", 1u << 7},   {"clr_activity", 1u << 8},
    {"clr_stop_det", 1u << 9}, {"clr_start_det", 1u << 10}, {"clr_gen_call", 1u << 11},
};

// In bit times: start condition, eight bits and acknowledgement; bits and acknowledgement; stop condition.
constexpr std::uint64_t kAddressBits = 10, kDataBits = 9, kStopBits = 1;

}  // namespace

I2c::I2c(DeviceContext context, std::string name, I2cBus& bus)
    : Device(std::move(name), context), bus_(bus), phase_done_(*this, "phase_done", [this] { phase_done(); }) {
    data_cmd.refresh = [this] { data_cmd.data = rx_.front(); };
    data_cmd.after_read = [this] {
        if (rx_.empty()) raw_intr_stat.rx_under = 1;
        rx_.pop();
    };
    data_cmd.after_write = [this](std::uint32_t) {
        const auto command = static_cast<std::uint16_t>(data_cmd.raw);
        data_cmd.raw = 0;  // a byte-wide store must not inherit the last command's bits
        write_command(command);
    };
    std::uint32_t offset = 0x40;
    for (const ClearRegister& entry : kClearRegisters) {
        Clear& reg = clear.emplace_back(regs, offset, entry.name);
        offset += 4;
        reg.refresh = [this, &reg, mask = entry.interrupts] { reg.clr = (raw_intr_stat.raw & mask) != 0; };
        reg.after_read = [this, mask = entry.interrupts] {
            raw_intr_stat.raw &= ~mask;
            if (mask & kTxAbrt) tx_abrt_source.source = 0;
        };
    }
    enable.after_write = [this](std::uint32_t) { write_enable(); };
}

// SCL is high for hcnt, the spike filter and seven cycles more, low for lcnt and one.
std::uint64_t I2c::bit_cycles() const {
    return std::uint64_t{ss_scl_hcnt.count} + fs_spklen.value + 7 + ss_scl_lcnt.count + 1;
}

void I2c::write_command(std::uint16_t command) {
    if (!enable.enable || raw_intr_stat.tx_abrt) return;  // the FIFO is held empty
    if (!tx_.push(command)) {
        raw_intr_stat.tx_over = 1;
        log().guest_error(name(), "command written to a full transmit FIFO");
    }
    start_if_ready();
}

void I2c::write_enable() {
    if (!enable.enable) {
        tx_.clear();
        rx_.clear();
        ending_ = phase_ != Phase::idle;
    } else if (!con.master_mode) {
        log().unimplemented(name(), "slave mode");
    }
    if (enable.abort) {
        enable.abort = 0;
        if (phase_ != Phase::idle) abort(kUser);
    }
    start_if_ready();
}

void I2c::start_if_ready() {
    if (phase_ != Phase::idle || tx_.empty() || !enable.enable || enable.tx_cmd_block || !con.master_mode) return;
    begin(Phase::address);
}

void I2c::begin(Phase phase) {
    if (TraceSink* watcher = trace(); watcher && phase_ == Phase::idle)
        watcher->begin(now(), name(), fmt::format("address {:#04x}", tar.address & 0x7f), {});
    phase_ = phase;
    std::uint64_t bits = kStopBits;
    if (phase == Phase::address) {
        raw_intr_stat.start_det = 1;
        reading_ = tx_.front() & kRead;
        bits = kAddressBits;
    } else if (phase == Phase::data) {
        command_ = tx_.pop();
        bits = kDataBits;
    }
    phase_done_.arm_in(bits * bit_cycles());
}

void I2c::phase_done() {
    switch (phase_) {
        case Phase::idle: break;
        case Phase::address: return address_done();
        case Phase::data: return data_done();
        case Phase::stop:
            bus_.stop();
            raw_intr_stat.stop_det = 1;
            phase_ = Phase::idle;
            if (TraceSink* watcher = trace()) watcher->end(now(), name());
            ending_ = false;
            start_if_ready();
    }
}

void I2c::address_done() {
    if (tar.master_10bit || con.master_10bit) {
        log().unimplemented(name(), "ten-bit addresses");
        abort(kTenBitNoack);
    } else if (!bus_.start(static_cast<std::uint8_t>(tar.address & 0x7f), reading_)) {
        abort(kAddressNoack);
    }
    begin(ending_ || tx_.empty() ? Phase::stop : Phase::data);
}

void I2c::data_done() {
    if (reading_) {
        const std::uint8_t byte = bus_.read();
        if (enable.enable && !rx_.push(byte)) raw_intr_stat.rx_over = 1;
    } else if (!bus_.write(static_cast<std::uint8_t>(command_))) {
        abort(kDataNoack);
    }
    if (ending_ || tx_.empty() || (command_ & kStop)) return begin(Phase::stop);
    const std::uint16_t next = tx_.front();
    const bool turns = ((next & kRead) != 0) != reading_;
    if (!turns && !(next & kRestart)) return begin(Phase::data);
    begin(con.restart_en ? Phase::address : Phase::stop);
}

void I2c::abort(Abort source) {
    tx_abrt_source.source = tx_abrt_source.source | source;
    raw_intr_stat.tx_abrt = 1;
    tx_.clear();
    ending_ = true;
}

void I2c::settle() {
    const bool active = phase_ != Phase::idle;
    const bool low =
        tx_.size() <= tx_tl.value && !(con.tx_empty_ctrl && (phase_ == Phase::address || phase_ == Phase::data));
    raw_intr_stat.rx_full = rx_.size() > rx_tl.value;
    raw_intr_stat.tx_empty = low && (enable.enable || active);
    if (active) raw_intr_stat.activity = 1;
    intr_stat.pending = raw_intr_stat.raw & intr_mask.enabled;
    status.activity = active;
    status.mst_activity = active;
    status.tfnf = !tx_.full();
    status.tfe = tx_.empty();
    status.rfne = !rx_.empty();
    status.rff = rx_.full();
    txflr.value = tx_.size();
    rxflr.value = rx_.size();
    enable_status.ic_enable = enable.enable || active;

    irq.set(intr_stat.pending != 0);
    dma_tx_req.set(dma_cr.tdmae && enable.enable && tx_.size() <= dma_tdlr.value);
    dma_rx_req.set(dma_cr.rdmae && rx_.size() > dma_rdlr.value);
}

void I2c::reset() {
    Device::reset();
    if (TraceSink* watcher = trace(); watcher && phase_ != Phase::idle) watcher->end(now(), name());
    phase_ = Phase::idle;
    ending_ = false;
    tx_.clear();
    rx_.clear();
}

void I2c::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    tx_.visit_state(v, "tx_fifo");
    rx_.visit_state(v, "rx_fifo");
    v.value("phase", phase_, Phase::stop);
    v.value("reading", reading_);
    v.value("ending", ending_);
    v.value("command", command_);
}

}  // namespace k210
