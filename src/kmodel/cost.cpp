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
// The SDK's version 3 runner writes words instead where it can: kpu.c:656 [sdk], one store each [derived].
constexpr std::uint64_t kUploadWordBytes = 8;
constexpr double kDmaWordCycles = cost::kDmaTenthsABeat / 10.0;
constexpr std::uint32_t kDmaWidth = 64;  // kpu.c:1670 [sdk]

// --- operators ---------------------------------------------------------------------------------------------------

// memcpy() goes byte by byte. nncase pull 538 shows a concat of 3.109 ms, of 180000 bytes if it is the model's last
// one.
constexpr double kCopyByte = 7;
// A product and a sum of floats, with their loads and the loop around them. A DroNet in floats, MaixPy-v1 issue 360,
// does about one frame a second and comes out at 0.8.
constexpr double kFloatMac = 10;
constexpr double kByteMac = 13;  // two offsets more
// Where a window begins and ends, four divisions by its dilation among it; and one of its elements, with an offset in
// four dimensions.
constexpr double kWindow = 100, kPooled = 40;
// expf(), sinf() and their kin, in software.
constexpr double kTranscendental = 300;
// nncase pull 538: transposing takes 5.4 times what dequantizing as many elements does; it computes two offsets in four
// dimensions, about 30 cycles each.
constexpr double kTransposed = 66;
// Three such offsets, and two more that are folded onto smaller shapes.
constexpr double kBroadcast = 150;
// Two offsets, and one folded.
constexpr double kReduced = 110;

// nncase issue 99: 5 to 6 ms, if those are the 128 maps of 16x20 that slim-320 makes.
constexpr double kPadded = 54;
constexpr double kQuantizedBinary = 80;  // nncase issue 97: 191 and 208 ns an element

// Version 3: what standalone-sdk@02576ba lib/drivers/kpu.c does [sdk]; types as kpu.h:376-408 has them.
// Version 4: what nncase v0.2.0-beta4 src/common/include/kernels does [sdk]; types are its opcodes.
constexpr std::array kCosts = {
    OperatorCost{3, 1, "", output_element, 16, assumed},                // add
    OperatorCost{3, 2, "", output_element, kQuantizedBinary, assumed},  // quantized add: as in version 4
    OperatorCost{3, 3, "", input_element, 10, assumed},                 // global pools
    OperatorCost{3, 4, "", input_element, 10, assumed},
    OperatorCost{3, 5, "", input_element, 10, assumed},
    OperatorCost{3, 6, "", input_element, 10, assumed},
    OperatorCost{3, 7, "", operation, 30, assumed},  // pools
    OperatorCost{3, 8, "", operation, 30, assumed},
    OperatorCost{3, 9, "", operation, 30, assumed},
    OperatorCost{3, 10, "", operation, 30, assumed},
    OperatorCost{3, 11, "", output_element, 50, assumed},               // quantize, with roundf()
    OperatorCost{3, 12, "", output_element, 18, measured},              // dequantize: nncase issue 77, 45 ns
    OperatorCost{3, 13, "", output_element, 8, assumed},                // requantize
    OperatorCost{3, 14, "", output_element, 30, assumed},               // L2 normalization
    OperatorCost{3, 15, "", output_element, kTranscendental, assumed},  // softmax
    OperatorCost{3, 16, "", output_byte, kCopyByte, derived},           // concat
    OperatorCost{3, 17, "", output_byte, kCopyByte, derived},
    OperatorCost{3, 18, "", mac, kFloatMac, assumed},  // fully connected, which copies its weights first
    OperatorCost{3, 18, "", parameter_byte, kCopyByte, derived},
    OperatorCost{3, 20, "", output_element, 16, assumed},  // flatten
    OperatorCost{3, 21, "", output_element, 16, assumed},
    OperatorCost{3, 22, "", output_element, 60, assumed},  // resize, with floorf()
    OperatorCost{3, 23, "", output_element, 60, assumed},
    OperatorCost{3, 24, "", output_element, 18, derived},                // channelwise dequantize
    OperatorCost{3, 25, "", output_element, kTranscendental, assumed},   // logistic
    OperatorCost{3, 10241, "", output_element, kUploadCycles, derived},  // KPU add padding
    OperatorCost{3, 10242, "", output_element, 8, assumed},              // KPU remove padding
    OperatorCost{4, 0x00, "", output_element, 20, assumed},              // binary
    OperatorCost{4, 0x00, "", broadcast_element, kBroadcast, assumed},
    OperatorCost{4, 0x01, "", output_byte, kCopyByte, derived},  // concat
    OperatorCost{4, 0x02, "", mac, kFloatMac, assumed},          // conv2d
    OperatorCost{4, 0x02, "", output_element, kWindow, assumed},
    OperatorCost{4, 0x03, "", output_element, 12.2, measured},    // dequantize: nncase issues 95, 96, 30.5 ns
    OperatorCost{4, 0x04, "", mac, kFloatMac, assumed},           // matmul
    OperatorCost{4, 0x05, "", output_element, kPadded, derived},  // pad
    OperatorCost{4, 0x06, "", output_element, 20, assumed},       // quantize
    OperatorCost{4, 0x07, "", input_element, kReduced, assumed},  // reduce
    OperatorCost{4, 0x08, "", operation, kPooled, assumed},       // reduce_window2d
    OperatorCost{4, 0x08, "", output_element, kWindow, assumed},
    OperatorCost{4, 0x09, "", output_byte, kCopyByte, derived},  // memory_copy
    OperatorCost{4, 0x0a, "", output_element, 60, assumed},      // resize_image, with floorf()
    OperatorCost{4, 0x0a, "resize bilinear", output_element, 100, assumed},
    OperatorCost{4, 0x0b, "", output_element, kTranscendental, assumed},  // softmax
    OperatorCost{4, 0x0c, "", output_element, kTransposed, derived},      // transpose
    OperatorCost{4, 0x0d, "", output_element, 25, assumed},               // strided_slice
    OperatorCost{4, 0x0e, "", output_element, 16, assumed},               // unary
    OperatorCost{4, 0x0e, "exponential", output_element, kTranscendental, assumed},
    OperatorCost{4, 0x0e, "logarithm", output_element, kTranscendental, assumed},
    OperatorCost{4, 0x0e, "cosine", output_element, kTranscendental, assumed},
    OperatorCost{4, 0x0e, "sine", output_element, kTranscendental, assumed},
    OperatorCost{4, 0x0f, "", mac, kByteMac, assumed},  // quantized_conv2d
    OperatorCost{4, 0x0f, "", output_element, kWindow, assumed},
    OperatorCost{4, 0x10, "", mac, kByteMac, assumed},                      // quantized_matmul
    OperatorCost{4, 0x11, "", output_element, kQuantizedBinary, measured},  // quantized_binary
    OperatorCost{4, 0x11, "", broadcast_element, kBroadcast, assumed},
    OperatorCost{4, 0x12, "", output_element, 8, assumed},  // table_lookup1d
    OperatorCost{4, 0x13, "", mac, 20, assumed},            // conv2d_transpose: a load and a store each
    OperatorCost{4, 0x13, "", input_element, kWindow, assumed},
    OperatorCost{4, 0x14, "", operation, 40, assumed},     // nnil_unary_method, an interpreter
    OperatorCost{4, 0x1001, "", mac, kFloatMac, assumed},  // those for the CPU target
    OperatorCost{4, 0x1001, "", output_element, kWindow, assumed},
    OperatorCost{4, 0x1002, "", mac, kFloatMac, assumed},
    OperatorCost{4, 0x1002, "", output_element, kWindow, assumed},
    OperatorCost{4, 0x1003, "", operation, kPooled, assumed},
    OperatorCost{4, 0x1003, "", output_element, kWindow, assumed},
    OperatorCost{4, 0x1004, "", mac, kByteMac, assumed},
    OperatorCost{4, 0x1004, "", output_element, kWindow, assumed},
    OperatorCost{4, 0x1005, "", mac, kByteMac, assumed},
    OperatorCost{4, 0x1005, "", output_element, kWindow, assumed},
};
enum : std::uint32_t { kV3Upload = 10243, kV4Upload = 0x2001 };

