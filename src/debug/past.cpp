#include "debug/past.hpp"

#include <algorithm>

#include "k210/cpu/hart.hpp"

namespace k210::debug {
namespace {

// More than a block has: stops by count are between blocks, and the place that is looked for lies behind one.
constexpr std::uint64_t kNearInstructions = 1024;

}  // namespace

Past::Past(Session& session, std::function<void()> arm) : session_(session), arm_(std::move(arm)), ring_(session, {}) {}

// --- going on ------------------------------------------------------------------------------------------------------

std::optional<Verdict> Past::step(SimTime at_most) {
    if (!present_) {
        begin_anew();
        inside_step_ = false;
        const auto verdict = session_.step(at_most);
        inside_step_ = stopped();
        if (!inside_step_) ring_.look();
        return verdict;
    }
    on_the_way_ = true;
    ring_.step_again();
    on_the_way_ = false;
    const bool stops = stopped();
    if (stops && !present_->places[last_stopped_].is_before(place(last_stopped_))) return {};
    // Either nothing has stopped it, or what has is still to come.
    if (stops || session_.now() > present_->end) return_to_present();
    return {};
}

// Whether something has stopped a hart.
bool Past::stopped() {
    for (unsigned id = 0; id < kHarts; ++id)
        if (hart(id).stopped()) {
            last_stopped_ = id;
            return true;
        }
    return false;
}

void Past::return_to_present() {
    on_the_way_ = true;
    go_to(*present_);
    on_the_way_ = false;
    inside_step_ = true;
    present_.reset();
    arm_();
}

void Past::set_out() {
    begin_anew();
    on_the_way_ = true;
}

void Past::arrive() {
    want({});
    on_the_way_ = false;
    arm_();
}

void Past::given(const Input& input, InputOrigin origin) {
    if (on_the_way_ || origin == InputOrigin::typist) return;
    if (present_ || inside_step_)
        changed();
    else
        ring_.given(input, origin);
}

void Past::starting_over() {
    ring_.starting_over();
    present_.reset();
    steps_.reset();
}

void Past::changed() {
    starting_over();
    forgotten_ = true;
}

void Past::begin_anew() {
    if (std::exchange(forgotten_, false)) ring_.look();
}

// --- places --------------------------------------------------------------------------------------------------------

Past::Place Past::place(unsigned id) const {
    Hart& its = hart(id);
    return {its.executed(), its.interrupts_taken(), its.read_register(kPcRegister).value_or(0)};
}

// Where a reservation is held, which no snapshot has, it is come to by steps from a place before.
Past::Moment Past::moment() {
    const SimTime now = session_.now(), end = std::max({now, hart(0).local_now(), hart(1).local_now()});
    Moment here{.session = ring_.moment(), .places = {place(0), place(1)}, .now = now, .end = end};
    if (!hart(0).may_hold_reservation() && !hart(1).may_hold_reservation()) return here;
    const unsigned id = last_stopped_;  // the other one is where a slice of it has ended
    if (!come_near(id, here)) return here;
    const SnapshotRing::Moment near = ring_.moment();
    std::size_t steps = 0;
    for (; place(id) != here.places[id] && session_.now() <= here.end; ++steps) step_once(id);
    if (place(id) != here.places[id]) {
        go_to(here);
        return here;
    }
    here.session = near;
    here.hart = id;
    here.steps = steps;
    return here;
}

void Past::go_to(const Moment& moment) {
    ring_.return_to(moment.session);
    for (std::size_t i = 0; i < moment.steps; ++i) step_once(moment.hart);
}

void Past::want(const StopPoints& points) {
    for (unsigned id = 0; id < kHarts; ++id) want_of(id, points);
}

void Past::want_of(unsigned id, const StopPoints& points) {
    hart(id).step_no_more();
    hart(id).take_stop();
    hart(id).stop_at(points);
}

std::optional<Past::Hit> Past::take_hit() {
    for (unsigned id = 0; id < kHarts; ++id)
        if (const auto stop = hart(id).take_stop()) {
            last_stopped_ = id;
            return Hit{id, *stop};
        }
    return {};
}

// The last that is not later.
std::size_t Past::snapshot_before(SimTime when) const {
    std::size_t n = ring_.snapshots() - 1;
    while (n > 0 && ring_.when(n) > when) --n;
    return n;
}

// --- to the last hit -----------------------------------------------------------------------------------------------

// Which of the hits from that snapshot on is the last before `end` and before the harts' places; 0 when there is none.
std::uint64_t Past::last_hit_before(std::size_t snapshot, const StopPoints& points, SimTime end, const Places& here,
                                    const std::function<bool()>& interrupted, bool& gave_up) {
    std::uint64_t hits = 0, last = 0;
    ring_.revisit(snapshot);
    want(points);
    while (session_.now() <= end) {
        const SimTime before = session_.now();
        ring_.step_again();
        if (const auto hit = take_hit()) {
            ++hits;
            if (place(hit->hart).is_before(here[hit->hart])) last = hits;
        } else if (session_.now() == before) {
            break;  // it has come to its end
        }
        if ((gave_up = interrupted && interrupted())) return 0;
    }
    return last;
}

// Leaves the session there.
std::optional<Past::Hit> Past::run_to_hit(const StopPoints& points, const Moment& here,
                                          const std::function<bool()>& interrupted, bool& gave_up) {
    SimTime end = here.end;
    for (std::size_t n = snapshot_before(here.now) + 1; n-- > 0 && !gave_up; end = ring_.when(n)) {
        std::uint64_t hits = last_hit_before(n, points, end, here.places, interrupted, gave_up);
        if (hits == 0) continue;
        ring_.revisit(n);
        want(points);
        for (;;) {
            ring_.step_again();
            if (const auto hit = take_hit(); hit && --hits == 0) return hit;
        }
    }
    return {};
}

std::pair<Past::Went, std::optional<Past::Hit>> Past::go_back(const StopPoints& points,
                                                              const std::function<bool()>& interrupted) {
    set_out();
    const Moment here = moment();
    bool gave_up = false;
    const auto hit = run_to_hit(points, here, interrupted, gave_up);
    if (gave_up)
        go_to(here);
    else if (!hit)
        ring_.revisit(0);
    else if (hit->stop.reason == HartStopReason::read || hit->stop.reason == HartStopReason::write)
        step_once(hit->hart);
    if (!gave_up && !present_) present_ = here;
    arrive();
    return {gave_up ? Went::nowhere : hit ? Went::there : Went::to_beginning, hit};
}

bool Past::look_back(const StopPoints& points, const std::function<void(const Hit&)>& look) {
    set_out();
    const Moment here = moment();
    bool gave_up = false;
    const auto hit = run_to_hit(points, here, {}, gave_up);
    if (hit) look(*hit);
    go_to(here);
    arrive();
    return hit.has_value();
}

// --- by one instruction ----------------------------------------------------------------------------------------------

void Past::step_once(unsigned id) {
    want({});
    hart(id).step_within(0, 0);
    for (;;) {
        const SimTime before = session_.now();
        ring_.step_again();
        if (take_hit() || session_.now() == before) return;
    }
}

// To a place of the hart that is shortly before that one, and in no reservation, if it can be had.
bool Past::come_near(unsigned id, const Moment& here) {
    const Place& target = here.places[id];
    if (come_before(id, here) && target.executed > kNearInstructions &&
        place(id).executed < target.executed - kNearInstructions) {
        want_of(id, {.instructions = target.executed - kNearInstructions});
        while (!take_hit() && session_.now() <= here.end) ring_.step_again();
        want({});
    }
    while (place(id).is_before(target) && session_.now() <= here.end) {
        if (!hart(id).may_hold_reservation()) return true;
        step_once(id);
    }
    go_to(here);
    return false;
}

// To the end of a step in which the hart was before that place, most often the last.
bool Past::come_before(unsigned id, const Moment& here) {
    const auto is_early = [&] { return place(id).is_before(here.places[id]); };
    const SimTime shortly{here.now.ps / Session::kStepPs * Session::kStepPs};
    std::size_t n = snapshot_before(here.now);
    ring_.revisit(n);
    want({});
    if (is_early()) {
        while (after(session_.now(), Session::kStepPs) < shortly) ring_.step_again();
        if (is_early()) return true;
        ring_.revisit(n);
    }
    while (!is_early() && n > 0) ring_.revisit(--n);
    return is_early();
}

// Notes the places on the way, until it is there.
bool Past::follow_to(unsigned id, const Moment& here) {
    const Place& target = here.places[id];
    steps_ = Steps{id, ring_.moment(), {place(id)}};
    while (steps_->places.back() != target) {
        if (session_.now() > here.end) return false;
        step_once(id);
        steps_->places.push_back(place(id));
    }
    return true;
}

bool Past::step_back(unsigned id) {
    set_out();
    const Moment here = moment();
    const Place& target = here.places[id];
    const auto at = [&]() -> std::size_t {  // of the target, among the places that are known; 0 when it is not
        if (!steps_ || steps_->hart != id) return 0;
        const auto found = std::ranges::find(steps_->places, target);
        return found == steps_->places.end() ? 0 : static_cast<std::size_t>(found - steps_->places.begin());
    };
    std::size_t index = at();
    if (index == 0 && come_near(id, here) && follow_to(id, here)) index = at();
    if (index == 0) go_to(here);
    if (index != 0) ring_.return_to(steps_->from);
    for (std::size_t i = 1; i < index; ++i) step_once(id);
    if (index != 0 && !present_) present_ = here;
    arrive();
    return index != 0;
}

}  // namespace k210::debug
