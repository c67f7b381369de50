// What of a run cannot follow where its guest goes back.
#pragma once
#include <functional>
#include <string_view>

#include "app/run_options.hpp"
#include "k210/bus/wires.hpp"
#include "k210/host/sound.hpp"

namespace k210::app {

// The option that keeps it from that, or nothing.
std::string_view goes_forward_only(const RunOptions& options);

// What the guest does again is not told again.
class HeardOnce final : public SerialSink, public SoundSink {
public:
    // The sinks, where there are any, must outlive it.
    HeardOnce(SerialSink* serial, SoundSink* sound, std::function<bool()> again)
        : serial_(serial), sound_(sound), again_(std::move(again)) {}
    void receive(std::uint8_t byte) override {
        if (serial_ && !again_()) serial_->receive(byte);
    }
    void play(SimTime begin, double rate_hz, SoundFrame frame) override {
        if (sound_ && !again_()) sound_->play(begin, rate_hz, frame);
    }

private:
    SerialSink* const serial_;
    SoundSink* const sound_;
    const std::function<bool()> again_;
};

}  // namespace k210::app
