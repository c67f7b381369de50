#include "tools/kmodel/v4_writer.hpp"

#include <array>
#include <bit>

namespace k210::kmodel {
namespace {

constexpr std::array<std::uint8_t, 4> kIdentifier = {'L', 'D', 'M', 'K'};
constexpr std::uint32_t kVersion = 4, kNoFlags = 0, kReserved = 0;
constexpr std::uint32_t kKpuConv = 0x2002;
constexpr std::size_t kNormBytes = 8;

template <class List>
std::uint32_t size_of(const List& list) {
    return static_cast<std::uint32_t>(list.size());
}

}  // namespace

V4Fields& V4Fields::operator<<(std::uint32_t v) {
    for (unsigned i = 0; i < 4; ++i) bytes_.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
    return *this;
}

V4Fields& V4Fields::operator<<(float v) {
    return *this << std::bit_cast<std::uint32_t>(v);
}

V4Fields& V4Fields::operator<<(const V4Range& range) {
    return *this << static_cast<std::uint32_t>(range.memory) << static_cast<std::uint32_t>(range.element) << range.start
                 << range.size;
}

V4Fields& V4Fields::operator<<(const V4Shape& shape) {
    return *this << shape.n << shape.c << shape.h << shape.w;
}

V4Fields& V4Fields::operator<<(std::span<const std::uint8_t> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
}

V4Fields& V4Fields::repeat(std::uint32_t v, int times) {
    for (int i = 0; i < times; ++i) *this << v;
    return *this;
}

V4Fields v4_kpu_conv_body(KpuLayer layer, std::span<const std::uint8_t> parameters, const V4Range& main_memory_out,
                          std::uint32_t batches) {
    const auto norms =
        parameters.subspan(layer.bwsx_base_addr, std::size_t{layer.o_ch_num + std::size_t{1}} * kNormBytes);
    const auto activation = parameters.subspan(layer.active_addr, kKpuActivationBytes);
    const auto weights =
        parameters.subspan(layer.para_start_addr, std::size_t{layer.output().channels} * layer.kernel_weights());
    // Where the addresses are, the file says how much padding comes before each block: none.
    layer.bwsx_base_addr = layer.active_addr = layer.para_start_addr = 0;
    V4Fields body;
    body << main_memory_out << batches << kReserved;
    for (const std::uint64_t word : encode(layer))
        body << static_cast<std::uint32_t>(word) << static_cast<std::uint32_t>(word >> 32);
    return body << norms << activation << weights;
}

void V4Writer::kpu_conv(const KpuLayer& layer, std::span<const std::uint8_t> parameters, const V4Range& main_memory_out,
                        std::uint32_t batches) {
    this->layer(kKpuConv, v4_kpu_conv_body(layer, parameters, main_memory_out, batches));
}

std::vector<std::uint8_t> V4Writer::bytes() const {
    V4Fields file;
    file << kIdentifier << kVersion << kNoFlags << target << size_of(constants) << main_memory_bytes << size_of(layers_)
         << size_of(inputs) << size_of(outputs) << kReserved;
    for (const auto& [range, shape] : inputs) file << range;
    for (const auto& [range, shape] : inputs) file << shape;
    for (const V4Range& range : outputs) file << range;
    file << constants;
    for (const auto& [opcode, body] : layers_) file << opcode << size_of(body);
    for (const auto& [opcode, body] : layers_) file << body;
    return file.bytes();
}

}  // namespace k210::kmodel
