// DVP, 0x5043'0000, PLIC source 24: the camera port, with its own SCCB controller.
// Registers and how they are driven: [sdk] lib/drivers/include/dvp.h:27-110, lib/drivers/dvp.c. The block's clock is
// APB1, from which XCLK and SCL are divided: dvp.c:47-60, 136-152. Whether an output is RGB565 (display) or R, G, B
// planes (AI), for RGB and YUV sensors alike, follows from MaixPy omv/sensor.c:154-222, 1571-1730, which shows the
// display buffer of a YUV sensor as RGB565 and takes grey pictures from the AI buffer's first plane.
//
// A frame: vertical sync sets frame_start. With dvp_en or auto mode on as its first line begins, the frame is
// converted: configuration and addresses are taken then, all memory is written as its last line ends, then frame_finish
// is set and, without auto mode, dvp_en clears. So a handler that sets dvp_en at frame_start gets that very frame
// [measured]: kendryte-standalone-sdk issue 102 counts 58 interrupts a second, 28 of them finishes;
// fermiums22/K210_AI_V7s_Plus@b2e67f1 logs/ has one start and one finish a wait. Set later, dvp_en gets the frame's
// remaining lines [measured] (docs/camera_gc0328_k210.md there: pictures of 65 lines), at the beginning of the buffer
// [assumed].
//
// [assumed]: frame_finish only for converted frames; a frame smaller than asked for finishes with its last line; auto
// mode needs no dvp_en; Y format writes only the first plane; an SCCB read takes one byte, 0xff when nobody answers.
// `reverse` and `axi` have no effect; the FIFO never overflows.
#pragma once
#include "dvp/pixels.hpp"
#include "k210/bus/bus.hpp"
#include "k210/bus/device.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

class Dvp final : public Device {
    // clang-format off
    struct : Reg { using Reg::Reg;
        Bits start_int_enable{this, 0, "start_int_enable"}, finish_int_enable{this, 1, "finish_int_enable"},
             ai_output_enable{this, 2, "ai_output_enable"}, display_output_enable{this, 3, "display_output_enable"},
             auto_enable{this, 4, "auto_enable"}, burst_size_4beats{this, 8, "burst_size_4beats"},
             format{this, {10, 9}, "format"}, href_burst_num{this, {19, 12}, "href_burst_num"},
             line_num{this, {29, 20}, "line_num"};
    } dvp_cfg{regs, 0x00, "dvp_cfg"};
    Reg r_addr{regs, 0x04, "r_addr"}, g_addr{regs, 0x08, "g_addr"}, b_addr{regs, 0x0c, "b_addr"};
    struct : Reg { using Reg::Reg;
        Bits clk_div{this, {7, 0}, "clk_div"}, clk_enable{this, 8, "clk_enable"}, reset_pin{this, 16, "reset"},
             power_down{this, 24, "power_down"};
    } cmos_cfg{regs, 0x10, "cmos_cfg"};
    struct : Reg { using Reg::Reg;
        Bits byte_num{this, {1, 0}, "byte_num"}, scl_lcnt{this, {15, 8}, "scl_lcnt"}, scl_hcnt{this, {23, 16}, "scl_hcnt"},
             rdata{this, {31, 24}, "rdata", ro};
    } sccb_cfg{regs, 0x14, "sccb_cfg"};
    struct : Reg { using Reg::Reg;
        Bits write_data_enable{this, 0, "write_data_enable"}, device_address{this, {7, 1}, "device_address"},
             reg_address{this, {15, 8}, "reg_address"}, wdata_byte0{this, {23, 16}, "wdata_byte0"},
             wdata_byte1{this, {31, 24}, "wdata_byte1"};
    } sccb_ctl{regs, 0x18, "sccb_ctl"};
    struct : Reg { using Reg::Reg; Bits gm_mlen{this, {7, 0}, "gm_mlen"}; } axi{regs, 0x1c, "axi"};
    struct : Reg { using Reg::Reg;
        Bits frame_start{this, 0, "frame_start"}, frame_start_we{this, 1, "frame_start_we"},
             frame_finish{this, 8, "frame_finish"}, frame_finish_we{this, 9, "frame_finish_we"},
             dvp_en{this, 16, "dvp_en"}, dvp_en_we{this, 17, "dvp_en_we"},
             sccb_en{this, 24, "sccb_en"}, sccb_en_we{this, 25, "sccb_en_we"};
    } sts{regs, 0x20, "sts"};
    Reg reverse{regs, 0x24, "reverse"};
    Reg rgb_addr{regs, 0x28, "rgb_addr"};
    // clang-format on

public:
    Dvp(DeviceContext context, Bus& bus, I2cBus& sccb);

    OutputLine irq{*this, "irq"};
    OutputLine cmos_rst{*this, "cmos_rst"}, cmos_pwdn{*this, "cmos_pwdn"};  // the levels of these two pins

    void connect(VideoSource& camera) { camera_ = &camera; }
    std::uint64_t frames_captured() const { return frames_captured_; }  // since power-on: resets do not count

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    enum Format : std::uint32_t { rgb = 0, yuv = 1, luma = 3 };
    struct NoCamera final : VideoSource {
        bool streaming() const override { return false; }
        VideoTiming timing() const override { return {}; }
        VideoFrame frame(std::uint64_t) override { return {}; }
    };
    struct Capture {  // the frame being converted, as its first line found the registers
        std::uint32_t cfg, r, g, b, rgb;
    };

    std::uint64_t from_xclk(std::uint64_t cycles) const { return cycles * 2 * (cmos_cfg.clk_div + 1); }
    unsigned columns(std::uint32_t cfg) const;
    void write_status();
    void follow_xclk();
    void start_frame();
    void await_line();
    void begin_lines();
    void abandon_frame();
    void finish_frame();
    void store_frame();
    std::span<std::uint8_t> target(std::uint32_t address, std::size_t length);
    void start_sccb();
    void transfer_sccb();

    Bus& bus_;
    I2cBus& sccb_;
    NoCamera no_camera_;
    VideoSource* camera_ = &no_camera_;

    bool frame_start_ = false, frame_finish_ = false, dvp_en_ = false, sccb_en_ = false;
    std::uint32_t xclk_setting_ = 0;
    bool frame_runs_ = false;
    std::uint64_t frame_cycle_ = 0;  // of its vertical sync
    unsigned first_line_ = 0;        // that is captured
    Capture capture_{};
    std::uint64_t frames_captured_ = 0;
    DvpLine line_;
    DeviceEvent vsync_, lines_begin_, lines_end_, sccb_done_;
};

}  // namespace k210
