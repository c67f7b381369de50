#include "board/sd_card/sd_card.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace k210 {
namespace {

// clang-format off
enum Command : unsigned {
    kGoIdle = 0, kSendOpCondition = 1, kSwitchFunction = 6, kSendInterfaceCondition = 8, kSendCsd = 9, kSendCid = 10,
    kStopTransmission = 12, kSendStatus = 13, kSetBlockLength = 16, kReadBlock = 17, kReadBlocks = 18,
    kWriteBlock = 24, kWriteBlocks = 25, kEraseFirst = 32, kEraseLast = 33, kErase = 38, kApplication = 55,
    kReadOcr = 58, kChecksumOnOff = 59,
};
enum ApplicationCommand : unsigned {
    kSdStatus = 13, kSetWrittenBlocks = 22, kSetPreErased = 23, kSdSendOpCondition = 41, kSetCardDetect = 42,
    kSendScr = 51,
};
// clang-format on

enum Response : std::uint8_t {
    kIdle = 0x01,
    kIllegal = 0x04,
    kEraseSequence = 0x10,
    kAddress = 0x20,
    kParameter = 0x40
};
constexpr std::uint8_t kBlockToken = 0xfe, kManyToken = 0xfc, kStopToken = 0xfd, kOutOfRange = 0x08;
constexpr std::uint8_t kAccepted = 0xe5, kBusy = 0x00, kNothing = 0xff;
constexpr std::size_t kChecksumBytes = 2;

// [assumed] a common card's: to find a block, to go on with the next, to program one, to erase; and how often it is
// asked until it has powered up.
constexpr std::uint64_t kFindUs = 200, kNextUs = 10, kProgramUs = 400, kEraseUs = 2000;
constexpr std::uint8_t kPowerUpPolls = 3;

}  // namespace

PartDesign SdCard::design(PartOptions& options) {
    const SpiPads pads = options.spi();
    return {[pads](const PartContext& context) { return std::make_unique<SdCard>(context, pads); }};
}

SdCard::SdCard(const PartContext& context, SpiPads pads) : context_(context), pads_(pads) {}

void SdCard::insert(std::shared_ptr<const CardImage> image, CardKind kind) {
    const CardRegister csd = card_specific_data(kind, image->sectors());
    remove();
    csd_ = csd;
    sectors_ = sectors_of(csd);
    kind_ = kind;
    image_ = std::move(image);
}

void SdCard::remove() {
    power_on();
    image_.reset();
    written_.clear();
    not_taken_.clear();
    erased_.clear();
    sectors_ = 0;
    ++generation_;
}

void SdCard::power_on() {
    powered_up_ = application_next_ = false;
    power_up_polls_ = 0;
    busy_until_ = ready_at_ = {};
    command_bytes_ = 0;
    sending_.clear();
    sent_ = 0;
    state_ = State::idle;
    block_begun_ = false;
    erase_marks_ = 0;
}

// --- wires ------------------------------------------------------------------------------------------------------

void SdCard::select(bool active) {
    if (active == selected_) return;
    selected_ = active;
    if (!active) command_bytes_ = 0;
}

std::uint32_t SdCard::exchange(std::uint32_t out, unsigned bits, unsigned lines) {
    if (lines != 1 || bits % 8 != 0)
        context_.log.unimplemented(context_.name, "frames of {} bits on {} lines", bits, lines);
    std::uint32_t in = 0;
    for (unsigned left = bits; left >= 8; left -= 8)
        in = in << 8 | clock_byte(static_cast<std::uint8_t>(out >> (left - 8)));
    return in;
}

void SdCard::dummy_clocks(unsigned clocks) {
    for (; clocks >= 8; clocks -= 8) clock_byte(kNothing);
}

std::uint8_t SdCard::clock_byte(std::uint8_t in) {
    if (!selected_ || !image_) return kNothing;
    std::uint8_t out = kNothing;
    const bool busy = context_.events.now() < busy_until_;
    if (sent_ < sending_.size())
        out = sending_[sent_++];
    else if (busy)
        return kBusy;
    else if (state_ == State::reading && context_.events.now() >= ready_at_)
        queue_next_read();
    if (state_ == State::writing && command_bytes_ == 0 && (block_begun_ || (in & 0xc0) != 0x40))
        take_data(in);
    else
        take_command(in);
    return out;
}

