#include "sha256/sha256.hpp"

#include <algorithm>

// The digest interface pads by itself and cannot be stopped and saved amid a message; the block function can.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace k210 {
namespace {

constexpr std::uint32_t byte_swapped(std::uint32_t v) {
    return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff'0000) | v << 24;
}

}  // namespace

Sha256::Sha256(DeviceContext context) : Device("sha256", context) {
    sha_data_in1.after_write = [this](std::uint32_t lanes) {
        if (lanes == ~0u) return take(sha_data_in1.word);
        log().guest_error(name(), "input narrower than a word");
    };
    sha_function_reg_0.refresh = [this] { sha_function_reg_0.sha_en = done_; };
    sha_function_reg_0.after_write = [this](std::uint32_t lanes) {
        if (lanes & 1 && sha_function_reg_0.sha_en) start();
    };
}

void Sha256::start() {
    SHA256_CTX context;
    SHA256_Init(&context);
    std::copy(std::begin(context.h), std::end(context.h), hash_.begin());
    running_ = true;
    done_ = false;
    block_bytes_ = 0;
    sha_num_reg.sha_data_num = 0;
    sha_function_reg_0.sha_overflow = 0;
}

void Sha256::take(std::uint32_t word) {
    if (!running_) return log().guest_error(name(), "input before sha_en was set");
    const std::uint32_t bytes = sha_function_reg_0.sha_endian ? word : byte_swapped(word);
    for (unsigned i = 0; i < 4; ++i) block_[block_bytes_++] = static_cast<std::uint8_t>(bytes >> (8 * i));
    done_ = false;
    if (block_bytes_ < block_.size()) return;

    done_ = true;
    block_bytes_ = 0;
    SHA256_CTX context{};
    std::copy(hash_.begin(), hash_.end(), std::begin(context.h));
    SHA256_Transform(&context, block_.data());
    std::copy(std::begin(context.h), std::end(context.h), hash_.begin());
    show_result();
    if (sha_num_reg.sha_data_num >= sha_num_reg.sha_data_cnt) {
        sha_function_reg_0.sha_overflow = 1;
        log().guest_error(name(), "more blocks than were announced");
    }
    sha_num_reg.sha_data_num = sha_num_reg.sha_data_num + 1;
}

void Sha256::show_result() {
    for (std::size_t i = 0; i < hash_.size(); ++i)
        sha_result[hash_.size() - 1 - i].word = sha_function_reg_0.sha_endian ? byte_swapped(hash_[i]) : hash_[i];
}

void Sha256::settle() {
    dma_rx_req.set(sha_function_reg_1.dma_en && wants_data());
}

void Sha256::reset() {
    Device::reset();
    running_ = done_ = false;
    hash_.fill(0);
    block_.fill(0);
    block_bytes_ = 0;
}

void Sha256::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("running", running_);
    v.value("done", done_);
    for (std::size_t i = 0; i < hash_.size(); ++i) v.value("hash_" + std::to_string(i), hash_[i]);
    v.bytes("block", block_);
    v.value("block_bytes", block_bytes_, 60);
    v.require(block_bytes_ % 4 == 0, "block_bytes", "is no number of whole words");
}

}  // namespace k210
