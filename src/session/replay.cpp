#include "session/replay.hpp"

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210 {

SimTime Replay::end() const {
    if (record_.end) return record_.end->when;
    return after(record_.inputs.empty() ? SimTime{} : record_.inputs.back().input.when, kPsPerSecond);
}

SimTime Replay::next() const {
    return next_ < record_.inputs.size() ? record_.inputs[next_].input.when : SimTime::never();
}

void Replay::look(Session& session) {
    for (; next_ < record_.inputs.size() && record_.inputs[next_].input.when <= session.now(); ++next_) {
        const auto& [input, said] = record_.inputs[next_];
        const std::string before = fmt::format("input {} ({})", next_ + 1, describe(input.action));
        compare(session.now(), before, said);
        if (session.now() != input.when)
            depart(session.now(), before, fmt::format("it came at {:.6f} s", input.when.seconds()));
        try {
            session.give(input.action);
        } catch (const InputError& error) { depart(session.now(), before, error.what()); }
    }
}

void Replay::finish(const Session& session) {
    const SimTime now = session.now();
    if (next_ < record_.inputs.size())
        depart(now, fmt::format("input {} ({})", next_ + 1, describe(record_.inputs[next_].input.action)),
               "the guest has ended");
    if (!record_.end) return;
    compare(now, "the end", record_.end->said);
    if (now != record_.end->when)
        depart(now, "the end", fmt::format("that came at {:.6f} s", record_.end->when.seconds()));
    if (const auto cycles = session.machine().counters().cpu_cycles; cycles != record_.end->cpu_cycles)
        depart(now, "the end", fmt::format("the CPU has had {} cycles, and had {}", cycles, record_.end->cpu_cycles));
}

void Replay::compare(SimTime when, const std::string& before, const Said& recorded) {
    if (said_ == recorded) return;
    depart(when, before,
           said_.bytes == recorded.bytes
               ? fmt::format("the guest has said {} other bytes", recorded.bytes)
               : fmt::format("the guest has said {} bytes, and had said {}", said_.bytes, recorded.bytes));
}

void Replay::depart(SimTime when, const std::string& before, const std::string& why) {
    if (!departure_) departure_ = fmt::format("at {:.6f} s, before {}: {}", when.seconds(), before, why);
}

std::string what_differs(const RecordedParts& recorded, const RecordedParts& now) {
    std::string names;
    const auto add = [&](bool differs, const char* name) {
        if (differs) names += (names.empty() ? "" : " and ") + std::string(name);
    };
    add(recorded.flash != now.flash || recorded.program != now.program, "the firmware");
    add(recorded.from != now.from, "the snapshot");
    add(recorded.card != now.card, "the card");
    add(recorded.camera != now.camera, "what the camera sees");
    add(recorded.microphone != now.microphone, "what the microphone hears");
    return names;
}

}  // namespace k210
