#include "kpu/layer_worker.hpp"

#include <algorithm>
#include <system_error>

namespace k210 {
namespace {

// In multiplications. Below it, a layer is done sooner than a thread woken and the input copied.
constexpr std::uint64_t kHandOverWork = 4'000'000;

// Batch norm, activation and storing cost about as much as 256 multiplications.
std::uint64_t work_of(const KpuLayer& layer) {
    const std::uint64_t outputs = std::uint64_t{layer.input().plane_bytes()} * layer.output().channels;
    return outputs * (layer.kernel_weights() + 256u);
}

}  // namespace

KpuLayerWorker::~KpuLayerWorker() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void KpuLayerWorker::start(const KpuLayer& layer, bool eight_bit_mode,
                           std::span<const std::uint8_t, kAiRamBytes> ai_ram, KpuParameterSource& source) {
    kernel_.load(layer, eight_bit_mode, source);
    if (work_of(layer) < kHandOverWork || !layer.fits_ai_ram()) {
        kernel_.run(ai_ram, output_);
        return;
    }
    input_.resize(kAiRamBytes);
    const AiRamRange range = layer.input_range();
    std::ranges::copy(ai_ram.subspan(range.offset, range.length), input_.begin() + range.offset);
    post();
}

void KpuLayerWorker::post() {
    {
        const std::lock_guard lock(mutex_);
        work_ = Work::posted;
    }
    changed_.notify_all();
    if (thread_.joinable()) return;
    try {
        thread_ = std::thread([this] { serve(); });
    } catch (const std::system_error&) {
        // The host has no thread to spare: output() will do the work.
    }
}

void KpuLayerWorker::serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || work_ == Work::posted; });
        if (stopping_) return;
        work_ = Work::running;
        lock.unlock();
        compute();
        lock.lock();
        work_ = Work::none;
        changed_.notify_all();
    }
}

std::vector<std::uint8_t>& KpuLayerWorker::output() {
    std::unique_lock lock(mutex_);
    if (work_ == Work::posted) {
        work_ = Work::none;
        lock.unlock();
        compute();
    } else {
        changed_.wait(lock, [this] { return work_ == Work::none; });
    }
    return output_;
}

}  // namespace k210
