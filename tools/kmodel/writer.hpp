// Writes version 3 kmodels, layer by layer: standalone-sdk@02576ba lib/drivers/include/kpu.h:352-668 [sdk].
//
// Addresses are bytes of main memory, or lines of AI RAM for what goes to the KPU. `main_out` says that main memory
// keeps what the layer writes: KLF_MAIN_MEM_OUT. Only KPU layers ask for it; compilers set it on some others too.
// The SDK names some layers without an argument structure or an implementation; they get that of their nearest kin
// [assumed].
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kpu/layer.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210::kmodel {

enum class V3Type : std::uint32_t {  // kpu.h:376-408 [sdk]
    invalid = 0,
    add,
    quantized_add,
    global_max_pool2d,
    quantized_global_max_pool2d,
    global_average_pool2d,
    quantized_global_average_pool2d,
    max_pool2d,
    quantized_max_pool2d,
    average_pool2d,
    quantized_average_pool2d,
    quantize,
    dequantize,
    requantize,
    l2_normalization,
    softmax,
    concat,
    quantized_concat,
    fully_connected,
    quantized_fully_connected,
    tensorflow_flatten,
    quantized_tensorflow_flatten,
    resize_nearest_neighbor,
    quantized_resize_nearest_neighbor,
    channelwise_dequantize,
    logistic,
    k210_conv = 10240,
    k210_add_padding,
    k210_remove_padding,
    k210_upload,
};

class V3Writer {
public:
    enum class Activation : std::uint32_t { linear, relu, relu6 };
    struct Route {
        std::uint32_t from = 0, to = 0;
        bool main_out = false;
    };
    struct Range {
        std::uint32_t start = 0, size = 0;
    };
    struct Quantization {  // real value = byte * scale + bias
        float scale = 1, bias = 0;
    };
    struct Sum {
        std::uint32_t from_a = 0, from_b = 0, to = 0, count = 0;
        bool main_out = false;
    };
    struct Scaling {
        std::int32_t offset = 0, mul = 1, shift = 0;
    };
    struct Window {
        KpuShape in{1, 1, 1}, out{1, 1, 1};
        std::uint32_t kernel_width = 1, kernel_height = 1;
        std::uint32_t stride_width = 1, stride_height = 1;
        std::uint32_t padding_width = 0, padding_height = 0;
    };

    // The header's fields, to be set at any time before bytes().
    bool eight_bit_weights = true;
    std::uint32_t max_start_address = 0;  // nothing in the SDK reads it
    std::uint32_t main_memory_bytes = 0;
    std::vector<Range> outputs;

    // `layer`'s three parameter addresses are offsets into `parameters`, as build_kpu_layer() makes them.
    void kpu_conv(const KpuLayer& layer, std::vector<std::uint8_t> parameters,
                  std::optional<std::uint32_t> main_memory_out = {});
    void kpu_add_padding(Route route, std::uint32_t channels);  // to a line
    void kpu_remove_padding(Route route, std::uint32_t channels);
    void kpu_upload(Route route, const KpuShape& shape);  // to a line

    void add(const Sum& sum);
    void quantized_add(const Sum& sum, const Scaling& a, const Scaling& b, const Scaling& out);
    void global_pool2d(V3Type type, Route route, std::uint32_t kernel_size, std::uint32_t channels);
    void max_pool2d(V3Type type, Route route, const Window& window);
    void average_pool2d(V3Type type, Route route, const Window& window, Activation activation = Activation::linear);
    void quantize(Route route, std::uint32_t count, const Quantization& q);
    void dequantize(Route route, std::uint32_t count, const Quantization& q);
    void channelwise_dequantize(Route route, std::uint32_t channel_size, std::span<const Quantization> by_channel);
    void requantize(Route route, std::uint32_t count, std::span<const std::uint8_t, 256> table);
    void l2_normalization(Route route, std::uint32_t channels);
    void softmax(Route route, std::uint32_t channels);
    void logistic(Route route, std::uint32_t channels);
    void concat(V3Type type, std::uint32_t to, std::span<const Range> inputs, bool main_out = false);
    // `weights` is [output][input]; there are as many outputs as `bias` has values.
    void fully_connected(Route route, std::uint32_t in_channels, std::span<const float> weights,
                         std::span<const float> bias, Activation activation = Activation::linear);
    void flatten(V3Type type, Route route, const KpuShape& shape);
    void resize_nearest(V3Type type, Route route, const KpuShape& in, std::uint32_t out_width, std::uint32_t out_height,
                        bool align_corners = false);

    // Any body, for types without one above and for bodies that no compiler writes.
    void raw(V3Type type, std::vector<std::uint8_t> body);

    std::vector<std::uint8_t> bytes() const;

private:
    class Body;
    struct Layer {
        V3Type type;
        std::vector<std::uint8_t> body;  // of a KPU convolution, only what comes before its offsets
        std::optional<KpuLayer> kpu{};
        std::vector<std::uint8_t> parameters{};
    };
    void add_layer(V3Type type, const Body& body);
    static void finish_conv(const Layer& layer, std::vector<std::uint8_t>& file);

    std::vector<Layer> layers_;
};

}  // namespace k210::kmodel
