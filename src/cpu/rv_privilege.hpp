// Traps as the privileged specification 1.9.1, the chip's, defines them: mstatus, causes, modes.
// [doc] RISC-V privileged spec 1.9.1, sections 3.1 and 3.2
#pragma once
#include <cstdint>

namespace k210::rv {

enum class Privilege : std::uint8_t { user = 0, supervisor = 1, machine = 3 };

// mcause of synchronous exceptions
enum Cause : std::uint64_t {
    kFetchFault = 1,
    kIllegal = 2,
    kBreakpoint = 3,
    kLoadMisaligned = 4,
    kLoadFault = 5,
    kStoreMisaligned = 6,
    kStoreFault = 7,
    kEcallFromU = 8,  // and from S and M behind it, by their privilege
    kEcallFromM = 11,
};
inline constexpr std::uint64_t kInterruptCause = 1ull << 63;

constexpr bool is_ecall(std::uint64_t cause) {
    return cause >= kEcallFromU && cause <= kEcallFromM;
}

namespace mstatus {
inline constexpr unsigned kMppShift = 11;
inline constexpr std::uint64_t kMie = 1u << 3, kMpie = 1u << 7, kMpp = 3u << kMppShift, kFs = 3u << 13,
                               kSd = 1ull << 63;
}  // namespace mstatus

// mstatus as a trap from `from` to machine mode leaves it.
constexpr std::uint64_t mstatus_in_trap(std::uint64_t status, Privilege from) {
    using namespace mstatus;
    const std::uint64_t enabled = status & kMie ? kMpie : 0;
    return (status & ~(kMie | kMpie | kMpp)) | enabled | static_cast<std::uint64_t>(from) << kMppShift;
}

// And as mret to machine mode leaves it.
constexpr std::uint64_t mstatus_after_mret(std::uint64_t status) {
    using namespace mstatus;
    const std::uint64_t enabled = status & kMpie ? kMie : 0;
    return (status & ~(kMie | kMpp)) | enabled | kMpie;
}

}  // namespace k210::rv
