#include "tools/calibrate/operator_models.hpp"

#include <array>
#include <limits>
#include <string_view>

#include "tools/kmodel/v4_writer.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210 {
namespace {

using Fields = kmodel::V4Fields;
using Range = kmodel::V4Range;
using Shape = kmodel::V4Shape;
using kmodel::V3Type;
using kmodel::V3Writer;
using kmodel::V4Element;
using kmodel::V4Memory;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kFloat = 4;
constexpr std::uint32_t kMost = 40960;  // elements of a map
constexpr float kLowest = std::numeric_limits<float>::lowest(), kHighest = std::numeric_limits<float>::max();
// Main memory: what comes in, two maps of floats and two of bytes to read, and one of each to write.
constexpr std::uint32_t kFloatsA = 64, kFloatsB = kFloatsA + kMost * kFloat, kFloatsOut = kFloatsB + kMost * kFloat;
constexpr std::uint32_t kBytesA = kFloatsOut + kMost * kFloat, kBytesB = kBytesA + kMost, kBytesOut = kBytesB + kMost;
constexpr std::uint32_t kMainMemory = kBytesOut + kMost;

std::uint32_t count(const Shape& s) {
    return s.n * s.c * s.h * s.w;
}

// A window of `side` without padding, a step of `stride`.
Fields& add_window(Fields& fields, std::uint32_t side, std::uint32_t stride) {
    return fields.repeat(0, 4) << side << side << stride << stride << 1 << 1;
}

Bytes counting(std::size_t bytes) {
    Bytes all(bytes);
    for (std::size_t i = 0; i < bytes; ++i) all[i] = static_cast<std::uint8_t>(1 + i * 7 % 250);
    return all;
}

class Version4 {
public:
    explicit Version4(std::vector<OperatorModel>& all) : all_(all) {
        add("none", 0, [](auto&) {});
    }

    void add_all() {
        for (const std::uint32_t n : {4096u, 32768u}) elementwise(n);
        for (const Shape& s : {Shape{1, 16, 16, 16}, Shape{1, 32, 32, 32}, Shape{1, 256, 7, 7}}) arranging(s);
        for (const Shape& s : {Shape{1, 8, 16, 16}, Shape{1, 16, 32, 32}, Shape{1, 32, 12, 12}})
            for (const std::uint32_t side : {1u, 3u}) products(s, side);
        for (const Shape& s : {Shape{1, 1, 1, 256}, Shape{1, 1, 16, 64}})
            for (const std::uint32_t outputs : {8u, 64u}) matrices(s.h, s.w, outputs);
        for (const Shape& s : {Shape{1, 8, 20, 20}, Shape{1, 16, 15, 40}, Shape{1, 64, 4, 4}})
            add("upload", 0x2001, [&](auto& body) {
                body << bytes_a(count(s)) << Range{V4Memory::ai_ram, V4Element::u8, 0, ai_ram_bytes(s)} << s;
            });
    }

private:
    static Range floats(std::uint32_t at, std::uint32_t n) { return {V4Memory::main, V4Element::f32, at, n * kFloat}; }
    static Range octets(std::uint32_t at, std::uint32_t n) { return {V4Memory::main, V4Element::u8, at, n}; }
    static Range floats_a(std::uint32_t n) { return floats(kFloatsA, n); }
    static Range floats_b(std::uint32_t n) { return floats(kFloatsB, n); }
    static Range floats_out(std::uint32_t n) { return floats(kFloatsOut, n); }
    static Range bytes_a(std::uint32_t n) { return octets(kBytesA, n); }
    static Range bytes_b(std::uint32_t n) { return octets(kBytesB, n); }
    static Range bytes_out(std::uint32_t n) { return octets(kBytesOut, n); }
    static std::uint32_t ai_ram_bytes(const Shape& s) {
        const std::uint32_t together = s.w <= 16 ? 4 : s.w <= 32 ? 2 : 1;  // rows in a line of 64 bytes
        return (s.c + together - 1) / together * s.h * 64;
    }

