// AES, 0x5045'0000, no interrupt; DMA request 20. ECB, CBC and GCM with keys of 128, 192 and 256 bits.
// Registers: [sdk] lib/drivers/include/aes.h:57-133; how they are driven: lib/drivers/aes.c:29-347. Keys and vectors
// stand with their last word first; gcm_out_tag with its last word first, each most significant byte first, but
// gcm_in_tag in the byte order of memory.
// A write of gb_aes_en starts: gb_aad_num + 1 bytes of additional data and gb_pc_num + 1 of text follow as words
// (wholly absent when the register is -1); each full or last block is processed at once. [assumed]: blocks take no time
// (a dozen cycles, less than the four writes that bring one); the output holds 20 words, the 80 bytes that the SDK
// writes before it reads; a last GCM block is filled up with zeroes on output; without aes_endian, words of text,
// additional data and output have their bytes reversed; mode_ctl's orders have no effect.
#pragma once
#include "aes/block_cipher.hpp"
#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"

namespace k210 {

class Aes final : public Device {
    // clang-format off
    struct RoReg : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", ro}; };
    struct WoReg : Reg { using Reg::Reg; Bits word{this, {31, 0}, "word", wo}; };
    struct FlagReg : Reg { using Reg::Reg; Bits flag{this, 0, "flag", ro}; };
    Reg aes_key[4]{{regs, 0x00, "aes_key_0"}, {regs, 0x04, "aes_key_1"}, {regs, 0x08, "aes_key_2"}, {regs, 0x0c, "aes_key_3"}};
    struct : Reg { using Reg::Reg; Bits decrypt{this, 0, "decrypt"}; } encrypt_sel{regs, 0x10, "encrypt_sel"};
    struct : Reg { using Reg::Reg;
        Bits cipher_mode{this, {2, 0}, "cipher_mode"}, kmode{this, {4, 3}, "kmode"}, key_order{this, {6, 5}, "key_order", Access::todo},
             input_order{this, {8, 7}, "input_order", Access::todo}, output_order{this, {10, 9}, "output_order", Access::todo};
    } mode_ctl{regs, 0x14, "mode_ctl"};
    Reg aes_iv[4]{{regs, 0x18, "aes_iv_0"}, {regs, 0x1c, "aes_iv_1"}, {regs, 0x20, "aes_iv_2"}, {regs, 0x24, "aes_iv_3"}};
    struct : Reg { using Reg::Reg; Bits little{this, 0, "little"}; } aes_endian{regs, 0x28, "aes_endian"};
    FlagReg aes_finish{regs, 0x2c, "aes_finish"};
    struct : Reg { using Reg::Reg; Bits dma{this, 0, "dma"}; } dma_sel{regs, 0x30, "dma_sel"};
    Reg gb_aad_num{regs, 0x34, "gb_aad_num"};
    Reg gb_pc_num{regs, 0x3c, "gb_pc_num"};
    WoReg aes_text_data{regs, 0x40, "aes_text_data"}, aes_aad_data{regs, 0x44, "aes_aad_data"};
    struct : Reg { using Reg::Reg; Bits result{this, {1, 0}, "result", ro}; } tag_chk{regs, 0x48, "tag_chk"};
    FlagReg data_in_flag{regs, 0x4c, "data_in_flag"};
    Reg gcm_in_tag[4]{{regs, 0x50, "gcm_in_tag_0"}, {regs, 0x54, "gcm_in_tag_1"}, {regs, 0x58, "gcm_in_tag_2"}, {regs, 0x5c, "gcm_in_tag_3"}};
    RoReg aes_out_data{regs, 0x60, "aes_out_data"};
    struct : Reg { using Reg::Reg; Bits en{this, 0, "en"}; } gb_aes_en{regs, 0x64, "gb_aes_en"};
    FlagReg data_out_flag{regs, 0x68, "data_out_flag"}, tag_in_flag{regs, 0x6c, "tag_in_flag"};
    Reg tag_clear{regs, 0x70, "tag_clear"};
    RoReg gcm_out_tag[4]{{regs, 0x74, "gcm_out_tag_0"}, {regs, 0x78, "gcm_out_tag_1"}, {regs, 0x7c, "gcm_out_tag_2"}, {regs, 0x80, "gcm_out_tag_3"}};
    Reg aes_key_ext[4]{{regs, 0x84, "aes_key_ext_0"}, {regs, 0x88, "aes_key_ext_1"}, {regs, 0x8c, "aes_key_ext_2"}, {regs, 0x90, "aes_key_ext_3"}};
    // clang-format on

public:
    explicit Aes(DeviceContext context);

    OutputLine dma_rx_req{*this, "dma_rx_req"};  // SYSCTL_DMA_SELECT_AES_REQ: has output

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    enum Mode : std::uint32_t { ecb = 0, cbc = 1, gcm = 2 };
    enum TagCheck : std::uint32_t { unchecked = 0, failed = 1, passed = 2 };

    bool has_room() const { return output_.size() + 4 <= output_.depth(); }
    std::uint32_t ordered(std::uint32_t word) const;
    void start();
    void take_aad(std::uint32_t word);
    void take_text(std::uint32_t word);
    bool gather(std::uint32_t word, std::uint64_t& left);  // true: block_ is full, or the last
    void process_text_block();
    AesBlock transform(const AesBlock& in);
    AesBlock next_key_stream();
    void mix_into_hash(const AesBlock& block);
    void finish();
    void check_tag();

    AesBlockCipher cipher_;  // holds key_
    std::array<std::uint8_t, 32> key_{};
    std::uint32_t key_bytes_ = 16;
    bool running_ = false, finished_ = false;
    std::uint64_t aad_bytes_ = 0, text_bytes_ = 0;  // of the whole message,
    std::uint64_t aad_left_ = 0, text_left_ = 0;    // and still to come
    AesBlock block_{};                              // being gathered
    std::uint32_t block_bytes_ = 0;
    AesBlock chain_{};                  // CBC: the previous ciphertext; GCM: the counter block
    AesBlock hash_key_{}, hash_{};      // GCM
    AesBlock tag_mask_{};               // GCM: the first counter block, encrypted
    std::uint32_t tag_words_seen_ = 0;  // one bit each
    Fifo<std::uint32_t, 20> output_;
};

}  // namespace k210
