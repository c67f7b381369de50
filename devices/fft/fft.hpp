// FFT, 0x4200'0000, PLIC source 26, DMA handshakes 23 (has output) and 24 (wants input): 64 to 512 points of 16 bits,
// forward and backward (transform.hpp).
// Data path: a transform's input comes in as 64-bit words, by DMA or by the harts; the block works; its output stands
// in its FIFO until it has been read. Registers: [sdk] lib/drivers/include/fft.h:57-240; how they are driven:
// lib/drivers/fft.c:21-79. The driver writes 1 into fft_mode for a forward transform, fft.h's comment says 0: as the
// driver does. It enables the block before it has said what the input looks like, so the settings are those that hold
// when a transform's first word comes. Time [assumed]: one butterfly a cycle of its clock, ACLK, from the last word of
// input on; the block has no room for another transform's input until its output has been read. Boards say only that
// FFT.run of MaixPy takes no longer than MicroPython and the DMA do. [assumed]: points in the order in which they come,
// the lowest bits first, an imaginary part before its real one where they alternate; with data of 32 bits the upper
// half of each word is left out; output always comes as 64-bit words; reserved numbers of points are 64; the reserved
// order of input is that of whole points; an interrupt flag is raised with the last butterfly, whatever the mask is;
// cmd_fifo_flush_n drops input and what is being worked on, the other two output, when they are written as 1; a block
// that is not enabled takes no input, and drops everything.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "fft/transform.hpp"
#include "k210/bus/device.hpp"

namespace k210 {

class Fft final : public Device {
    // Registers have 64 bits and nothing beyond the low word but the two FIFOs'.
    struct HighWord : Reg {
        HighWord(RegisterBank& bank, std::uint32_t offset, const char* name) : Reg(bank, offset, name) {}
        Bits reserved{this, {31, 0}, "reserved", ro};
    };
    // clang-format off
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", wo}; } fft_input_fifo{regs, 0x00, "fft_input_fifo"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", wo}; } fft_input_fifo_high{regs, 0x04, "fft_input_fifo_high"};
    struct : Reg { using Reg::Reg; Bits fft_point{this, {2, 0}, "fft_point"}, fft_mode{this, 3, "fft_mode"},
        fft_shift{this, {12, 4}, "fft_shift"}, fft_enable{this, 13, "fft_enable"}, dma_send{this, 14, "dma_send"},
        fft_input_mode{this, {16, 15}, "fft_input_mode"}, fft_data_mode{this, 17, "fft_data_mode"}; } fft_ctrl{regs, 0x08, "fft_ctrl"};
    HighWord fft_ctrl_high{regs, 0x0c, "fft_ctrl_high"};
    struct : Reg { using Reg::Reg; Bits resp_fifo_flush_n{this, 0, "resp_fifo_flush_n"}, cmd_fifo_flush_n{this, 1, "cmd_fifo_flush_n"},
        gs_fifo_flush_n{this, 2, "gs_fifo_flush_n"}; } fifo_ctrl{regs, 0x10, "fifo_ctrl"};
    HighWord fifo_ctrl_high{regs, 0x14, "fifo_ctrl_high"};
    struct : Reg { using Reg::Reg; Bits fft_done_mask{this, 0, "fft_done_mask"}; } intr_mask{regs, 0x18, "intr_mask"};
    HighWord intr_mask_high{regs, 0x1c, "intr_mask_high"};
    struct : Reg { using Reg::Reg; Bits fft_done_clear{this, 0, "fft_done_clear", wo}; } intr_clear{regs, 0x20, "intr_clear"};
    HighWord intr_clear_high{regs, 0x24, "intr_clear_high"};
    struct : Reg { using Reg::Reg; Bits fft_done_status{this, 0, "fft_done_status", ro}; } fft_status{regs, 0x28, "fft_status"};
    HighWord fft_status_high{regs, 0x2c, "fft_status_high"};
    struct : Reg { using Reg::Reg; Bits fft_done_status_raw{this, 0, "fft_done_status_raw", ro},
        fft_work_status_raw{this, 1, "fft_work_status_raw", ro}; } fft_status_raw{regs, 0x30, "fft_status_raw"};
    HighWord fft_status_raw_high{regs, 0x34, "fft_status_raw_high"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", ro}; } fft_output_fifo{regs, 0x38, "fft_output_fifo"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", ro}; } fft_output_fifo_high{regs, 0x3c, "fft_output_fifo_high"};
    // clang-format on

public:
    explicit Fft(DeviceContext context);

    OutputLine irq{*this, "irq"};
    OutputLine dma_rx_req{*this, "dma_rx_req"};  // SYSCTL_DMA_SELECT_FFT_RX_REQ: has output
    OutputLine dma_tx_req{*this, "dma_tx_req"};  // SYSCTL_DMA_SELECT_FFT_TX_REQ: wants input

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    enum class Stage : std::uint8_t { input, work, output };
    enum class Layout : std::uint8_t { points, real_parts, parts_apart };
    // Of one transform.
    struct Settings {
        std::uint32_t points = kMaxFftPoints;
        std::uint32_t shift = 0;
        Layout layout = Layout::points;
        bool forward = false;
    };

    std::uint32_t input_parts() const { return settings_.points * (settings_.layout == Layout::real_parts ? 1 : 2); }
    std::uint32_t output_word(bool high) const;
    void begin();
    void take(std::uint32_t word);
    void finish();
    void pop();
    void drop();

    Stage stage_ = Stage::input;
    Settings settings_;
    std::uint32_t parts_ = 0;  // 16-bit numbers of the input that have come; 0 before a transform begins
    std::uint32_t read_ = 0;   // 64-bit words of the output
    std::array<ComplexInt16, kMaxFftPoints> points_{};
    DeviceEvent done_;
};

}  // namespace k210
