// kmodels: read, described and run without firmware.
//
//   bytes -> Kmodel::parse() -> summary(): info, doctor, profile
//                            -> run(): every layer as the device's runtime computes it, KPU layers on the KPU's kernels
//
// Version 3: standalone-sdk@02576ba lib/drivers/kpu.c, kpu.h [sdk]. Version 4: nncase v0.2.0-beta4 src/runtime,
// src/common/include [sdk]. Version 5: the header, as nncase v1.x writes it.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_kind.hpp"
#include "kmodel/summary.hpp"
#include "kmodel/tensor.hpp"

namespace k210::kmodel {

// Called after each layer with what it wrote. A KPU layer's output is planar.
struct LayerOutput {
    const LayerSummary& layer;
    const Tensor& tensor;
};
using OnLayer = std::function<void(const LayerOutput&)>;

// What computes KPU layers. They agree bit for bit.
enum class KpuKernel : std::uint8_t { fast, reference };

class Kmodel {
public:
    virtual ~Kmodel() = default;

    // `name` is the file's, for complaints. Throws InputError naming layer and offset when the bytes are not a model
    // that can be run safely: everything is checked here, so that run() meets no surprise.
    static std::unique_ptr<Kmodel> parse(std::string_view name, std::vector<std::uint8_t> bytes);

    virtual const ModelSummary& summary() const = 0;
    // `inputs` must have the summary's shapes and elements. Returns the outputs in the model's order.
    // Throws InputError for version 5.
    virtual std::vector<Tensor> run(std::span<const Tensor> inputs, const OnLayer& on_layer = {},
                                    KpuKernel kpu = KpuKernel::fast) = 0;
};

// Why Kmodel::parse() does not take such a file: "is text, not a kmodel"; empty when it does.
std::string complaint_about(const RecognizedFile& file);

// Throws InputError unless `inputs` are what the model takes.
void check_inputs(std::string_view name, const ModelSummary& model, std::span<const Tensor> inputs);

}  // namespace k210::kmodel
