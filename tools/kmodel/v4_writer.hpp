// Writes version 4 kmodels, layer by layer: nncase v0.2.0-beta4 src/common/include/runtime/model.h [sdk].
//
// Bodies are given field by field: neutral/neutral_ops_body.h, cpu/cpu_ops_body.h, k210/k210_ops_body.h beside it.
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "tools/kmodel/kpu_layers.hpp"

namespace k210::kmodel {

enum class V4Memory : std::uint32_t { constants = 0, main = 1, ai_ram = 2 };
enum class V4Element : std::uint32_t { f32 = 0, u8 = 1 };

struct V4Range {  // bytes
    V4Memory memory = V4Memory::main;
    V4Element element = V4Element::f32;
    std::uint32_t start = 0, size = 0;
};
struct V4Shape {
    std::uint32_t n = 1, c = 1, h = 1, w = 1;
};

// Little-endian fields, one after the other.
class V4Fields {
public:
    V4Fields& operator<<(std::uint32_t v);
    V4Fields& operator<<(int v) { return *this << static_cast<std::uint32_t>(v); }
    V4Fields& operator<<(float v);
    V4Fields& operator<<(const V4Range& range);
    V4Fields& operator<<(const V4Shape& shape);
    V4Fields& operator<<(std::span<const std::uint8_t> more);
    V4Fields& repeat(std::uint32_t v, int times);
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }

private:
    std::vector<std::uint8_t> bytes_;
};

class V4Writer {
public:
    std::uint32_t target = 1;  // the K210; 0 is a CPU
    std::uint32_t main_memory_bytes = 0;
    std::vector<std::uint8_t> constants;
    std::vector<std::pair<V4Range, V4Shape>> inputs;
    std::vector<V4Range> outputs;

    void layer(std::uint32_t opcode, const V4Fields& body) { layers_.emplace_back(opcode, body.bytes()); }
    // `layer`'s three parameter addresses are offsets into `parameters`, as build_kpu_layer() makes them. An empty
    // `main_memory_out` leaves the output in AI RAM.
    void kpu_conv(const KpuLayer& layer, std::span<const std::uint8_t> parameters, const V4Range& main_memory_out = {},
                  std::uint32_t batches = 1);

    std::vector<std::uint8_t> bytes() const;

private:
    std::vector<std::pair<std::uint32_t, std::vector<std::uint8_t>>> layers_;
};

// The body that V4Writer::kpu_conv() writes.
V4Fields v4_kpu_conv_body(KpuLayer layer, std::span<const std::uint8_t> parameters, const V4Range& main_memory_out,
                          std::uint32_t batches = 1);

}  // namespace k210::kmodel
