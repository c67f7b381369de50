// Compressed instructions as the 32-bit instructions they abbreviate. [doc] RISC-V user-level ISA, chapter C
#pragma once
#include <cstdint>

namespace k210::rv {

// The full form of an instruction of RV64C; 0 for reserved encodings. Instructions that are not compressed come back
// unchanged.
std::uint32_t expand(std::uint32_t insn);

}  // namespace k210::rv
