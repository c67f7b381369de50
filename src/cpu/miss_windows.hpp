// When a hart's loads and stores are looked at one by one, and what the misses that are seen then cost it afterwards.
//
// There is one window in each period, at a place that no loop keeps step with. Accesses in its first part only make the
// cache's lines known; misses in the rest are taken for what misses there are up to the next window's end, and paid in
// small sums. Windows and periods go by the cycles that the code takes by itself, so that what is paid moves none.
//
// But a window is short: a line that has not been seen before may be there all the same, and one that was seen long ago
// may be gone. So the misses of a window are suspicions. Where it matters the next window is extended until the cache
// has been seen to fill, and what misses there are at its end tells how many of the suspected ones are real, block by
// block.
#pragma once
#include <array>
#include <cstdint>

#include "k210/sim/state.hpp"

namespace k210 {

class MissWindows {
public:
    static constexpr std::uint64_t kPeriod = 1u << 16, kWarming = 256, kCounting = 256, kWindow = kWarming + kCounting;
    static constexpr std::uint64_t kFilling = 1u << 13, kConfirming = 1u << 13, kExtension = kFilling + kConfirming;
    static constexpr std::uint64_t kExtensionsApart = 1u << 21, kExtensionsAtOnce = 4;

    bool looks(std::uint64_t cycle) const;  // whether it is in a window
    // From which cycle on the next look, or payment, is due.
    std::uint64_t due(std::uint64_t cycle) const;
    // Misses of the block at `pc`, where it looks.
    void count(std::uint64_t cycle, std::uint64_t pc, unsigned misses);
    // To be called when due(), or no later than payment_due() where quiet(): what is to be paid by now. The hart's
    // cycles go on by it.
    unsigned pay(std::uint64_t cycle);
    std::uint64_t payment_due() const { return rate_ == 0 ? kNever : next_payment() + apart_; }
    // These are not the code's own: the hart has slept, or paid for misses that are known otherwise.
    void leave_out(std::uint64_t cycles) { apart_ += cycles; }
    // Nothing has been counted: windows without a miss leave it as it is.
    bool quiet() const { return suspects_ == 0 && extended_until_ == 0 && extend_ == 0; }
    static constexpr std::uint64_t kNever = ~0ull;

    void clear() { *this = {}; }
    void visit_state(StateVisitor& visitor);

private:
    static constexpr std::size_t kSites = 256, kMostSuspects = 32;

    static std::uint64_t begin(std::uint64_t window);
    static std::uint64_t end(std::uint64_t window) { return begin(window) + kWindow; }
    static std::uint64_t first_end_behind(std::uint64_t own_cycle);
    std::size_t site(std::uint64_t pc);
    std::size_t extended_site(std::uint64_t pc, std::uint64_t extended_at, std::uint32_t misses);
    void note_suspects();
    void suspect(std::uint64_t own_cycle, std::uint64_t pc, unsigned misses);
    bool wants_extension(std::uint64_t own_cycle) const;
    void extend(std::uint64_t own_cycle);
    std::uint64_t suspected_rate() const;
    std::uint64_t real_share(std::uint64_t pc) const;
    std::uint64_t usual_share() const;
    void begin_to_owe(std::uint64_t rate, std::uint64_t own_cycle);
    void owe_up_to(std::uint64_t own_cycle);
    std::uint64_t next_payment() const;

    // Cycles are the code's own, but for apart_.
    std::uint64_t apart_ = 0;
    // Blocks of the last window that has seen misses, and their number; the last one stands for all that are left over.
    std::uint64_t window_ = 0;
    std::uint32_t suspects_ = 0;
    std::array<std::uint64_t, kMostSuspects> suspect_pcs_{};
    std::array<std::uint32_t, kMostSuspects> suspect_misses_{};
    // The window that is to be extended, and its end when it is; 0 when not.
    std::uint64_t extend_ = 0, extended_until_ = 0;
    std::uint64_t booked_until_ = 0, late_misses_ = 0;  // by extensions; at the end of this one
    // Of blocks: misses in windows that were extended then, as many as they stand for, and at the ends of these. What
    // is longer ago counts less.
    std::array<std::uint64_t, kSites> site_pcs_{}, confirmed_at_{};
    std::array<std::uint32_t, kSites> suspected_{}, confirmed_{};
    std::array<std::uint32_t, kSites> times_confirmed_{};
    std::uint64_t all_suspected_ = 0, all_confirmed_ = 0;
    std::array<std::uint32_t, kSites> recent_misses_{}, recent_windows_{};  // since then, of windows with any

    std::uint64_t rate_ = 0, until_ = 0, owed_upto_ = 0;  // cycles a cycle, see kOne; up to when; what has been owed
    std::uint64_t owed_ = 0;                              // less than a cycle between calls
};

}  // namespace k210
