#include "aes/aes.hpp"

#include <algorithm>
#include <span>

namespace k210 {
namespace {

// Registers hold a byte string with its last word first; returns where it ends.
std::uint8_t* copy_reversed(std::span<const Reg> words, std::uint8_t* out) {
    for (std::size_t i = words.size(); i-- > 0;)
        for (unsigned k = 0; k < 4; ++k) *out++ = static_cast<std::uint8_t>(words[i].raw >> (8 * k));
    return out;
}

std::uint32_t little(const AesBlock& block, std::size_t word) {
    std::uint32_t v = 0;
    for (std::size_t k = 0; k < 4; ++k) v |= std::uint32_t{block[4 * word + k]} << (8 * k);
    return v;
}

std::uint32_t byte_swapped(std::uint32_t v) {
    return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff'0000) | v << 24;
}

void put_big_endian(AesBlock& block, std::size_t at, std::uint64_t v) {
    for (std::size_t i = 0; i < 8; ++i) block[at + i] = static_cast<std::uint8_t>(v >> (56 - 8 * i));
}

}  // namespace

Aes::Aes(DeviceContext context) : Device("aes", context) {
    gb_aes_en.after_write = [this](std::uint32_t lanes) {
        if (lanes & 1) start();
    };
    aes_text_data.after_write = [this](std::uint32_t) { take_text(aes_text_data.word); };
    aes_aad_data.after_write = [this](std::uint32_t) { take_aad(aes_aad_data.word); };
    aes_out_data.refresh = [this] { aes_out_data.word = output_.front(); };
    aes_out_data.after_read = [this] { output_.pop(); };
    aes_finish.refresh = [this] { aes_finish.flag = finished_; };
    data_in_flag.refresh = [this] { data_in_flag.flag = running_ && (aad_left_ || (text_left_ && has_room())); };
    data_out_flag.refresh = [this] { data_out_flag.flag = !output_.empty(); };
    tag_in_flag.refresh = [this] { tag_in_flag.flag = finished_ && mode_ctl.cipher_mode == Mode::gcm; };
    for (std::uint32_t i = 0; i < 4; ++i)
        gcm_in_tag[i].after_write = [this, i](std::uint32_t) {
            tag_words_seen_ |= 1u << i;
            if (tag_words_seen_ == 0xf) check_tag();
        };
    tag_clear.after_write = [this](std::uint32_t) { tag_chk.result = TagCheck::unchecked; };
}

std::uint32_t Aes::ordered(std::uint32_t word) const {
    return aes_endian.little ? word : byte_swapped(word);
}

void Aes::start() {
    running_ = gb_aes_en.en;
    finished_ = false;
    block_bytes_ = tag_words_seen_ = 0;
    output_.clear();
    tag_chk.result = TagCheck::unchecked;
    if (!running_) return;
    if (mode_ctl.kmode > 2 || mode_ctl.cipher_mode > Mode::gcm)
        log().guest_error(name(), "reserved mode_ctl {:#x}; taken as 256 bits, ECB", mode_ctl.raw);

    const bool is_gcm = mode_ctl.cipher_mode == Mode::gcm;
    aad_bytes_ = aad_left_ = is_gcm ? gb_aad_num.raw + 1u : 0;  // 32 bits: -1 stands for none
    text_bytes_ = text_left_ = gb_pc_num.raw + 1u;
    const std::size_t ext_words = std::min<std::size_t>(mode_ctl.kmode, 2) * 2;  // beyond the first four
    copy_reversed(aes_key, copy_reversed(std::span(aes_key_ext).first(ext_words), key_.data()));
    key_bytes_ = static_cast<std::uint32_t>(16 + 4 * ext_words);
    cipher_.set_key(std::span(key_).first(key_bytes_));
    chain_.fill(0);
    copy_reversed(std::span(aes_iv).first(is_gcm ? 3 : 4), chain_.data());
    if (!is_gcm) return;
    chain_[15] = 1;
    hash_.fill(0);
    hash_key_ = cipher_.encrypt(AesBlock{});
    tag_mask_ = cipher_.encrypt(chain_);
    if (aad_left_ == 0 && text_left_ == 0) finish();
}

bool Aes::gather(std::uint32_t word, std::uint64_t& left) {
    if (block_bytes_ == 0) block_.fill(0);
    word = ordered(word);
    for (unsigned k = 0; k < 4 && left; ++k, --left)
        block_[block_bytes_++] = static_cast<std::uint8_t>(word >> (8 * k));
    return block_bytes_ == block_.size() || left == 0;
}

void Aes::take_aad(std::uint32_t word) {
    if (!running_ || aad_left_ == 0) return log().guest_error(name(), "additional data that nobody waits for");
    if (!gather(word, aad_left_)) return;
    mix_into_hash(block_);
    block_bytes_ = 0;
    if (aad_left_ == 0 && text_left_ == 0) finish();
}

void Aes::take_text(std::uint32_t word) {
    if (!running_ || aad_left_ || text_left_ == 0 || !has_room())
        return log().guest_error(name(), "text that nobody waits for");
    if (!gather(word, text_left_)) return;
    process_text_block();
    block_bytes_ = 0;
    if (text_left_ == 0) finish();
}

void Aes::process_text_block() {
    const bool is_gcm = mode_ctl.cipher_mode == Mode::gcm;
    AesBlock out = transform(block_);
    if (is_gcm) {
        std::fill(out.begin() + block_bytes_, out.end(), std::uint8_t{0});
        mix_into_hash(encrypt_sel.decrypt ? block_ : out);
    }
    const std::size_t words = is_gcm ? (block_bytes_ + 3) / 4 : 4;
    for (std::size_t i = 0; i < words; ++i) output_.push(ordered(little(out, i)));
}

AesBlock Aes::transform(const AesBlock& in) {
    switch (mode_ctl.cipher_mode) {
        case Mode::gcm: return in ^ next_key_stream();
        case Mode::cbc: {
            const AesBlock out = encrypt_sel.decrypt ? cipher_.decrypt(in) ^ chain_ : cipher_.encrypt(in ^ chain_);
            chain_ = encrypt_sel.decrypt ? in : out;
            return out;
        }
        default: return encrypt_sel.decrypt ? cipher_.decrypt(in) : cipher_.encrypt(in);
    }
}

AesBlock Aes::next_key_stream() {
    for (std::size_t i = 16; i-- > 12;)
        if (++chain_[i]) break;
    return cipher_.encrypt(chain_);
}

void Aes::mix_into_hash(const AesBlock& block) {
    hash_ = gcm_multiply(hash_ ^ block, hash_key_);
}

void Aes::finish() {
    finished_ = true;
    if (mode_ctl.cipher_mode != Mode::gcm) return;
    AesBlock lengths{};
    put_big_endian(lengths, 0, aad_bytes_ * 8);
    put_big_endian(lengths, 8, text_bytes_ * 8);
    mix_into_hash(lengths);
    const AesBlock tag = hash_ ^ tag_mask_;
    for (std::size_t i = 0; i < 4; ++i) gcm_out_tag[3 - i].word = byte_swapped(little(tag, i));
}

void Aes::check_tag() {
    tag_words_seen_ = 0;
    bool same = finished_;
    for (std::size_t i = 0; i < 4; ++i) same &= gcm_in_tag[i].raw == byte_swapped(gcm_out_tag[i].word);
    tag_chk.result = same ? TagCheck::passed : TagCheck::failed;
}

// A burst of four words, as the SDK's DMA moves them, or what is left at the end.
void Aes::settle() {
    dma_rx_req.set(dma_sel.dma && (output_.size() >= 4 || (finished_ && !output_.empty())));
}

void Aes::reset() {
    Device::reset();
    running_ = finished_ = false;
    aad_bytes_ = text_bytes_ = aad_left_ = text_left_ = 0;
    block_bytes_ = tag_words_seen_ = 0;
    for (AesBlock* block : {&block_, &chain_, &hash_key_, &hash_, &tag_mask_}) block->fill(0);
    output_.clear();
    key_.fill(0);
    key_bytes_ = 16;
}

void Aes::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("running", running_);
    v.value("finished", finished_);
    v.value("aad_bytes", aad_bytes_, 1ull << 32);
    v.value("text_bytes", text_bytes_, 1ull << 32);
    v.value("aad_left", aad_left_, aad_bytes_);
    v.value("text_left", text_left_, text_bytes_);
    v.bytes("key", key_);
    v.value("key_bytes", key_bytes_);
    v.bytes("block", block_);
    v.value("block_bytes", block_bytes_, 12);
    v.bytes("chain", chain_);
    v.bytes("hash_key", hash_key_);
    v.bytes("hash", hash_);
    v.bytes("tag_mask", tag_mask_);
    v.value("tag_words_seen", tag_words_seen_, 0xf);
    output_.visit_state(v, "output");
    v.require(block_bytes_ % 4 == 0, "block_bytes", "is no number of whole words");
    v.require(key_bytes_ == 16 || key_bytes_ == 24 || key_bytes_ == 32, "key_bytes", "is no key's length");
    if (v.loading()) cipher_.set_key(std::span(key_).first(key_bytes_));
}

}  // namespace k210