void SdCard::take_command(std::uint8_t in) {
    if (command_bytes_ == 0 && (in & 0xc0) != 0x40) return;
    command_[command_bytes_++] = in;
    if (command_bytes_ < kCommandBytes) return;
    command_bytes_ = 0;
    execute();
}

// --- responses --------------------------------------------------------------------------------------------------

void SdCard::respond(std::uint8_t error, std::span<const std::uint8_t> more) {
    sending_ = {kNothing, static_cast<std::uint8_t>(error | (powered_up_ ? 0 : kIdle))};
    sending_.insert(sending_.end(), more.begin(), more.end());
    sent_ = 0;
}

void SdCard::queue_block(std::span<const std::uint8_t> data) {
    sending_.erase(sending_.begin(), sending_.begin() + sent_);
    sent_ = 0;
    sending_.push_back(kBlockToken);
    sending_.insert(sending_.end(), data.begin(), data.end());
    const std::uint16_t checksum = crc16(data);
    sending_.push_back(static_cast<std::uint8_t>(checksum >> 8));
    sending_.push_back(static_cast<std::uint8_t>(checksum));
}

void SdCard::respond_block(std::span<const std::uint8_t> data) {
    respond(0);
    sending_.push_back(kNothing);
    queue_block(data);
}

void SdCard::be_busy(std::uint64_t us) {
    busy_until_ = after(context_.events.now(), ps_from_us(us));
}

// --- commands ---------------------------------------------------------------------------------------------------

