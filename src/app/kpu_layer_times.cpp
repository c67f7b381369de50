#include "app/kpu_layer_times.hpp"

#include <variant>

namespace k210::app {
namespace {

constexpr std::string_view kTrack = "kpu", kParameters = "parameters";  // as devices/kpu tells of a layer
constexpr std::size_t kMost = 10'000;                                   // a guest can make up layers without end

std::string parameters_of(TraceArguments arguments) {
    for (const TraceArgument& argument : arguments)
        if (argument.key == kParameters)
            if (const auto* const text = std::get_if<std::string_view>(&argument.value)) return std::string(*text);
    return {};
}

}  // namespace

void KpuLayerTimes::begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) {
    if (track == kTrack) {
        finish(when);
        const std::pair key(std::string(name), parameters_of(arguments));
        auto place = places_.find(key);
        if (place == places_.end() && layers_.size() < kMost) {
            place = places_.emplace(key, layers_.size()).first;
            layers_.push_back({key.first});
        }
        running_ = place == places_.end() ? nullptr : &layers_[place->second];
        began_ = when;
    }
    if (next_) next_->begin(when, track, name, arguments);
}

void KpuLayerTimes::end(SimTime when, std::string_view track) {
    if (track == kTrack) finish(when);
    if (next_) next_->end(when, track);
}

void KpuLayerTimes::finish(SimTime when) {
    if (!running_) return;
    ++running_->runs;
    running_->total_ps += when.ps - began_.ps;
    running_ = nullptr;
}

}  // namespace k210::app
