#include "profile/device_profile.hpp"

#include <algorithm>
#include <tuple>

namespace k210::profile {
namespace {

constexpr std::string_view kKpu = "kpu";
constexpr std::size_t kMaxLayers = 1000;  // told apart; no model comes near it

template <class T>
T argument(TraceArguments arguments, std::string_view key) {
    for (const TraceArgument& argument : arguments)
        if (const T* value = std::get_if<T>(&argument.value); value && argument.key == key) return *value;
    return {};
}
std::uint64_t number(TraceArguments arguments, std::string_view key) {
    return argument<std::uint64_t>(arguments, key);
}
std::string text(TraceArguments arguments, std::string_view key) {
    return std::string(argument<std::string_view>(arguments, key));
}

}  // namespace

DeviceProfile::Track& DeviceProfile::track(std::string_view name) {
    const auto known = tracks_.find(name);
    return known != tracks_.end() ? known->second : tracks_.emplace(name, Track{}).first->second;
}

DeviceTime& DeviceProfile::time(Track& on, std::string_view name) {
    if (!on.time) {
        on.time = &devices_.emplace_back();
        on.time->name = name;
    }
    return *on.time;
}

// Harts take turns, so a track may go back a little: no time counts twice.
void DeviceProfile::add_busy(Track& on, SimTime begin, SimTime end) {
    begin = std::max(begin, on.busy_until);
    if (end <= begin) return;
    on.time->busy_ps += end.ps - begin.ps;
    on.busy_until = end;
}

std::size_t DeviceProfile::layer_of(TraceArguments arguments) {
    const LayerTime layer{text(arguments, "kind"),
                          text(arguments, "input"),
                          text(arguments, "output"),
                          text(arguments, "pool"),
                          text(arguments, "parameters"),
                          number(arguments, "setup_cycles"),
                          number(arguments, "compute_cycles"),
                          number(arguments, "weight_load_cycles"),
                          number(arguments, "data_out_cycles")};
    const auto known = std::find_if(layers_.begin(), layers_.end(), [&](const LayerTime& other) {
        return std::tie(other.parameters, other.kind, other.input, other.output, other.pool) ==
               std::tie(layer.parameters, layer.kind, layer.input, layer.output, layer.pool);
    });
    if (known != layers_.end()) return static_cast<std::size_t>(known - layers_.begin());
    if (layers_.size() < kMaxLayers)
        layers_.push_back(layer);
    else if (layers_.size() == kMaxLayers)
        layers_.emplace_back().kind = "others";
    return layers_.size() - 1;
}

void DeviceProfile::begin(SimTime when, std::string_view name_of_track, std::string_view, TraceArguments arguments) {
    Track& on = track(name_of_track);
    end(when, name_of_track);
    DeviceTime& device = time(on, name_of_track);
    ++device.times;
    device.bytes += number(arguments, "bytes");
    on.open = true;
    on.since = when;
    if (name_of_track != kKpu) return;
    on.layer = layer_of(arguments);
}

void DeviceProfile::end(SimTime when, std::string_view name_of_track) {
    Track& on = track(name_of_track);
    if (!on.open) return;
    on.open = false;
    add_work(on, name_of_track, when);
}

// Of the open piece; one of the KPU's layer counts as a run.
void DeviceProfile::add_work(Track& on, std::string_view name, SimTime end) {
    const std::uint64_t before_ps = on.time->busy_ps;
    add_busy(on, on.since, end);
    if (name != kKpu) return;
    layers_[on.layer].busy_ps += on.time->busy_ps - before_ps;
    ++layers_[on.layer].runs;
}

void DeviceProfile::set_counted(bool counted, SimTime when) {
    for (auto& [name, on] : tracks_) {
        if (!on.open) continue;
        add_work(on, name, when);
        on.since = std::max(on.since, when);
    }
    if (!counted) {
        kept_devices_ = devices_;
        kept_layers_ = layers_;
        kept_instants_.clear();
        for (const auto& [name, on] : tracks_) kept_instants_[name] = on.instants;
        return;
    }
    for (std::size_t i = 0; i < devices_.size(); ++i) {
        const DeviceTime before = i < kept_devices_.size() ? kept_devices_[i] : DeviceTime{devices_[i].name};
        devices_[i] = before;
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const bool known = i < kept_layers_.size();
        layers_[i].runs = known ? kept_layers_[i].runs : 0;
        layers_[i].busy_ps = known ? kept_layers_[i].busy_ps : 0;
    }
    for (auto& [name, on] : tracks_) {
        on.instants = kept_instants_[name];
        if (on.open) ++on.time->times;  // what goes on counts as well
    }
}

void DeviceProfile::burst(SimTime begin, SimTime end, std::string_view name_of_track, std::string_view,
                          std::uint64_t bytes) {
    Track& on = track(name_of_track);
    DeviceTime& device = time(on, name_of_track);
    ++device.times;
    device.bytes += bytes;
    add_busy(on, begin, end);
}

void DeviceProfile::instant(SimTime, std::string_view name_of_track, std::string_view, TraceArguments) {
    ++track(name_of_track).instants;
}

void DeviceProfile::level(SimTime, std::string_view name_of_track, std::uint64_t value) {
    track(name_of_track).level = value;
}

void DeviceProfile::finish(SimTime when) {
    for (auto& [name, on] : tracks_) {
        end(when, name);
        if (on.busy_until > when) on.time->busy_ps -= on.busy_until.ps - when.ps;  // a byte still on its line
    }
}

std::uint64_t DeviceProfile::instants(std::string_view name) const {
    const auto known = tracks_.find(name);
    return known == tracks_.end() ? 0 : known->second.instants;
}

std::uint64_t DeviceProfile::last_level(std::string_view name) const {
    const auto known = tracks_.find(name);
    return known == tracks_.end() ? 0 : known->second.level;
}

}  // namespace k210::profile
