#include "kmodel/cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "k210/sim/cost_model.hpp"

namespace k210::kmodel {
namespace {

using enum CostUnit;
using enum Evidence;

// --- the CPU and AI RAM ------------------------------------------------------------------------------------------

// Bytes that the CPU writes to AI RAM, and reads from it, uncached: nncase issue 97, 307200 bytes uploaded in 20.367
// ms; issues 95 to 97, 307200 and 76800 bytes downloaded in 26.5 and 6.69 ms. [measured]
constexpr double kUploadCycles = 26.5, kDownloadCycles = 34;
// memcpy() of newlib in MaixPy, byte by byte.
constexpr double kCopyByte = 3;
// Around a model: kpu.forward() with a picture, and with a list of numbers.
constexpr std::uint64_t kMaixpyCallCycles = 480'000, kMaixpyListCallCycles = 370'000;
constexpr double kMaixpyInputByte = 11.5;  // of version 4
// The SDK's version 3 runner writes words instead where it can: kpu.c:656 [sdk], one store each [derived].
constexpr std::uint64_t kUploadWordBytes = 8;
constexpr double kDmaWordCycles = cost::kDmaTenthsABeat / 10.0;
constexpr std::uint32_t kDmaWidth = 64;  // kpu.c:1670 [sdk]

// --- operators ---------------------------------------------------------------------------------------------------

// Version 3: what standalone-sdk@02576ba lib/drivers/kpu.c does [sdk]; types as kpu.h:376-408 has them.
// Version 4: what nncase v0.2.0-beta4 src/common/include/kernels does [sdk]; types are its opcodes.
// The figures are those of tools/calibrate/operator_costs. Of operators that MaixPy leaves out, those for the CPU
// target among them, those of their nearest kin.
constexpr std::array kCosts = {
    OperatorCost{3, 1, "", output_element, 31, emulated},  // add
    OperatorCost{3, 2, "", output_element, 46, emulated},  // quantized add
    OperatorCost{3, 3, "", input_element, 21, assumed},    // global pools
    OperatorCost{3, 4, "", input_element, 21, assumed},
    OperatorCost{3, 5, "", input_element, 21, emulated},
    OperatorCost{3, 6, "", input_element, 21, assumed},
    OperatorCost{3, 7, "", operation, 17.2, assumed},  // pools
    OperatorCost{3, 7, "", output_element, 68, assumed},
    OperatorCost{3, 8, "", operation, 17.2, emulated},
    OperatorCost{3, 8, "", output_element, 68, emulated},
    OperatorCost{3, 9, "", operation, 31, emulated},
    OperatorCost{3, 9, "", output_element, 102, emulated},
    OperatorCost{3, 10, "", operation, 31, assumed},
    OperatorCost{3, 10, "", output_element, 102, assumed},
    OperatorCost{3, 11, "", output_element, 74, emulated},   // quantize, with roundf()
    OperatorCost{3, 12, "", output_element, 29, emulated},   // dequantize
    OperatorCost{3, 13, "", output_element, 14, emulated},   // requantize
    OperatorCost{3, 14, "", output_element, 47, emulated},   // L2 normalization
    OperatorCost{3, 15, "", output_element, 279, emulated},  // softmax
    OperatorCost{3, 16, "", output_byte, 3, emulated},       // concat
    OperatorCost{3, 17, "", output_byte, 3, emulated},
    OperatorCost{3, 18, "", mac, 17.5, emulated},             // fully connected, which copies its weights first
    OperatorCost{3, 20, "", output_element, 18.5, emulated},  // flatten
    OperatorCost{3, 21, "", output_element, 18.5, assumed},
    OperatorCost{3, 22, "", output_element, 88, emulated},  // resize, with floorf()
    OperatorCost{3, 23, "", output_element, 88, assumed},
    OperatorCost{3, 24, "", output_element, 30, emulated},     // channelwise dequantize
    OperatorCost{3, 25, "", output_element, 262, emulated},    // logistic
    OperatorCost{3, 10241, "", output_element, 30, emulated},  // KPU add padding
    OperatorCost{3, 10242, "", output_element, 16, emulated},  // KPU remove padding
    OperatorCost{4, 0x00, "", output_element, 32, emulated},   // binary
    OperatorCost{4, 0x00, "divide", output_element, 11, emulated},
    OperatorCost{4, 0x00, "", broadcast_element, 327, emulated},  // three offsets in four dimensions, two folded
    OperatorCost{4, 0x01, "", output_byte, 2.9, emulated},        // concat
    OperatorCost{4, 0x02, "", mac, 22, emulated},                 // conv2d
    OperatorCost{4, 0x02, "", plane_window, 47, emulated},
    OperatorCost{4, 0x02, "", output_element, 249, emulated},
    OperatorCost{4, 0x03, "", output_element, 11.8, emulated},  // dequantize
    OperatorCost{4, 0x04, "", mac, 9.9, emulated},              // matmul
    OperatorCost{4, 0x05, "", output_element, 42.6, emulated},  // pad
    OperatorCost{4, 0x06, "", output_element, 14.8, emulated},  // quantize
    OperatorCost{4, 0x07, "", input_element, 210, emulated},    // reduce: two offsets, one folded
    OperatorCost{4, 0x08, "", operation, 85, emulated},         // reduce_window2d
    OperatorCost{4, 0x08, "", output_element, 314, emulated},
    OperatorCost{4, 0x09, "", output_byte, 3, emulated},      // memory_copy
    OperatorCost{4, 0x0a, "", output_element, 63, emulated},  // resize_image, with floorf()
    OperatorCost{4, 0x0a, "resize bilinear", output_element, 35, emulated},
    OperatorCost{4, 0x0b, "", output_element, 249, emulated},   // softmax
    OperatorCost{4, 0x0c, "", output_element, 155, emulated},   // transpose: two offsets
    OperatorCost{4, 0x0d, "", output_element, 17.5, emulated},  // strided_slice
    OperatorCost{4, 0x0e, "", output_element, 13, emulated},    // unary
    OperatorCost{4, 0x0e, "ceil", output_element, 38, emulated},
    OperatorCost{4, 0x0e, "floor", output_element, 37, emulated},
    OperatorCost{4, 0x0e, "reciprocal root", output_element, 58, emulated},
    OperatorCost{4, 0x0e, "exponential", output_element, 191, emulated},
    OperatorCost{4, 0x0e, "logarithm", output_element, 147, emulated},
    OperatorCost{4, 0x0e, "cosine", output_element, 151, emulated},
    OperatorCost{4, 0x0e, "sine", output_element, 149, emulated},
    OperatorCost{4, 0x0f, "", mac, 35, emulated},  // quantized_conv2d
    OperatorCost{4, 0x0f, "", plane_window, 41, emulated},
    OperatorCost{4, 0x0f, "", output_element, 284, emulated},
    OperatorCost{4, 0x10, "", mac, 18.7, emulated},           // quantized_matmul
    OperatorCost{4, 0x11, "", output_element, 79, emulated},  // quantized_binary
    OperatorCost{4, 0x11, "quantized divide", output_element, 64, emulated},
    OperatorCost{4, 0x11, "", broadcast_element, 338, emulated},
    OperatorCost{4, 0x12, "", output_element, 12.6, emulated},  // table_lookup1d
    OperatorCost{4, 0x13, "", mac, 35, emulated},               // conv2d_transpose: a load and a store each
    OperatorCost{4, 0x13, "", input_element, 244, emulated},
    OperatorCost{4, 0x14, "", operation, 66, emulated},  // nnil_unary_method, an interpreter
    OperatorCost{4, 0x1001, "", mac, 22, assumed},       // those for the CPU target
    OperatorCost{4, 0x1001, "", output_element, 296, assumed},
    OperatorCost{4, 0x1002, "", mac, 22, assumed},
    OperatorCost{4, 0x1002, "", output_element, 296, assumed},
    OperatorCost{4, 0x1003, "", operation, 85, assumed},
    OperatorCost{4, 0x1003, "", output_element, 314, assumed},
    OperatorCost{4, 0x1004, "", mac, 35, assumed},
    OperatorCost{4, 0x1004, "", output_element, 325, assumed},
    OperatorCost{4, 0x1005, "", mac, 35, assumed},
    OperatorCost{4, 0x1005, "", output_element, 325, assumed},
};
enum : std::uint32_t { kV3Dequantize = 12, kV3Upload = 10243, kV4Upload = 0x2001 };
constexpr double kSdkDequantizeCycles = 18;  // nncase issue 77, 45 ns [measured]

std::uint64_t cycles(std::uint64_t count, double each) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(count) * each));
}