    // Fills the maps from the constants, then comes what `body` gets.
    template <class Body>
    void add(std::string_view name, std::uint32_t opcode, Body body) {
        kmodel::V4Writer writer;
        writer.main_memory_bytes = kMainMemory;
        writer.constants = counting(kMost);
        writer.inputs = {{floats(0, 4), Shape{1, 1, 1, 4}}};
        writer.outputs = {floats_out(4)};
        const Range source{V4Memory::constants, V4Element::u8, 0, kMost};
        writer.layer(0x03, Fields() << source << floats_a(kMost) << 128 << 64.0f);
        writer.layer(0x03, Fields() << source << floats_b(kMost) << 0 << 64.0f);
        writer.layer(0x09, Fields() << source << bytes_a(kMost));
        writer.layer(0x09, Fields() << source << bytes_b(kMost));
        Fields fields;
        body(fields);
        if (!fields.bytes().empty()) writer.layer(opcode, fields);
        all_.push_back({std::string(name), 4, writer.bytes()});
    }

    void elementwise(std::uint32_t n) {
        const Shape flat{1, 1, n / 64, 64}, repeated{1, 1, n / 64, 1};
        for (std::uint32_t op = 0; op < 6; ++op)
            for (const Shape& b : {flat, repeated})
                add("binary", 0x00, [&](auto& f) {
                    f << floats_a(n) << floats_b(count(b)) << floats_out(n) << op << flat << b << flat << kLowest
                      << kHighest;
                });
        for (std::uint32_t op = 0; op < 4; ++op)
            for (const Shape& b : {flat, repeated})
                add("quantized binary", 0x11, [&](auto& f) {
                    f << bytes_a(n) << bytes_b(count(b)) << bytes_out(n) << op << flat << b << flat << -3 << 300 << 8
                      << -3 << 300 << 8 << 400 << 9 << 5;
                });
        for (std::uint32_t op = 0; op < 10; ++op)
            add("unary", 0x0e, [&](auto& f) { f << floats_b(n) << floats_out(n) << op; });
        add("dequantize", 0x03, [&](auto& f) { f << bytes_a(n) << floats_out(n) << 3 << 64.0f; });
        add("quantize", 0x06, [&](auto& f) { f << floats_a(n) << bytes_out(n) << 128 << 64.0f; });
        add("copy", 0x09, [&](auto& f) { f << bytes_a(n) << bytes_out(n); });
        add("table", 0x12, [&](auto& f) {
            f << bytes_a(n) << Range{V4Memory::constants, V4Element::u8, 0, 256} << bytes_out(n);
        });
        add("softmax", 0x0b, [&](auto& f) { f << floats_a(n) << floats_out(n) << n / 8 << 8 << 1.0f; });
        constexpr std::array<std::uint8_t, 10> kLeaky{0x03, 0x03, 0x06, 0, 0, 0, 0x3f, 0x42, 0x45, 0xa0};
        add("nnil", 0x14, [&](auto& f) { f << floats_a(n) << floats_out(n) << kLeaky; });
    }

    void arranging(const Shape& s) {
        const std::uint32_t n = count(s);
        for (std::uint32_t op = 0; op < 4; ++op)
            add("reduce", 0x07, [&](auto& f) {
                f << floats_a(n) << floats_out(s.c) << op << s << Shape{1, s.c, 1, 1} << 0.0f;
            });
        for (const std::uint32_t element : {1u, 4u})
            add("concat", 0x01, [&](auto& f) {
                const auto part = element == 1 ? bytes_a(n / 2) : floats_a(n / 2);
                f << (element == 1 ? bytes_out(n) : floats_out(n)) << element * s.h * s.w << s.n << 2 << part << part
                  << s.c / 2 << s.c / 2;
            });
        add("pad", 0x05, [&](auto& f) {
            const Shape out{1, s.c, s.h + 2, s.w + 2};
            f << floats_a(n) << floats_out(count(out)) << s;
            f.repeat(0, 4).repeat(1, 4) << 0 << 0.0f;
        });
        add("transpose", 0x0c, [&](auto& f) { f << floats_a(n) << floats_out(n) << s << 0 << 2 << 3 << 1; });
        add("slice", 0x0d, [&](auto& f) {
            f << floats_a(n) << floats_out(n - s.h * s.w) << s;
            f << 0 << 1 << 0 << 0 << s;
            f.repeat(1, 4) << 0 << 0 << 0 << 0 << 0;
        });
        for (std::uint32_t mode = 0; mode < 2; ++mode)
            add("resize", 0x0a,
                [&](auto& f) { f << floats_a(n) << floats_out(n) << s << s.h << s.w << mode << Bytes{0}; });
    }

