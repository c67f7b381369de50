#include "cpu/data_cache.hpp"

#include <cstdlib>
#include <utility>

namespace k210 {
namespace {

constexpr std::uint64_t kMemoryCycles = 1u << 17;  // what was sampled before tells nothing
constexpr std::int64_t kRateCycles = 1 << 16;      // that a rate's bytes are walked in
constexpr std::int64_t kFastest = 8;               // bytes a cycle: no loop gets further

}  // namespace

std::span<const BlockOperand> DataCache::operands(std::uint64_t pc, std::uint64_t fingerprint,
                                                  std::span<const std::uint8_t> code, bool only_steps) {
    Operands& known = operands_[slot_of(pc)];
    if (known.pc != pc || known.fingerprint != fingerprint) {
        known = {pc, fingerprint, block_operands(rv::decode(code), only_steps)};
        if (known.list.size() > kArrays) known.list.resize(kArrays);
    }
    return known.list;
}

const AccessPlan& DataCache::plan(std::uint64_t pc, std::uint64_t fingerprint, std::span<const std::uint8_t> code,
                                  bool only_steps) {
    Plan& known = plans_[(pc >> 1) % kPlans];
    if (known.pc != pc || known.fingerprint != fingerprint)
        known = {pc, fingerprint, AccessPlan(pc, rv::decode(code), operands(pc, fingerprint, code, only_steps))};
    return known.plan;
}

unsigned DataCache::sample(std::uint64_t pc, std::uint64_t fingerprint, std::uint64_t cycle,
                           const Addresses& addresses) {
    const unsigned slot = slot_of(pc);
    std::uint64_t elapsed = cycle - cycles_[slot];
    if (pcs_[slot] != pc || fingerprints_[slot] != fingerprint || elapsed > kMemoryCycles) elapsed = 0;
    pcs_[slot] = pc;
    fingerprints_[slot] = fingerprint;
    cycles_[slot] = cycle;
    unsigned cycles = 0;
    for (unsigned i = 0; i < kArrays; ++i)
        cycles += follow(slot * kArrays + i, addresses[i], static_cast<std::int64_t>(elapsed));
    return cycles;
}

// The array has got to `now`. After 0 cycles one cannot tell how.
unsigned DataCache::follow(unsigned array, std::uint32_t now, std::int64_t elapsed_cycles) {
    const std::uint32_t before = std::exchange(at_[array], now), from = from_[array];
    const auto moved = std::int64_t{now} - std::int64_t{before};
    const auto known_rate = static_cast<std::int64_t>(static_cast<std::int32_t>(rates_[array]));
    rates_[array] = 0;
    from_[array] = now;
    if (elapsed_cycles == 0 || now == 0 || before == 0 || std::abs(moved) > kFastest * elapsed_cycles) return 0;

    const std::int64_t rate = moved * kRateCycles / elapsed_cycles;
    const std::int64_t speed = std::abs(rate), known_speed = std::abs(known_rate);
    const bool onward = rate * known_rate > 0 && speed <= known_speed * 5 / 4;
    const bool as_fast = speed >= known_speed * 3 / 4;
    const bool walked = from == before;  // and may have been held up since, by an interrupt, say
    if (!onward || !(as_fast || walked)) {
        from_[array] = before;
        rates_[array] = static_cast<std::uint32_t>(rate);
        return 0;
    }
    rates_[array] = static_cast<std::uint32_t>(as_fast ? rate : known_rate);
    return walk(from, now);
}

unsigned DataCache::walk(std::uint32_t from, std::uint32_t to) {
    const std::uint32_t first = CacheLines::line_of(from), last = CacheLines::line_of(to);
    const std::uint32_t step = first <= last ? 1 : ~0u;
    unsigned cycles = 0;
    for (std::uint32_t line = first;; line += step) {
        if (!lines_.hold(line)) {
            lines_.load(line);
            cycles += cost::kCacheMiss;
        }
        if (line == last) return cycles;
    }
}

void DataCache::clear() {
    lines_.clear();
    windows_.clear();
    walk_due_ = 0;
    pcs_.fill(~0ull);
    fingerprints_.fill(0);
    cycles_.fill(0);
    at_.fill(0);
    from_.fill(0);
    rates_.fill(0);
}

void DataCache::visit_state(StateVisitor& visitor) {
    const auto scope = visitor.enter("dcache");
    lines_.visit_state(visitor);
    windows_.visit_state(visitor);
    visitor.value("walk_due", walk_due_);
    visitor.table<std::uint64_t>("pcs", pcs_);
    visitor.table<std::uint64_t>("fingerprints", fingerprints_);
    visitor.table<std::uint64_t>("cycles", cycles_);
    visitor.table<std::uint32_t>("at", at_);
    visitor.table<std::uint32_t>("from", from_);
    visitor.table<std::uint32_t>("rates", rates_);
    for (std::size_t i = 0; i < at_.size(); ++i)
        visitor.require(
            std::abs(std::int64_t{at_[i]} - std::int64_t{from_[i]}) <= kFastest * std::int64_t{kMemoryCycles}, "from",
            "is further away than a loop can come");
}

}  // namespace k210
