// A model described independently of its version: what `kmodel info`, `doctor` and `profile` look at.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kmodel/tensor.hpp"
#include "kpu/layer.hpp"

namespace k210::kmodel {

enum class Engine : std::uint8_t { kpu, cpu };

// What a CPU layer slides over its maps.
struct WindowSummary {
    std::uint32_t width = 1, height = 1;
    std::uint32_t stride_x = 1, stride_y = 1, dilation_x = 1, dilation_y = 1;
    std::int32_t pad_left = 0, pad_right = 0, pad_top = 0, pad_bottom = 0;
    std::uint32_t groups = 1;  // of a convolution: equal to its channels when it is depthwise
};

struct LayerSummary {
    std::size_t index = 0;
    std::uint32_t type = 0;  // as the file encodes it: v3 layer type, v4 opcode
    std::string kind;        // as the runtime calls it, in plain words: "KPU conv 3x3", "softmax"
    Engine engine = Engine::cpu;
    std::vector<Shape> inputs;  // where the file says; a flat count is 1x1xN
    Shape output;
    Element input_element = Element::u8, output_element = Element::u8;
    std::uint64_t macs = 0;             // multiply-adds
    std::uint64_t operations = 0;       // of the CPU, whatever they are: what kMaxCpuOperations limits
    std::uint64_t parameter_bytes = 0;  // weights, bias, batch norm, activation, tables
    std::size_t file_offset = 0;        // of the layer's body
    bool in_runtime = true;             // false: the format names the type, but the device's runtime stops at it
    std::optional<WindowSummary> window;
    // On the KPU only.
    std::optional<KpuLayer> kpu;  // its parameters' addresses are offsets into the file
    bool to_main_memory = false;  // its output also goes there
};

struct TensorSummary {
    std::string place;  // "main memory 0x1234", "AI RAM line 96"
    Element element = Element::u8;
    Shape shape;
    std::uint64_t bytes = 0;
    bool in_ai_ram = false;
};

// A part of a version 5 model that one runtime runs.
struct ModuleSummary {
    std::string type;  // "k210", "stackvm"
    std::uint32_t version = 0;
    std::uint64_t bytes = 0;
    std::uint32_t functions = 0, sections = 0;
};

struct ModelSummary {
    unsigned version = 0;           // 3, 4 or 5
    std::string target;             // "K210", "CPU", "unknown"
    bool eight_bit_weights = true;  // of its KPU layers
    std::uint64_t file_bytes = 0, trailing_bytes = 0;
    std::uint64_t main_memory_bytes = 0, constant_bytes = 0;
    std::uint64_t ai_ram_peak_bytes = 0;  // most that one KPU layer's input and output cover together
    std::vector<TensorSummary> inputs, outputs;
    std::vector<LayerSummary> layers;    // empty for version 5, whose headers only are described
    std::uint32_t alignment = 0;         // version 5 only, and so are
    std::vector<ModuleSummary> modules;  // these
};

}  // namespace k210::kmodel
