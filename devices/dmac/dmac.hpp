// DesignWare AXI DMAC, 0x5000'0000, six channels, PLIC sources 27-32.
// Registers: standalone-sdk@02576ba lib/drivers/include/dmac.h:288-1402 [sdk]; how they are driven: dmac.c:356-440,
// 602-650, 766-835 [sdk]. 64-bit registers are two 32-bit words here.
// Data path: a channel moves its block between memories, at the pace of the bus, or between memory and a device, one
// burst for each hardware request. A request reaches a channel through the interface that src_per or dst_per names;
// SYSCTL chooses which device drives that interface (sysctl.c:1613-1656 [sdk]).
// Time [assumed]: 4.6 cycles a beat, from 702 MB/s measured for 64-bit beats into AI RAM (nncase#95, #97 [measured]);
// channels do not slow each other down. Data move in pieces of up to 4 KiB, at the beginning of the time they take.
// Several blocks follow one another without the harts (dmac_multiblk_transfer_type_t, dmac_lli_item_t,
// dmac_update_shandow_register [sdk]; valid and last bits, and the interrupt for a block that is not valid: Linux
// drivers/dma/dw-axi-dmac [doc]). A side's next address comes from a list's item, from the registers as they are then,
// from where the channel began, or follows the last one; everything else of a block from the item or the registers.
// [assumed]: intsignal_en lets everything through after reset, as the SDK never writes it; sar, dar and block_ts keep
// what was programmed, or what an item has brought; the common-register interrupt never comes; id and compver read 0;
// an item's valid bit is cleared in memory as its block ends; a channel that meets no valid block waits until its
// blk_tfr or ctl is written; one that reloads goes on until it is disabled, or ctl's last bit is set as a block ends; a
// software request is for one burst, a single one for one item.
// Peripheral flow control, priorities, locks, polarity and outstanding limits have no effect.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "k210/bus/bus.hpp"
#include "k210/bus/device.hpp"

