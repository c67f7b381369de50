#include "onednn.hpp"

#include <cstring>

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace k210::bench {
namespace {

// Debian builds the library on OpenMP, whose run-time library comes along with it.
void use_one_thread() {
    if (void* set = dlsym(RTLD_DEFAULT, "omp_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(1);
}

}  // namespace

std::function<void()> onednn_convolution(const LayerShape& shape) {
    using Memory = dnnl::memory;
    use_one_thread();
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    const auto any = [](Memory::dims dims, Memory::data_type type) {
        return Memory::desc(dims, type, Memory::format_tag::any);
    };
    const Memory::dim channels = shape.input.channels, outputs = shape.outputs, side = shape.side;
    const Memory::dim height = shape.input.height, width = shape.input.width;
    const Memory::dims kernel =
        shape.depthwise ? Memory::dims{channels, 1, 1, side, side} : Memory::dims{outputs, channels, side, side};
    const Memory::dims padding{side / 2, side / 2};
    const dnnl::convolution_forward::desc convolution(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
        any({1, channels, height, width}, Memory::data_type::u8), any(kernel, Memory::data_type::s8),
        any({1, outputs, height, width}, Memory::data_type::s32), {1, 1}, padding, padding);
    const dnnl::convolution_forward::primitive_desc chosen(convolution, engine);

    const auto filled = [&engine](const Memory::desc& desc) {
        Memory memory(desc, engine);
        const auto bytes = noise(desc.get_size());
        std::memcpy(memory.get_data_handle(), bytes.data(), bytes.size());
        return memory;
    };
    const std::unordered_map<int, Memory> arguments{{DNNL_ARG_SRC, filled(chosen.src_desc())},
                                                    {DNNL_ARG_WEIGHTS, filled(chosen.weights_desc())},
                                                    {DNNL_ARG_DST, filled(chosen.dst_desc())}};
    return [primitive = dnnl::convolution_forward(chosen), stream = dnnl::stream(engine), arguments]() mutable {
        primitive.execute(stream, arguments);
        stream.wait();
    };
}

}  // namespace k210::bench
