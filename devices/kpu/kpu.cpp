#include "kpu/kpu.hpp"

#include <algorithm>

#include "kpu/layer_trace.hpp"
#include "kpu/reference_kernel.hpp"
#include "kpu/timing.hpp"

namespace k210 {
namespace {

// Parameters come out of memories only: what a device would answer is nobody's business here.
class BusParameters final : public KpuParameterSource {
public:
    BusParameters(const Bus& bus, Log& log, const std::string& name) : bus_(bus), log_(log), name_(name) {}

    void read(std::uint32_t address, std::span<std::uint8_t> to) override {
        if (const auto bytes = bus_.memory(address, static_cast<std::uint32_t>(to.size())); !bytes.empty()) {
            std::ranges::copy(bytes, to.begin());
            return;
        }
        bool missing = false;
        for (std::uint8_t& byte : to) {  // part of it may still be there
            const auto one = bus_.memory(address++, 1);
            byte = one.empty() ? 0 : one[0];
            missing |= one.empty();
        }
        if (missing) log_.guest_error(name_, "layer parameters lie where no memory is");
    }

private:
    const Bus& bus_;
    Log& log_;
    const std::string& name_;
};

}  // namespace

Kpu::Kpu(DeviceContext context, const Bus& bus, Memory& ai_ram)
    : Device("kpu", context), bus_(bus), ai_ram_(ai_ram), layer_done_(*this, "layer_done", [this] { deliver(); }) {
    layer_argument_fifo_high.after_write = [this](std::uint32_t) { push_argument(); };
    interrupt_status.refresh = [this] { interrupt_status.raw = interrupt_raw.raw & ~interrupt_mask.raw; };
    interrupt_clear.after_write = [this](std::uint32_t) { interrupt_raw.raw &= ~interrupt_clear.raw; };
    fifo_data_out.refresh = [this] { fifo_data_out.word = data_out_word(0); };
    fifo_data_out_high.refresh = [this] { fifo_data_out_high.word = data_out_word(4); };
    fifo_data_out_high.after_read = [this] { pop_data_out(); };
    fifo_ctrl.after_write = [this](std::uint32_t) { flush(); };
}

std::uint32_t Kpu::read(std::uint32_t offset, unsigned size_bytes) {
    require_clock();
    return Device::read(offset, size_bytes);
}

void Kpu::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    require_clock();
    Device::write(offset, size_bytes, value);
}

void Kpu::require_clock() {
    if (clock().hz() == 0) log().guest_error(name(), "used while its clock is off, where a chip would hang");
}

std::uint32_t Kpu::queued_layers() const {
    return arguments_.size() / static_cast<std::uint32_t>(kKpuLayerWords) + busy_;
}

void Kpu::push_argument() {
    if (!fifo_ctrl.cfg_fifo_flush_n) {
        log().guest_error(name(), "layer argument written while fifo_ctrl keeps the FIFO empty");
        return;
    }
    if (queued_layers() >= kLayerFifoDepth) {
        log().guest_error(name(), "layer argument written to a full FIFO");
        return;
    }
    arguments_.push(std::uint64_t{layer_argument_fifo_high.raw} << 32 | layer_argument_fifo.raw);
    if (arguments_.size() % kKpuLayerWords != 0) return;
    if (queued_layers() >= fifo_threshold.fifo_full_threshold) interrupt_raw.layer_cfg_almost_full_int = 1;
    start_next();
}

std::uint32_t Kpu::data_out_word(std::size_t offset) const {
    std::uint32_t word = 0;
    if (data_out_empty()) return word;
    for (std::size_t i = 0; i < 4; ++i) word |= std::uint32_t{data_out_[data_out_at_ + offset + i]} << (8 * i);
    return word;
}

void Kpu::pop_data_out() {
    if (data_out_empty()) {
        log().guest_error(name(), "read of an empty data FIFO");
        return;
    }
    data_out_at_ += 8;
    deliver();
}

void Kpu::flush() {
    if (!fifo_ctrl.cfg_fifo_flush_n) arguments_.clear();
    if (!fifo_ctrl.dma_fifo_flush_n) {
        data_out_.clear();
        data_out_at_ = 0;
        deliver();
    }
    if (!fifo_ctrl.gs_fifo_flush_n || !fifo_ctrl.cmd_fifo_flush_n || !fifo_ctrl.resp_fifo_flush_n)
        log().unverified(name(), "fifo_ctrl: the gs, cmd and resp FIFOs are not modelled");
}

void Kpu::start_next() {
    if (busy_ || arguments_.size() < kKpuLayerWords) return;
    busy_ = true;
    for (std::uint64_t& word : running_) word = arguments_.pop();

    const KpuLayer layer = KpuLayer::decode(running_);
    const bool eight_bit = eight_bit_mode.eight_bit_mode != 0;
    report(kpu_unverified_spare_bits(running_));
    report(kpu_unverified_fields(layer, eight_bit));
    BusParameters parameters(bus_, log(), name());
    worker_.start(layer, eight_bit, ai_ram_bytes(), parameters);
    const KpuLayerTime time = kpu_layer_time(layer);
    layer_done_.arm_in(time.total_cycles());
    if (TraceSink* watcher = trace()) trace_kpu_layer(*watcher, now(), name(), layer, time);
}

void Kpu::report(const std::vector<KpuUnverified>& findings) {
    for (const KpuUnverified& odd : findings)
        log().unverified(name(), "layer field {} is {:#x}: {}", odd.field, odd.value, odd.note);
}

void Kpu::deliver() {
    if (!busy_ || layer_done_.armed()) return;
    const KpuLayer layer = KpuLayer::decode(running_);
    if (layer.send_data_out && !data_out_empty()) return;  // until the last layer's data are gone
    std::vector<std::uint8_t>& output = worker_.output();
    if (layer.send_data_out && fifo_ctrl.dma_fifo_flush_n) {
        data_out_ = kpu_data_out(layer, output);
        data_out_at_ = 0;
    }
    kpu_write_back(layer, output, ai_ram_bytes());
    const AiRamRange range = layer.output_range();
    ai_ram_.wrote(range.offset, range.length);
    output.clear();
    busy_ = false;
    ++layers_run_;
    if (TraceSink* watcher = trace()) watcher->end(now(), name());

    if (layer.int_en) interrupt_raw.calc_done_int = 1;
    if (queued_layers() <= fifo_threshold.fifo_empty_threshold) interrupt_raw.layer_cfg_almost_empty_int = 1;
    start_next();
}

void Kpu::settle() {
    irq.set(interrupt_status.peek() != 0);
    dma_request.set(!data_out_empty());
}

void Kpu::reset() {
    Device::reset();
    if (TraceSink* watcher = trace(); watcher && busy_) watcher->end(now(), name());
    arguments_.clear();
    running_ = {};
    busy_ = false;
    worker_.output().clear();
    data_out_.clear();
    data_out_at_ = 0;
}

void Kpu::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    arguments_.visit_state(v, "arguments");
    for (std::size_t i = 0; i < running_.size(); ++i) v.value("running." + std::to_string(i), running_[i]);
    v.value("busy", busy_);
    v.buffer("result", worker_.output());
    v.buffer("data_out", data_out_);
    v.value("data_out_at", data_out_at_, data_out_.size());
    v.require(data_out_.size() % 8 == 0, "data_out", "is no number of whole words");
    v.require(data_out_at_ % 8 == 0, "data_out_at", "is no number of whole words");
    v.value("layers_run", layers_run_);
}

}  // namespace k210