void add(LayerCost& cost, std::uint64_t count, double each, Evidence evidence) {
    cost.cpu_cycles += cycles(count, each);
    if (count != 0) cost.evidence = std::max(cost.evidence, evidence);
}

LayerCost upload_cost(unsigned version, const Shape& shape) {
    LayerCost cost;
    if (version == 3 && shape.width() % kUploadWordBytes == 0)
        add(cost, shape.count() / kUploadWordBytes, kUploadCycles, derived);
    else
        add(cost, shape.count(), kUploadCycles, measured);
    return cost;
}

LayerCost kpu_cost(const ModelSummary& model, const LayerSummary& layer, Runner runner) {
    LayerCost cost;
    KpuLayer timed = *layer.kpu;
    timed.send_data_out = model.version == 3 && layer.to_main_memory && runner == Runner::sdk;  // others fetch it
    cost.kpu = kpu_layer_time(timed);
    for (std::uint64_t* part :
         {&cost.kpu.setup_cycles, &cost.kpu.compute_cycles, &cost.kpu.weight_load_cycles, &cost.kpu.data_out_cycles})
        *part *= layer.output.batch();
    cost.driver_cycles = cost::kKpuDriver * layer.output.batch();
    if (timed.send_data_out)
        cost.cpu_cycles += timed.data_out_words() * layer.output.batch() * cost::kKpuDataOutCopyWord;
    if (layer.to_main_memory && !timed.send_data_out) add(cost, layer.output.count(), kDownloadCycles, measured);
    return cost;
}

