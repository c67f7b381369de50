#include "board/nor_flash/nor_flash.hpp"

#include <algorithm>
#include <bit>
#include <random>
#include <stdexcept>

#include "k210/base/error.hpp"
#include "k210/base/large_pages.hpp"

namespace k210 {
namespace {

// clang-format off
enum Opcode : std::uint8_t {
    kWriteStatus1 = 0x01, kPageProgram = 0x02, kRead = 0x03, kWriteDisable = 0x04, kReadStatus1 = 0x05,
    kWriteEnable = 0x06, kFastRead = 0x0b, kWriteStatus3 = 0x11, kReadStatus3 = 0x15, kSectorErase = 0x20,
    kWriteStatus2 = 0x31, kQuadPageProgram = 0x32, kReadStatus2 = 0x35, kReadDualOutput = 0x3b, kReadUniqueId = 0x4b,
    kVolatileWriteEnable = 0x50, kBlockErase32K = 0x52, kChipErase60 = 0x60, kEnableReset = 0x66,
    kReadQuadOutput = 0x6b, kReadId = 0x90, kReset = 0x99, kReadJedecId = 0x9f, kReleasePowerDown = 0xab,
    kPowerDown = 0xb9, kReadDualIo = 0xbb, kChipErase = 0xc7, kBlockErase64K = 0xd8, kReadQuadIo = 0xeb,
};
// clang-format on

struct Command {
    std::uint8_t opcode;
    std::uint8_t address_bytes, mode_bytes, dummy_clocks;
    bool quad;
};
constexpr Command kCommands[] = {
    {kWriteStatus1, 0, 0, 0, false},  {kPageProgram, 3, 0, 0, false},
    {kRead, 3, 0, 0, false},          {kWriteDisable, 0, 0, 0, false},
    {kReadStatus1, 0, 0, 0, false},   {kWriteEnable, 0, 0, 0, false},
    {kFastRead, 3, 0, 8, false},      {kWriteStatus3, 0, 0, 0, false},
    {kReadStatus3, 0, 0, 0, false},   {kSectorErase, 3, 0, 0, false},
    {kWriteStatus2, 0, 0, 0, false},  {kQuadPageProgram, 3, 0, 0, true},
    {kReadStatus2, 0, 0, 0, false},   {kReadDualOutput, 3, 0, 8, false},
    {kReadUniqueId, 3, 0, 8, false},  {kVolatileWriteEnable, 0, 0, 0, false},
    {kBlockErase32K, 3, 0, 0, false}, {kChipErase60, 0, 0, 0, false},
    {kEnableReset, 0, 0, 0, false},   {kReadQuadOutput, 3, 0, 8, true},
    {kReadId, 3, 0, 0, false},        {kReset, 0, 0, 0, false},
    {kReadJedecId, 0, 0, 0, false},   {kReleasePowerDown, 3, 0, 0, false},
    {kPowerDown, 0, 0, 0, false},     {kReadDualIo, 3, 1, 0, false},
    {kChipErase, 0, 0, 0, false},     {kBlockErase64K, 3, 0, 0, false},
    {kReadQuadIo, 3, 1, 4, true},
};

const Command* find(std::uint8_t opcode) {
    const auto it =
        std::find_if(std::begin(kCommands), std::end(kCommands), [&](auto& c) { return c.opcode == opcode; });
    return it == std::end(kCommands) ? nullptr : it;
}

// Real: K210_AI_V7s_Plus's test report of a sector and a page, a Maix Dock erased 1 MiB in 11.33 s and programmed it in
// 2.29 s, of which its clock of 19.5 MHz and the driver leave 0.45 ms a page [measured]; the rest W25Q128JV, typical
// [doc]. Fast: a hundredth of what that data sheet calls typical.
constexpr NorFlash::BusyTime kWriteStatusTime{10'000, 100}, kPageProgramTime{450, 7}, kSectorEraseTime{44'000, 450},
    kBlockErase32KTime{120'000, 1'200}, kBlockErase64KTime{150'000, 1'500}, kChipEraseTime{40'000'000, 400'000};

constexpr std::uint8_t kBusy = 0x01, kWriteEnabled = 0x02, kBlockProtect = 0x7c;  // status 1
constexpr std::uint8_t kQuadEnable = 0x02;                                        // status 2

// A board's flash has been written by firmware that set this bit for good, so it is set from the start [assumed].
constexpr std::array<std::uint8_t, 3> kFactoryStatus = {0, kQuadEnable, 0};

constexpr std::uint8_t kUniqueId[8] = {0x38, 0x41, 0x30, 0x32, 0x10, 0x4b, 0x20, 0x21};  // any value will do
constexpr std::uint8_t kUndriven = 0xff;

}  // namespace

PartDesign NorFlash::design(PartOptions& options) {
    options.flash_pins();
    Config config;
    const std::uint64_t mib = options.number("size_mib", {1, 16});
    if (!std::has_single_bit(mib)) options.refuse("size_mib", "size_mib is none of 1, 2, 4, 8, 16");
    config.size_bytes = mib << 20;
    config.manufacturer = static_cast<std::uint8_t>(options.number("manufacturer", {0, 0xff}));
    config.memory_type = static_cast<std::uint8_t>(options.number("memory_type", {0, 0xff}, config.memory_type));
    config.device = static_cast<std::uint8_t>(options.number("device", {0, 0xff}));
    return {[config](const PartContext& context) { return std::make_unique<NorFlash>(context, config); },
            config.size_bytes};
}

NorFlash::NorFlash(const PartContext& context, const Config& config)
    : context_(context), config_(config), status_(kFactoryStatus) {
    if (!std::has_single_bit(config.size_bytes) || config.size_bytes < 65536 || config.size_bytes > 16u << 20)
        throw std::invalid_argument("NOR flash: impossible size");
    contents_.reserve(config.size_bytes);
    prefer_large_pages(contents_.data(), config.size_bytes);
    contents_.assign(config.size_bytes, 0xff);
}

void NorFlash::load(std::size_t offset, std::span<const std::uint8_t> image) {
    if (offset > contents_.size() || image.size() > contents_.size() - offset)
        throw InputError(
            fmt::format("{} bytes at {:#x} do not fit into {} bytes of flash", image.size(), offset, contents_.size()));
    std::copy(image.begin(), image.end(), contents_.begin() + static_cast<std::ptrdiff_t>(offset));
}

void NorFlash::power_on() {
    busy_until_ = {};
    write_enabled_ = powered_down_ = reset_enabled_ = false;
    selected_ = opcode_seen_ = false;
}

void NorFlash::lose_power(std::uint64_t seed) {
    if (!busy() || changing_bytes_ == 0) return;
    std::mt19937_64 any(seed);
    std::generate_n(contents_.begin() + static_cast<std::ptrdiff_t>(changing_start_), changing_bytes_,
                    [&] { return static_cast<std::uint8_t>(any()); });
    ++generation_;
}

void NorFlash::select(bool active) {
    if (active == selected_) return;
    selected_ = active;
    if (!active && opcode_seen_ && !ignored_) execute();
    opcode_seen_ = false;
}

std::uint32_t NorFlash::exchange(std::uint32_t out, unsigned bits, unsigned lines) {
    if (bits % 8) context_.log.unimplemented(context_.name, "frames of {} bits", bits);
    std::uint32_t in = 0;
    for (unsigned left = bits; left >= 8; left -= 8)
        in = in << 8 | clock_byte(static_cast<std::uint8_t>(out >> (left - 8)), lines);
    return in;
}

std::uint32_t NorFlash::receive(unsigned bits, unsigned lines) {
    return exchange(~0u, bits, lines);
}

void NorFlash::dummy_clocks(unsigned clocks) {
    dummy_clocks_left_ -= std::min(dummy_clocks_left_, clocks);
}

std::uint8_t NorFlash::clock_byte(std::uint8_t in, unsigned lines) {
    if (!selected_) return kUndriven;
    if (!opcode_seen_) {
        begin(in);
        return kUndriven;
    }
    if (ignored_) return kUndriven;
    if (address_bytes_left_) {
        address_ = address_ << 8 | in;
        --address_bytes_left_;
        return kUndriven;
    }
    if (mode_bytes_left_) {
        --mode_bytes_left_;
        if ((in & 0x30) == 0x20) context_.log.unimplemented(context_.name, "continuous read, mode bits {:#04x}", in);
        return kUndriven;
    }
    if (dummy_clocks_left_) {
        dummy_clocks(8 / lines);
        return kUndriven;
    }
    return data_byte(in);
}

void NorFlash::begin(std::uint8_t opcode) {
    opcode_seen_ = true;
    opcode_ = opcode;
    ignored_ = true;
    const Command* command = find(opcode);
    if (!command) return context_.log.unimplemented(context_.name, "command {:#04x}", opcode);
    const bool asks_status = opcode == kReadStatus1 || opcode == kReadStatus2 || opcode == kReadStatus3;
    const bool resets = opcode == kEnableReset || opcode == kReset;
    if (powered_down_ && opcode != kReleasePowerDown)
        return context_.log.guest_error(context_.name, "command {:#04x} while powered down", opcode);
    if (busy() && !asks_status && !resets)
        return context_.log.guest_error(context_.name, "command {:#04x} while busy", opcode);
    if (command->quad && !(status_[1] & kQuadEnable))
        return context_.log.guest_error(context_.name, "command {:#04x} while quad lines are not enabled", opcode);
    ignored_ = false;
    if (!resets) reset_enabled_ = false;
    address_ = 0;
    address_bytes_left_ = command->address_bytes;
    mode_bytes_left_ = command->mode_bytes;
    dummy_clocks_left_ = command->dummy_clocks;
    data_count_ = 0;
    page_.fill(0xff);
}

std::uint8_t NorFlash::status(unsigned n) const {
    if (n) return status_[n];
    const bool is_busy = busy();
    return static_cast<std::uint8_t>(status_[0] | (is_busy ? kBusy : 0) |
                                     (is_busy || write_enabled_ ? kWriteEnabled : 0));
}

std::uint8_t NorFlash::data_byte(std::uint8_t in) {
    const std::uint32_t n = data_count_++;
    switch (opcode_) {
        case kRead:
        case kFastRead:
        case kReadDualOutput:
        case kReadDualIo:
        case kReadQuadOutput:
        case kReadQuadIo: return contents_[address_++ & (contents_.size() - 1)];
        case kReadStatus1: return status(0);
        case kReadStatus2: return status(1);
        case kReadStatus3: return status(2);
        case kReadId: return (address_ + n) & 1 ? config_.device : config_.manufacturer;
        case kReadJedecId:
            return n == 0   ? config_.manufacturer
                   : n == 1 ? config_.memory_type
                            : static_cast<std::uint8_t>(std::countr_zero(contents_.size()));
        case kReadUniqueId: return kUniqueId[n % 8];
        case kReleasePowerDown: return config_.device;
        case kPageProgram:
        case kQuadPageProgram: page_[(address_ + n) % kPageBytes] = in; return kUndriven;
        case kWriteStatus1:
        case kWriteStatus2:
        case kWriteStatus3:
            if (n < page_.size()) page_[n] = in;
            return kUndriven;
        default: return kUndriven;
    }
}

// What happens when the chip is deselected.
void NorFlash::execute() {
    switch (opcode_) {
        case kWriteEnable:
        case kVolatileWriteEnable: write_enabled_ = true; break;
        case kWriteDisable: write_enabled_ = false; break;
        case kWriteStatus1:
        case kWriteStatus2:
        case kWriteStatus3: write_status(); break;
        case kPageProgram:
        case kQuadPageProgram: program(); break;
        case kSectorErase: erase(4096, kSectorEraseTime); break;
        case kBlockErase32K: erase(32768, kBlockErase32KTime); break;
        case kBlockErase64K: erase(65536, kBlockErase64KTime); break;
        case kChipErase:
        case kChipErase60: erase(contents_.size(), kChipEraseTime); break;
        case kPowerDown: powered_down_ = true; break;
        case kReleasePowerDown: powered_down_ = false; break;
        case kEnableReset: reset_enabled_ = true; break;
        case kReset:
            if (reset_enabled_) power_on();
            break;
        default: break;
    }
}

void NorFlash::write_status() {
    if (!write_enabled_) return context_.log.guest_error(context_.name, "status written without write enable");
    if (!data_count_) return;
    const unsigned first = opcode_ == kWriteStatus1 ? 0 : opcode_ == kWriteStatus2 ? 1 : 2;
    status_[first] = page_[0];
    if (first == 0 && data_count_ >= 2) status_[1] = page_[1];
    status_[0] &= static_cast<std::uint8_t>(~(kBusy | kWriteEnabled));
    if (status_[0] & kBlockProtect)
        context_.log.unimplemented(context_.name, "block protection, status 1 = {:#04x}", status_[0]);
    changing_bytes_ = 0;
    start_busy(kWriteStatusTime);
}

void NorFlash::program() {
    if (!write_enabled_) return context_.log.guest_error(context_.name, "program without write enable");
    if (!data_count_) return;
    const std::size_t start = address_ & (contents_.size() - 1) & ~(kPageBytes - 1);
    for (std::size_t i = 0; i < kPageBytes; ++i) contents_[start + i] &= page_[i];
    change(start, kPageBytes, kPageProgramTime);
}

void NorFlash::erase(std::size_t bytes, const BusyTime& busy) {
    if (!write_enabled_) return context_.log.guest_error(context_.name, "erase without write enable");
    if (address_bytes_left_) return;  // deselected in mid-address: nothing happens [doc]
    const std::size_t start = address_ & (contents_.size() - 1) & ~(bytes - 1);
    std::fill_n(contents_.begin() + static_cast<std::ptrdiff_t>(start), bytes, 0xff);
    change(start, bytes, busy);
}

void NorFlash::change(std::size_t start, std::size_t bytes, const BusyTime& busy) {
    changing_start_ = start;
    changing_bytes_ = bytes;
    ++generation_;
    start_busy(busy);
}

void NorFlash::start_busy(const BusyTime& busy) {
    busy_until_ = after(context_.events.now(), ps_from_us(timing_ == FlashTiming::fast ? busy.fast_us : busy.real_us));
    write_enabled_ = false;
}

void NorFlash::visit_state(StateVisitor& v) {
    v.bytes("contents", contents_);
    v.bytes("status", status_);
    v.value("busy_until_ps", busy_until_.ps);
    v.value("changing_start", changing_start_, contents_.size());
    v.value("changing_bytes", changing_bytes_, contents_.size() - changing_start_);
    if (v.loading()) ++generation_;
    v.value("write_enabled", write_enabled_);
    v.value("powered_down", powered_down_);
    v.value("reset_enabled", reset_enabled_);
    v.value("selected", selected_);
    v.value("opcode_seen", opcode_seen_);
    v.value("opcode", opcode_);
    v.value("ignored", ignored_);
    v.value("address", address_);
    v.value("address_bytes_left", address_bytes_left_);
    v.value("mode_bytes_left", mode_bytes_left_);
    v.value("dummy_clocks_left", dummy_clocks_left_);
    v.value("data_count", data_count_);
    v.bytes("page", page_);
}

}  // namespace k210
