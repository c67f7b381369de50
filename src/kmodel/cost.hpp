// How long the device's runtime takes for a layer, without running it.
//
// Layers on the KPU: its timing model, kpu/timing.hpp. Layers on the CPU: what each of its operators costs for each
// element, byte or multiply-add; little of that was ever published, so every figure says what it rests on. The runners
// do one layer after the other: times add up.
//
// CPU operators cost what the runtime's own code takes on the emulator's harts: tools/calibrate/operator_costs runs
// each in several sizes under MaixPy 0.6.2_84, whose runtimes of versions 3 and 4 are the SDK's and nncase's. Boards'
// figures are of the SDK's own builds.
//
// Not part of a model's time: taking and scaling the picture, decoding the output.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kmodel/summary.hpp"
#include "kpu/timing.hpp"

namespace k210::kmodel {

struct Clocks {
    double cpu_hz = 400e6, kpu_hz = 400e6;  // the SDK's demos
};

// Worst last: a layer is known no better than the worst of what it is made of.
enum class Evidence : std::uint8_t {
    measured,  // of this operator, on a board
    emulated,  // what the runtime's code takes on the emulator
    derived,   // from other measurements
    assumed,   // from the runtime's code
};
std::string_view to_string(Evidence evidence);

// Who runs the model. MaixPy is built otherwise, fetches what version 3 leaves in AI RAM by the CPU, and does some work
// around it.
enum class Runner : std::uint8_t { maixpy, sdk };

// What an operator's cost grows with.
enum class CostUnit : std::uint8_t {
    input_element,
    output_element,
    output_byte,
    parameter_byte,
    broadcast_element,  // of the output, when the two inputs differ in shape
    operation,          // as LayerSummary counts them
    mac,
    plane_window,  // of a convolution: one channel under its kernel, for each output
};

struct OperatorCost {
    unsigned version;
    std::uint32_t type;     // as LayerSummary has it
    std::string_view kind;  // as LayerSummary has it; empty: all of the type
    CostUnit unit;
    double cycles;  // of the CPU
    Evidence evidence;
};
std::string_view to_string(CostUnit unit);
std::span<const OperatorCost> operator_costs();
// All that match a layer add up.
std::vector<const OperatorCost*> costs_of(const ModelSummary& model, const LayerSummary& layer);
std::uint64_t count_of(CostUnit unit, const LayerSummary& layer);

struct LayerCost {
    std::uint64_t cpu_cycles = 0;  // of a layer on the KPU: fetching its output
    KpuLayerTime kpu;
    std::uint64_t driver_cycles = 0;  // of the CPU, between layers on the KPU and counted with them
    Evidence evidence = Evidence::measured;

    double kpu_ms(const Clocks& clocks) const;
    double cpu_ms(const Clocks& clocks) const;
    double ms(const Clocks& clocks) const { return kpu_ms(clocks) + cpu_ms(clocks); }
};

LayerCost layer_cost(const ModelSummary& model, const LayerSummary& layer, Runner runner);
// Bringing the inputs to where the model wants them.
LayerCost input_cost(const ModelSummary& model, Runner runner);
// What the runner does around the model.
LayerCost call_cost(const ModelSummary& model, Runner runner);
// The same by DMA, as the SDK's version 3 runner does it if the width is a multiple of 64.
LayerCost input_cost_by_dma(const ModelSummary& model);

}  // namespace k210::kmodel
