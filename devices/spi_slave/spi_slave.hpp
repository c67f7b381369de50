// DesignWare SSI as an SPI slave, 0x5024'0000, which the SDK calls SPI2; PLIC source 3, DMA handshakes 4 and 5.
// Registers: [sdk] lib/drivers/include/spi.h:30-99, as far as a slave has them; how they are driven, and slv_oe, which
// keeps its output off the line: spi.c:1105-1430. Meaning of the rest: DesignWare databooks [doc].
// Data path: bits come in as a master clocks them while its select is low; frames of dfs + 1 bits, the highest first,
// fill one FIFO and leave another. What the driver makes of them, commands and a file of registers, is its own.
// [assumed]: a frame that select cuts off is lost; an empty transmit FIFO sends zeros; masters may clock as fast as
// they like; identification reads 0. Masters shift in batches of up to 32 frames (spi.hpp). So that DMA keeps up with
// one of these, as it does on a chip, the FIFOs hold twice as much as the 32 frames there, and DMA fills the transmit
// FIFO that far whatever its level is.
#pragma once
#include <cstdint>

#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"
#include "k210/bus/pins.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

class SpiSlave final : public Device, public SpiTarget {
    // clang-format off
    struct : Reg { using Reg::Reg; Bits work_mode{this, {7, 6}, "work_mode"}, tmod{this, {9, 8}, "tmod"}, slv_oe{this, 10, "slv_oe"},
                                        dfs{this, {20, 16}, "dfs"}; } ctrlr0{regs, 0x00, "ctrlr0", 7u << 16};
    struct : Reg { using Reg::Reg; Bits ssi_en{this, 0, "ssi_en"}; } ssienr{regs, 0x08, "ssienr"};
    struct : Reg { using Reg::Reg; Bits tft{this, {4, 0}, "tft"}; } txftlr{regs, 0x18, "txftlr"};
    struct : Reg { using Reg::Reg; Bits rft{this, {4, 0}, "rft"}; } rxftlr{regs, 0x1c, "rxftlr"};
    struct : Reg { using Reg::Reg; Bits level{this, {6, 0}, "level", ro}; } txflr{regs, 0x20, "txflr"};
    struct : Reg { using Reg::Reg; Bits level{this, {6, 0}, "level", ro}; } rxflr{regs, 0x24, "rxflr"};
    struct : Reg { using Reg::Reg; Bits busy{this, 0, "busy", ro}, tfnf{this, 1, "tfnf", ro}, tfe{this, 2, "tfe", ro},
                                        rfne{this, 3, "rfne", ro}, rff{this, 4, "rff", ro}; } sr{regs, 0x28, "sr"};
    struct Interrupts : Reg {
        Interrupts(RegisterBank& bank, std::uint32_t offset, const char* name, Access access, std::uint32_t reset = 0)
            : Reg(bank, offset, name, reset), txe{this, 0, "txe", access}, txo{this, 1, "txo", access},
              rxu{this, 2, "rxu", access}, rxo{this, 3, "rxo", access}, rxf{this, 4, "rxf", access} {}
        Bits txe, txo, rxu, rxo, rxf;
    };
    Interrupts imr{regs, 0x2c, "imr", Access::rw, 0x1f}, isr{regs, 0x30, "isr", ro}, risr{regs, 0x34, "risr", ro};
    struct Clear : Reg { using Reg::Reg; Bits pending{this, 0, "pending", ro}; };
    Clear txoicr{regs, 0x38, "txoicr"}, rxoicr{regs, 0x3c, "rxoicr"}, rxuicr{regs, 0x40, "rxuicr"}, icr{regs, 0x48, "icr"};
    struct : Reg { using Reg::Reg; Bits rdmae{this, 0, "rdmae"}, tdmae{this, 1, "tdmae"}; } dmacr{regs, 0x4c, "dmacr"};
    struct : Reg { using Reg::Reg; Bits dmatdl{this, {4, 0}, "dmatdl"}; } dmatdlr{regs, 0x50, "dmatdlr"};
    struct : Reg { using Reg::Reg; Bits dmardl{this, {4, 0}, "dmardl"}; } dmardlr{regs, 0x54, "dmardlr"};
    struct Constant : Reg { using Reg::Reg; Bits value{this, {31, 0}, "value", ro}; };
    Constant idr{regs, 0x58, "idr"}, ssic_version_id{regs, 0x5c, "ssic_version_id"};
    Reg dr{regs, 0x60, "dr"};  // and 35 more words that are the same register
    // clang-format on

public:
    // `select_function` is low while a master speaks to it.
    SpiSlave(DeviceContext context, PinMux& pins, unsigned select_function);

    OutputLine irq{*this, "irq"};
    OutputLine dma_tx_req{*this, "dma_tx_req"}, dma_rx_req{*this, "dma_rx_req"};

    void select(bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned) override { return exchange(~0u, bits, 1); }
    void dummy_clocks(unsigned clocks) override;

    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override;
    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    static constexpr std::uint32_t kBatch = 32, kFifoDepth = 2 * kBatch;
    enum TransferMode : std::uint32_t { kTransmitOnly = 1, kReceiveOnly = 2 };

    bool shift(bool in);
    std::uint32_t interrupts() const;
    void drop_frame() { in_ = out_ = in_bits_ = out_bits_ = 0; }

    Fifo<std::uint32_t, kFifoDepth> tx_, rx_;
    bool selected_ = false;
    std::uint32_t in_ = 0, out_ = 0;            // of the frame that is under way
    std::uint32_t in_bits_ = 0, out_bits_ = 0;  // that have come, and that are left
    std::uint32_t errors_ = 0;                  // txo, rxu and rxo, as in risr
};

}  // namespace k210
