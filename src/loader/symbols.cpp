#include "k210/loader/symbols.hpp"

#include <cstdlib>
#include <memory>
#include <string_view>

#include <cxxabi.h>
#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/loader/program.hpp"
#include "loader/elf_structures.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kUncached = 0x4000'0000, kMemoryBytes = 8 << 20;  // SRAM and AI RAM

std::uint64_t cached(std::uint64_t address) {
    return address - kUncached < kMemoryBytes ? address - kUncached + kProgramBase : address;
}

std::string readable(const std::string& name) {
    int status = -1;
    const std::unique_ptr<char, decltype(&std::free)> text(
        name.starts_with("_Z") ? abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status) : nullptr, &std::free);
    return status == 0 && text ? text.get() : name;
}

// Compilers and assemblers leave names of their own behind: .L12, $x.
bool is_meant_for_people(std::string_view name) {
    return !name.empty() && name[0] != '.' && name[0] != '$';
}

}  // namespace

SymbolTable::SymbolTable(std::span<const std::uint8_t> bytes, const std::string& file) {
    const auto fail = [&](std::string_view why) { throw InputError(fmt::format("{}: {}", file, why)); };
    const Elf64_Ehdr header = read_elf_header(bytes, file);
    if (header.e_shoff == 0) fail("has no symbols");
    if (header.e_shentsize < sizeof(Elf64_Shdr) || header.e_shoff > bytes.size() ||
        std::uint64_t{header.e_shnum} * header.e_shentsize > bytes.size() - header.e_shoff)
        fail("ELF section headers: are truncated");
    const auto section = [&](std::size_t n) {
        return elf_structure<Elf64_Shdr>(bytes, header.e_shoff + n * header.e_shentsize);
    };
    const auto contents = [&](std::size_t n) {
        const Elf64_Shdr s = section(n);
        if (s.sh_offset > bytes.size() || s.sh_size > bytes.size() - s.sh_offset)
            fail(fmt::format("ELF section {}: is truncated", n));
        return bytes.subspan(s.sh_offset, s.sh_size);
    };

    for (std::size_t n = 0; n < header.e_shnum; ++n) {
        const Elf64_Shdr table = section(n);
        if (table.sh_type != SHT_SYMTAB) continue;
        if (table.sh_entsize < sizeof(Elf64_Sym) || table.sh_link >= header.e_shnum)
            fail(fmt::format("ELF section {}: is no table of symbols", n));
        const auto symbols = contents(n), names = contents(table.sh_link);
        for (std::size_t at = 0; table.sh_entsize <= symbols.size() - at; at += table.sh_entsize) {
            const auto symbol = elf_structure<Elf64_Sym>(symbols, at);
            if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= header.e_shnum || symbol.st_name >= names.size())
                continue;
            const auto rest = names.subspan(symbol.st_name);
            const auto* text = reinterpret_cast<const char*>(rest.data());
            const std::string name(text, strnlen(text, rest.size()));
            if (!is_meant_for_people(name)) continue;
            const bool in_code = section(symbol.st_shndx).sh_flags & SHF_EXECINSTR;
            const unsigned type = ELF64_ST_TYPE(symbol.st_info);
            const bool wanted = in_code ? type == STT_FUNC || type == STT_NOTYPE : type == STT_OBJECT;
            if (!wanted) continue;
            // Where several names mean one place, the one that says how large it is knows best.
            const std::uint64_t address = cached(symbol.st_value);
            Symbol& kept = (in_code ? code_ : data_)[address];
            if (kept.name.empty() || (kept.size_bytes == 0 && symbol.st_size != 0))
                kept = {address, symbol.st_size, readable(name)};
        }
    }
    if (code_.empty()) fail("names no function");
    leave_out_labels();
}

SymbolTable::SymbolTable(std::span<const Symbol> code) {
    for (const Symbol& symbol : code) code_.insert_or_assign(cached(symbol.address), symbol);
}

// Labels of assembly that lie inside a function are not functions themselves.
void SymbolTable::leave_out_labels() {
    const Symbol* function = nullptr;
    std::erase_if(code_, [&](const auto& entry) {
        const Symbol& symbol = entry.second;
        const bool inside = function && symbol.address - function->address < function->size_bytes;
        if (inside && symbol.size_bytes == 0) return true;
        function = &symbol;
        return false;
    });
}

std::string SymbolTable::code_name(std::uint64_t address) const {
    const Symbol* const symbol = code_at(address);
    if (!symbol) return {};
    const std::uint64_t offset = cached(address) - symbol->address;
    return offset == 0 ? symbol->name : fmt::format("{}+{}", symbol->name, offset);
}

std::optional<std::uint64_t> SymbolTable::address_of(std::string_view name) const {
    for (const Table* table : {&code_, &data_})
        for (const auto& [address, symbol] : *table)
            if (symbol.name == name) return address;
    return {};
}

const SymbolTable::Symbol* SymbolTable::find(const Table& table, std::uint64_t address) {
    address = cached(address);
    auto after = table.upper_bound(address);
    if (after == table.begin()) return nullptr;
    const Symbol& symbol = (--after)->second;
    return symbol.size_bytes == 0 || address - symbol.address < symbol.size_bytes ? &symbol : nullptr;
}

}  // namespace k210
