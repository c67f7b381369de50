// Gives a session the inputs of a record, each at its time, and finds where it departs from what was recorded.
#pragma once
#include <optional>
#include <string>

#include "session/record.hpp"

namespace k210 {

class Replay {
public:
    explicit Replay(Record record) : record_(std::move(record)) {}

    const Record& record() const { return record_; }
    // When it ends. Where nobody has written that, soon after the last input.
    SimTime end() const;

    void hear(std::uint8_t byte) { said_.add(byte); }
    // Before each step, which is to end by then.
    void look(Session& session);
    SimTime next() const;  // of the inputs, the first that has not been given
    // The session has ended.
    void finish(const Session& session);

    // Where it has first departed: "at 1.250000 s, before input 3 ('x' on console): ...".
    const std::optional<std::string>& departure() const { return departure_; }

private:
    void depart(SimTime when, const std::string& before, const std::string& why);
    void compare(SimTime when, const std::string& before, const Said& recorded);

    Record record_;
    Said said_;
    std::size_t next_ = 0;
    std::optional<std::string> departure_;
};

// What a machine is made from and is another: "the firmware and the card"; empty when nothing is.
std::string what_differs(const RecordedParts& recorded, const RecordedParts& now);

}  // namespace k210
