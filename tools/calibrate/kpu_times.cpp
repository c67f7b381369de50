// Prints how long the emulator's KPU takes for the layers in measured.json: {group: [milliseconds, ...], ...}.
#include <cstdio>
#include <exception>

#include <nlohmann/json.hpp>

#include "tools/calibrate/kpu_measurements.hpp"

int main(int argc, char** argv) {
    try {
        nlohmann::json times;
        for (const auto& measurement : k210::load_kpu_measurements(argc > 1 ? argv[1] : ""))
            times[measurement.group].push_back(k210::predicted_ms(measurement));
        std::puts(times.dump().c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kpu_times: %s\n", error.what());
        return 2;
    }
}
