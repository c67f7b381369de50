#include "v4_seeds.hpp"

#include <algorithm>
#include <bit>

#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

using Bytes = std::vector<std::uint8_t>;

enum : std::uint32_t { kConstants = 0, kMain = 1, kAiRam = 2 };
enum : std::uint32_t { kFloat = 0, kByte = 1 };
constexpr std::uint32_t kMainBytes = 2048, kConstantBytes = 512;

struct Range {
    std::uint32_t memory, element, start, size;
};
struct Shape {
    std::uint32_t n, c, h, w;
};

class Fields {
public:
    Fields& operator<<(std::uint32_t v) {
        for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
        return *this;
    }
    Fields& operator<<(int v) { return *this << static_cast<std::uint32_t>(v); }
    Fields& operator<<(float v) { return *this << std::bit_cast<std::uint32_t>(v); }
    Fields& operator<<(const Range& r) { return *this << r.memory << r.element << r.start << r.size; }
    Fields& operator<<(const Shape& s) { return *this << s.n << s.c << s.h << s.w; }
    Fields& operator<<(const Bytes& more) {
        for (const std::uint8_t byte : more) bytes.push_back(byte);
        return *this;
    }
    Fields& repeat(std::uint32_t v, int times) {
        for (int i = 0; i < times; ++i) *this << v;
        return *this;
    }
    Bytes bytes;
};

// Floats and bytes to read, and where to write.
constexpr Range kFloats{kMain, kFloat, 0, 64}, kBytes{kMain, kByte, 64, 16}, kKpuMap{kAiRam, kByte, 0, 1024};
constexpr Range kFloatsOut{kMain, kFloat, 1024, 1024}, kBytesOut{kMain, kByte, 1024, 1024};
constexpr Range kTable{kConstants, kByte, 0, 256};
constexpr Shape kMap{1, 1, 4, 4}, kMapChannelsLast{1, 4, 4, 1};

Bytes model(std::uint32_t target, const Range& input, const Shape& shape, std::uint32_t opcode, const Bytes& body) {
    Fields file;
    file << Bytes{'L', 'D', 'M', 'K'} << 4 << 0 << target << kConstantBytes << kMainBytes << 1 << 1 << 1 << 0;
    file << input << shape << kFloatsOut << Bytes(kConstantBytes, 3);
    file << opcode << static_cast<std::uint32_t>(body.size()) << body;
    return file.bytes;
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

Bytes float_convolution(const Shape& shape, bool groups, bool outputs) {
    Fields f = from_to(kFloats, kFloatsOut);
    f << shape;
    if (groups) f << 1;
    if (outputs) f << 1;
    add_window(f);
    f << -1.0f << 1.0f << 0.5f << 1.0f << 2.0f << -0.5f << 0.25f;
    return f.bytes;
}

Bytes quantized_convolution(const Shape& shape, bool groups, bool outputs) {
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
    return f.bytes;
}

Bytes kpu_convolution() {
    const BuiltKpuLayer built = build_kpu_layer({.input = {1, 4, 4}, .output_channels = 1});
    KpuLayer layer = built.layer;
    const auto block = [&](std::uint32_t begin, std::size_t size) {
        const auto at = built.parameters.begin() + begin;
        return Bytes(at, at + static_cast<std::ptrdiff_t>(size));
    };
    // Blocks follow without padding.
    layer.bwsx_base_addr = layer.active_addr = layer.para_start_addr = 0;
    Fields f;
    f << kBytesOut << 1 << 0;
    for (const std::uint64_t word : encode(layer))
        f << static_cast<std::uint32_t>(word) << static_cast<std::uint32_t>(word >> 32);
    f << block(built.layer.bwsx_base_addr, 8) << block(built.layer.active_addr, kKpuActivationBytes)
      << block(built.layer.para_start_addr, 1);
    return f.bytes;
}

}  // namespace

std::vector<Bytes> v4_seeds() {
    std::vector<Bytes> seeds;
    const auto add = [&](std::uint32_t opcode, const Fields& body) {
        seeds.push_back(model(1, kFloats, kMap, opcode, body.bytes));
    };
    const auto floats = [] { return from_to(kFloats, kFloatsOut); };

    for (std::uint32_t op = 0; op < 6; ++op)
        add(0x00, Fields() << kFloats << kFloats << kFloatsOut << op << kMap << kMap << kMap << -1.0f << 9.0f);
    add(0x01, Fields() << kFloatsOut << 16 << 2 << 2 << kFloats << kFloats << 1 << 1);
    add(0x02, Fields() << float_convolution(kMap, true, true));
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
    add(0x0f, Fields() << quantized_convolution(kMap, true, true));
    add(0x10, Fields() << kBytes << kBytes << kBytesOut << 2 << 4 << 2 << -1 << -2 << 100 << 3 << 4 << 5 << 6);
    add(0x11, Fields() << kBytes << kBytes << kBytesOut << 0 << kMap << kMap << kMap << 1 << 2 << 3 << 4 << 5 << 6 << 7
                       << 8 << 9);
    add(0x12, Fields() << kBytes << kTable << kBytesOut);
    Fields transposed = floats() << kMap << Shape{1, 1, 5, 5} << 1;
    add_window(transposed);
    add(0x13, transposed << -1.0f << 1.0f << 0.5f << 1.0f << 2.0f << -0.5f << 0.0f);
    add(0x14, floats() << Bytes{0x03, 0x06, 0, 0, 0x80, 0x3f, 0x40, 0xa0});  // x + 1
    add(0x1001, Fields() << float_convolution(kMapChannelsLast, false, true));
    add(0x1002, Fields() << float_convolution(kMapChannelsLast, false, false));
    add(0x1003, pool(kMapChannelsLast));
    add(0x1004, Fields() << quantized_convolution(kMapChannelsLast, false, true));
    add(0x1005, Fields() << quantized_convolution(kMapChannelsLast, false, false));
    add(0x2001, from_to(kBytes, kKpuMap) << kMap);
    seeds.push_back(model(1, kKpuMap, kMap, 0x2002, kpu_convolution()));
    return seeds;
}

}  // namespace k210