namespace k210 {

class Dmac final : public Device {
public:
    static constexpr unsigned kChannels = 6;

private:
    struct Reg64 {
        Reg64(RegisterBank& bank, std::uint32_t offset, const std::string& name, std::uint32_t reset = 0)
            : lo(bank, offset, name, reset), hi(bank, offset + 4, name + "_hi") {}
        Reg lo, hi;
    };
    struct Narrow : Reg64 {  // nothing beyond the low word
        using Reg64::Reg64;
        Bits reserved{&hi, {31, 0}, "reserved", ro};
    };
    struct ReadZero : Narrow {
        using Narrow::Narrow;
        Bits value{&lo, {31, 0}, "value", ro};
    };
    // clang-format off
    struct Ctl : Reg64 { using Reg64::Reg64;
        Bits sms{&lo, 0, "sms"}, dms{&lo, 2, "dms"}, sinc{&lo, 4, "sinc"}, dinc{&lo, 6, "dinc"},
             src_tr_width{&lo, {10, 8}, "src_tr_width"}, dst_tr_width{&lo, {13, 11}, "dst_tr_width"},
             src_msize{&lo, {17, 14}, "src_msize"}, dst_msize{&lo, {21, 18}, "dst_msize"},
             nonposted_lastwrite_en{&lo, 30, "nonposted_lastwrite_en"},
             arlen_en{&hi, 6, "arlen_en"}, arlen{&hi, {14, 7}, "arlen"}, awlen_en{&hi, 15, "awlen_en"}, awlen{&hi, {23, 16}, "awlen"},
             src_stat_en{&hi, 24, "src_stat_en", Access::todo}, dst_stat_en{&hi, 25, "dst_stat_en", Access::todo},
             ioc_blktfr{&hi, 26, "ioc_blktfr"}, shadowreg_or_lli_last{&hi, 30, "shadowreg_or_lli_last"},
             shadowreg_or_lli_valid{&hi, 31, "shadowreg_or_lli_valid"};
    };
    struct Cfg : Reg64 { using Reg64::Reg64;
        Bits src_multblk_type{&lo, {1, 0}, "src_multblk_type"}, dst_multblk_type{&lo, {3, 2}, "dst_multblk_type"},
             tt_fc{&hi, {2, 0}, "tt_fc"}, hs_sel_src{&hi, 3, "hs_sel_src"}, hs_sel_dst{&hi, 4, "hs_sel_dst"},
             src_hwhs_pol{&hi, 5, "src_hwhs_pol", Access::todo}, dst_hwhs_pol{&hi, 6, "dst_hwhs_pol", Access::todo},
             src_per{&hi, {10, 7}, "src_per"}, dst_per{&hi, {15, 12}, "dst_per"}, ch_prior{&hi, {19, 17}, "ch_prior"},
             lock_ch{&hi, 20, "lock_ch"}, lock_ch_l{&hi, {22, 21}, "lock_ch_l"},
             src_osr_lmt{&hi, {26, 23}, "src_osr_lmt"}, dst_osr_lmt{&hi, {30, 27}, "dst_osr_lmt"};
    };
    struct BlockTs : Narrow { using Narrow::Narrow; Bits block_ts{&lo, {21, 0}, "block_ts"}; };
    struct Status : Narrow { using Narrow::Narrow; Bits cmpltd_blk_size{&lo, {21, 0}, "cmpltd_blk_size", ro}; };
    struct Interrupts : Narrow {
        Interrupts(RegisterBank& bank, std::uint32_t offset, const std::string& name, Access access, std::uint32_t reset = 0)
            : Narrow(bank, offset, name, reset), block_tfr_done(&lo, 0, "block_tfr_done", access), dma_tfr_done(&lo, 1, "dma_tfr_done", access),
              src_transcomp(&lo, 3, "src_transcomp", access), dst_transcomp(&lo, 4, "dst_transcomp", access),
              src_dec_err(&lo, 5, "src_dec_err", access), dst_dec_err(&lo, 6, "dst_dec_err", access),
              slv_errors(&lo, {8, 7}, "slv_errors", access), lli_rd_dec_err(&lo, 9, "lli_rd_dec_err", access),
              unused_errors(&lo, {12, 10}, "unused_errors", access),
              invalid_err(&lo, 13, "shadowreg_or_lli_invalid_err", access), suspended(&lo, 29, "suspended", access),
              disabled(&lo, 30, "disabled", access), aborted(&lo, 31, "aborted", access) {}
        Bits block_tfr_done, dma_tfr_done, src_transcomp, dst_transcomp, src_dec_err, dst_dec_err, slv_errors,
             lli_rd_dec_err, unused_errors, invalid_err, suspended, disabled, aborted;
    };

    struct : Narrow { using Narrow::Narrow; Bits dmac_en{&lo, 0, "dmac_en"}, int_en{&lo, 1, "int_en"}; } cfg{regs, 0x10, "cfg"};
    struct : Reg64 { using Reg64::Reg64;
        Bits ch_en{&lo, {5, 0}, "ch_en"}, ch_en_we{&lo, {13, 8}, "ch_en_we", wo},
             ch_susp{&lo, {21, 16}, "ch_susp"}, ch_susp_we{&lo, {29, 24}, "ch_susp_we", wo},
             ch_abort{&hi, {5, 0}, "ch_abort", wo}, ch_abort_we{&hi, {13, 8}, "ch_abort_we", wo};
    } chen{regs, 0x18, "chen"};
    struct : Narrow { using Narrow::Narrow; Bits ch_intstat{&lo, {5, 0}, "ch_intstat", ro}; } intstatus{regs, 0x30, "intstatus"};
    struct : Narrow { using Narrow::Narrow; Bits rst{&lo, 0, "rst"}; } reset_req{regs, 0x58, "reset"};
    ReadZero id{regs, 0x00, "id"}, compver{regs, 0x08, "compver"};
    ReadZero com_intclear{regs, 0x38, "com_intclear"}, com_intstatus{regs, 0x50, "com_intstatus"};
    Reg64 com_intstatus_en{regs, 0x40, "com_intstatus_en"}, com_intsignal_en{regs, 0x48, "com_intsignal_en"};
    // A side's peripheral asks by these where cfg has it so.
    struct SoftwareRequest : Narrow { using Narrow::Narrow;
        Bits req{&lo, 0, "req"}, req_we{&lo, 1, "req_we", wo}, sglreq{&lo, 2, "sglreq"}, sglreq_we{&lo, 3, "sglreq_we", wo},
             lst{&lo, 4, "lst", Access::todo}, lst_we{&lo, 5, "lst_we", wo};
        bool burst = false, single = false;  // asked for, and not served yet
        bool asks() const { return burst || single; }
        bool single_item() const { return single && !burst; }
        void served() { (burst ? burst : single) = false; }
    };
    // clang-format on

