#include "cpu/miss_windows.hpp"

#include <algorithm>

#include "k210/sim/cost_model.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kOne = 1u << 16;     // a cycle, of what is owed; all, of a share
constexpr std::uint64_t kMostAtOnce = 4096;  // cycles, nearly
constexpr std::uint64_t kShortestPause = 64;
constexpr std::uint64_t kHighestRate = 64;       // cycles for each of the code's own: no code gets there
constexpr std::uint64_t kMostReal = 8;           // for each that is suspected
constexpr std::uint32_t kMostMisses = 1u << 16;  // of a block in a window
// After so many cycles one would rather look again, and later where suspicions have been right time and again.
constexpr std::uint64_t kKnownFor = 1u << 19;
constexpr std::uint32_t kMostTimes = 3;  // each doubles it
// A miss in a window stands for so many at the end of an extended one.
constexpr std::uint32_t kLateForOne = MissWindows::kConfirming / MissWindows::kCounting;
constexpr std::uint64_t kMany = 4;  // misses in a window
constexpr std::uint32_t kMostRecent = 64;
// And nothing is known before so many.
constexpr std::uint64_t kSupposed = 2 * kLateForOne;

}  // namespace

std::uint64_t MissWindows::begin(std::uint64_t window) {
    std::uint64_t h = (window + 1) * 0x9e37'79b9'7f4a'7c15u;
    h = (h ^ (h >> 32)) * 0xd6e8'feb8'6659'fd93u;
    return window * kPeriod + (h >> 32) % (kPeriod - kWindow);
}

std::uint64_t MissWindows::first_end_behind(std::uint64_t own_cycle) {
    const std::uint64_t window = own_cycle / kPeriod;
    return end(own_cycle < begin(window) ? window : window + 1);
}

bool MissWindows::looks(std::uint64_t cycle) const {
    const std::uint64_t own = cycle - apart_;
    return extended_until_ != 0 || own - begin(own / kPeriod) < kWindow;
}

std::uint64_t MissWindows::next_payment() const {
    const std::uint64_t pause = std::clamp(kMostAtOnce * kOne / rate_, kShortestPause, kPeriod / 8);
    return std::min(owed_upto_ + pause, until_);
}

std::uint64_t MissWindows::due(std::uint64_t cycle) const {
    if (looks(cycle) || suspects_ != 0) return cycle;
    const std::uint64_t own = cycle - apart_;
    std::uint64_t next = first_end_behind(own) - kWindow;
    if (extend_ != 0) next = std::min(next, std::max(own, end(extend_)));
    if (rate_ != 0) next = std::min(next, std::max(own, next_payment()));
    return next + apart_;
}

// --- what is seen -------------------------------------------------------------------------------------------------

std::size_t MissWindows::site(std::uint64_t pc) {
    const std::size_t at = (pc >> 1) % kSites;
    if (site_pcs_[at] != pc) {
        site_pcs_[at] = pc;
        confirmed_at_[at] = 0;
        suspected_[at] = confirmed_[at] = times_confirmed_[at] = recent_misses_[at] = recent_windows_[at] = 0;
    }
    return at;
}

// When the window is extended that has seen so many of the block. Where there are many, other windows tell better how
// many are suspected as a rule; those without any do not count then.
std::size_t MissWindows::extended_site(std::uint64_t pc, std::uint64_t extended_at, std::uint32_t misses) {
    const std::size_t at = site(pc);
    if (confirmed_at_[at] == extended_at) return at;
    confirmed_at_[at] = extended_at;
    times_confirmed_[at] = std::min(times_confirmed_[at] + 1, kMostTimes);
    const std::uint64_t windows = recent_windows_[at], sum = recent_misses_[at];
    const bool many = windows != 0 && sum >= kMany * windows;
    const std::uint64_t suspected = many ? sum * kLateForOne / windows : misses * kLateForOne;
    all_suspected_ += suspected;
    const unsigned forget = many ? 4 : 2;
    suspected_[at] = suspected_[at] / forget + static_cast<std::uint32_t>(suspected);
    confirmed_[at] /= forget;
    recent_misses_[at] = recent_windows_[at] = 0;
    return at;
}

void MissWindows::count(std::uint64_t cycle, std::uint64_t pc, unsigned misses) {
    const std::uint64_t own = cycle - apart_;
    if (extended_until_ == 0) return suspect(own, pc, misses);
    if (own + kConfirming < extended_until_) return;
    late_misses_ += misses;
    all_confirmed_ += misses;
    confirmed_[extended_site(pc, extended_until_ - kExtension, 0)] += misses;
}

void MissWindows::suspect(std::uint64_t own_cycle, std::uint64_t pc, unsigned misses) {
    const std::uint64_t window = own_cycle / kPeriod;
    if (own_cycle - begin(window) < kWarming) return;
    window_ = window;
    const auto last = suspect_pcs_.begin() + suspects_;
    auto at = std::find(suspect_pcs_.begin(), last, pc);
    if (at == last) {
        if (suspects_ == kMostSuspects) {
            --at;
        } else {
            *at = pc;
            suspect_misses_[suspects_++] = 0;
        }
    }
    std::uint32_t& sum = suspect_misses_[static_cast<std::size_t>(at - suspect_pcs_.begin())];
    sum = std::min(sum + misses, kMostMisses);
}