double milliseconds(std::uint64_t cycles, double hz) {
    return static_cast<double>(cycles) / hz * 1e3;
}

}  // namespace

std::string_view to_string(Evidence evidence) {
    switch (evidence) {
        case measured: return "measured";
        case emulated: return "emulated";
        case derived: return "derived";
        case assumed: break;
    }
    return "assumed";
}

std::span<const OperatorCost> operator_costs() {
    return kCosts;
}

std::string_view to_string(CostUnit unit) {
    switch (unit) {
        case input_element: return "input_element";
        case output_element: return "output_element";
        case output_byte: return "output_byte";
        case parameter_byte: return "parameter_byte";
        case broadcast_element: return "broadcast_element";
        case operation: return "operation";
        case plane_window: return "plane_window";
        case mac: break;
    }
    return "mac";
}

std::vector<const OperatorCost*> costs_of(const ModelSummary& model, const LayerSummary& layer) {
    std::vector<const OperatorCost*> found;
    for (const OperatorCost& known : kCosts)
        if (known.version == model.version && known.type == layer.type &&
            (known.kind.empty() || known.kind == layer.kind))
            found.push_back(&known);
    return found;
}

std::uint64_t count_of(CostUnit unit, const LayerSummary& layer) {
    switch (unit) {
        case input_element: return layer.inputs.front().count();
        case output_element: return layer.output.count();
        case output_byte: return layer.output.count() * size_bytes(layer.output_element);
        case parameter_byte: return layer.parameter_bytes;
        case broadcast_element:
            return layer.inputs.size() == 2 && layer.inputs[0] != layer.inputs[1] ? layer.output.count() : 0;
        case operation: return layer.operations;
        case mac: return layer.macs;
        case plane_window:
            return layer.window ? layer.macs / (std::uint64_t{layer.window->width} * layer.window->height) : 0;
    }
    return 0;
}

double LayerCost::kpu_ms(const Clocks& clocks) const {
    return milliseconds(kpu.total_cycles(), clocks.kpu_hz) + milliseconds(driver_cycles, clocks.cpu_hz);
}

double LayerCost::cpu_ms(const Clocks& clocks) const {
    return milliseconds(cpu_cycles, clocks.cpu_hz);
}

LayerCost layer_cost(const ModelSummary& model, const LayerSummary& layer, Runner runner) {
    if (layer.kpu) return kpu_cost(model, layer, runner);
    if ((model.version == 3 && layer.type == kV3Upload) || (model.version == 4 && layer.type == kV4Upload))
        return upload_cost(model.version, layer.output);
    LayerCost cost;
    if (runner == Runner::sdk && model.version == 3 && layer.type == kV3Dequantize) {
        add(cost, layer.output.count(), kSdkDequantizeCycles, measured);
        return cost;
    }
    for (const OperatorCost* known : costs_of(model, layer))
        add(cost, count_of(known->unit, layer), known->cycles, known->evidence);
    return cost;
}

// Version 3: kpu_run_kmodel(), kpu.c:1662-1694; version 4: run_kmodel(), lib/nncase/v0/nncase_v0.cpp:78-100 [sdk].
LayerCost input_cost(const ModelSummary& model, Runner runner) {
    LayerCost cost;
    for (const TensorSummary& input : model.inputs) {
        LayerCost one;
        if (!input.in_ai_ram)
            add(one, input.bytes, kCopyByte, emulated);
        else if (model.version == 3 && input.shape.width() % kDmaWidth == 0)
            return input_cost_by_dma(model);
        else if (model.version == 4 && runner == Runner::maixpy)
            add(one, input.bytes, kMaixpyInputByte, emulated);
        else
            one = upload_cost(model.version, input.shape);
        add(cost, one.cpu_cycles, 1, one.evidence);
    }
    return cost;
}

LayerCost call_cost(const ModelSummary& model, Runner runner) {
    LayerCost cost;
    const bool of_picture = std::ranges::any_of(model.inputs, &TensorSummary::in_ai_ram);
    if (runner == Runner::maixpy) add(cost, of_picture ? kMaixpyCallCycles : kMaixpyListCallCycles, 1, emulated);
    return cost;
}

LayerCost input_cost_by_dma(const ModelSummary& model) {
    LayerCost cost;
    for (const TensorSummary& input : model.inputs)
        add(cost, (input.bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t), kDmaWordCycles, measured);
    return cost;
}

}  // namespace k210::kmodel
