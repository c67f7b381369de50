#include "file_seeds.hpp"

#include <cstring>

#include <elf.h>

#include "k210/loader/boot_rom.hpp"
#include "support/sample_pictures.hpp"

namespace k210 {
namespace {

const Bytes kList = bytes_of(R"({ "version": "0.1.0", // a comment
    "files": [ { "address": 0x00, "bin": "p.bin", "sha256Prefix": true },
               { "address": "0x8000", "bin": "m.kmodel", "reverse4Bytes": true, }, /* and */ ] })");

template <class T>
void append(Bytes& file, const T& structure) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&structure);
    file.insert(file.end(), bytes, bytes + sizeof structure);
}

// A program with names: a C++ function, a label inside it, a variable.
Bytes elf_with_symbols() {
    Bytes file = make_elf(0x8000'0000, {{0x8000'0000, sample_program(32), 64}});
    const std::string_view names("\0_ZN4k2103runEv\0label\0counter\0", 31);
    const std::size_t names_at = file.size();
    file.insert(file.end(), names.begin(), names.end());
    const std::size_t symbols_at = file.size();
    append(file, Elf64_Sym{});
    append(file, Elf64_Sym{1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, 1, 0x8000'0000, 16});
    append(file, Elf64_Sym{16, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE), 0, 1, 0x8000'0008, 0});
    append(file, Elf64_Sym{22, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), 0, 2, 0x4000'0020, 8});
    const std::size_t sections_at = file.size();
    Elf64_Shdr code{}, data{}, symbols{}, strings{};
    code.sh_type = data.sh_type = SHT_PROGBITS;
    code.sh_flags = SHF_ALLOC | SHF_EXECINSTR;
    data.sh_flags = SHF_ALLOC | SHF_WRITE;
    symbols.sh_type = SHT_SYMTAB;
    symbols.sh_offset = symbols_at;
    symbols.sh_size = sections_at - symbols_at;
    symbols.sh_entsize = sizeof(Elf64_Sym);
    symbols.sh_link = 4;
    strings.sh_type = SHT_STRTAB;
    strings.sh_offset = names_at;
    strings.sh_size = names.size();
    for (const Elf64_Shdr& section : {Elf64_Shdr{}, code, data, symbols, strings}) append(file, section);
    Elf64_Ehdr header;
    std::memcpy(&header, file.data(), sizeof header);
    header.e_shoff = sections_at;
    header.e_shnum = 5;
    header.e_shentsize = sizeof(Elf64_Shdr);
    std::memcpy(file.data(), &header, sizeof header);
    return file;
}

// Every key, every step in its forms, and what a file can do besides.
constexpr std::string_view kScenarios[] = {
    R"(name: all
firmware: a.bin
board: m5stickv
flash: [0x300000=a.bin, 0x400000=a.bin]
sd: {from: a.bin, layout: superfloppy}
camera: a.png
camera-mount: flip
wires: [[10, 11]]
timing: instructions
strict: warn
needs: [a.bin, b.bin]
fail-regex: '^(a|b)+'
timeout: 500ms
wall-timeout: 20
matrix: {n: [1, 2], board: [m5stickv, amigo]}
steps: &steps
  - {expect-text: "a ${n}", name: x, within: 20us, since: start, timeout: 1s}
  - expect-regex: \d+
  - send: "\x03"
  - type: print(${n})
  - script: a.py
  - press: {button: a, for: 2}
  - hold: reset
  - release: reset
  - camera: a.png
  - qrcode: a.png
  - insert-card: a.bin
  - remove-card
  - cut-power: {seed: 7}
  - usb: plugged
  - battery: none
  - set-date: 2024-02-29 23:59:58
  - drive-pad: {pad: 20, level: high}
  - release-pad: 20
  - wait-still: 1
  - expect-picture: {file: a.png, tolerance: 3, pixels: 4, mask: [[0, 0, 1, 1]], region: [0, 0, 1, 1]}
  - screenshot: menu
  - expect-memory: {address: 0x80000000, value: 5, size: 2}
  - expect-memory: {address: 1, bytes: [1, 2]}
  - expect-register: {name: uarths.div, value: 3, mask: 0xff, hart: 1}
  - expect-file: {flash: a, contains: b}
  - expect-file: {card: a, absent: true}
  - expect-no-log: {kind: guest_error, except: [a, b]}
  - micropython-tests: {files: "a.py", exclude: [b.py], reset-every: 2}
  - expect-power-off
  - include: steps.yaml
)",
    R"(start_from: boot.yaml
matrix: [{a: 1, b: "${a}"}, {a: 2}]
board: amigo
steps: [touch: [1, 2], touch: {at: [1, 2], for: 1}, swipe: {from: [1, 2], to: [3, 4]}, include: a.txt]
)",
    "board: maix_dock\nsteps: [turn: -3, turn: {encoder: encoder, clicks: 2}, acceleration: [0, 0, 1000]]\n",
    "!wait 1\nx2 press BUTTON_A\ntouch 0.5 0.5\nqrcode a.png\nscreenshot a.png\ninclude a.txt\n# x\n"};

}  // namespace

std::vector<std::pair<std::string, Bytes>> file_seeds() {
    std::vector<std::pair<std::string, Bytes>> seeds;
    const Bytes program = sample_program(300);
    Bytes encrypted = make_boot_image(program);
    encrypted[0] = 1;
    for (const Bytes& firmware :
         {program, make_boot_image(program), encrypted,
          make_elf(0x8000'0000, {{0x8000'0000, program, 400}, {0x4000'1000, program, 300}}),
          make_zip({{"flash-list.json", kList}, {"p.bin", program}, {"m.kmodel", sample_program(99)}})})
        seeds.emplace_back("firmware_fuzz", firmware);
    seeds.emplace_back("flash_list_fuzz", kList);
    seeds.emplace_back("symbols_fuzz", elf_with_symbols());
    for (const std::string_view scenario : kScenarios)
        seeds.emplace_back("scenario_fuzz", Bytes(scenario.begin(), scenario.end()));
    for (const SamplePicture& picture : kSamplePictures) seeds.emplace_back("picture_fuzz", picture.bytes());
    return seeds;
}

}  // namespace k210
