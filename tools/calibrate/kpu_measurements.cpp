#include "tools/calibrate/kpu_measurements.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include "k210/sim/cost_model.hpp"
#include "kpu/timing.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

KpuLayer layer_of(const nlohmann::json& row, unsigned weight_bits) {
    return build_kpu_layer({.input = {row["inputs"], row["width"], row["height"]},
                            .output_channels = row["outputs"],
                            .kernel_side = row["kernel"],
                            .depthwise = row.value("depthwise", false),
                            .eight_bit_mode = weight_bits == 8,
                            .pool = row.value("halved", false) ? KpuPool::max_2_s2 : KpuPool::bypass})
        .layer;
}

}  // namespace

std::vector<KpuMeasurement> load_kpu_measurements(const std::filesystem::path& measured_json) {
    std::ifstream file(measured_json);
    std::vector<KpuMeasurement> measurements;
    for (const auto& group : nlohmann::json::parse(file)) {
        for (const auto& row : group["rows"]) {
            if (!row.contains("layer")) continue;
            const unsigned weight_bits = group["weight_bits"];
            measurements.push_back({group["title"], row["what"], layer_of(row["layer"], weight_bits), weight_bits,
                                    group["kpu_hz"], group["cpu_hz"], row["measured"]});
        }
    }
    return measurements;
}

double predicted_ms(const KpuMeasurement& measurement) {
    const double kpu_cycles = static_cast<double>(kpu_layer_time(measurement.layer).total_cycles());
    return (kpu_cycles / measurement.kpu_hz + cost::kKpuDriver / measurement.cpu_hz) * 1e3;
}

}  // namespace k210
