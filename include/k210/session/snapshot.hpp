// All that a session has come to, for going on from there: with the machine, what is on its way to it and from it, what
// has been heard, and what is still to be typed.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "k210/base/units.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/part/ports.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

// As it was put in. What the guest has written since is the machine's state.
struct InsertedCard {
    std::shared_ptr<const CardImage> image;
    CardKind kind;
};

struct SessionSnapshot {
    SimTime when;
    Snapshot machine, session;
    Snapshot goals;                             // how far what is awaited has been met
    std::map<std::string, InsertedCard> cards;  // by slot
    std::shared_ptr<CameraSource> scene, next_scene;
    std::string file{};  // that it comes from, for messages
};

}  // namespace k210
