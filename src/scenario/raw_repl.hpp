// MicroPython's raw REPL, by which programs run code on a board: no echo, and what was printed and raised come apart.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "k210/base/units.hpp"

namespace k210::scenario {

// Depends on guest time and on what the guest says only. One thing at a time: run() or reset(), then look() until it is
// done.
class RawRepl {
public:
    struct Output {
        std::string printed, raised;  // the second is empty, or a traceback
    };

    // `send` is given what goes to the guest's console now.
    explicit RawRepl(std::function<void(std::string_view)> send) : send_(std::move(send)) {}

    void run(std::string source);
    // A soft reset: the interpreter starts over.
    void reset();

    void heard(std::uint8_t byte) {
        heard_ += static_cast<char>(byte);
        unseen_ = true;
    }
    // After each little while. What the source came to, once; or that the reset is over, with nothing in it.
    std::optional<Output> look(SimTime now);
    // It goes on at a later look(), even when the guest does nothing until then.
    bool has_more_to_do() const;

private:
    enum class State : std::uint8_t { idle, entering, sending, running, resetting };

    bool take(std::string_view marker);  // drops what was heard up to its end, when it has been
    void enter(SimTime now);

    std::function<void(std::string_view)> send_;
    State state_ = State::idle;
    bool entered_ = false;
    bool unseen_ = false;  // something was heard after the last look()
    std::string heard_, source_;
    std::size_t sent_ = 0;
    SimTime next_;  // when more is sent, or something is tried again
    std::size_t heard_bytes_ = 0;
};

}  // namespace k210::scenario
