// Computes layers beside the harts, one at a time. What a layer reads is taken when it starts, and asking for its
// output waits until it is there: neither the output nor guest time depends on how the host schedules the thread.
// Asking for a layer that the thread has not begun computes it on the spot, so a busy host costs no waiting.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "kpu/fast_kernel.hpp"
#include "kpu/layer.hpp"
#include "kpu/parameters.hpp"

namespace k210 {

class KpuLayerWorker {
public:
    KpuLayerWorker() = default;
    KpuLayerWorker(const KpuLayerWorker&) = delete;
    KpuLayerWorker& operator=(const KpuLayerWorker&) = delete;
    ~KpuLayerWorker();

    // Takes input and parameters. Forgets the output of the layer before, which must not be under way any more.
    void start(const KpuLayer& layer, bool eight_bit_mode, std::span<const std::uint8_t, kAiRamBytes> ai_ram,
               KpuParameterSource& source);
    // What the reference returns for the layer started last.
    std::vector<std::uint8_t>& output();

private:
    enum class Work : std::uint8_t { none, posted, running };

    void post();
    void serve();
    void compute() { kernel_.run(std::span<const std::uint8_t, kAiRamBytes>(input_), output_); }

    KpuFastKernel kernel_;
    std::vector<std::uint8_t> input_;  // an AI RAM with nothing but the layer's input in it
    std::vector<std::uint8_t> output_;

    std::mutex mutex_;  // hands all of the above over
    std::condition_variable changed_;
    Work work_ = Work::none;
    bool stopping_ = false;
    std::thread thread_;  // from the first layer that is worth it
};

}  // namespace k210
