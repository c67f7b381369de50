// UART1 to UART3, 0x5021'0000, 0x5022'0000, 0x5023'0000, PLIC sources 11 to 13: DesignWare APB UARTs, 16-byte FIFOs.
// Register map: [sdk] lib/drivers/include/uart.h:56-117. Divisor as uart_configure programs it, FIFO depth from the
// trigger levels: [sdk] lib/drivers/uart.c:310-356, include/uart.h:166-180. Behaviour of the registers, of the THRE
// mode (in which lsr bit 5 means "FIFO full") and of the DMA requests: [doc] DesignWare DW_apb_uart.
// [assumed]: 16550-compatible, so lcr can be written while busy; a line without divisor receives nothing; modem inputs
// are inactive outside loopback; the component's version and parameters.
// A parity or framing error goes with its byte, shows in lsr once that is next, and is gone when lsr has been read.
// Not modelled: flow control, IrDA, RS-485, breaks, nine-bit frames, the FIFO access test mode.
#pragma once
#include <deque>
#include <string>

#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

class Uart final : public Device, public SerialEnd {
    // clang-format off
    static constexpr Access todo = Access::todo;
    struct DataReg : Reg { using Reg::Reg; Bits data{this, {7, 0}, "data"}; };
    // Three offsets serve two registers each, as LCR's divisor latch bit or the direction decides.
    DataReg rbr_thr_dll{regs, 0x00, "rbr_thr_dll"}, ier_dlh{regs, 0x04, "ier_dlh"}, iir_fcr{regs, 0x08, "iir_fcr", 0x01};
    struct : Reg { using Reg::Reg; Bits dls{this, {1, 0}, "dls"}, stop{this, 2, "stop"}, pen{this, 3, "pen"}, eps{this, 4, "eps"},
        sp{this, 5, "sp"}, bc{this, 6, "bc", todo}, dlab{this, 7, "dlab"}; } lcr{regs, 0x0c, "lcr"};
    struct : Reg { using Reg::Reg; Bits dtr{this, 0, "dtr"}, rts{this, 1, "rts"}, out1{this, 2, "out1"}, out2{this, 3, "out2"},
        lb{this, 4, "lb"}, afce{this, 5, "afce", todo}, sire{this, 6, "sire", todo}; } mcr{regs, 0x10, "mcr"};
    struct : Reg { using Reg::Reg; Bits dr{this, 0, "dr", ro}, oe{this, 1, "oe", ro}, pe{this, 2, "pe", ro}, fe{this, 3, "fe", ro},
        thre{this, 5, "thre", ro}, temt{this, 6, "temt", ro}, rfe{this, 7, "rfe", ro}; } lsr{regs, 0x14, "lsr"};
    struct : Reg { using Reg::Reg; Bits cts{this, 4, "cts", ro}, dsr{this, 5, "dsr", ro},
        ri{this, 6, "ri", ro}, dcd{this, 7, "dcd", ro}; } msr{regs, 0x18, "msr"};
    DataReg scr{regs, 0x1c, "scr"};
    std::deque<DataReg> srbr_sthr;  // 0x30 to 0x6c: sixteen more doors to rbr and thr
    struct : Reg { using Reg::Reg; Bits busy{this, 0, "busy", ro}, tfnf{this, 1, "tfnf", ro},
        tfe{this, 2, "tfe", ro}, rfne{this, 3, "rfne", ro}, rff{this, 4, "rff", ro}; } usr{regs, 0x7c, "usr"};
    struct Level : Reg { using Reg::Reg; Bits level{this, {4, 0}, "level", ro}; } tfl{regs, 0x80, "tfl"}, rfl{regs, 0x84, "rfl"};
    struct : Reg { using Reg::Reg; Bits ur{this, 0, "ur", wo}, rfr{this, 1, "rfr", wo}, xfr{this, 2, "xfr", wo}; } srr{regs, 0x88, "srr"};
    // Shadows: srts is mcr's rts; the others hold what FCR, which cannot be read, was given.
    struct : Reg { using Reg::Reg; Bits rts{this, 0, "rts"}; } srts{regs, 0x8c, "srts"};
    struct : Reg { using Reg::Reg; Bits mode{this, 0, "mode"}; } sdmam{regs, 0x94, "sdmam"};
    struct : Reg { using Reg::Reg; Bits enable{this, 0, "enable"}; } sfe{regs, 0x98, "sfe"};
    struct : Reg { using Reg::Reg; Bits trigger{this, {1, 0}, "trigger"}; } srt{regs, 0x9c, "srt"}, stet{regs, 0xa0, "stet"};
    struct : Reg { using Reg::Reg; Bits halt{this, 0, "halt"}; } htx{regs, 0xa4, "htx"};
    struct : Reg { using Reg::Reg; Bits ack{this, 0, "ack", wo}; } dmasa{regs, 0xa8, "dmasa"};
    struct : Reg { using Reg::Reg; Bits rs485_en{this, 0, "rs485_en", todo}, re_pol{this, 1, "re_pol"},
        de_pol{this, 2, "de_pol"}, xfer_mode{this, {4, 3}, "xfer_mode"}; } tcr{regs, 0xac, "tcr", 0x06};
    Reg de_en{regs, 0xb0, "de_en"}, re_en{regs, 0xb4, "re_en"}, det{regs, 0xb8, "det"}, tat{regs, 0xbc, "tat"};
    struct : Reg { using Reg::Reg; Bits fraction{this, {3, 0}, "fraction"}; } dlf{regs, 0xc0, "dlf"};
    Reg rar{regs, 0xc4, "rar"}, tar{regs, 0xc8, "tar"};
    struct : Reg { using Reg::Reg; Bits nine_bits{this, {3, 0}, "nine_bits", todo}; } lcr_ext{regs, 0xcc, "lcr_ext"};
    struct Constant : Reg { using Reg::Reg; Bits value{this, {31, 0}, "value", ro}; };
    Constant cpr{regs, 0xf4, "cpr", 0x0001'3c32}, ucv{regs, 0xf8, "ucv", 0x3430'312a}, ctr{regs, 0xfc, "ctr", 0x4457'0110};
    // clang-format on

public:
    Uart(DeviceContext context, std::string name, SerialSink& line);

    OutputLine irq{*this, "irq"}, dma_tx_req{*this, "dma_tx_req"}, dma_rx_req{*this, "dma_rx_req"};

    void receive(std::uint8_t byte) override { receive_frame(HeardByte{byte}); }
    void receive_frame(HeardByte heard) override;
    bool can_receive() const override { return divisor() != 0 && rx_.size() < depth(); }
    SerialFormat format() const override;
    std::uint64_t baud() const override { return baud_; }
    bool sending() const { return tx_done_.armed(); }

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    static constexpr std::size_t kFifoDepth = 16;
    enum Interrupt : std::uint8_t {  // as iir reports them
        kNone = 1,
        kThrEmpty = 2,
        kDataAvailable = 4,
        kLineStatus = 6,
        kCharacterTimeout = 12,
    };

    std::uint32_t divisor() const { return std::uint32_t{dlh_} << 8 | dll_; }
    std::uint32_t depth() const { return sfe.enable ? kFifoDepth : 1; }  // without FIFOs: one holding register
    std::uint8_t data_mask() const { return static_cast<std::uint8_t>(0xff >> (3 - lcr.dls)); }
    bool thre_mode() const { return (ier_ & 0x80) && sfe.enable; }
    std::uint64_t bit_cycles() const { return std::uint64_t{16} * divisor() + dlf.fraction; }
    // One and a half stop bits go with five data bits.
    std::uint32_t stop_halves() const { return !lcr.stop ? 2 : lcr.dls == 0 ? 3 : 4; }
    std::uint64_t frame_cycles() const;

    void read_data();
    void write_data(std::uint8_t byte);
    void write_fcr(std::uint32_t v);
    void clear_fifos(bool rx, bool tx);
    void start_tx();
    void accept(HeardByte heard);
    bool error_at_head() const { return (rx_.front() & (kParityError | kFramingError)) != 0; }
    void restart_timeout();
    bool tx_low() const;
    bool rx_high() const;
    Interrupt interrupt() const;

    SerialSink& line_;
    std::uint8_t dll_ = 0, dlh_ = 0, ier_ = 0;
    enum : std::uint16_t { kParityError = 1u << 8, kFramingError = 1u << 9 };  // of a byte in the receive FIFO
    Fifo<std::uint8_t, kFifoDepth> tx_;
    Fifo<std::uint16_t, kFifoDepth> rx_;
    std::uint8_t shifting_ = 0;
    std::uint64_t baud_ = 0;
    bool overrun_ = false;    // until lsr is read
    bool timed_out_ = false;  // bytes wait, and nothing moved for four frames
    bool tx_was_low_ = true;  // "THR empty" is latched when this becomes true, and forgotten
    bool thr_empty_ = false;  // once iir has reported it
    DeviceEvent tx_done_, rx_timeout_;
};

}  // namespace k210
