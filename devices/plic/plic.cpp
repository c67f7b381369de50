#include "plic/plic.hpp"

#include <bit>
#include <stdexcept>
#include <string>

namespace k210 {
namespace {

constexpr std::uint32_t kPriorityMask = 7;  // [sdk] plic.h:72
constexpr std::uint32_t kPending = 0x1000, kEnables = 0x2000, kTargets = 0x20'0000;
constexpr std::uint32_t kEnablesStride = 0x80, kTargetStride = 0x1000;

constexpr std::uint32_t bit_of(unsigned source) {
    return 1u << (source % 32);
}
constexpr std::uint32_t existing_sources(unsigned word) {
    const std::uint32_t from_1 = word == 0 ? ~1u : ~0u;
    return word == Plic::kSources / 32 ? from_1 & (2 * bit_of(Plic::kSources) - 1) : from_1;
}

}  // namespace

Plic::Place Plic::decode(std::uint32_t offset) {
    if (offset < kPending) {
        const unsigned source = offset / 4;
        return {source >= 1 && source <= kSources ? Place::priority : Place::hole, source};
    }
    if (offset < kEnables) {
        const unsigned word = (offset - kPending) / 4;
        return {word < kWords ? Place::pending : Place::hole, 0, word};
    }
    if (offset < kTargets) {
        const unsigned context = (offset - kEnables) / kEnablesStride;
        const unsigned word = (offset - kEnables) % kEnablesStride / 4;
        if (context >= kContexts) return {Place::unmapped};
        return {word < kWords ? Place::enable : Place::hole, context, word};
    }
    const unsigned context = (offset - kTargets) / kTargetStride;
    const unsigned word = (offset - kTargets) % kTargetStride / 4;
    if (context >= kContexts || word > 1) return {Place::unmapped};
    return {word == 0 ? Place::threshold : Place::claim_complete, context};
}

std::uint32_t Plic::read(std::uint32_t offset, unsigned size_bytes) {
    const Place place = decode(offset);
    std::uint32_t v = 0;
    switch (place.kind) {
        case Place::priority: v = priority_[place.index]; break;
        case Place::pending: sample(), v = pending_[place.word]; break;
        case Place::enable: v = enable_[place.index][place.word]; break;
        case Place::threshold: v = threshold_[place.index]; break;
        case Place::claim_complete:
            v = claim(place.index);
            settle();
            break;
        case Place::hole: break;
        case Place::unmapped: log().unimplemented(name(), "read of +{:#x}, where nothing is", offset); break;
    }
    return (v >> lane_shift(offset)) & width_mask(size_bytes);
}

void Plic::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    const std::uint32_t v = value << lane_shift(offset);
    const auto store = [&](std::uint32_t& word, std::uint32_t writable) {
        const std::uint32_t lanes = (width_mask(size_bytes) << lane_shift(offset)) & writable;
        word = (word & ~lanes) | (v & lanes);
    };
    const Place place = decode(offset);
    switch (place.kind) {
        case Place::priority: store(priority_[place.index], kPriorityMask); break;
        case Place::enable: store(enable_[place.index][place.word], existing_sources(place.word)); break;
        case Place::threshold: store(threshold_[place.index], kPriorityMask); break;
        case Place::claim_complete: complete(place.index, v); break;
        case Place::pending:
        case Place::hole: break;
        case Place::unmapped:
            log().unimplemented(name(), "write of {:#x} to +{:#x}, where nothing is", value, offset);
            break;
    }
    sample();
    settle();
}

void Plic::set_source(unsigned source, bool level) {
    if (source < 1 || source > kSources) throw std::logic_error("the PLIC has no source " + std::to_string(source));
    std::uint32_t& word = level_[source / 32];
    word = level ? word | bit_of(source) : word & ~bit_of(source);
    sample();
    settle();
}

// Open gateways turn high levels into requests. Not part of settle(): in a reset, other devices may lower their
// lines only after this one has settled.
void Plic::sample() {
    for (unsigned i = 0; i < kWords; ++i) {
        const std::uint32_t requests = level_[i] & ~in_flight_[i] & ~pending_[i];
        pending_[i] |= requests;
        in_flight_[i] |= requests;
    }
}

// The source that a context serves next among those with a priority above `above`; 0 when there is none.
unsigned Plic::best(unsigned context, std::uint32_t above) const {
    unsigned source = 0;
    for (unsigned i = 0; i < kWords; ++i)
        for (std::uint32_t ready = pending_[i] & enable_[context][i]; ready != 0; ready &= ready - 1) {
            const unsigned candidate = i * 32 + static_cast<unsigned>(std::countr_zero(ready));
            if (priority_[candidate] <= above) continue;
            above = priority_[candidate];
            source = candidate;
        }
    return source;
}

unsigned Plic::claim(unsigned context) {
    sample();
    const unsigned source = best(context, 0);  // whatever the threshold is: [sdk] plic.h:310-312
    pending_[source / 32] &= ~bit_of(source);
    if (TraceSink* watcher = trace(); watcher && source != 0)
        watcher->instant(now(), name(), "claim", {{"context", context}, {"source", source}});
    return source;
}

void Plic::complete(unsigned context, std::uint32_t source) {
    if (source < 1 || source > kSources || !(enable_[context][source / 32] & bit_of(source))) return;
    in_flight_[source / 32] &= ~bit_of(source);
}

void Plic::settle() {
    for (unsigned context = 0; context < kContexts; ++context)
        external[context].set(best(context, threshold_[context]) != 0);
}

void Plic::reset() {
    Device::reset();
    priority_ = {};
    enable_ = {};
    threshold_ = {};
    pending_ = {};
    in_flight_ = {};
}

void Plic::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    for (unsigned source = 1; source <= kSources; ++source)
        v.value("priority_" + std::to_string(source), priority_[source], kPriorityMask);
    for (unsigned context = 0; context < kContexts; ++context) {
        const auto scope = v.enter("target_" + std::to_string(context));
        v.value("threshold", threshold_[context], kPriorityMask);
        for (unsigned i = 0; i < kWords; ++i) v.value("enable_" + std::to_string(i), enable_[context][i]);
    }
    for (unsigned i = 0; i < kWords; ++i) {
        const auto scope = v.enter("word_" + std::to_string(i));
        v.value("level", level_[i]);
        v.value("pending", pending_[i]);
        v.value("in_flight", in_flight_[i]);
        const std::uint32_t absent = ~existing_sources(i);
        v.require(((level_[i] | pending_[i] | in_flight_[i]) & absent) == 0, "pending",
                  "has sources that are not there");
    }
}

}  // namespace k210