    static std::uint32_t reached(std::uint32_t size, std::uint32_t side, std::uint32_t stride) {
        return (size - side) / stride + 1;
    }

    void products(const Shape& s, std::uint32_t side) {
        const std::uint32_t n = count(s), taps = side * side, out = reached(s.h, side, 1) * reached(s.w, side, 1);
        for (const bool deep : {false, true}) {
            const std::uint32_t groups = deep ? s.c : 1, outputs = deep ? s.c : 8,
                                weights = outputs * s.c / groups * taps;
            add("conv", 0x02, [&](auto& f) {
                f << floats_a(n) << floats_out(outputs * out) << s << groups << outputs;
                add_window(f, side, 1) << kLowest << kHighest;
                f.repeat(0x3f000000, static_cast<int>(weights)).repeat(0, static_cast<int>(outputs));
            });
            add("quantized conv", 0x0f, [&](auto& f) {
                f << bytes_a(n) << bytes_out(outputs * out) << s << groups << outputs;
                add_window(f, side, 1) << -3 << -5 << 1000 << 10 << 7;
                f.repeat(9, static_cast<int>(outputs)) << counting(weights);
            });
            if (side > 1)
                add("transposed conv", 0x13, [&](auto& f) {
                    const Shape to{1, outputs, s.h + side - 1, s.w + side - 1};
                    f << floats_a(n) << floats_out(count(to)) << s << to << groups;
                    add_window(f, side, 1) << kLowest << kHighest;
                    f.repeat(0x3f000000, static_cast<int>(weights)).repeat(0, static_cast<int>(outputs));
                });
        }
        for (const std::uint32_t reduction : {0u, 2u})
            for (const std::uint32_t window : {side + 1, side + 3})
                add("pool", 0x08, [&](auto& f) {
                    const std::uint32_t pooled = reached(s.h, window, 2) * reached(s.w, window, 2);
                    f << floats_a(n) << floats_out(s.c * pooled) << reduction << s;
                    add_window(f, window, 2) << 0.0f << kLowest << kHighest;
                });
    }

    void matrices(std::uint32_t rows, std::uint32_t inner, std::uint32_t columns) {
        add("matrix product", 0x04, [&](auto& f) {
            f << floats_a(rows * inner) << floats_b(inner * columns) << floats_out(rows * columns) << rows << inner
              << columns << kLowest << kHighest;
            f.repeat(0, static_cast<int>(columns));
        });
        add("quantized matrix product", 0x10, [&](auto& f) {
            f << bytes_a(rows * inner) << bytes_b(inner * columns) << bytes_out(rows * columns) << rows << inner
              << columns << -3 << -5 << 1000 << 10 << 7;
            f.repeat(9, static_cast<int>(columns));
        });
    }

    std::vector<OperatorModel>& all_;
};

// A KPU layer comes first, or the runner stops.
class Version3 {
public:
    explicit Version3(std::vector<OperatorModel>& all) : all_(all) {
        add("none", [](auto&) {});
    }

    void add_all() {
        for (const std::uint32_t n : {2048u, 16384u}) elementwise(n);
        for (const KpuShape& s : {KpuShape{16, 16, 16}, KpuShape{32, 32, 32}, KpuShape{256, 8, 7}}) arranging(s);
        for (const std::uint32_t inputs : {64u, 512u})
            for (const std::uint32_t outputs : {4u, 32u}) {
                const std::vector<float> weights(std::size_t{inputs} * outputs, 0.5f), bias(outputs, 0.25f);
                add("fully connected", [&](auto& w) {
                    w.fully_connected({kFloatsA, kFloatsOut}, inputs, weights, bias);
                });
            }
        for (const KpuShape& s : {KpuShape{8, 20, 20}, KpuShape{16, 40, 15}, KpuShape{4, 64, 16}, KpuShape{16, 8, 16}})
            add("upload", [&](auto& w) { w.kpu_upload({kBytesA, 1024}, s); });
    }

private:
    template <class Body>
    void add(std::string_view name, Body body) {
        V3Writer writer;
        writer.main_memory_bytes = kMainMemory;
        writer.outputs = {{kFloatsOut, 16}};
        const BuiltKpuLayer first = build_kpu_layer({});
        writer.kpu_conv(first.layer, first.parameters, 0);
        writer.dequantize({kBytesA, kFloatsA}, kMost, {1.0f / 64, -2});
        writer.dequantize({kBytesB, kFloatsB}, kMost, {1.0f / 64, 0.5f});
        writer.add({kFloatsA, kFloatsB, kFloatsOut, 1});  // weights behind it lie at multiples of 8, as compilers' do
        body(writer);
        all_.push_back({std::string(name), 3, writer.bytes()});
    }

