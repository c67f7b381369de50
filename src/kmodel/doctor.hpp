// What people ask when a model does not load, or is slow: does it fit, which firmware takes it, what falls to the CPU
// and why, and what to do about each.
//
// Sources: MaixPy's documentation (wiki.sipeed.com, "Basic knowledge of MaixPy AI hardware acceleration") and nncase
// v0.2.0-beta4 docs/FAQ_EN.md [doc]; standalone-sdk@02576ba kpu_load_kmodel() [sdk]. That a loaded model costs its file
// and its main memory agrees with kpu.memtest() before and after, MaixPy-v1 issue 180 [measured].
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kmodel/summary.hpp"

namespace k210::kmodel {

enum class Firmware : std::uint8_t { maixpy_full, maixpy_minimum, c };
std::string_view to_string(Firmware firmware);
std::uint64_t memory_for_models(Firmware firmware);

struct Finding {
    enum Severity : std::uint8_t { fine, advice, problem } severity;
    std::string what;
    std::string remedy{};  // empty when there is nothing to do
};

struct DoctorOptions {
    std::optional<Firmware> firmware;  // none: all are looked at, and one that takes the model will do
    std::uint32_t flash_bytes = 16u << 20;
};

// Throws InputError when the file is nothing that belongs on a K210's KPU.
std::vector<Finding> examine(std::string_view name, std::span<const std::uint8_t> file, const DoctorOptions& options);

// Of a layer on the CPU whose work the KPU could do: why it does not, and what to change in the network. Empty for
// others.
struct CpuReason {
    std::string why, remedy;
    bool operator==(const CpuReason&) const = default;
};
CpuReason why_on_cpu(const LayerSummary& layer);

}  // namespace k210::kmodel
