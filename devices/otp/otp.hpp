// OTP, 0x5042'0000: the controller of 16 KiB of fuses; no PLIC source.
// Registers and how they are driven: [sdk] at 685084c, lib/drivers/include/otp.h:22-186 and otp.c:342-373,416-441.
// MaixPy reads the chip's 32 identity bytes at 0x3d90. [measured] in its images
// The AES key at 0x3ff0 cannot be read: [doc] laanwj/k210-sdk-stuff doc/otp_layout.md. Reads are done at once, and
// data_rdy falls when the byte is taken: [assumed]. Everything but the identity is blank.
// Fuses cannot be blown: programming and self-tests report an error. Not modelled: the bypass port (*_cpu registers).
#pragma once
#include <array>
#include <cstdint>

#include "k210/bus/device.hpp"

namespace k210 {

class Otp final : public Device {
    static constexpr Access todo = Access::todo;
    // clang-format off
    struct ReadOnly : Reg { using Reg::Reg; Bits value{this, {31, 0}, "value", ro}; };
    struct Bypass : Reg { using Reg::Reg; Bits value{this, {31, 0}, "value", todo}; };
    Reg otp_ceb{regs, 0x00, "otp_ceb", 1}, otp_test_mode{regs, 0x04, "otp_test_mode"}, otp_mode{regs, 0x08, "otp_mode"}, gb_otp_en{regs, 0x0c, "gb_otp_en"},
        dat_in_finish{regs, 0x10, "dat_in_finish"};
    ReadOnly otp_bisr_fail{regs, 0x14, "otp_bisr_fail"};
    Reg test_step{regs, 0x18, "test_step"};
    ReadOnly otp_pwrrdy{regs, 0x1c, "otp_pwrrdy", 1};
    Reg otp_last_dat{regs, 0x20, "otp_last_dat"};
    ReadOnly otp_data{regs, 0x24, "otp_data"};
    Reg otp_pwr_mode{regs, 0x28, "otp_pwr_mode"}, otp_in_dat{regs, 0x2c, "otp_in_dat"}, otp_apb_adr{regs, 0x30, "otp_apb_adr"}, td_result{regs, 0x34, "td_result"},
        data_acp_flag{regs, 0x38, "data_acp_flag"};
    ReadOnly otp_adr_in_flag{regs, 0x3c, "otp_adr_in_flag"};
    Reg wr_result{regs, 0x40, "wr_result"}, otp_thershold{regs, 0x44, "otp_thershold"}, bisr_finish{regs, 0x48, "bisr_finish"}, key_cmp_result{regs, 0x4c, "key_cmp_result"},
        otp_cmp_key{regs, 0x50, "otp_cmp_key"};
    ReadOnly cmp_result_rdy{regs, 0x54, "cmp_result_rdy"};
    Reg otp_cle{regs, 0x58, "otp_cle"}, data_blk_ctrl{regs, 0x5c, "data_blk_ctrl"}, otp_wrg_adr_flag{regs, 0x60, "otp_wrg_adr_flag"};
    ReadOnly pro_wrong{regs, 0x64, "pro_wrong"}, otp_status{regs, 0x68, "otp_status"}, otp_pro_adr{regs, 0x6c, "otp_pro_adr"};
    Reg blank_finish{regs, 0x70, "blank_finish"}, bisr2otp_en{regs, 0x74, "bisr2otp_en"}, otp_cpu_ctrl{regs, 0x78, "otp_cpu_ctrl"}, otp_web_cpu{regs, 0x7c, "otp_web_cpu"},
        otp_rstb_cpu{regs, 0x80, "otp_rstb_cpu"}, otp_seltm_cpu{regs, 0x84, "otp_seltm_cpu"};
    Bypass otp_readen_cpu{regs, 0x88, "otp_readen_cpu"}, otp_pgmen_cpu{regs, 0x8c, "otp_pgmen_cpu"};
    Reg otp_dle_cpu{regs, 0x90, "otp_dle_cpu"}, otp_din_cpu{regs, 0x94, "otp_din_cpu"}, otp_cpumpen_cpu{regs, 0x98, "otp_cpumpen_cpu"}, otp_cle_cpu{regs, 0x9c, "otp_cle_cpu"},
        otp_ceb_cpu{regs, 0xa0, "otp_ceb_cpu", 1}, otp_adr_cpu{regs, 0xa4, "otp_adr_cpu"};
    ReadOnly otp_dat_cpu{regs, 0xa8, "otp_dat_cpu"}, otp_data_rdy{regs, 0xac, "otp_data_rdy"}, block_flag_high{regs, 0xb0, "block_flag_high"},
        block_flag_low{regs, 0xb4, "block_flag_low"}, reg_flag_high{regs, 0xb8, "reg_flag_high"}, reg_flag_low{regs, 0xbc, "reg_flag_low"};
    // clang-format on

public:
    using UniqueId = std::array<std::uint8_t, 32>;

    Otp(DeviceContext context, const UniqueId& unique_id);

    void reset() override;
    void visit_state(StateVisitor& v) override;

private:
    std::uint8_t fuses(std::uint32_t byte_address) const;
    void read_byte();
    void compare_key();
    void refuse();

    const UniqueId unique_id_;
    unsigned key_words_ = 0;  // received of a key to be compared
    bool key_differs_ = false;
};

}  // namespace k210