    void elementwise(std::uint32_t n) {
        add("add", [&](auto& w) { w.add({kFloatsA, kFloatsB, kFloatsOut, n}); });
        add("quantized add", [&](auto& w) {
            w.quantized_add({kBytesA, kBytesB, kBytesOut, n}, {-3, 300, 8}, {-3, 300, 8}, {5, 400, 9});
        });
        add("quantize", [&](auto& w) { w.quantize({kFloatsA, kBytesOut}, n, {1.0f / 64, -2}); });
        add("dequantize", [&](auto& w) { w.dequantize({kBytesA, kFloatsOut}, n, {1.0f / 64, -2}); });
        const std::vector<V3Writer::Quantization> by_channel(n / 64, {1.0f / 64, -2});
        add("channelwise dequantize", [&](auto& w) {
            w.channelwise_dequantize({kBytesA, kFloatsOut}, 64, by_channel);
        });
        std::array<std::uint8_t, 256> table{};
        add("requantize", [&](auto& w) { w.requantize({kBytesA, kBytesOut}, n, table); });
        add("L2 normalization", [&](auto& w) { w.l2_normalization({kFloatsA, kFloatsOut}, n); });
        add("softmax", [&](auto& w) { w.softmax({kFloatsA, kFloatsOut}, n); });
        add("logistic", [&](auto& w) { w.logistic({kFloatsA, kFloatsOut}, n); });
        const std::array<V3Writer::Range, 2> floats{{{kFloatsA, n * 2}, {kFloatsB, n * 2}}};
        add("concat", [&](auto& w) { w.concat(V3Type::concat, kFloatsOut, floats); });
        const std::array<V3Writer::Range, 2> octets{{{kBytesA, n / 2}, {kBytesB, n / 2}}};
        add("quantized concat", [&](auto& w) { w.concat(V3Type::quantized_concat, kBytesOut, octets); });
    }

    void arranging(const KpuShape& s) {
        const V3Writer::Route floats{kFloatsA, kFloatsOut}, octets{kBytesA, kBytesOut};
        add("global average pool",
            [&](auto& w) { w.global_pool2d(V3Type::global_average_pool2d, floats, s.width * s.height, s.channels); });
        add("flatten", [&](auto& w) { w.flatten(V3Type::tensorflow_flatten, floats, s); });
        add("resize",
            [&](auto& w) { w.resize_nearest(V3Type::resize_nearest_neighbor, floats, s, s.width, s.height); });
        for (const std::uint32_t side : {2u, 3u}) {
            const V3Writer::Window window{.in = s,
                                          .out = {s.channels, s.width / 2, s.height / 2},
                                          .kernel_width = side,
                                          .kernel_height = side,
                                          .stride_width = 2,
                                          .stride_height = 2};
            add("quantized max pool", [&](auto& w) { w.max_pool2d(V3Type::quantized_max_pool2d, octets, window); });
            add("average pool", [&](auto& w) { w.average_pool2d(V3Type::average_pool2d, floats, window); });
        }
        add("KPU add padding", [&](auto& w) { w.kpu_add_padding({kBytesA, 1024}, s.channels); });
        add("KPU remove padding", [&](auto& w) { w.kpu_remove_padding({kBytesA, kBytesOut}, s.channels); });
    }

    std::vector<OperatorModel>& all_;
};

}  // namespace

std::vector<OperatorModel> operator_models() {
    std::vector<OperatorModel> all;
    Version3(all).add_all();
    Version4(all).add_all();
    return all;
}

}  // namespace k210
