// I2S0 to I2S2, 0x5025'0000, 0x5026'0000, 0x5027'0000, PLIC sources 5 to 7: DesignWare I2S, masters of their clock,
// with four channels of two FIFOs of 16 words for each direction. Registers: [sdk] lib/drivers/include/i2s.h:139-625.
// The serial clock is the block's own, PLL2 through its threshold, and a word takes 16, 24 or 32 of it: [sdk]
// lib/drivers/i2s.c:623-637. Order of words on the DMA ports, and what dma_divide_16 makes of them: i2s_play,
// i2s.c:439-496. The behaviour of the registers: [doc] DesignWare I2S. A frame is a left and a right word on every
// channel. Frames go by in batches: when somebody looks, when an output line must change, and at each edge on a pad on
// which something listens; other pads stay low. Converters take whole samples (I2sBus), in the controller's format.
// [assumed]: a pair of words leaves the transmit FIFO as its frame begins, and one arrives as it ends; a narrower word
// has a sample's highest bits; the line is low while there is none; a word that is longer than its slot loses its
// lowest bits; frames begin anew when the clock starts or its word size changes; DMA asks for a word while the channel
// whose turn it is stands at its trigger level; the first half of dma_divide_16 is the lower one both ways; component
// registers read 0. Not modelled: clock and word select on pads, gating of the clock, an external master, converters
// that are set to another format.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"
#include "k210/bus/pins.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