    // What a channel is doing: latched when it is enabled, and as each block begins.
    struct Job {
        std::uint32_t src = 0, dst = 0;
        std::uint32_t first_src = 0, first_dst = 0;  // as it was enabled
        bool last = true, reloads = false;           // of its blocks, and whether it begins again
        bool stalled = false;                        // there is no valid block to go on with
        std::uint32_t item = 0;                      // of a list, where the block comes from; 0: from none
        bool src_by_software = false, dst_by_software = false;
        std::uint64_t left_bytes = 0, total_bytes = 0;
        std::uint32_t src_width = 1, dst_width = 1;  // bytes
        std::uint32_t src_burst = 1, dst_burst = 1;  // bytes for each request
        bool src_increments = false, dst_increments = false;
        bool src_waits = false, dst_waits = false;  // for hardware requests
        std::uint32_t src_interface = 0, dst_interface = 0;
        std::uint64_t bus_free_cycle = 0;  // when what has been moved so far is through
    };
    struct Channel {
        Channel(Dmac& dmac, unsigned index);
        std::string name;  // prefix of its registers
        std::string track;
        std::uint32_t base;
        Reg64 sar, dar;
        BlockTs block_ts;
        Ctl ctl;
        Cfg cfg;
        Reg64 llp;
        Status status;
        SoftwareRequest swhssrc, swhsdst;
        ReadZero blk_tfr;
        Reg64 axi_id, axi_qos;
        Interrupts intstatus_en, intstatus, intsignal_en, intclear;
        Job job;
        DeviceEvent work;
    };

public:
    Dmac(DeviceContext context, Bus& bus);

    std::array<OutputLine, kChannels> irq{
        {{*this, "irq0"}, {*this, "irq1"}, {*this, "irq2"}, {*this, "irq3"}, {*this, "irq4"}, {*this, "irq5"}}};

    // A device's request line, by its number in SYSCTL's list (sysctl.h:98-131 [sdk]).
    void set_request(unsigned handshake, bool level);
    // SYSCTL's dma_sel0 and dma_sel1: which of them drives the interface of that channel.
    void select_handshake(unsigned channel, unsigned handshake);

    void reset() override;  // leaves the request lines and their selection alone: others drive them
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    void write_enables(std::uint32_t lanes);
    void enable(unsigned n);
    void begin_block(unsigned n, bool first);
    bool fetch_item(unsigned n);
    void retire_item(Job& job);
    void resume(unsigned n);
    void take_request(unsigned n, SoftwareRequest& request);
    void disable(unsigned n, const Bits& why);
    void schedule(unsigned n);
    void work(unsigned n);
    void finish(unsigned n);
    void trace_begin(unsigned n);
    void trace_end(unsigned n);
    bool requested(std::uint32_t interface) const;
    bool ready(const Channel& c) const;
    bool move(unsigned n);  // one burst, or one piece between memories; false on a bus error
    bool load(std::uint32_t address, std::uint32_t width, bool increments, std::span<std::uint8_t> to);
    bool store(std::uint32_t address, std::uint32_t width, bool increments, std::span<const std::uint8_t> from);
    void raise(unsigned n, const Bits& interrupt);
    bool pending(unsigned n) const;
    bool enabled(unsigned n) const { return enabled_ >> n & 1; }
    bool suspended(unsigned n) const { return suspended_ >> n & 1; }

    Bus& bus_;
    std::array<Channel, kChannels> channels_;
    std::uint32_t enabled_ = 0, suspended_ = 0;
    std::uint64_t requests_ = 0;  // one bit per handshake
    std::array<std::uint32_t, kChannels> selection_{};
};

}  // namespace k210
