#include "v4_seeds.hpp"

#include <array>

#include "tools/kmodel/v4_writer.hpp"

namespace k210 {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Fields = kmodel::V4Fields;
using Range = kmodel::V4Range;
using Shape = kmodel::V4Shape;
using enum kmodel::V4Memory;
using enum kmodel::V4Element;

// Floats and bytes to read, and where to write.
constexpr Range kFloats{main, f32, 0, 64}, kBytes{main, u8, 64, 16}, kKpuMap{ai_ram, u8, 0, 1024};
constexpr Range kFloatsOut{main, f32, 1024, 1024}, kBytesOut{main, u8, 1024, 1024};
constexpr Range kTable{constants, u8, 0, 256};
constexpr Shape kMap{1, 1, 4, 4}, kMapChannelsLast{1, 4, 4, 1};

Bytes model(const Range& input, std::uint32_t opcode, const Fields& body) {
    constexpr std::size_t kConstantBytes = 512;
    kmodel::V4Writer writer;
    writer.main_memory_bytes = 2048;
    writer.constants = Bytes(kConstantBytes, 3);
    writer.inputs = {{input, kMap}};
    writer.outputs = {kFloatsOut};
    writer.layer(opcode, body);
    return writer.bytes();
}

// No padding, a filter of 2x2, steps of 1.
void add_window(Fields& f) {
    f.repeat(0, 4) << 2 << 2;
    f.repeat(1, 4);
}

Fields from_to(const Range& from, const Range& to) {
    Fields f;
    f << from << to;
    return f;
}

Fields float_convolution(const Shape& shape, bool groups, bool outputs) {
    Fields f = from_to(kFloats, kFloatsOut);
    f << shape;
    if (groups) f << 1;
    if (outputs) f << 1;
    add_window(f);
    f << -1.0f << 1.0f << 0.5f << 1.0f << 2.0f << -0.5f << 0.25f;
    return f;
}

Fields quantized_convolution(const Shape& shape, bool groups, bool outputs) {
    Fields f = from_to(kBytes, kBytesOut);
    f << shape;
    if (groups) f << 1;
    if (outputs) f << 1;
    add_window(f);
    f << -3 << -5 << 1000 << 10 << 7;
    if (groups)
        f << 9 << Bytes{1, 2, 3, 4};
    else
        f << Bytes{1, 2, 3, 4} << 9;
    return f;
}

Fields kpu_convolution() {
    const BuiltKpuLayer built = build_kpu_layer({.input = {1, 4, 4}, .output_channels = 1});
    return kmodel::v4_kpu_conv_body(built.layer, built.parameters, kBytesOut);
}

}  // namespace

std::vector<Bytes> v4_seeds() {
    std::vector<Bytes> seeds;
    const auto add = [&](std::uint32_t opcode, const Fields& body) { seeds.push_back(model(kFloats, opcode, body)); };
    const auto floats = [] { return from_to(kFloats, kFloatsOut); };

    for (std::uint32_t op = 0; op < 6; ++op)
        add(0x00, Fields() << kFloats << kFloats << kFloatsOut << op << kMap << kMap << kMap << -1.0f << 9.0f);
    add(0x01, Fields() << kFloatsOut << 16 << 2 << 2 << kFloats << kFloats << 1 << 1);
    add(0x02, float_convolution(kMap, true, true));
    add(0x03, from_to(kBytes, kFloatsOut) << 3 << 0.5f);
    add(0x04, Fields() << kFloats << kFloats << kFloatsOut << 2 << 4 << 2 << -9.0f << 9.0f << 1.0f << 2.0f);
    add(0x05, (floats() << kMap).repeat(0, 4).repeat(1, 4) << 0 << 2.5f);
    add(0x06, from_to(kFloats, kBytesOut) << 3 << 0.5f);
    for (std::uint32_t op = 0; op < 4; ++op) add(0x07, floats() << op << kMap << Shape{1, 1, 1, 4} << 0.0f);
    const auto pool = [&](const Shape& shape) {
        Fields f = floats() << 2 << shape;
        add_window(f);
        return f << 0.0f << -1.0f << 1.0f;
    };
    add(0x08, pool(kMap));
    add(0x09, floats());
    for (std::uint32_t mode = 0; mode < 2; ++mode) add(0x0a, floats() << kMap << 5 << 6 << mode << Bytes{1});
    add(0x0b, floats() << 4 << 4 << 1.0f);
    add(0x0c, floats() << kMap << 0 << 3 << 2 << 1);
    add(0x0d, (floats() << kMap).repeat(0, 4) << kMap << 1 << 1 << 2 << 1 << 0 << 0 << 0 << 0 << 0);
    for (std::uint32_t op = 0; op < 10; ++op) add(0x0e, floats() << op);
    add(0x0f, quantized_convolution(kMap, true, true));
    add(0x10, Fields() << kBytes << kBytes << kBytesOut << 2 << 4 << 2 << -1 << -2 << 100 << 3 << 4 << 5 << 6);
    add(0x11, Fields() << kBytes << kBytes << kBytesOut << 0 << kMap << kMap << kMap << 1 << 2 << 3 << 4 << 5 << 6 << 7
                       << 8 << 9);
    add(0x12, Fields() << kBytes << kTable << kBytesOut);
    Fields transposed = floats() << kMap << Shape{1, 1, 5, 5} << 1;
    add_window(transposed);
    add(0x13, transposed << -1.0f << 1.0f << 0.5f << 1.0f << 2.0f << -0.5f << 0.0f);
    add(0x14, floats() << Bytes{0x03, 0x06, 0, 0, 0x80, 0x3f, 0x40, 0xa0});  // x + 1
    add(0x1001, float_convolution(kMapChannelsLast, false, true));
    add(0x1002, float_convolution(kMapChannelsLast, false, false));
    add(0x1003, pool(kMapChannelsLast));
    add(0x1004, quantized_convolution(kMapChannelsLast, false, true));
    add(0x1005, quantized_convolution(kMapChannelsLast, false, false));
    add(0x2001, from_to(kBytes, kKpuMap) << kMap);
    seeds.push_back(model(kKpuMap, 0x2002, kpu_convolution()));
    return seeds;
}

}  // namespace k210
