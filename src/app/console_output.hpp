// What the guest says goes to the console, and what the emulator says goes to standard error between the console's
// lines, never into one.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "k210/base/units.hpp"
#include "k210/host/console.hpp"

namespace k210::app {

class ConsoleOutput {
public:
    static constexpr std::uint64_t kLinePatiencePs = ps_from_us(200'000);  // of a message, for the line to end

    enum class Place : std::uint8_t {
        apart,     // the console's lines have nothing to do with standard error's
        together,  // they may meet in one log
        one,       // they are on one screen, or in one file
    };

    // `tell` is called with what goes to standard error.
    ConsoleOutput(Console& console, Place place, std::function<void(std::string_view)> tell)
        : console_(console), place_(place), tell_(std::move(tell)) {}

    void receive(std::uint8_t byte);
    // Another machine takes the place of the one that was heard, and says the same again, or not: what has been shown
    // already is not shown twice, as far as it is the same.
    void start_over();
    // After every slice in which something may have been said.
    void look(SimTime now);

    // A line, its end included, as soon as the console is at the start of one.
    void message(std::string_view line);
    // The guest says no more: the rest goes out, and what is written next begins a line.
    void finish();
    // From any thread: what a message has to begin with so as not to continue the console's line.
    std::string_view line_end() const { return inside_line_ && place_ == Place::one ? "\n" : ""; }

private:
    void show(char c);
    bool is_repeated(char c);
    void write();
    void tell_messages();

    Console& console_;
    const Place place_;
    std::function<void(std::string_view)> tell_;
    std::string pending_, messages_;
    static constexpr std::size_t kRememberedBytes = 1 << 16;

    std::string said_, repeated_;  // by this machine at first; by the one before, and still to come again
    char last_shown_ = '\n';
    std::atomic<bool> inside_line_{false};
    bool waiting_ = false;  // messages wait for the line to end
    SimTime waiting_since_;
};

// Where standard output, as the console, and standard error go.
ConsoleOutput::Place place_of_standard_streams();

}  // namespace k210::app
