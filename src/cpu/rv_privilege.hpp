// Traps as the privileged specification 1.9.1, the chip's, defines them: mstatus, causes, modes.
// [doc] RISC-V privileged spec 1.9.1, sections 3.1 and 3.2
#pragma once
#include <cstdint>

namespace k210::rv {

enum class Privilege : std::uint8_t { user = 0, supervisor = 1, machine = 3 };
enum class Access : std::uint8_t { fetch, load, store };

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

// Interrupts by their bits in mip, and in which order they are taken. [doc] section 3.1.14
inline constexpr unsigned kSupervisorSoftware = 1, kMachineSoftware = 3, kSupervisorTimer = 5, kMachineTimer = 7,
                          kMachineExternal = 11;
inline constexpr unsigned kInterruptOrder[] = {kMachineExternal, kMachineSoftware, kMachineTimer, kSupervisorSoftware,
                                               kSupervisorTimer};

constexpr bool is_ecall(std::uint64_t cause) {
    return cause >= kEcallFromU && cause <= kEcallFromM;
}

// Whether it sets mbadaddr or sbadaddr. Others leave there what there was.
constexpr bool tells_address(std::uint64_t cause) {
    switch (cause) {
        case kFetchFault:
        case kBreakpoint:
        case kLoadMisaligned:
        case kLoadFault:
        case kStoreMisaligned:
        case kStoreFault: return true;
        default: return false;
    }
}

namespace mstatus {
inline constexpr unsigned kSppShift = 8, kMppShift = 11, kVmShift = 24;
inline constexpr std::uint64_t kSie = 1u << 1, kMie = 1u << 3, kSpie = 1u << 5, kMpie = 1u << 7, kSpp = 1u << kSppShift,
                               kMpp = 3u << kMppShift, kFs = 3u << 13, kMprv = 1u << 17, kPum = 1u << 18,
                               kMxr = 1u << 19, kVm = 0x1full << kVmShift, kSd = 1ull << 63;
// Values of VM. The chip has no others.
inline constexpr std::uint64_t kBare = 0, kSv39 = 9;
}  // namespace mstatus

// mstatus as a trap from `from` to machine mode leaves it: MPIE is what the interrupts of `from` were.
constexpr std::uint64_t mstatus_in_trap(std::uint64_t status, Privilege from) {
    using namespace mstatus;
    const auto level = static_cast<unsigned>(from);
    const std::uint64_t enabled = status >> level & 1 ? kMpie : 0;
    return (status & ~(kMie | kMpie | kMpp)) | enabled | std::uint64_t{level} << kMppShift;
}

// And as one to supervisor mode does, from there or from below.
constexpr std::uint64_t mstatus_in_supervisor_trap(std::uint64_t status, Privilege from) {
    using namespace mstatus;
    const auto level = static_cast<unsigned>(from);
    const std::uint64_t enabled = status >> level & 1 ? kSpie : 0;
    return (status & ~(kSie | kSpie | kSpp)) | enabled | std::uint64_t{level} << kSppShift;
}

// As mret to machine mode leaves it.
constexpr std::uint64_t mstatus_after_mret(std::uint64_t status) {
    using namespace mstatus;
    const std::uint64_t enabled = status & kMpie ? kMie : 0;
    return (status & ~(kMie | kMpp)) | enabled | kMpie;
}

// From which the last trap to machine mode came, and with whose rights MPRV lets it load and store.
constexpr Privilege previous_privilege(std::uint64_t status) {
    return static_cast<Privilege>((status & mstatus::kMpp) >> mstatus::kMppShift);
}

}  // namespace k210::rv
