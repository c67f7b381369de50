// A running layer as the trace tells it.
#pragma once
#include <string_view>

#include "k210/sim/trace.hpp"
#include "kpu/layer.hpp"
#include "kpu/timing.hpp"

namespace k210 {

void trace_kpu_layer(TraceSink& watcher, SimTime when, std::string_view track, const KpuLayer& layer,
                     const KpuLayerTime& time);

}  // namespace k210
