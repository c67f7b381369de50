#include "board/pad_claims.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace k210 {
namespace {

std::string taken(std::string_view what, const Claimant& by) {
    return fmt::format("{} {} already (line {})", what, by.part, by.line);
}

}  // namespace

const Claimant* PadClaims::find(const std::vector<Pad>& pads, unsigned pad) {
    const auto found = std::ranges::find(pads, pad, &Pad::pad);
    return found == pads.end() ? nullptr : &found->who;
}

PadClaims::Complaint PadClaims::drive(unsigned pad, const Claimant& who) {
    for (const std::vector<Pad>* others : {&driven_, &shared_})
        if (const Claimant* other = find(*others, pad)) return taken(fmt::format("pad {} is driven by", pad), *other);
    driven_.push_back({pad, who});
    return {};
}

PadClaims::Complaint PadClaims::select(unsigned pad, const Claimant& who) {
    if (const Claimant* other = find(selects_, pad)) return taken(fmt::format("pad {} selects", pad), *other);
    selects_.push_back({pad, who});
    return {};
}

// The lines are open drain: those of one bus share them.
PadClaims::Complaint PadClaims::i2c(I2cPads pads, std::uint8_t address, const Claimant& who) {
    if (pads.clock == pads.data) return fmt::format("pad {} cannot be both clock and data", pads.clock);
    for (const unsigned pad : {pads.clock, pads.data}) {
        if (const Claimant* other = find(driven_, pad)) return taken(fmt::format("pad {} is driven by", pad), *other);
        shared_.push_back({pad, who});
    }
    for (const Address& other : addresses_)
        if (other.address == address && other.pads.clock == pads.clock && other.pads.data == pads.data)
            return taken(fmt::format("address {:#04x} on pads {} and {} is that of", address, pads.clock, pads.data),
                         other.who);
    addresses_.push_back({pads, address, who});
    return {};
}

PadClaims::Complaint PadClaims::only_one(std::optional<Claimant>& holder, const char* where, const Claimant& who) {
    if (holder) return taken(fmt::format("{} there is", where), *holder);
    holder = who;
    return {};
}

}  // namespace k210
