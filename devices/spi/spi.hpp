// DesignWare SSI as SPI masters: SPI0 0x5200'0000, SPI1 0x5300'0000, SPI3 0x5400'0000; PLIC sources 1, 2 and 4.
// Registers: standalone-sdk@02576ba lib/drivers/include/spi.h:30-99 [sdk]; ctrlr0 is laid out one way in SPI0 and
// SPI1 and another in SPI3: spi.c:86-182 [sdk]. What their bits mean beyond that: DesignWare databooks [doc].
// Data path: the guest or the DMAC fills a FIFO of 32 words, frames go out on SpiBus, what comes back fills another.
// In dual, quad and octal formats the first words are instruction and address, of lengths of their own.
// endian = 1 swaps the bytes of a word: with it lichee sd_card/sdcard.c:78 reads a card's bytes as words [sdk].
// Time: a frame takes its clocks times baudr, without gaps. Frames are shifted in batches: when somebody looks, when
// an output line must change, and when the transfer ends. While the DMAC serves a FIFO, a batch is as long as the
// FIFO allows; a request may so come some frames late, but never late enough for the wire to run dry or overflow.
// [assumed]: writes to set-up registers of an enabled SSI are refused; a disabled one raises neither interrupts nor
// DMA requests; reset values; idr and ssic_version_id, which no known firmware reads.
// XIP: a load from the window becomes a flash read as xip_ctrl programs it, a whole transfer each and in no time. In
// 16 and 32-bit loads the lower address is the higher byte: Kboot's src/bootloader_hi/main.c, cfg_flash_ptr [doc].
// Prefetch, continuous transfers, wrapping reads and writes through the window are not modelled.
#pragma once
#include <cstdint>
#include <string>

#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

enum class SpiLayout : std::uint8_t { apb_ssi, dwc_ssi };  // SPI0 and SPI1; SPI3

class Spi final : public Device {
    struct Ctrlr0 : Reg {
        Ctrlr0(RegisterBank& bank, SpiLayout layout);
        Bits dfs, work_mode, tmod, srl, frf;
    };
    // clang-format off
    Ctrlr0 ctrlr0;
    struct : Reg { using Reg::Reg; Bits ndf{this, {15, 0}, "ndf"}; } ctrlr1{regs, 0x04, "ctrlr1"};
    struct : Reg { using Reg::Reg; Bits ssi_en{this, 0, "ssi_en"}; } ssienr{regs, 0x08, "ssienr"};
    struct : Reg { using Reg::Reg; Bits mode{this, {2, 0}, "mode", Access::todo}; } mwcr{regs, 0x0c, "mwcr"};
    struct : Reg { using Reg::Reg; Bits slaves{this, {3, 0}, "slaves"}; } ser{regs, 0x10, "ser"};
    struct : Reg { using Reg::Reg; Bits sckdv{this, {15, 0}, "sckdv"}; } baudr{regs, 0x14, "baudr"};
    struct : Reg { using Reg::Reg; Bits tft{this, {4, 0}, "tft"}; } txftlr{regs, 0x18, "txftlr"};
    struct : Reg { using Reg::Reg; Bits rft{this, {4, 0}, "rft"}; } rxftlr{regs, 0x1c, "rxftlr"};
    struct : Reg { using Reg::Reg; Bits level{this, {5, 0}, "level", ro}; } txflr{regs, 0x20, "txflr"};
    struct : Reg { using Reg::Reg; Bits level{this, {5, 0}, "level", ro}; } rxflr{regs, 0x24, "rxflr"};
    struct : Reg { using Reg::Reg; Bits busy{this, 0, "busy", ro}, tfnf{this, 1, "tfnf", ro}, tfe{this, 2, "tfe", ro},
                                        rfne{this, 3, "rfne", ro}, rff{this, 4, "rff", ro}; } sr{regs, 0x28, "sr"};
    struct Interrupts : Reg {
        Interrupts(RegisterBank& bank, std::uint32_t offset, const char* name, Access access, std::uint32_t reset = 0)
            : Reg(bank, offset, name, reset), txe{this, 0, "txe", access}, txo{this, 1, "txo", access},
              rxu{this, 2, "rxu", access}, rxo{this, 3, "rxo", access}, rxf{this, 4, "rxf", access}, mst{this, 5, "mst", access} {}
        Bits txe, txo, rxu, rxo, rxf, mst;
    };
    Interrupts imr{regs, 0x2c, "imr", Access::rw, 0x3f};
    Interrupts isr{regs, 0x30, "isr", ro};
    Interrupts risr{regs, 0x34, "risr", ro};
    struct Clear : Reg { using Reg::Reg; Bits pending{this, 0, "pending", ro}; };
    Clear txoicr{regs, 0x38, "txoicr"};
    Clear rxoicr{regs, 0x3c, "rxoicr"};
    Clear rxuicr{regs, 0x40, "rxuicr"};
    Clear msticr{regs, 0x44, "msticr"};
    Clear icr{regs, 0x48, "icr"};
    struct : Reg { using Reg::Reg; Bits rdmae{this, 0, "rdmae"}, tdmae{this, 1, "tdmae"}; } dmacr{regs, 0x4c, "dmacr"};
    struct : Reg { using Reg::Reg; Bits dmatdl{this, {4, 0}, "dmatdl"}; } dmatdlr{regs, 0x50, "dmatdlr"};
    struct : Reg { using Reg::Reg; Bits dmardl{this, {4, 0}, "dmardl"}; } dmardlr{regs, 0x54, "dmardlr"};
    struct : Reg { using Reg::Reg; Bits code{this, {31, 0}, "code", ro}; } idr{regs, 0x58, "idr"};
    struct : Reg { using Reg::Reg; Bits version{this, {31, 0}, "version", ro}; } ssic_version_id{regs, 0x5c, "ssic_version_id"};
    Reg dr{regs, 0x60, "dr"};  // and 35 more words that are the same register
    Reg rx_sample_delay{regs, 0xf0, "rx_sample_delay"};
    struct : Reg { using Reg::Reg; Bits trans_type{this, {1, 0}, "trans_type"}, addr_l{this, {5, 2}, "addr_l"},
                                        inst_l{this, {9, 8}, "inst_l"}, wait_cycles{this, {15, 11}, "wait_cycles"}; } spi_ctrlr0{regs, 0xf4, "spi_ctrlr0"};
    Reg xip_mode_bits{regs, 0xfc, "xip_mode_bits"};
    Reg xip_incr_inst{regs, 0x100, "xip_incr_inst"};
    Reg xip_wrap_inst{regs, 0x104, "xip_wrap_inst"};
    struct : Reg { using Reg::Reg; Bits frf{this, {1, 0}, "frf"}, trans_type{this, {3, 2}, "trans_type"}, addr_l{this, {7, 4}, "addr_l"},
                                        inst_l{this, {10, 9}, "inst_l"}, md_bits_en{this, 12, "md_bits_en"},
                                        wait_cycles{this, {17, 13}, "wait_cycles"}, inst_en{this, 22, "inst_en"},
                                        cont_xfer_en{this, 23, "cont_xfer_en"}, xip_mbl{this, {27, 26}, "xip_mbl"},
                                        prefetch_en{this, 29, "prefetch_en"}; } xip_ctrl{regs, 0x108, "xip_ctrl"};
    struct : Reg { using Reg::Reg; Bits slaves{this, {3, 0}, "slaves"}; } xip_ser{regs, 0x10c, "xip_ser"};
    Clear xrxoicr{regs, 0x110, "xrxoicr"};
    Reg xip_cnt_time_out{regs, 0x114, "xip_cnt_time_out"};
    struct : Reg { using Reg::Reg; Bits big{this, 0, "big"}; } endian{regs, 0x118, "endian"};
    // clang-format on

public:
    Spi(std::string name, DeviceContext context, SpiBus& bus, SpiLayout layout);

