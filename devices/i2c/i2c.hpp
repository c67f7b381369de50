// I2C0 to I2C2, 0x5028'0000, 0x5029'0000, 0x502A'0000, PLIC sources 8 to 10: DesignWare I2C masters.
// Register map and bits: [sdk] lib/drivers/include/i2c.h:29-318; FIFOs of eight: [sdk] lib/drivers/i2c.c:147.
// What the bits mean, that the master stops when its FIFO runs empty and restarts when the direction changes, that an
// abort keeps the FIFO empty until it is cleared, and the SCL times: [doc] DesignWare DW_apb_i2c.
// [assumed]: the standard-speed counts rule at every speed, the only ones that the SDK and MaixPy program; reset
// values; data_cmd's stop and restart bits work although the SDK does not name them. Not modelled: slave mode, ten-bit
// addresses, general call and start byte, arbitration, clock stretching.
#pragma once
#include <deque>
#include <string>

#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

class I2c final : public Device {
    // clang-format off
    struct : Reg { using Reg::Reg; Bits master_mode{this, 0, "master_mode"}, speed{this, {2, 1}, "speed"}, slave_10bit{this, 3, "10bitaddr_slave"},
        master_10bit{this, 4, "10bitaddr_master"}, restart_en{this, 5, "restart_en"}, slave_disable{this, 6, "slave_disable"},
        stop_det_ifaddressed{this, 7, "stop_det_ifaddressed"}, tx_empty_ctrl{this, 8, "tx_empty_ctrl"}; } con{regs, 0x00, "con", 0x65};
    struct : Reg { using Reg::Reg; Bits address{this, {9, 0}, "address"}, gc_or_start{this, 10, "gc_or_start"},
        special{this, 11, "special", Access::todo}, master_10bit{this, 12, "10bitaddr_master"}; } tar{regs, 0x04, "tar", 0x55};
    struct : Reg { using Reg::Reg; Bits address{this, {9, 0}, "address"}; } sar{regs, 0x08, "sar", 0x55};
    struct : Reg { using Reg::Reg; Bits data{this, {7, 0}, "data"}, cmd{this, 8, "cmd", wo},
        stop{this, 9, "stop", wo}, restart{this, 10, "restart", wo}; } data_cmd{regs, 0x10, "data_cmd"};
    struct Count : Reg { using Reg::Reg; Bits count{this, {15, 0}, "count"}; } ss_scl_hcnt{regs, 0x14, "ss_scl_hcnt", 400},
        ss_scl_lcnt{regs, 0x18, "ss_scl_lcnt", 470};
    struct : Reg { using Reg::Reg; Bits pending{this, {11, 0}, "pending", ro}; } intr_stat{regs, 0x2c, "intr_stat"};
    struct : Reg { using Reg::Reg; Bits enabled{this, {11, 0}, "enabled"}; } intr_mask{regs, 0x30, "intr_mask", 0x8ff};
    struct : Reg { using Reg::Reg; Bits rx_under{this, 0, "rx_under", ro}, rx_over{this, 1, "rx_over", ro}, rx_full{this, 2, "rx_full", ro},
        tx_over{this, 3, "tx_over", ro}, tx_empty{this, 4, "tx_empty", ro}, rd_req{this, 5, "rd_req", ro},
        tx_abrt{this, 6, "tx_abrt", ro}, rx_done{this, 7, "rx_done", ro}, activity{this, 8, "activity", ro}, stop_det{this, 9, "stop_det", ro},
        start_det{this, 10, "start_det", ro}, gen_call{this, 11, "gen_call", ro}; } raw_intr_stat{regs, 0x34, "raw_intr_stat"};
    struct Threshold : Reg { using Reg::Reg; Bits value{this, {2, 0}, "value"}; } rx_tl{regs, 0x38, "rx_tl"}, tx_tl{regs, 0x3c, "tx_tl"};
    struct Clear : Reg { using Reg::Reg; Bits clr{this, 0, "clr", ro}; };
    std::deque<Clear> clear;  // 0x40 to 0x68: reading one clears its interrupts
    struct : Reg { using Reg::Reg; Bits enable{this, 0, "enable"}, abort{this, 1, "abort"},
        tx_cmd_block{this, 2, "tx_cmd_block"}; } enable{regs, 0x6c, "enable"};
    struct : Reg { using Reg::Reg; Bits activity{this, 0, "activity", ro}, tfnf{this, 1, "tfnf", ro}, tfe{this, 2, "tfe", ro},
        rfne{this, 3, "rfne", ro}, rff{this, 4, "rff", ro}, mst_activity{this, 5, "mst_activity", ro},
        slv_activity{this, 6, "slv_activity", ro}; } status{regs, 0x70, "status", 0x06};
    struct Level : Reg { using Reg::Reg; Bits value{this, {3, 0}, "value", ro}; } txflr{regs, 0x74, "txflr"}, rxflr{regs, 0x78, "rxflr"};
    struct : Reg { using Reg::Reg; Bits tx{this, {15, 0}, "tx"}, rx{this, {23, 16}, "rx"}; } sda_hold{regs, 0x7c, "sda_hold", 1};
    struct : Reg { using Reg::Reg; Bits source{this, {16, 0}, "source", ro}; } tx_abrt_source{regs, 0x80, "tx_abrt_source"};
    struct : Reg { using Reg::Reg; Bits rdmae{this, 0, "rdmae"}, tdmae{this, 1, "tdmae"}; } dma_cr{regs, 0x88, "dma_cr"};
    Threshold dma_tdlr{regs, 0x8c, "dma_tdlr"}, dma_rdlr{regs, 0x90, "dma_rdlr"};
    struct Byte : Reg { using Reg::Reg; Bits value{this, {7, 0}, "value"}; } sda_setup{regs, 0x94, "sda_setup", 0x64};
    struct : Reg { using Reg::Reg; Bits ack{this, 0, "ack"}; } general_call{regs, 0x98, "general_call", 1};
    struct : Reg { using Reg::Reg; Bits ic_enable{this, 0, "ic_enable", ro}; } enable_status{regs, 0x9c, "enable_status"};
    Byte fs_spklen{regs, 0xa0, "fs_spklen", 5};
    struct Constant : Reg { using Reg::Reg; Bits value{this, {31, 0}, "value", ro}; };
    Constant comp_param_1{regs, 0xf4, "comp_param_1", 0x0007'07e6},
        comp_version{regs, 0xf8, "comp_version", 0x3132'302a}, comp_type{regs, 0xfc, "comp_type", 0x4457'0140};
    // clang-format on

public:
    I2c(DeviceContext context, std::string name, I2cBus& bus);

    OutputLine irq{*this, "irq"}, dma_tx_req{*this, "dma_tx_req"}, dma_rx_req{*this, "dma_rx_req"};

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    enum class Phase : std::uint8_t { idle, address, data, stop };
    // What data_cmd was given; the FIFO keeps commands in this form.
    enum : std::uint16_t { kRead = 1u << 8, kStop = 1u << 9, kRestart = 1u << 10 };
    enum Abort : std::uint32_t {
        kAddressNoack = 1u << 0,
        kTenBitNoack = 1u << 1,
        kDataNoack = 1u << 3,
        kUser = 1u << 16
    };

    std::uint64_t bit_cycles() const;
    void write_command(std::uint16_t command);
    void write_enable();
    void start_if_ready();
    void begin(Phase phase);
    void phase_done();
    void address_done();
    void data_done();
    void abort(Abort source);

    I2cBus& bus_;
    Fifo<std::uint16_t, 8> tx_;
    Fifo<std::uint8_t, 8> rx_;
    Phase phase_ = Phase::idle;
    bool reading_ = false;       // direction of the transfer under way
    bool ending_ = false;        // stop after what is under way, whatever the FIFO holds
    std::uint16_t command_ = 0;  // being carried out
    DeviceEvent phase_done_;
};

}  // namespace k210