bool MissWindows::wants_extension(std::uint64_t own_cycle) const {
    if (own_cycle + (kExtensionsAtOnce - 1) * kExtensionsApart < booked_until_) return false;
    return std::any_of(suspect_pcs_.begin(), suspect_pcs_.begin() + suspects_, [&](std::uint64_t pc) {
        const std::size_t at = (pc >> 1) % kSites;
        if (site_pcs_[at] != pc || suspected_[at] + confirmed_[at] == 0) return true;
        const std::uint64_t share = real_share(pc);
        const bool right = share > kOne * 3 / 4 && share < kOne * 4 / 3;
        return own_cycle - confirmed_at_[at] > kKnownFor << (right ? times_confirmed_[at] : 0);
    });
}

void MissWindows::note_suspects() {
    for (std::uint32_t i = 0; i < suspects_; ++i) {
        const std::size_t at = site(suspect_pcs_[i]);
        if (recent_windows_[at] == kMostRecent) {
            recent_windows_[at] /= 2;
            recent_misses_[at] /= 2;
        }
        ++recent_windows_[at];
        recent_misses_[at] += suspect_misses_[i];
    }
}

void MissWindows::extend(std::uint64_t own_cycle) {
    for (std::uint32_t i = 0; i < suspects_; ++i) extended_site(suspect_pcs_[i], own_cycle, suspect_misses_[i]);
    all_suspected_ -= all_suspected_ / 8;
    all_confirmed_ -= all_confirmed_ / 8;
    suspects_ = 0;
    late_misses_ = 0;
    extend_ = 0;
    extended_until_ = own_cycle + kExtension;
    booked_until_ = std::max(booked_until_, own_cycle) + kExtensionsApart;
}

// --- what it costs ------------------------------------------------------------------------------------------------

// Of the misses that are suspected: of all blocks,
std::uint64_t MissWindows::usual_share() const {
    constexpr std::uint64_t kSupposedOfAll = 8 * kSupposed;
    return std::min((all_confirmed_ + kSupposedOfAll) * kOne / (all_suspected_ + kSupposedOfAll), kOne);
}
// and of one.
std::uint64_t MissWindows::real_share(std::uint64_t pc) const {
    const std::size_t at = (pc >> 1) % kSites;
    if (site_pcs_[at] != pc) return usual_share();
    return std::min((confirmed_[at] * kOne + kSupposed * usual_share()) / (suspected_[at] + kSupposed),
                    kMostReal * kOne);
}

std::uint64_t MissWindows::suspected_rate() const {
    std::uint64_t misses = 0;
    for (std::uint32_t i = 0; i < suspects_; ++i) misses += suspect_misses_[i] * real_share(suspect_pcs_[i]);
    return misses * cost::kCacheMiss / kCounting;
}

void MissWindows::begin_to_owe(std::uint64_t rate, std::uint64_t own_cycle) {
    rate_ = std::min(rate, kHighestRate * kOne);
    owed_upto_ = own_cycle;
    until_ = first_end_behind(own_cycle);
}

void MissWindows::owe_up_to(std::uint64_t own_cycle) {
    if (rate_ == 0 || own_cycle < next_payment()) return;
    const std::uint64_t to = std::min(own_cycle, until_);
    if (to > owed_upto_) {
        owed_ += rate_ * (to - owed_upto_);
        owed_upto_ = to;
    }
    if (own_cycle >= until_) rate_ = 0;
}

unsigned MissWindows::pay(std::uint64_t cycle) {
    const std::uint64_t own = cycle - apart_;
    owe_up_to(own);
    if (extended_until_ != 0 && own >= extended_until_) {
        begin_to_owe(late_misses_ * cost::kCacheMiss * kOne / kConfirming, extended_until_);
        extended_until_ = 0;
        owe_up_to(own);
    }
    if (extend_ != 0 && own >= end(extend_)) {
        note_suspects();
        extend(own);
    } else if (suspects_ != 0 && own >= end(window_)) {
        note_suspects();
        if (wants_extension(own)) extend_ = window_ + 1;
        begin_to_owe(suspected_rate(), end(window_));
        suspects_ = 0;
        owe_up_to(own);
    }
    const std::uint64_t cycles = owed_ / kOne;
    owed_ %= kOne;
    apart_ += cycles;
    return static_cast<unsigned>(cycles);
}

void MissWindows::visit_state(StateVisitor& visitor) {
    visitor.value("apart", apart_);
    visitor.value("window", window_);
    visitor.value("suspects", suspects_, static_cast<std::uint32_t>(kMostSuspects));
    visitor.table<std::uint64_t>("suspect_pcs", suspect_pcs_);
    visitor.table<std::uint32_t>("suspect_misses", suspect_misses_, kMostMisses);
    visitor.value("extend", extend_);
    visitor.value("extended_until", extended_until_);
    visitor.value("booked_until", booked_until_);
    visitor.value("late_misses", late_misses_, std::uint64_t{1} << 32);
    visitor.table<std::uint64_t>("site_pcs", site_pcs_);
    visitor.table<std::uint64_t>("confirmed_at", confirmed_at_);
    visitor.table<std::uint32_t>("suspected", suspected_);
    visitor.table<std::uint32_t>("confirmed", confirmed_);
    visitor.table<std::uint32_t>("times_confirmed", times_confirmed_, kMostTimes);
    visitor.value("all_suspected", all_suspected_, std::uint64_t{1} << 40);
    visitor.value("all_confirmed", all_confirmed_, std::uint64_t{1} << 40);
    visitor.table<std::uint32_t>("recent_misses", recent_misses_);
    visitor.table<std::uint32_t>("recent_windows", recent_windows_, kMostRecent);
    visitor.value("rate", rate_, kHighestRate * kOne);
    visitor.value("until", until_);
    visitor.value("owed_upto", owed_upto_);
    visitor.require(until_ - owed_upto_ <= 2 * kPeriod, "until", "is further away than a window");
    visitor.value("owed", owed_, kOne - 1);
}

}  // namespace k210
