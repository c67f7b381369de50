// Numbers of the CSRs that the hart answers or corrects. [doc] RISC-V privileged spec, table 2.2
#pragma once

namespace k210::csr_number {

inline constexpr unsigned kMtvec = 0x305, kMepc = 0x341, kMip = 0x344, kMcycle = 0xb00, kMinstret = 0xb02,
                          kCycle = 0xc00, kInstret = 0xc02, kMhartid = 0xf14;
inline constexpr unsigned kTselect = 0x7a0, kTdata3 = 0x7a3;  // tdata1 and tdata2 between them

constexpr bool is_counter(unsigned csr) {
    return csr == kMcycle || csr == kMinstret;
}
constexpr bool is_read_only(unsigned csr) {
    return csr >> 10 == 3;
}

}  // namespace k210::csr_number
