#include "k210/loader/elf.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "loader/elf_structures.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kUncachedBase = 0x4000'0000;  // the same SRAM. [sdk] lds/kendryte.ld:19

constexpr std::uint64_t kMaxHeaderBytes = 64 << 10;  // the largest page size that linkers align segments to

// Offset into SRAM of `size` bytes at `address`; kProgramMemoryBytes when they are not all there.
std::size_t sram_offset(std::uint64_t address, std::uint64_t size) {
    for (const std::uint64_t alias : {std::uint64_t{kProgramBase}, kUncachedBase})
        if (address >= alias && address - alias < kProgramMemoryBytes &&
            size <= kProgramMemoryBytes - (address - alias))
            return address - alias;
    return kProgramMemoryBytes;
}

// Linkers like to begin the first segment with the file's headers, in the page below the code. They are no part of the
// program, and there is no memory for them.
void leave_out_headers(Elf64_Phdr& segment) {
    if (segment.p_offset != 0) return;
    for (const std::uint64_t base : {std::uint64_t{kProgramBase}, kUncachedBase}) {
        if (segment.p_paddr >= base || base - segment.p_paddr > kMaxHeaderBytes) continue;
        const std::uint64_t below = std::min(base - segment.p_paddr, segment.p_filesz);
        segment.p_offset = below;
        segment.p_paddr += below;
        segment.p_filesz -= below;
        segment.p_memsz -= below;
        return;
    }
}

bool overlap(const Program::Segment& a, const Program::Segment& b) {
    return a.address < b.address + b.bytes.size() && b.address < a.address + a.bytes.size();
}

// e_machine lies at the same place in files of 32 bits.
std::string machine_of(const Elf64_Ehdr& header) {
    switch (header.e_ident[EI_DATA] == ELFDATA2LSB ? int{header.e_machine} : -1) {
        case EM_RISCV: return "32-bit RISC-V";
        case EM_X86_64: return "x86-64";
        case EM_386: return "x86";
        case EM_AARCH64: return "64-bit ARM";
        case EM_ARM: return "ARM";
        case EM_XTENSA: return "Xtensa";
        case -1: return "a big-endian machine";
        default: return fmt::format("machine {}", header.e_machine);
    }
}

}  // namespace

bool is_elf(std::span<const std::uint8_t> bytes) {
    return bytes.size() >= SELFMAG && std::equal(bytes.begin(), bytes.begin() + SELFMAG, ELFMAG);
}

Elf64_Ehdr read_elf_header(std::span<const std::uint8_t> bytes, const std::string& name) {
    if (!is_elf(bytes)) throw InputError(fmt::format("{}: is no ELF file", name));
    if (bytes.size() < sizeof(Elf64_Ehdr)) throw InputError(fmt::format("{}: ELF header: is truncated", name));
    const auto header = elf_structure<Elf64_Ehdr>(bytes, 0);
    if (bytes[EI_CLASS] != ELFCLASS64 || bytes[EI_DATA] != ELFDATA2LSB || header.e_machine != EM_RISCV)
        throw InputError(fmt::format("{}: is an ELF file for {}, not for 64-bit RISC-V", name, machine_of(header)));
    return header;
}

Program read_elf(std::span<const std::uint8_t> bytes, const std::string& name) {
    const auto fail = [&](std::string_view why) { throw InputError(fmt::format("{}: {}", name, why)); };
    const Elf64_Ehdr header = read_elf_header(bytes, name);
    if (header.e_phentsize < sizeof(Elf64_Phdr) || header.e_phoff > bytes.size() ||
        std::uint64_t{header.e_phnum} * header.e_phentsize > bytes.size() - header.e_phoff)
        fail("ELF program headers: are missing or truncated");

    Program program{header.e_entry, {}};
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        auto segment = elf_structure<Elf64_Phdr>(bytes, header.e_phoff + i * header.e_phentsize);
        if (segment.p_type != PT_LOAD) continue;
        const auto fail_here = [&](std::string_view why) { fail(fmt::format("ELF segment {}: {}", i, why)); };
        if (segment.p_filesz > segment.p_memsz) fail_here("has more bytes in the file than in memory");
        if (segment.p_offset > bytes.size() || segment.p_filesz > bytes.size() - segment.p_offset)
            fail_here("is truncated");
        leave_out_headers(segment);
        if (segment.p_memsz == 0) continue;
        const std::size_t offset = sram_offset(segment.p_paddr, segment.p_memsz);
        if (offset == kProgramMemoryBytes)
            fail_here(fmt::format("0x{:x} bytes at 0x{:x} lie outside the SRAM (0x{:x} bytes at 0x{:x})",
                                  segment.p_memsz, segment.p_paddr, kProgramMemoryBytes, kProgramBase));
        const auto contents = bytes.subspan(segment.p_offset, segment.p_filesz);
        Program::Segment loaded{static_cast<std::uint32_t>(kProgramBase + offset), {contents.begin(), contents.end()}};
        loaded.bytes.resize(segment.p_memsz);
        for (const Program::Segment& other : program.segments)
            if (overlap(loaded, other)) fail_here(fmt::format("overlaps the segment at 0x{:x}", other.address));
        program.segments.push_back(std::move(loaded));
    }
    if (program.segments.empty()) fail("ELF program headers: nothing to load");
    if (sram_offset(program.entry, 1) == kProgramMemoryBytes)
        fail(fmt::format("ELF entry point 0x{:x}: lies outside the SRAM", program.entry));
    return program;
}

}  // namespace k210
