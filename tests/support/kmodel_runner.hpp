// Runs the KPU layers of a kmodel on a bare KPU, with those CPU layers between them that the public models use.
// Readers for tests: they trust the file, and leave out layers that feed no KPU layer.
#pragma once
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "kmodel/bare_kpu.hpp"

namespace k210 {

// Called for every KPU layer: its place among all layers of the model, whether it goes to main memory too, its planar
// output.
using OnKpuLayer = std::function<void(std::size_t index, bool main_memory, std::span<const std::uint8_t> planar)>;

// `input` names a golden_input().
// Version 4: nncase v0.2.0-beta4 src/common/include/runtime, src/runtime [sdk].
void run_kmodel_v4(std::span<const std::uint8_t> model, const std::string& input, const OnKpuLayer& on_layer,
                   kmodel::BareKpu kpu = {});

// The working memory of a model: bytes and floats by byte address.
struct ModelMemory {
    std::vector<std::uint8_t> bytes;
    float load_float(std::size_t address, std::size_t index) const {
        float v = 0;
        std::memcpy(&v, &bytes.at(address + index * 4), sizeof v);
        return v;
    }
    void store_float(std::size_t address, std::size_t index, float v) {
        std::memcpy(&bytes.at(address + index * 4), &v, sizeof v);
    }
    std::span<const std::uint8_t> from(std::size_t address) const { return std::span(bytes).subspan(address); }
};

}  // namespace k210
