// How long the device's runtime takes for a layer, without running it.
//
// Layers on the KPU: its timing model, kpu/timing.hpp. Layers on the CPU: what each of its operators costs for each
// element, byte or multiply-add; little of that was ever published, so every figure says what it rests on. The runners
// do one layer after the other: times add up.
//
// Not part of a model's time: taking and scaling the picture, decoding the output, MaixPy.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "kmodel/summary.hpp"
#include "kpu/timing.hpp"

namespace k210::kmodel {

struct Clocks {
    double cpu_hz = 400e6, kpu_hz = 400e6;  // the SDK's demos
};

// Worst last: a layer is known no better than the worst of what it is made of.
enum class Evidence : std::uint8_t {
    measured,  // of this operator, on a board
    derived,   // from other measurements
    assumed,   // from the runtime's code
};
std::string_view to_string(Evidence evidence);

// What an operator's cost grows with.
enum class CostUnit : std::uint8_t {
    input_element,
    output_element,
    output_byte,
    parameter_byte,
    broadcast_element,  // of the output, when the two inputs differ in shape
    operation,          // as LayerSummary counts them
    mac,
};

struct OperatorCost {
    unsigned version;
    std::uint32_t type;     // as LayerSummary has it
    std::string_view kind;  // as LayerSummary has it; empty: all of the type
    CostUnit unit;
    double cycles;  // of the CPU
    Evidence evidence;
};
// All that match a layer add up.
std::span<const OperatorCost> operator_costs();

struct LayerCost {
    std::uint64_t cpu_cycles = 0;  // of a layer on the KPU: fetching its output
    KpuLayerTime kpu;
    std::uint64_t driver_cycles = 0;  // of the CPU, between layers on the KPU and counted with them
    Evidence evidence = Evidence::measured;

    double kpu_ms(const Clocks& clocks) const;
    double cpu_ms(const Clocks& clocks) const;
    double ms(const Clocks& clocks) const { return kpu_ms(clocks) + cpu_ms(clocks); }
};

LayerCost layer_cost(const ModelSummary& model, const LayerSummary& layer);
// Bringing the inputs to where the model wants them.
LayerCost input_cost(const ModelSummary& model);
// The same by DMA, as the SDK's version 3 runner does it if the width is a multiple of 64.
LayerCost input_cost_by_dma(const ModelSummary& model);

}  // namespace k210::kmodel
