// Writes the table by which `k210emu profile` knows functions again: of the functions in ELF files and archives of
// them, what stays of their code wherever a linker puts it.
//
//     function_names libc.a libm.a rtthread.elf >src/profile/known_functions.txt
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include "profile/function_shape.hpp"

namespace k210 {
namespace {

constexpr std::size_t kFewest = 10;    // tokens: shorter ones look like each other
constexpr std::size_t kMostNames = 3;  // of functions that look alike

using Key = std::tuple<std::uint64_t, std::size_t, std::uint64_t>;  // prefix, tokens, hash
std::map<Key, std::set<std::string>> functions;

void add(std::span<const std::uint8_t> code, const std::string& name) {
    profile::FunctionShape shape(code);
    while (shape.next()) {}
    if (shape.bytes() != code.size() || shape.tokens() < kFewest) return;
    functions[{shape.prefix(), shape.tokens(), shape.hash()}].insert(name);
}

void read_object(Elf* elf) {
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB) continue;
        Elf_Data* const symbols = elf_getdata(section, nullptr);
        for (std::size_t n = 0; symbols && n < header.sh_size / header.sh_entsize; ++n) {
            GElf_Sym symbol;
            gelf_getsym(symbols, static_cast<int>(n), &symbol);
            if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_size == 0) continue;
            Elf_Scn* const code_section = elf_getscn(elf, symbol.st_shndx);
            GElf_Shdr code_header;
            const char* const name = elf_strptr(elf, header.sh_link, symbol.st_name);
            if (!code_section || !name || !gelf_getshdr(code_section, &code_header)) continue;
            Elf_Data* const code = elf_getdata(code_section, nullptr);
            const std::uint64_t at = symbol.st_value - code_header.sh_addr;  // 0 in objects that are not linked
            if (!code || !code->d_buf || at > code->d_size || symbol.st_size > code->d_size - at) continue;
            add({static_cast<const std::uint8_t*>(code->d_buf) + at, symbol.st_size}, name);
        }
    }
}

bool read_file(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    Elf* const whole = file < 0 ? nullptr : elf_begin(file, ELF_C_READ, nullptr);
    if (!whole || elf_kind(whole) == ELF_K_NONE) return false;
    Elf_Cmd command = ELF_C_READ;
    for (Elf* elf; command != ELF_C_NULL && (elf = elf_begin(file, command, whole));) {
        if (elf_kind(elf) == ELF_K_ELF) read_object(elf);
        command = elf_next(elf);
        elf_end(elf);
    }
    elf_end(whole);
    ::close(file);
    return true;
}

}  // namespace
}  // namespace k210

int main(int argc, char** argv) {
    using namespace k210;
    elf_version(EV_CURRENT);
    for (int i = 1; i < argc; ++i)
        if (!read_file(argv[i])) {
            fmt::print(stderr, "function_names: {}: is no ELF file, and no archive of them\n", argv[i]);
            return 2;
        }
    for (const auto& [key, names] : functions) {
        const auto& [prefix, tokens, hash] = key;
        if (names.size() <= kMostNames)
            fmt::print("{:x} {:x} {:x} {}\n", prefix, tokens, hash, fmt::join(names, " or "));
    }
}
