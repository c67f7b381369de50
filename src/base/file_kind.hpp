// What a file is, told by its contents, whatever it was handed in as.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace k210 {

enum class FileKind : std::uint8_t {
    unknown,            // a raw program, perhaps
    kmodel,             // version 3, 4 or 5
    old_kmodel,         // version 1 or 2: the first SDK's
    prerelease_kmodel,  // version 5 as nncase wrote it before its release
    new_kmodel,         // a version after 5
    swapped_kmodel,     // bytes of each 32-bit word reversed, for MaixPy's kpu.load_flash()
    smodel,             // encrypted for one chip
    zip,                // a kfpkg, perhaps
    elf,
    picture,
    array,     // NumPy's
    json,      // text that begins like it
    text,      // nothing but text
    erased,    // nothing but 0xff
    snapshot,  // of a session
    other,     // of a format that no command takes
};

// What a file of FileKind::snapshot begins with, of every version.
inline constexpr std::string_view kSnapshotBeginning = "k210snap";

struct RecognizedFile {
    FileKind kind = FileKind::unknown;
    std::string name{};         // "a PNG picture", "a kmodel of version 4"; empty when unknown
    std::uint32_t version = 0;  // of a kmodel
    bool certain = true;        // not only the first word says so, which a program may begin with, too
};
// Of whatever version, and in whatever disguise.
inline bool is_kmodel(FileKind kind) {
    return kind >= FileKind::kmodel && kind <= FileKind::smodel;
}

RecognizedFile recognize_file(std::span<const std::uint8_t> bytes);

// The bytes of every 32-bit word reversed; what is left over at the end is dropped.
std::vector<std::uint8_t> swap_words(std::span<const std::uint8_t> bytes);

}  // namespace k210
