// SHA256, 0x502C'0000, no interrupt; DMA request 21. Hashes blocks that software has padded.
// Registers and how they are driven: [sdk] lib/drivers/include/sha256.h:31-83, lib/drivers/sha256.c:48-116.
// A write of sha_en starts a hash; the result stands in reverse order of words. With sha_endian set, words carry the
// bytes as they lie in memory.
// Every block is hashed, whatever sha_data_cnt announced, and its result stands at once: MaixPy announces two blocks
// before it knows any data (moduhashlib_maixpy.c:38), its digest without data sends one and ends; a second digest sends
// one more and differs from the first, sipeed/MaixPy-v1_scripts basic/demo_sha256.py [measured].
// [assumed]: so sha_en reads as "no block is under way", once there was one; without sha_endian, words in and out are
// those of FIPS 180-4; a block takes no time, so that the input FIFO never fills (it takes less than the sixteen writes
// that bring one); blocks past sha_data_cnt set sha_overflow; DMA is asked for those announced.
#pragma once
#include <array>

#include "k210/bus/device.hpp"

namespace k210 {

class Sha256 final : public Device {
    // clang-format off
    struct ResultReg : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", ro}; };
    ResultReg sha_result[8]{{regs, 0x00, "sha_result_0"}, {regs, 0x04, "sha_result_1"}, {regs, 0x08, "sha_result_2"},
                            {regs, 0x0c, "sha_result_3"}, {regs, 0x10, "sha_result_4"}, {regs, 0x14, "sha_result_5"},
                            {regs, 0x18, "sha_result_6"}, {regs, 0x1c, "sha_result_7"}};
    struct : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", wo}; } sha_data_in1{regs, 0x20, "sha_data_in1"};
    struct : Reg { using Reg::Reg; Bits sha_data_cnt{this, {15, 0}, "sha_data_cnt"}, sha_data_num{this, {31, 16}, "sha_data_num", ro}; } sha_num_reg{regs, 0x28, "sha_num_reg"};
    struct : Reg { using Reg::Reg; Bits sha_en{this, 0, "sha_en"}, sha_overflow{this, 8, "sha_overflow", ro}, sha_endian{this, 16, "sha_endian"}; } sha_function_reg_0{regs, 0x2c, "sha_function_reg_0"};
    struct : Reg { using Reg::Reg; Bits dma_en{this, 0, "dma_en"}, fifo_in_full{this, 8, "fifo_in_full", ro}; } sha_function_reg_1{regs, 0x34, "sha_function_reg_1"};
    // clang-format on

public:
    explicit Sha256(DeviceContext context);

    OutputLine dma_rx_req{*this, "dma_rx_req"};  // SYSCTL_DMA_SELECT_SHA_RX_REQ: wants data

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    bool wants_data() const { return running_ && sha_num_reg.sha_data_num < sha_num_reg.sha_data_cnt; }
    void start();
    void take(std::uint32_t word);
    void show_result();

    bool running_ = false, done_ = false;  // done: no block is under way
    std::array<std::uint32_t, 8> hash_{};
    std::array<std::uint8_t, 64> block_{};
    std::uint32_t block_bytes_ = 0;
};

}  // namespace k210
