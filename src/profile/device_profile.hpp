// How long each block was at work, and the KPU's layers one by one.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "k210/sim/trace.hpp"

namespace k210::profile {

struct DeviceTime {
    std::string name;
    std::uint64_t busy_ps = 0, times = 0, bytes = 0;
};

// All runs of one layer: one shape, with its parameters at one place.
struct LayerTime {
    std::string kind, input, output, pool;
    std::string parameters;                                                                           // address
    std::uint64_t setup_cycles = 0, compute_cycles = 0, weight_load_cycles = 0, data_out_cycles = 0;  // each time
    std::uint64_t runs = 0, busy_ps = 0;
};

class DeviceProfile final : public TraceSink {
public:
    void begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override;
    void end(SimTime when, std::string_view track) override;
    void burst(SimTime begin, SimTime end, std::string_view track, std::string_view name, std::uint64_t bytes) override;
    void instant(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override;
    void level(SimTime when, std::string_view track, std::uint64_t value) override;

    // Whether time from then on counts; it does at first.
    void set_counted(bool counted, SimTime when);
    void finish(SimTime when);  // ends what is still going on

    const std::deque<DeviceTime>& devices() const { return devices_; }  // in order of first use
    const std::vector<LayerTime>& layers() const { return layers_; }    // likewise
    std::uint64_t instants(std::string_view track) const;
    std::uint64_t last_level(std::string_view track) const;  // 0 when there was none

private:
    struct Track {
        DeviceTime* time = nullptr;  // once it has been busy
        bool open = false;
        SimTime since{}, busy_until{};
        std::size_t layer = 0;  // on the KPU's track, the open one
        std::uint64_t instants = 0, level = 0;
    };
    Track& track(std::string_view name);
    DeviceTime& time(Track& track, std::string_view name);
    void add_busy(Track& track, SimTime begin, SimTime end);
    void add_work(Track& track, std::string_view name, SimTime end);
    std::size_t layer_of(TraceArguments arguments);

    std::map<std::string, Track, std::less<>> tracks_;
    std::deque<DeviceTime> devices_;
    std::vector<LayerTime> layers_;

    // While time does not count: what had been counted before.
    std::deque<DeviceTime> kept_devices_;
    std::vector<LayerTime> kept_layers_;
    std::map<std::string, std::uint64_t, std::less<>> kept_instants_;
};

}  // namespace k210::profile
