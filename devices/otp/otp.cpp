#include "otp/otp.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kUniqueIdAddress = 0x3d90;
constexpr std::uint32_t kAesKeyAddress = 0x3ff0, kFuseBytes = 0x4000;
constexpr unsigned kKeyWords = 4;
enum : std::uint32_t { kModeRead = 0, kModeTest = 2 };
enum : std::uint32_t { kProgramError = 1 };
enum : std::uint32_t { kKeyDiffers = 1, kKeyEqual = 2 };

}  // namespace

Otp::Otp(DeviceContext context, const UniqueId& unique_id) : Device("otp", context), unique_id_(unique_id) {
    otp_adr_in_flag.refresh = [this] { otp_adr_in_flag.value = otp_ceb.raw == 0; };
    otp_ceb.after_write = [this](std::uint32_t) {
        if (otp_ceb.raw == 0 && otp_mode.raw == kModeTest) refuse();
    };
    otp_apb_adr.after_write = [this](std::uint32_t) {
        if (otp_ceb.raw == 0 && otp_mode.raw == kModeRead) read_byte();
    };
    dat_in_finish.after_write = [this](std::uint32_t) {
        if (dat_in_finish.raw != 0) refuse();
    };
    otp_data.after_read = [this] { otp_data_rdy.value = 0; };
    key_cmp_result.after_write = [this](std::uint32_t) {
        key_words_ = 0;
        key_differs_ = false;
    };
    otp_cmp_key.after_write = [this](std::uint32_t) { compare_key(); };
}

std::uint8_t Otp::fuses(std::uint32_t byte_address) const {
    const std::uint32_t index = byte_address - kUniqueIdAddress;
    return index < unique_id_.size() ? unique_id_[index] : 0;
}

// Addresses count bits.
void Otp::read_byte() {
    const std::uint32_t byte_address = otp_apb_adr.raw / 8, bit = otp_apb_adr.raw % 8;
    const bool readable = byte_address < kAesKeyAddress - (bit != 0);  // no bit of the key [assumed]
    const std::uint32_t two_bytes = fuses(byte_address) | std::uint32_t{fuses(byte_address + 1)} << 8;
    otp_data.value = readable ? two_bytes >> bit & 0xff : 0;
    if (!readable) {
        otp_wrg_adr_flag.raw = 1;
        if (byte_address >= kFuseBytes) log().guest_error(name(), "read beyond the last fuse");
    }
    otp_data_rdy.value = 1;
}

// Four words, most significant byte first, against the key's fuses.
void Otp::compare_key() {
    if (key_words_ >= kKeyWords) return;
    for (unsigned i = 0; i < 4; ++i)
        if (fuses(kAesKeyAddress + key_words_ * 4 + i) != (otp_cmp_key.raw >> (24 - 8 * i) & 0xff)) key_differs_ = true;
    if (++key_words_ == kKeyWords) {
        key_cmp_result.raw = key_differs_ ? kKeyDiffers : kKeyEqual;
        cmp_result_rdy.value = 1;
    }
}

void Otp::refuse() {
    log().unimplemented(name(), "fuses cannot be programmed or tested");
    data_acp_flag.raw = td_result.raw = wr_result.raw = kProgramError;
    bisr_finish.raw = blank_finish.raw = 1;
    otp_bisr_fail.value = 1;
    pro_wrong.value = 1;
}

void Otp::reset() {
    Device::reset();
    key_words_ = 0;
    key_differs_ = false;
}

void Otp::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("key_words", key_words_, kKeyWords);
    v.value("key_differs", key_differs_);
}

}  // namespace k210
