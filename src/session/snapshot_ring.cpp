#include "k210/session/snapshot_ring.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "session/paged_snapshot.hpp"

namespace k210 {

class SnapshotRing::Implementation {
public:
    Implementation(Session& session, SnapshotRingConfig config) : session_(session), config_(config) { look(); }

    void look() {
        if (!kept_.empty() && session_.now() < after(kept_.back().rest.when, config_.interval_ps)) return;
        SessionSnapshot rest = session_.save();
        const PagedSnapshot* const before = kept_.empty() ? nullptr : &kept_.back().machine;
        PagedSnapshot machine(std::exchange(rest.machine, {}), before);
        bytes_ += machine.own_bytes();
        kept_.push_back({std::move(machine), std::move(rest), passed_});
        while (bytes_ > config_.most_bytes && kept_.size() > 1) drop(least_missed());
    }

    void given(const Input& input, InputOrigin origin) {
        if (origin == InputOrigin::typist || going_back_) return;
        inputs_.push_back(input);
        ++passed_;
    }

    void starting_over() {
        kept_.clear();
        inputs_.clear();
        forgotten_ = passed_ = bytes_ = 0;
    }

    SimTime earliest() const { return kept_.empty() ? session_.now() : kept_.front().rest.when; }

    std::vector<Input> back_to(SimTime when) {
        if (when < earliest() || when > session_.now())
            throw InputError(fmt::format("{:.6f} s is not between {:.6f} and {:.6f} s", when.seconds(),
                                         earliest().seconds(), session_.now().seconds()));
        while (kept_.back().rest.when > when) drop(kept_.size() - 1);
        revisit(kept_.size() - 1);
        while (session_.now() < when) {
            give_due();
            going_back_ = true;
            session_.step(when);
            going_back_ = false;
        }
        const auto next = inputs_.begin() + static_cast<std::ptrdiff_t>(passed_ - forgotten_);
        std::vector<Input> later(next, inputs_.end());
        inputs_.erase(next, inputs_.end());
        return later;
    }

    std::size_t snapshots() const { return kept_.size(); }
    SimTime when(std::size_t n) const { return kept_.at(n).rest.when; }
    void revisit(std::size_t n) {
        const Kept& kept = kept_.at(n);
        SessionSnapshot snapshot = kept.rest;
        snapshot.machine = kept.machine.whole();
        session_.restore(snapshot);
        passed_ = kept.inputs;
    }
    std::optional<Verdict> step_again(SimTime at_most) {
        give_due();
        if (const Input* const next = this->next()) at_most = std::min(at_most, next->when);
        going_back_ = true;
        const auto verdict = session_.step(at_most);
        going_back_ = false;
        return verdict;
    }
    Moment moment() { return {session_.save(), passed_}; }
    void return_to(const Moment& moment) {
        session_.restore(moment.snapshot);
        passed_ = moment.inputs;
    }
    std::size_t bytes() const { return bytes_; }

private:
    struct Kept {
        PagedSnapshot machine;
        SessionSnapshot rest;
        std::uint64_t inputs;  // that had come before it, since the beginning
    };

    void give_due() {
        going_back_ = true;
        for (const Input* due = next(); due && due->when <= session_.now(); due = next()) {
            ++passed_;
            session_.give(due->action);
        }
        going_back_ = false;
    }
    const Input* next() const {
        const std::uint64_t n = passed_ - forgotten_;
        return n < inputs_.size() ? &inputs_[n] : nullptr;
    }

    // The one without which the way from the one before it grows least, as compared with how long ago it was.
    std::size_t least_missed() const {
        const auto ps = [&](std::size_t i) { return static_cast<double>(kept_[i].rest.when.ps); };
        std::size_t best = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 1; i + 1 < kept_.size(); ++i) {
            const double missed = (ps(i + 1) - ps(i - 1)) / (ps(kept_.size() - 1) - ps(i));
            if (missed < least) {
                least = missed;
                best = i;
            }
        }
        return best;
    }

    void drop(std::size_t i) {
        bytes_ -= kept_[i].machine.own_bytes();
        kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
        const std::uint64_t needless = kept_.empty() ? 0 : kept_.front().inputs - forgotten_;
        inputs_.erase(inputs_.begin(), inputs_.begin() + static_cast<std::ptrdiff_t>(needless));
        forgotten_ += needless;
    }

    Session& session_;
    const SnapshotRingConfig config_;
    std::deque<Kept> kept_;     // oldest first
    std::deque<Input> inputs_;  // since the oldest
    std::uint64_t forgotten_ = 0;
    std::uint64_t passed_ = 0;  // of all that have come, those before now
    std::size_t bytes_ = 0;
    bool going_back_ = false;
};

SnapshotRing::SnapshotRing(Session& session, SnapshotRingConfig config)
    : implementation_(std::make_unique<Implementation>(session, config)) {}
SnapshotRing::~SnapshotRing() = default;

void SnapshotRing::look() {
    implementation_->look();
}
void SnapshotRing::given(const Input& input, InputOrigin origin) {
    implementation_->given(input, origin);
}
void SnapshotRing::starting_over() {
    implementation_->starting_over();
}
SimTime SnapshotRing::earliest() const {
    return implementation_->earliest();
}
std::vector<Input> SnapshotRing::back_to(SimTime when) {
    return implementation_->back_to(when);
}
SimTime SnapshotRing::when(std::size_t snapshot) const {
    return implementation_->when(snapshot);
}
void SnapshotRing::revisit(std::size_t snapshot) {
    implementation_->revisit(snapshot);
}
SnapshotRing::Moment SnapshotRing::moment() {
    return implementation_->moment();
}
void SnapshotRing::return_to(const Moment& moment) {
    implementation_->return_to(moment);
}
std::optional<Verdict> SnapshotRing::step_again(SimTime at_most) {
    return implementation_->step_again(at_most);
}
std::size_t SnapshotRing::snapshots() const {
    return implementation_->snapshots();
}
std::size_t SnapshotRing::bytes() const {
    return implementation_->bytes();
}

}  // namespace k210
