// A KPU without registers or time: AI RAM, and a kernel reading parameters out of a buffer.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kpu/fast_kernel.hpp"
#include "kpu/reference_kernel.hpp"

namespace k210::kmodel {

class BufferParameters final : public KpuParameterSource {
public:
    explicit BufferParameters(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    void read(std::uint32_t address, std::span<std::uint8_t> to) override {
        // Some models end a few bytes before their last declared block does.
        const std::size_t from = std::min<std::size_t>(address, bytes_.size());
        const std::size_t there = std::min(to.size(), bytes_.size() - from);
        std::ranges::copy(bytes_.subspan(from, there), to.begin());
        std::ranges::fill(to.subspan(there), std::uint8_t{0});
    }

private:
    std::span<const std::uint8_t> bytes_;
};

class BareKpu {
public:
    BareKpu() = default;  // computes by the reference
    explicit BareKpu(KpuFastKernel kernel) : fast_(std::move(kernel)) {}

    // Runs one layer and returns its planar output. The three addresses in `layer` are offsets into `parameters`.
    std::vector<std::uint8_t> run(const KpuLayer& layer, std::span<const std::uint8_t> parameters,
                                  bool eight_bit_mode = true) {
        BufferParameters source(parameters);
        std::vector<std::uint8_t> planar;
        if (fast_)
            fast_->compute(layer, eight_bit_mode, ai_ram(), source, planar);
        else
            planar = kpu_compute_reference(layer, eight_bit_mode, ai_ram(), source);
        kpu_write_back(layer, planar, ai_ram());
        return planar;
    }
    void upload(std::uint32_t line, const KpuShape& shape, std::span<const std::uint8_t> planar) {
        kpu_write_map(line, kpu_packed_layout(shape.width, shape.height), shape, planar, ai_ram());
    }
    std::vector<std::uint8_t> download(std::uint32_t line, const KpuShape& shape) {
        return kpu_read_map(line, kpu_packed_layout(shape.width, shape.height), shape, ai_ram());
    }
    std::span<std::uint8_t, kAiRamBytes> ai_ram() { return std::span<std::uint8_t, kAiRamBytes>(ai_ram_); }

private:
    std::optional<KpuFastKernel> fast_;
    std::vector<std::uint8_t> ai_ram_ = std::vector<std::uint8_t>(kAiRamBytes);
};

}  // namespace k210::kmodel
