// The past of a session, for going back to any moment of it: snapshots while it runs, which share what has not changed,
// and the inputs that came between them.
//
//     SnapshotRing ring(session, {});
//     session.step(), ring.look();            // after every step
//     ring.given(input, origin);              // from SessionListener::given()
//     ring.back_to(SimTime{...});
//
// Lines and scripts that a session is given to type while it runs are no inputs: it does not go back beyond them
// rightly.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "k210/session/session.hpp"

namespace k210 {

struct SnapshotRingConfig {
    std::uint64_t interval_ps = ps_from_us(250'000);  // of guest time
    std::size_t most_bytes = std::size_t{512} << 20;  // beyond that, older ones become fewer
};

class SnapshotRing {
public:
    // The session must outlive it. The first snapshot is of now.
    SnapshotRing(Session& session, SnapshotRingConfig config);
    ~SnapshotRing();
    SnapshotRing(const SnapshotRing&) = delete;
    SnapshotRing& operator=(const SnapshotRing&) = delete;

    void look();
    void given(const Input& input, InputOrigin origin);
    void starting_over();  // nothing of the past is left: look() begins anew

    SimTime earliest() const;
    // Takes the session to that time, before what was given then. Where a step had ended there, all is as it was.
    // What comes after is forgotten, but for the inputs that had come: they are returned. Throws InputError when it is
    // not between earliest() and now.
    std::vector<Input> back_to(SimTime when);

    // The same without forgetting: to the n-th snapshot, and on from there as it went on, step by step. What is later
    // stays known, until it is forgotten.
    std::size_t snapshots() const;
    SimTime when(std::size_t snapshot) const;
    void revisit(std::size_t snapshot);
    std::optional<Verdict> step_again(SimTime at_most = SimTime::never());
    // Where the session is now, and back to there.
    struct Moment {
        SessionSnapshot snapshot;
        std::uint64_t inputs;  // that had come
    };
    Moment moment();
    void return_to(const Moment& moment);

    std::size_t bytes() const;  // of their state

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace k210
