// How long the KPU's layers have taken, by guest time: of a machine that is watched for nothing else, or by somebody
// else.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "k210/sim/trace.hpp"
#include "profile/device_profile.hpp"

namespace k210::app {

class KpuLayerTimes final : public TraceSink {
public:
    explicit KpuLayerTimes(TraceSink* next = nullptr) : next_(next) {}  // is told everything, too

    // In the order in which they first ran; of one that runs nothing counts yet.
    const std::vector<profile::LayerTime>& layers() const { return kpu_.layers(); }

    void begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override {
        if (track == kTrack) kpu_.begin(when, track, name, arguments);
        if (next_) next_->begin(when, track, name, arguments);
    }
    void end(SimTime when, std::string_view track) override {
        if (track == kTrack) kpu_.end(when, track);
        if (next_) next_->end(when, track);
    }
    void burst(SimTime begin, SimTime end, std::string_view track, std::string_view name,
               std::uint64_t bytes) override {
        if (next_) next_->burst(begin, end, track, name, bytes);
    }
    void instant(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override {
        if (next_) next_->instant(when, track, name, arguments);
    }
    void level(SimTime when, std::string_view track, std::uint64_t value) override {
        if (next_) next_->level(when, track, value);
    }

private:
    static constexpr std::string_view kTrack = "kpu";

    TraceSink* const next_;
    profile::DeviceProfile kpu_;
};

}  // namespace k210::app