class I2s final : public Device {
public:
    static constexpr unsigned kChannels = 4;

private:
    // clang-format off
    struct : Reg { using Reg::Reg; Bits ien{this, 0, "ien"}; } ier{regs, 0x00, "ier"};
    struct : Reg { using Reg::Reg; Bits rxen{this, 0, "rxen"}; } irer{regs, 0x04, "irer"};
    struct : Reg { using Reg::Reg; Bits txen{this, 0, "txen"}; } iter{regs, 0x08, "iter"};
    struct : Reg { using Reg::Reg; Bits clken{this, 0, "clken"}; } cer{regs, 0x0c, "cer"};
    struct : Reg { using Reg::Reg; Bits clk_gate{this, {2, 0}, "clk_gate"}, clk_word_size{this, {4, 3}, "clk_word_size"},
        align_mode{this, {7, 5}, "align_mode"}, dma_tx_en{this, 8, "dma_tx_en"}, dma_rx_en{this, 9, "dma_rx_en"},
        dma_divide_16{this, 10, "dma_divide_16"}, sign_expand_en{this, 11, "sign_expand_en"}; } ccr{regs, 0x10, "ccr"};
    struct Trigger : Reg { using Reg::Reg; Bits pull{this, 0, "pull", wo}; };
    Trigger rxffr{regs, 0x14, "rxffr"}, txffr{regs, 0x18, "txffr"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", ro}; } rxdma{regs, 0x1c0, "rxdma"};
    Trigger rrxdma{regs, 0x1c4, "rrxdma"};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", wo}; } txdma{regs, 0x1c8, "txdma"};
    Trigger rtxdma{regs, 0x1cc, "rtxdma"};
    struct Constant : Reg { using Reg::Reg; Bits value{this, {31, 0}, "value", ro}; };
    Constant comp_param_2{regs, 0x1f0, "i2s_comp_param_2"}, comp_param_1{regs, 0x1f4, "i2s_comp_param_1"},
             comp_version_1{regs, 0x1f8, "i2s_comp_version_1"}, comp_type{regs, 0x1fc, "i2s_comp_type"};

    static constexpr std::uint32_t kOwnBytes = 0x200;
    static constexpr std::size_t kFifoDepth = 16;  // [sdk] i2s.h:102-136, trigger levels
    struct Interrupts : Reg {
        Interrupts(RegisterBank& bank, std::uint32_t offset, const std::string& name, Access access, std::uint32_t reset)
            : Reg(bank, offset, name, reset), rxda{this, 0, "rxda", access}, rxfo{this, 1, "rxfo", access},
              txfe{this, 4, "txfe", access}, txfo{this, 5, "txfo", access} {}
        Bits rxda, rxfo, txfe, txfo;
    };
    struct Channel {
        Channel(I2s& i2s, unsigned number);
        struct Enable : Reg { using Reg::Reg; Bits enable{this, 0, "enable"}; };
        struct Resolution : Reg { using Reg::Reg; Bits wlen{this, {2, 0}, "wlen"}; };
        struct Overrun : Reg { using Reg::Reg; Bits pending{this, 0, "pending", ro}; };
        struct Level : Reg { using Reg::Reg; Bits trigger{this, {3, 0}, "trigger"}; };
        Reg left_rxtx, right_rxtx;
        Enable rer, ter;
        Resolution rcr, tcr;
        Interrupts isr, imr;
        Overrun ror, tor;
        Level rfcr, tfcr;
        Trigger rff, tff;

        // Pairs: one that lacks its right word still waits for it.
        Fifo<std::uint32_t, kFifoDepth> tx_left, tx_right, rx_left, rx_right;
        bool rx_overrun = false, tx_overrun = false;  // until ror and tor are read
        std::uint64_t bits = 0;  // of this frame on the line, the last in bit 0
        bool late_bit = false;   // of this frame's data, which standard format sends as the next one begins
        bool level = false;      // driven onto the pads
    };
    // clang-format on

public:
    I2s(std::string name, DeviceContext context, PinMux& pins, unsigned first_output_function, I2sBus& lines);

    OutputLine irq{*this, "irq"}, dma_tx_req{*this, "dma_tx_req"}, dma_rx_req{*this, "dma_rx_req"};

    // What answers past the registers: in I2S0's window, the APU.
    void set_neighbour(BusTarget& apu) { neighbour_ = &apu; }

    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override;
    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    SimTime steady_until(std::uint32_t offset) const override;

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    // Whose turn it is on a DMA port, in the round through the enabled channels.
    struct Turn {
        std::uint32_t channel = 0;
        bool right = false;
    };

    bool is_neighbours(std::uint32_t offset) const { return neighbour_ && offset >= kOwnBytes; }
    std::uint32_t wanted_frame_cycles() const;
    bool sends(const Channel& c) const { return ier.ien && iter.txen && c.ter.enable; }
    bool receives(const Channel& c) const { return ier.ien && irer.rxen && c.rer.enable; }
    bool wants_words(const Channel& c) const { return c.tx_right.size() <= c.tfcr.trigger; }
    bool has_words(const Channel& c) const { return c.rx_right.size() > c.rfcr.trigger; }
    std::uint32_t interrupts(const Channel& c) const;

    using Part = bool (I2s::*)(const Channel&) const;
    std::optional<Turn> current(const Turn& turn, Part takes_part) const;
    static Turn next(Turn turn) {
        return turn.right ? Turn{(turn.channel + 1) % kChannels, false} : Turn{turn.channel, true};
    }
    void push(Fifo<std::uint32_t, kFifoDepth>& side, Channel& c, std::uint32_t word);
    void write_txdma(std::uint32_t word);
    std::uint32_t front_of_rxdma() const;
    void pop_rxdma();
    static void flush_rx(Channel& c);
    static void flush_tx(Channel& c);

    void catch_up();
    void restart(std::uint32_t frame_cycles);
    I2sMoment moment(std::uint64_t cycle) const;
    SoundFrame sample_of(const Channel& c, std::uint32_t left, std::uint32_t right) const;
    std::uint32_t word_of(const Channel& c, std::int32_t sample) const;
    void begin_frame(std::uint64_t cycle);
    void end_frame(std::uint64_t begun_at_cycle);
    std::uint64_t slot(const Channel& c, std::uint32_t word) const;
    void put_on_line(Channel& c, std::uint32_t left, std::uint32_t right);
    std::uint32_t cycles_into_frame() const;
    bool level_at(const Channel& c, std::uint32_t cycle) const;
    std::uint64_t next_edge(const Channel& c) const;
    std::optional<std::uint64_t> next_wake() const;
    void drive_pads();

    PinMux& pins_;
    unsigned first_output_function_;
    I2sBus& lines_;
    BusTarget* neighbour_ = nullptr;
    std::array<Channel, kChannels> channels_;
    Turn tx_turn_, rx_turn_;
    std::uint32_t frame_cycles_ = 0;  // 0 while the clock stands still
    std::uint64_t frame_start_ = 0;   // cycle
    DeviceEvent wake_;
};

}  // namespace k210
