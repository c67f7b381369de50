// The past of a debugged session: it is kept, gone back to, and gone through again up to the present.
//
//     Past past(session, arm);
//     past.step(...);                // in place of the session's
//     past.step_back(hart);
//     past.step(...);                // what it does now it has done before, until again() is false
//
// Going back is a snapshot of the ring and a run from there, with the inputs that came then: as exact as the run was.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "k210/cpu/stop_points.hpp"
#include "k210/session/snapshot_ring.hpp"

namespace k210::debug {

class Past {
public:
    struct Hit {
        unsigned hart;
        HartStop stop;
    };

    // `arm` gives the machine's harts the stop points, and the steps, that the debugger wants just now.
    Past(Session& session, std::function<void()> arm);

    std::optional<Verdict> step(SimTime at_most);
    // What the session tells has been told before.
    bool again() const { return on_the_way_ || present_.has_value(); }

    // What the session's listener hears.
    void given(const Input& input, InputOrigin origin);
    void starting_over();
    // The debugger has written something: it goes on from here another way, and no further back than here.
    void changed();

    // By one instruction of that hart, or one trap. False when there is none before: nothing has moved.
    bool step_back(unsigned hart);
    // To the last place before this one where a hart came to one of the points: in front of the instruction at a pc,
    // and behind one that accesses what is watched, which debuggers step back over. Nothing when there is none, and the
    // session is at the beginning of what is known. `interrupted` is asked now and then; nothing moves if it is true.
    enum class Went : std::uint8_t { there, to_beginning, nowhere };
    std::pair<Went, std::optional<Hit>> go_back(const StopPoints& points, const std::function<bool()>& interrupted);
    // The last such place is looked at: in front of the instruction, whatever it is. Then all is as it was.
    bool look_back(const StopPoints& points, const std::function<void(const Hit&)>& look);
    SimTime begins() const { return ring_.earliest(); }

private:
    // Where a hart is in its run.
    struct Place {
        std::uint64_t executed, interrupts, pc;
        bool operator==(const Place&) const = default;
        bool is_before(const Place& other) const {
            return std::pair(executed, interrupts) < std::pair(other.executed, other.interrupts);
        }
    };
    static constexpr unsigned kHarts = Machine::kHarts;
    using Places = std::array<Place, kHarts>;
    struct Moment {
        SnapshotRing::Moment session;  // from which it is so many steps of that hart
        unsigned hart = 0;
        std::size_t steps = 0;
        Places places = {};
        SimTime now = {}, end = {};  // the machine's time, and that of the hart that is ahead
    };
    // What the last step back has found: the places of a hart, one after the other, from a moment on.
    struct Steps {
        unsigned hart;
        SnapshotRing::Moment from;
        std::vector<Place> places;
    };

    Place place(unsigned id) const;
    Hart& hart(unsigned id) const { return session_.machine().hart(id); }
    Moment moment();
    void go_to(const Moment& moment);
    bool stopped();
    void set_out();
    void arrive();
    void return_to_present();
    void begin_anew();
    void want(const StopPoints& points);
    void want_of(unsigned id, const StopPoints& points);
    std::optional<Hit> take_hit();
    std::size_t snapshot_before(SimTime when) const;
    std::optional<Hit> run_to_hit(const StopPoints& points, const Moment& here,
                                  const std::function<bool()>& interrupted, bool& gave_up);
    std::uint64_t last_hit_before(std::size_t snapshot, const StopPoints& points, SimTime end, const Places& here,
                                  const std::function<bool()>& interrupted, bool& gave_up);
    void step_once(unsigned id);
    bool come_near(unsigned id, const Moment& here);
    bool come_before(unsigned id, const Moment& here);
    bool follow_to(unsigned id, const Moment& here);

    Session& session_;
    const std::function<void()> arm_;
    SnapshotRing ring_;
    std::optional<Moment> present_;  // when the session is in the past
    std::optional<Steps> steps_;
    bool on_the_way_ = false;  // through the past: what is told and given has been before
    bool inside_step_ = false;
    unsigned last_stopped_ = 0;
    bool forgotten_ = false;  // nothing is known but what is now
};

}  // namespace k210::debug