std::uint64_t units(CostUnit unit, const LayerSummary& layer) {
    switch (unit) {
        case input_element: return layer.inputs.front().count();
        case output_element: return layer.output.count();
        case output_byte: return layer.output.count() * size_bytes(layer.output_element);
        case parameter_byte: return layer.parameter_bytes;
        case broadcast_element:
            return layer.inputs.size() == 2 && layer.inputs[0] != layer.inputs[1] ? layer.output.count() : 0;
        case operation: return layer.operations;
        case mac: return layer.macs;
    }
    return 0;
}

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

LayerCost kpu_cost(const ModelSummary& model, const LayerSummary& layer) {
    LayerCost cost;
    KpuLayer timed = *layer.kpu;
    timed.send_data_out = model.version == 3 && layer.to_main_memory;  // version 4's runtime fetches outputs instead
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
        case derived: return "derived";
        case assumed: break;
    }
    return "assumed";
}

std::span<const OperatorCost> operator_costs() {
    return kCosts;
}

double LayerCost::kpu_ms(const Clocks& clocks) const {
    return milliseconds(kpu.total_cycles(), clocks.kpu_hz) + milliseconds(driver_cycles, clocks.cpu_hz);
}

double LayerCost::cpu_ms(const Clocks& clocks) const {
    return milliseconds(cpu_cycles, clocks.cpu_hz);
}

LayerCost layer_cost(const ModelSummary& model, const LayerSummary& layer) {
    if (layer.kpu) return kpu_cost(model, layer);
    if ((model.version == 3 && layer.type == kV3Upload) || (model.version == 4 && layer.type == kV4Upload))
        return upload_cost(model.version, layer.output);
    LayerCost cost;
    for (const OperatorCost& known : kCosts)
        if (known.version == model.version && known.type == layer.type &&
            (known.kind.empty() || known.kind == layer.kind))
            add(cost, units(known.unit, layer), known.cycles, known.evidence);
    return cost;
}

// Version 3: kpu_run_kmodel(), kpu.c:1662-1694; version 4: run_kmodel(), lib/nncase/v0/nncase_v0.cpp:78-100 [sdk].
LayerCost input_cost(const ModelSummary& model) {
    LayerCost cost;
    for (const TensorSummary& input : model.inputs) {
        LayerCost one;
        if (!input.in_ai_ram)
            add(one, input.bytes, kCopyByte, derived);
        else if (model.version == 3 && input.shape.width() % kDmaWidth == 0)
            return input_cost_by_dma(model);
        else
            one = upload_cost(model.version, input.shape);
        add(cost, one.cpu_cycles, 1, one.evidence);
    }
    return cost;
}

LayerCost input_cost_by_dma(const ModelSummary& model) {
    LayerCost cost;
    for (const TensorSummary& input : model.inputs)
        add(cost, (input.bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t), kDmaWordCycles, measured);
    return cost;
}

}  // namespace k210::kmodel
