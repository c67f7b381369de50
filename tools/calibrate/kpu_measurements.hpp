// KPU layers that others timed on boards, out of measured.json.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "kpu/layer.hpp"

namespace k210 {

struct KpuMeasurement {
    std::string group, what;
    KpuLayer layer;
    unsigned weight_bits = 8;
    double kpu_hz = 0, cpu_hz = 0;
    double measured_ms = 0;
};
std::vector<KpuMeasurement> load_kpu_measurements(const std::filesystem::path& measured_json);

// With what a driver spends between layers.
double predicted_ms(const KpuMeasurement& measurement);

}  // namespace k210
