// What the benchmark computes: single layers, and the KPU layers of a model one after the other.
#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "kpu/layer.hpp"

namespace k210::bench {

struct Work {
    std::vector<KpuLayer> layers;
    std::vector<std::uint8_t> parameters;  // what the layers' addresses are offsets into

    double macs() const;
    double chip_seconds() const;  // at 400 MHz, by timing.hpp
};

struct LayerShape {
    std::uint32_t side;
    KpuShape input;
    std::uint32_t outputs;
    bool depthwise = false;
};
// With weights from a fixed generator and a rectifier, as compilers make them.
Work one_layer(const LayerShape& shape);

// Versions 3 and 4. Throws InputError.
Work model_layers(const std::filesystem::path& file);

std::vector<std::uint8_t> noise(std::size_t size);  // the same every time

}  // namespace k210::bench