void SdCard::execute() {
    const unsigned index = command_[0] & 0x3f;
    const std::uint32_t argument = std::uint32_t{command_[1]} << 24 | std::uint32_t{command_[2]} << 16 |
                                   std::uint32_t{command_[3]} << 8 | command_[4];
    const bool application = std::exchange(application_next_, false);
    if (application && index != kApplication) return execute_application(index, argument);
    const auto be32 = [](std::uint32_t v) {
        return std::array{static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
                          static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
    };
    switch (index) {
        case kGoIdle: power_on(); return respond(0);
        case kSendInterfaceCondition: return respond(0, be32(argument & 0xfff));
        case kSendOpCondition: return execute_application(kSdSendOpCondition, argument);
        case kApplication: application_next_ = true; return respond(0);
        case kReadOcr: return respond(0, be32(operating_conditions(kind_, powered_up_)));
        case kChecksumOnOff: return respond(0);
        default: break;
    }
    if (!powered_up_) return respond(kIllegal);
    switch (index) {
        case kSwitchFunction: return respond_block(std::array<std::uint8_t, 64>{});
        case kSendCsd: return respond_block(csd_);
        case kSendCid: return respond_block(card_identification());
        case kStopTransmission: state_ = State::idle; return respond(0);
        case kSendStatus: return respond(0, std::array<std::uint8_t, 1>{});
        case kSetBlockLength: return respond(argument == kBlockBytes || kind_ == CardKind::sdhc ? 0 : kParameter);
        case kReadBlock:
        case kReadBlocks: return begin_reading(argument, index == kReadBlocks);
        case kWriteBlock:
        case kWriteBlocks: return begin_writing(argument, index == kWriteBlocks);
        case kEraseFirst:
        case kEraseLast: {
            const bool first = index == kEraseFirst;
            if (!find_sector(argument, first ? erase_first_ : erase_last_)) return respond(kParameter);
            erase_marks_ = first ? 1 : static_cast<std::uint8_t>(erase_marks_ | 2);
            return respond(0);
        }
        case kErase: return erase();
        default: return respond(kIllegal);
    }
}

void SdCard::execute_application(unsigned index, std::uint32_t) {
    if (index == kSdSendOpCondition) {
        if (!powered_up_ && ++power_up_polls_ >= kPowerUpPolls) powered_up_ = true;
        return respond(0);
    }
    if (!powered_up_) return respond(kIllegal);
    switch (index) {
        case kSdStatus: respond(0, std::array<std::uint8_t, 1>{}); return queue_block(std::array<std::uint8_t, 64>{});
        case kSetWrittenBlocks: return respond_block(std::array<std::uint8_t, 4>{});
        case kSetPreErased:
        case kSetCardDetect: return respond(0);
        case kSendScr: return respond_block(card_configuration());
        default: return respond(kIllegal);
    }
}

// Cards of standard capacity count bytes.
bool SdCard::find_sector(std::uint32_t argument, std::uint64_t& sector) const {
    const std::uint64_t found = kind_ == CardKind::sdhc ? argument : argument / kBlockBytes;
    if (found >= sectors_) return false;
    sector = found;
    return true;
}

void SdCard::begin_reading(std::uint32_t argument, bool many) {
    if (kind_ == CardKind::sdsc && argument % kBlockBytes != 0) return respond(kAddress);
    if (!find_sector(argument, sector_)) return respond(kParameter);
    state_ = State::reading;
    many_ = many;
    ready_at_ = after(context_.events.now(), ps_from_us(kFindUs));
    respond(0);
}

void SdCard::queue_next_read() {
    if (sector_ >= sectors_) {
        sending_ = {kOutOfRange};
        sent_ = 0;
        state_ = State::idle;
        return;
    }
    queue_block(contents(sector_));
    ++sector_;
    ready_at_ = after(context_.events.now(), ps_from_us(kNextUs));
    if (!many_) state_ = State::idle;
}

void SdCard::begin_writing(std::uint32_t argument, bool many) {
    if (kind_ == CardKind::sdsc && argument % kBlockBytes != 0) return respond(kAddress);
    if (!find_sector(argument, sector_)) return respond(kParameter);
    state_ = State::writing;
    many_ = many;
    block_begun_ = false;
    respond(0);
}

void SdCard::take_data(std::uint8_t in) {
    if (!block_begun_) {
        if (in == (many_ ? kManyToken : kBlockToken)) {
            block_begun_ = true;
            block_bytes_ = 0;
        } else if (many_ && in == kStopToken) {
            state_ = State::idle;
            sending_ = {kNothing};
            sent_ = 0;
            be_busy(kProgramUs);
        }
        return;
    }
    if (block_bytes_ < kBlockBytes) block_[block_bytes_] = in;
    if (++block_bytes_ == kBlockBytes + kChecksumBytes) write_block();
}

void SdCard::write_block() {
    constexpr std::uint8_t kWriteError = 0xed;
    block_begun_ = false;
    block_bytes_ = 0;
    const bool fits = sector_ < sectors_;
    if (fits) store(sector_++, block_);
    sending_ = {fits ? kAccepted : kWriteError};
    sent_ = 0;
    be_busy(kProgramUs);
    if (!many_) state_ = State::idle;
}

void SdCard::store(std::uint64_t sector, const CardImage::Sector& contents) {
    written_[sector] = contents;
    not_taken_.insert(sector);
    ++generation_;
}

// A guest may erase all of a large card: what has not been written since is kept as ranges.
void SdCard::erase() {
    if (std::exchange(erase_marks_, std::uint8_t{0}) != 3 || erase_first_ > erase_last_) return respond(kEraseSequence);
    written_.erase(written_.lower_bound(erase_first_), written_.upper_bound(erase_last_));
    not_taken_.erase(not_taken_.lower_bound(erase_first_), not_taken_.upper_bound(erase_last_));
    std::uint64_t first = erase_first_, last = erase_last_;
    auto next = erased_.upper_bound(last + 1);
    while (next != erased_.begin() && std::prev(next)->second + 1 >= first) {
        --next;
        first = std::min(first, next->first);
        last = std::max(last, next->second);
        next = erased_.erase(next);
    }
    erased_[first] = last;
    ++generation_;
    respond(0);
    be_busy(kEraseUs);
}

bool SdCard::erased(std::uint64_t sector) const {
    const auto behind = erased_.upper_bound(sector);
    return behind != erased_.begin() && std::prev(behind)->second >= sector;
}

CardImage::Sector SdCard::contents(std::uint64_t sector) const {
    if (const auto own = written_.find(sector); own != written_.end()) return own->second;
    CardImage::Sector read{};
    if (image_ && !erased(sector)) image_->read(sector, read);
    return read;
}

// --- state ------------------------------------------------------------------------------------------------------

void SdCard::visit_state(StateVisitor& v) {
    constexpr std::size_t kMostSending = kBlockBytes + 16;
    // The image is no state: a snapshot goes with the card that was in.
    std::uint64_t sectors = image_ ? sectors_ : 0;
    v.value("sectors", sectors);
    v.require(sectors == (image_ ? sectors_ : 0), "sectors", "is of another card");
    visit_contents(v);
    v.value("generation", generation_);
    v.value("selected", selected_);
    v.value("powered_up", powered_up_);
    v.value("power_up_polls", power_up_polls_);
    v.value("application_next", application_next_);
    v.value("busy_until_ps", busy_until_.ps);
    v.bytes("command", command_);
    v.value("command_bytes", command_bytes_, kCommandBytes - 1);
    v.buffer("sending", sending_);
    v.require(sending_.size() <= kMostSending, "sending", "is longer than a block");
    v.value("sent", sent_, static_cast<std::uint32_t>(sending_.size()));
    v.value("ready_at_ps", ready_at_.ps);
    v.value("state", state_, State::writing);
    v.value("many", many_);
    v.value("sector", sector_, sectors_);
    v.value("block_begun", block_begun_);
    v.value("block_bytes", block_bytes_, std::uint16_t{kBlockBytes + kChecksumBytes - 1});
    v.bytes("block", block_);
    v.value("erase_first", erase_first_, sectors_);
    v.value("erase_last", erase_last_, sectors_);
    v.value("erase_marks", erase_marks_, std::uint8_t{3});
}

// What has been written: sector numbers and their contents, and erased ranges, each as one buffer.
void SdCard::visit_contents(StateVisitor& v) {
    std::vector<std::uint8_t> numbers, contents, ranges;
    const auto append = [](std::vector<std::uint8_t>& to, std::uint64_t number) {
        for (unsigned i = 0; i < 8; ++i) to.push_back(static_cast<std::uint8_t>(number >> 8 * i));
    };
    for (const auto& [sector, bytes] : written_) {
        append(numbers, sector);
        contents.insert(contents.end(), bytes.begin(), bytes.end());
    }
    for (const auto& [first, last] : erased_) {
        append(ranges, first);
        append(ranges, last);
    }
    v.buffer("written.sectors", numbers);
    v.buffer("written.contents", contents);
    v.buffer("erased", ranges);
    if (!v.loading()) return;
    v.require(contents.size() == numbers.size() / 8 * kBlockBytes && numbers.size() % 8 == 0, "written.contents",
              "is not as long as its sectors");
    v.require(ranges.size() % 16 == 0, "erased", "is no list of ranges");
    const auto number_at = [&](const std::vector<std::uint8_t>& from, std::size_t index, std::string_view name) {
        std::uint64_t number = 0;
        for (std::size_t i = 8; i-- > 0;) number = number << 8 | from[index * 8 + i];
        v.require(number < sectors_, name, "is behind the card's end");
        return number;
    };
    for (const auto& [sector, bytes] : written_) not_taken_.insert(sector);
    written_.clear();
    for (std::size_t i = 0; i < numbers.size() / 8; ++i)
        std::copy_n(contents.begin() + static_cast<std::ptrdiff_t>(i * kBlockBytes), kBlockBytes,
                    written_[number_at(numbers, i, "written.sectors")].begin());
    for (const auto& [sector, bytes] : written_) not_taken_.insert(sector);
    erased_.clear();
    for (std::size_t i = 0; i < ranges.size() / 8; i += 2)
        erased_[number_at(ranges, i, "erased")] = number_at(ranges, i + 1, "erased");
}

}  // namespace k210
