// KPU, 0x4080'0000, PLIC source 25: convolution layers over 2 MiB of AI RAM (0x4060'0000 uncached, 0x8060'0000 cached).
// Data path: twelve 64-bit argument words a layer through the layer FIFO; input from AI RAM; weights, batch
// normalisation and activation fetched from memory by the KPU itself; output to AI RAM and, with send_data_out, also
// planar through the data FIFO to a DMA channel (handshake 22).
// A layer is computed from what memory holds when it starts, beside the harts (layer_worker.hpp); its output appears
// when its time has passed (timing.hpp).
// Registers: standalone-sdk@02576ba lib/drivers/include/kpu.h:250-328 [sdk]; how drivers use them: kpu.c [sdk].
// [assumed]: the layer FIFO holds 16 layers, the running one included, and thresholds count layers; almost-empty is
// raised whenever a layer ends with no more than the threshold left, almost-full whenever one arrives with at least
// the threshold there; calc_done only for layers with int_en; a flush_n bit of 0 empties its FIFO and keeps it so; the
// data FIFO is as deep as one layer's output, and a layer that sends data does not end while another's are still in it.
// While the clock is off, layers stand still and registers answer.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "k210/bus/bus.hpp"
#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"
#include "k210/bus/memory.hpp"
#include "kpu/layer.hpp"
#include "kpu/layer_worker.hpp"
#include "kpu/unverified.hpp"

namespace k210 {

class Kpu final : public Device {
    // Registers have 64 bits and nothing beyond the low word but the two FIFOs'.
    struct HighWord : Reg {
        HighWord(RegisterBank& bank, std::uint32_t offset, const char* name) : Reg(bank, offset, name) {}
        Bits reserved{this, {31, 0}, "reserved", ro};
    };
    struct Interrupts : Reg {
        Interrupts(RegisterBank& bank, std::uint32_t offset, const char* name, Access access)
            : Reg(bank, offset, name), calc_done_int{this, 0, "calc_done_int", access},
              layer_cfg_almost_empty_int{this, 1, "layer_cfg_almost_empty_int", access},
              layer_cfg_almost_full_int{this, 2, "layer_cfg_almost_full_int", access} {}
        Bits calc_done_int, layer_cfg_almost_empty_int, layer_cfg_almost_full_int;
    };
    // clang-format off
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", wo}; } layer_argument_fifo{regs, 0x00, "layer_argument_fifo"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", wo}; } layer_argument_fifo_high{regs, 0x04, "layer_argument_fifo_high"};
    Interrupts interrupt_status{regs, 0x08, "interrupt_status", ro};  HighWord interrupt_status_high{regs, 0x0c, "interrupt_status_high"};
    Interrupts interrupt_raw   {regs, 0x10, "interrupt_raw", ro};     HighWord interrupt_raw_high   {regs, 0x14, "interrupt_raw_high"};
    Interrupts interrupt_mask  {regs, 0x18, "interrupt_mask", Access::rw}; HighWord interrupt_mask_high{regs, 0x1c, "interrupt_mask_high"};
    Interrupts interrupt_clear {regs, 0x20, "interrupt_clear", wo};   HighWord interrupt_clear_high {regs, 0x24, "interrupt_clear_high"};
    struct : Reg { using Reg::Reg; Bits fifo_full_threshold{this, {3, 0}, "fifo_full_threshold"},
                                        fifo_empty_threshold{this, {7, 4}, "fifo_empty_threshold"}; } fifo_threshold{regs, 0x28, "fifo_threshold"};
    HighWord fifo_threshold_high{regs, 0x2c, "fifo_threshold_high"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", ro}; } fifo_data_out{regs, 0x30, "fifo_data_out"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", ro}; } fifo_data_out_high{regs, 0x34, "fifo_data_out_high"};
    struct : Reg { using Reg::Reg; Bits dma_fifo_flush_n{this, 0, "dma_fifo_flush_n"}, gs_fifo_flush_n{this, 1, "gs_fifo_flush_n"},
                                        cfg_fifo_flush_n{this, 2, "cfg_fifo_flush_n"}, cmd_fifo_flush_n{this, 3, "cmd_fifo_flush_n"},
                                        resp_fifo_flush_n{this, 4, "resp_fifo_flush_n"}; } fifo_ctrl{regs, 0x38, "fifo_ctrl", 0x1f};
    HighWord fifo_ctrl_high{regs, 0x3c, "fifo_ctrl_high"};
    struct : Reg { using Reg::Reg; Bits eight_bit_mode{this, 0, "eight_bit_mode"}; } eight_bit_mode{regs, 0x40, "eight_bit_mode"};
    HighWord eight_bit_mode_high{regs, 0x44, "eight_bit_mode_high"};
    // clang-format on

public:
    Kpu(DeviceContext context, const Bus& bus, Memory& ai_ram);

    OutputLine irq{*this, "irq"};
    OutputLine dma_request{*this, "dma_request"};  // the data FIFO holds at least one 64-bit word

    std::uint64_t layers_run() const { return layers_run_; }  // since power-on: resets do not count from 0 again

    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override;
    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    static constexpr std::size_t kLayerFifoDepth = 16;

    std::uint32_t queued_layers() const;  // the running one included
    bool data_out_empty() const { return data_out_at_ >= data_out_.size(); }
    std::uint32_t data_out_word(std::size_t offset) const;

    void require_clock();
    void push_argument();
    void pop_data_out();
    void flush();
    void start_next();
    void report(const std::vector<KpuUnverified>& findings);
    void deliver();  // the running layer's output, if its time has passed and the data FIFO has room
    std::span<std::uint8_t, kAiRamBytes> ai_ram_bytes() {
        return std::span<std::uint8_t, kAiRamBytes>(ai_ram_.bytes());
    }

    const Bus& bus_;
    Memory& ai_ram_;
    Fifo<std::uint64_t, kLayerFifoDepth * kKpuLayerWords> arguments_;
    KpuLayerWords running_{};
    bool busy_ = false;
    KpuLayerWorker worker_;               // has the running layer's output
    std::vector<std::uint8_t> data_out_;  // whole 64-bit words, read from data_out_at_ on
    std::size_t data_out_at_ = 0;
    std::uint64_t layers_run_ = 0;
    DeviceEvent layer_done_;
};

}  // namespace k210
