// What a fuzz target does with a kmodel: reads it, profiles it, and runs it when that is soon done. Complaints are
// fine; crashes, sanitizer reports and kernels that disagree are not.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "k210/base/error.hpp"
#include "kmodel/kmodel.hpp"
#include "kmodel/speedup.hpp"

namespace k210 {

// Inputs that do not repeat soon, and no NaN among floats.
inline kmodel::Tensor fuzz_input(const kmodel::TensorSummary& wanted) {
    kmodel::Tensor tensor{wanted.element, wanted.shape, std::vector<std::uint8_t>(wanted.bytes)};
    for (std::size_t i = 0; i < tensor.bytes.size(); ++i)
        tensor.bytes[i] = static_cast<std::uint8_t>((i * 37 + 11) & 0x3f);
    return tensor;
}

inline bool soon_done(const kmodel::ModelSummary& model) {
    constexpr std::uint64_t kMostWork = 1 << 22, kMostMemory = 1 << 20;
    std::uint64_t work = 0;
    for (const auto& layer : model.layers) work += layer.macs + layer.operations;
    return work <= kMostWork && model.main_memory_bytes <= kMostMemory;
}

inline void fuzz_kmodel(std::vector<std::uint8_t> bytes) {
    try {
        const auto model = kmodel::Kmodel::parse("fuzz", std::move(bytes));
        for (const auto runner : {kmodel::Runner::sdk, kmodel::Runner::maixpy})
            kmodel::find_speedups(model->summary(), {}, runner);
        if (!soon_done(model->summary())) return;
        std::vector<kmodel::Tensor> inputs;
        for (const auto& wanted : model->summary().inputs) inputs.push_back(fuzz_input(wanted));
        const auto fast = model->run(inputs, {}, kmodel::KpuKernel::fast);
        const auto reference = model->run(inputs, {}, kmodel::KpuKernel::reference);
        for (std::size_t i = 0; i < fast.size(); ++i)
            if (fast[i].bytes != reference[i].bytes) std::abort();
    } catch (const InputError&) {}
}

}  // namespace k210
