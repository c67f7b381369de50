// Virtual memory of the chip's harts. [doc] RISC-V privileged spec 1.9.1, chapter 4
#pragma once
#include <cstdint>
#include <optional>

#include "cpu/rv_privilege.hpp"
#include "k210/bus/bus.hpp"

namespace k210 {

// A page of kPageBytes, and what may be done to it.
struct Sv39Page {
    std::uint32_t physical;  // its address
    bool read, write, execute;
};

struct Sv39 {
    std::uint32_t root_page = 0;  // sptbr: the root table's address divided by kPageBytes
    rv::Privilege privilege = rv::Privilege::user;
    bool protects_user_memory = false;    // mstatus.PUM: supervisor mode may not touch what is user mode's
    bool executable_is_readable = false;  // mstatus.MXR
    bool only_looks = false;              // sets no A and no D: for debuggers

    // The page in which `address` lies, for an access of that kind. None where the access faults. Sets the page's A,
    // and D for a store: systems that run on boards map code with A clear and do not expect a fault for it. [assumed]
    // `write` is left out of a page whose D is clear, so that its first store comes here, too.
    std::optional<Sv39Page> find(const Bus& bus, std::uint64_t address, rv::Access access) const;
};

}  // namespace k210
