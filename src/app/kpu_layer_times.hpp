// How long the KPU's layers have taken, by guest time.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "k210/sim/trace.hpp"

namespace k210::app {

struct KpuLayerTime {
    std::string layer;  // "conv 3x3 24x160x120 to 48x160x120"
    std::uint64_t runs = 0, total_ps = 0;
};

// Watches a machine. Layers are told apart by their shapes and where their parameters lie, and come in the order in
// which they first ran.
class KpuLayerTimes final : public TraceSink {
public:
    explicit KpuLayerTimes(TraceSink* next = nullptr) : next_(next) {}  // is told everything, too

    const std::vector<KpuLayerTime>& layers() const { return layers_; }

    void begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override;
    void end(SimTime when, std::string_view track) override;
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
    void finish(SimTime when);

    TraceSink* const next_;
    std::vector<KpuLayerTime> layers_;
    std::map<std::pair<std::string, std::string>, std::size_t> places_;  // by name and parameters
    KpuLayerTime* running_ = nullptr;
    SimTime began_;
};

}  // namespace k210::app