    OutputLine irq{*this, "irq"};
    OutputLine dma_tx_req{*this, "dma_tx_req"};
    OutputLine dma_rx_req{*this, "dma_rx_req"};

    // SYSCTL's peri.spiN_xip_en: while it is on, the whole window shows the flash instead of the registers.
    void set_xip(bool on) { xip_ = on; }

    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override;
    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    SimTime steady_until(std::uint32_t offset) const override;

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    static constexpr std::uint32_t kFifoDepth = 32;  // [sdk] spi.c:277
    static constexpr unsigned kChipSelects = 4;

    // In the order in which a transfer goes through them.
    enum class Phase : std::uint8_t { idle, instruction, address_high, address, dummy, send, receive };
    static Phase after(Phase phase) { return static_cast<Phase>(static_cast<unsigned>(phase) + 1); }

    bool enhanced() const { return ctrlr0.frf != 0; }
    bool receives() const { return ctrlr0.tmod >= 2; }  // receive only, EEPROM read
    bool full_duplex() const { return ctrlr0.tmod == 0 && !enhanced(); }
    unsigned frame_bits() const { return ctrlr0.dfs + 1; }
    unsigned lines() const { return 1u << ctrlr0.frf; }
    unsigned instruction_lines() const { return spi_ctrlr0.trans_type == 2 ? lines() : 1; }
    unsigned address_lines() const { return spi_ctrlr0.trans_type == 0 ? 1 : lines(); }
    unsigned instruction_bits() const;
    unsigned address_bits() const { return spi_ctrlr0.addr_l * 4; }
    std::uint32_t header_words() const { return (instruction_bits() != 0) + (address_bits() + 31) / 32; }
    std::uint64_t cycles(unsigned bits, unsigned on_lines) const;
    std::uint32_t in_order(std::uint32_t word, unsigned bits) const;

    void push(std::uint32_t word);
    void accept(std::uint32_t word);
    void start(std::uint64_t cycle, bool select_written);
    void stop(std::uint64_t cycle);
    void select(std::uint32_t slaves);
    bool enter(Phase phase);
    void advance(Phase first);
    bool phase_fits_setup() const;
    std::uint32_t send(unsigned bits, unsigned on_lines);
    void finish_frame();
    void catch_up();
    std::uint64_t next_wake() const;
    std::uint32_t interrupts() const;
    std::uint32_t read_xip(std::uint32_t offset, unsigned size_bytes);

    SpiBus& bus_;
    Fifo<std::uint32_t, kFifoDepth> tx_, rx_;
    Phase phase_ = Phase::idle;
    std::uint32_t shift_ = 0;        // the word on the wire
    std::uint64_t frame_end_ = 0;    // cycle at which it, or the dummy clocks, are over
    std::uint32_t frames_left_ = 0;  // still to be received, without the one on the wire
    std::uint32_t selected_ = 0;     // chip selects that are active now
    std::uint64_t began_ = 0;        // cycle at which the transfer began, and what it has moved since: for the trace
    std::uint64_t moved_bits_ = 0;
    std::uint32_t errors_ = 0;  // txo, rxu and rxo, as in risr
    bool xip_ = false;
    SimTime caught_up_ = SimTime::never();
    DeviceEvent wake_;
};

}  // namespace k210
