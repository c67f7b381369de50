#include "kmodel/ops/nnil.hpp"

#include <algorithm>
#include <array>

#include "kmodel/ops/elementwise.hpp"

namespace k210::kmodel {
namespace {

constexpr std::size_t kStackDepth = 64;
constexpr std::size_t kBlock = 64;  // elements that go through a program together

struct Effect {
    std::size_t pops, pushes;
};

// Operators are numbered as those of their own layers.
constexpr std::uint8_t kFirstUnary = 0x20, kFirstBinary = 0x40;

Effect effect_of(NnilOpcode opcode, const Reader& in, std::size_t at) {
    const auto code = static_cast<std::uint8_t>(opcode);
    switch (opcode) {
        case NnilOpcode::nop: return {0, 0};
        case NnilOpcode::dup: return {1, 2};
        case NnilOpcode::pop:
        case NnilOpcode::ret: return {1, 0};
        case NnilOpcode::lda_0:
        case NnilOpcode::ldc_r4_0:
        case NnilOpcode::ldc_r4_1:
        case NnilOpcode::ldc_r4: return {0, 1};
        case NnilOpcode::clamp: return {3, 1};
        default: break;
    }
    if (opcode >= NnilOpcode::abs && opcode <= NnilOpcode::square) return {1, 1};
    if (opcode >= NnilOpcode::add && opcode <= NnilOpcode::max) return {2, 1};
    in.fail_at(at, fmt::format("unknown NNIL opcode {:#04x}", code));
}

}  // namespace

NnilProgram NnilProgram::parse(Reader& in) {
    NnilProgram program;
    for (std::size_t depth = 0;;) {
        const std::size_t at = in.at();
        if (in.left() == 0) in.fail_at(at, "the NNIL program does not return");
        const auto opcode = static_cast<NnilOpcode>(in.bytes(1)[0]);
        const Effect effect = effect_of(opcode, in, at);
        if (effect.pops > depth) in.fail_at(at, "the NNIL program takes more from its stack than it put there");
        depth = depth - effect.pops + effect.pushes;
        if (depth > kStackDepth)
            in.fail_at(at, fmt::format("the NNIL program puts more than {} values on its stack", kStackDepth));
        float constant = 0;
        if (opcode == NnilOpcode::ldc_r4) constant = in.f32();
        if (opcode == NnilOpcode::ldc_r4_1) constant = 1;
        program.steps_.push_back({opcode, constant});
        if (opcode == NnilOpcode::ret) return program;
    }
}

void NnilProgram::run(std::span<const float> in, std::span<float> out) const {
    std::array<std::array<float, kBlock>, kStackDepth> stack{};
    for (std::size_t first = 0; first < in.size(); first += kBlock) {
        const std::size_t count = std::min(kBlock, in.size() - first);
        std::size_t depth = 0;
        for (const auto& [opcode, constant] : steps_) {
            const auto code = static_cast<std::uint8_t>(opcode);
            switch (opcode) {
                case NnilOpcode::nop: break;
                case NnilOpcode::pop: --depth; break;
                case NnilOpcode::dup:
                    stack[depth] = stack[depth - 1];
                    ++depth;
                    break;
                case NnilOpcode::lda_0: std::copy_n(&in[first], count, stack[depth++].begin()); break;
                case NnilOpcode::ldc_r4_0:
                case NnilOpcode::ldc_r4_1:
                case NnilOpcode::ldc_r4: stack[depth++].fill(constant); break;
                case NnilOpcode::clamp: {
                    depth -= 2;
                    auto& values = stack[depth - 1];
                    for (std::size_t i = 0; i < count; ++i)
                        values[i] = Clamp{stack[depth][i], stack[depth + 1][i]}(values[i]);
                    break;
                }
                case NnilOpcode::ret: std::copy_n(stack[--depth].begin(), count, &out[first]); break;
                default:
                    if (opcode >= NnilOpcode::add) {
                        --depth;
                        for (std::size_t i = 0; i < count; ++i) {
                            float& a = stack[depth - 1][i];
                            a = binary(static_cast<BinaryOp>(code - kFirstBinary), a, stack[depth][i]);
                        }
                    } else {
                        for (float& v : std::span(stack[depth - 1]).first(count))
                            v = unary(static_cast<UnaryOp>(code - kFirstUnary), v);
                    }
            }
        }
    }
}

}  // namespace k210::kmodel
