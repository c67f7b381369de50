// An ELF file with nothing but names in it.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <elf.h>

#include "support/sample_files.hpp"

namespace k210 {

constexpr unsigned kText = 1, kData = 2;  // sections

// Sections: kText (code), kData, 3 the symbols, 4 their names.
class ElfWithSymbols {
public:
    void add(const std::string& name, std::uint64_t address, std::uint64_t size, unsigned type, unsigned section) {
        Elf64_Sym symbol{};
        symbol.st_name = static_cast<Elf64_Word>(names_.size());
        symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, type);
        symbol.st_shndx = static_cast<Elf64_Half>(section);
        symbol.st_value = address;
        symbol.st_size = size;
        symbols_.push_back(symbol);
        names_ += name + '\0';
    }
    Bytes bytes() const {
        Elf64_Ehdr header{};
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_machine = EM_RISCV;
        header.e_shentsize = sizeof(Elf64_Shdr);
        header.e_shnum = 5;
        header.e_shoff = sizeof header;
        Elf64_Shdr sections[5]{};
        sections[1].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
        sections[2].sh_flags = SHF_ALLOC | SHF_WRITE;
        sections[3].sh_type = SHT_SYMTAB;
        sections[3].sh_offset = sizeof header + sizeof sections;
        sections[3].sh_size = symbols_.size() * sizeof(Elf64_Sym);
        sections[3].sh_entsize = sizeof(Elf64_Sym);
        sections[3].sh_link = 4;
        sections[4].sh_offset = sections[3].sh_offset + sections[3].sh_size;
        sections[4].sh_size = names_.size();
        Bytes all(sections[4].sh_offset + names_.size());
        std::memcpy(all.data(), &header, sizeof header);
        std::memcpy(all.data() + header.e_shoff, sections, sizeof sections);
        if (!symbols_.empty()) std::memcpy(all.data() + sections[3].sh_offset, symbols_.data(), sections[3].sh_size);
        std::memcpy(all.data() + sections[4].sh_offset, names_.data(), names_.size());
        return all;
    }

private:
    std::vector<Elf64_Sym> symbols_;
    std::string names_ = std::string(1, '\0');
};

}  // namespace k210
