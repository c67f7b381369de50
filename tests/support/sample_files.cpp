#include "support/sample_files.hpp"

#include <cstring>
#include <stdexcept>

#include <elf.h>
#include <zip.h>

namespace k210 {
namespace {

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("libzip: ") + what);
}

}  // namespace

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

Bytes sample_program(std::size_t size_bytes) {
    Bytes program(size_bytes);
    for (std::size_t i = 0; i < size_bytes; ++i) program[i] = static_cast<std::uint8_t>(i * 29 + (i >> 8) + 0x13);
    return program;
}

Bytes make_zip(const std::vector<std::pair<std::string, Bytes>>& members) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const archive = zip_source_buffer_create(nullptr, 0, 0, &error);
    require(archive != nullptr, "archive");
    zip_source_keep(archive);
    zip_t* const zip = zip_open_from_source(archive, ZIP_TRUNCATE, &error);
    require(zip != nullptr, "open");
    for (const auto& [name, contents] : members) {
        zip_source_t* const source = zip_source_buffer(zip, contents.data(), contents.size(), 0);
        const zip_int64_t index = zip_file_add(zip, name.c_str(), source, 0);
        require(index >= 0, "add");
        zip_file_set_mtime(zip, static_cast<zip_uint64_t>(index), 1'600'000'000, 0);
    }
    require(zip_close(zip) == 0, "close");
    require(zip_source_open(archive) == 0, "reopen");
    zip_source_seek(archive, 0, SEEK_END);
    Bytes bytes(static_cast<std::size_t>(zip_source_tell(archive)));
    zip_source_seek(archive, 0, SEEK_SET);
    require(zip_source_read(archive, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()), "read");
    zip_source_close(archive);
    zip_source_free(archive);
    zip_error_fini(&error);
    return bytes;
}

Bytes make_elf(std::uint64_t entry, const std::vector<ElfSegment>& segments) {
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = EM_RISCV;
    header.e_version = EV_CURRENT;
    header.e_entry = entry;
    header.e_phoff = sizeof header;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = static_cast<Elf64_Half>(segments.size());

    Bytes bytes(sizeof header + segments.size() * sizeof(Elf64_Phdr));
    std::memcpy(bytes.data(), &header, sizeof header);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const ElfSegment& segment = segments[i];
        Elf64_Phdr in_table{};
        in_table.p_type = PT_LOAD;
        in_table.p_offset = bytes.size();
        in_table.p_vaddr = in_table.p_paddr = segment.physical_address;
        in_table.p_filesz = segment.contents.size();
        in_table.p_memsz = segment.memory_bytes;
        std::memcpy(bytes.data() + sizeof header + i * sizeof in_table, &in_table, sizeof in_table);
        bytes.insert(bytes.end(), segment.contents.begin(), segment.contents.end());
    }
    return bytes;
}

}  // namespace k210
