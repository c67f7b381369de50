// What every reader of an ELF file begins with.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include <elf.h>

namespace k210 {

// The caller has checked that the bytes are there.
template <class T>
T elf_structure(std::span<const std::uint8_t> bytes, std::size_t offset) {
    static_assert(std::endian::native == std::endian::little, "ELF files for RISC-V are little-endian");
    T structure;
    std::memcpy(&structure, bytes.data() + offset, sizeof structure);
    return structure;
}

// Throws InputError unless it is one for 64-bit RISC-V.
Elf64_Ehdr read_elf_header(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace k210
