#include "base/file_kind.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace k210 {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kModelIdentifier = 0x4b4d'444c;  // "LDMK" in the file: nncase model.h [sdk]
// From v1.0.0-beta1 on, nncase's headers of version 5 begin with their own size; before, with flags: nncase@b27d3bf
// include/nncase/runtime/model.h [sdk].
constexpr std::uint32_t kV5HeaderBytes = 32;
// Two .smodel files of a public project begin with this and the number of encrypted bytes, which fill the rest:
// mohittalwar23/camvisiotech-edge-ai-gsm@f89501c Models [measured].
constexpr std::uint32_t kSmodelIdentifier = 10003;
constexpr std::size_t kSmodelHeaderBytes = 8;

std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t at) {
    std::uint32_t v = 0;
    for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i) v |= std::uint32_t{bytes[at + i]} << (8 * i);
    return v;
}

std::uint32_t swapped(std::uint32_t v) {
    return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff'0000) | v << 24;
}

// A version alone, three, could be many a file's first word: architecture and number of layers are looked at as well.
bool is_v3_header(std::uint32_t architecture, std::uint32_t layers) {
    return architecture == 0 && layers > 0 && layers <= 4096;
}

RecognizedFile kmodel(FileKind kind, std::uint32_t version, bool certain = true) {
    return {kind, fmt::format("a kmodel of version {}", version), version, certain};
}

RecognizedFile recognize_kmodel(std::span<const std::uint8_t> bytes) {
    const std::uint32_t first = word(bytes, 0), second = word(bytes, 4);
    if (first == 3) return kmodel(FileKind::kmodel, 3, is_v3_header(word(bytes, 8), word(bytes, 12)));
    if (first == 1 || first == 2) return kmodel(FileKind::old_kmodel, first, false);
    if (first == kModelIdentifier) {
        if (second == 5 && bytes.size() >= 12 && word(bytes, 8) != kV5HeaderBytes)
            return {FileKind::prerelease_kmodel, "a kmodel of a pre-release of version 5", 5};
        return kmodel(second == 4 || second == 5 ? FileKind::kmodel : FileKind::new_kmodel, second);
    }
    if (first == swapped(3) && is_v3_header(swapped(word(bytes, 8)), swapped(word(bytes, 12))))
        return {FileKind::swapped_kmodel, "a kmodel of version 3 with swapped words", 3};
    if (first == swapped(kModelIdentifier) && (second == swapped(4) || second == swapped(5)))
        return {FileKind::swapped_kmodel, fmt::format("a kmodel of version {} with swapped words", swapped(second)),
                swapped(second)};
    if (first == kSmodelIdentifier && second == bytes.size() - kSmodelHeaderBytes)
        return {FileKind::smodel, "an .smodel"};
    return {};
}

struct Format {
    std::string_view beginning;
    FileKind kind;
    std::string_view name;
};
constexpr std::array kFormats = std::to_array<Format>({
    {"\x7f"
     "ELF"sv,
     FileKind::elf, "an ELF file"},
    {"PK\3\4"sv, FileKind::zip, "a zip archive"},
    {"PK\5\6"sv, FileKind::zip, "an empty zip archive"},
    {"\x89PNG\r\n\x1a\n"sv, FileKind::picture, "a PNG picture"},
    {"\xff\xd8\xff"sv, FileKind::picture, "a JPEG picture"},
    {"GIF87a"sv, FileKind::other, "a GIF picture"},
    {"GIF89a"sv, FileKind::other, "a GIF picture"},
    {"\x93NUMPY"sv, FileKind::array, "a NumPy array"},
    {"8BPS\0\1"sv, FileKind::other, "a PSD picture"},
    {"II*\0"sv, FileKind::other, "a TIFF picture"},
    {"MM\0*"sv, FileKind::other, "a TIFF picture"},
    {"\x1f\x8b\x08"sv, FileKind::other, "compressed by gzip"},
    {"BZh"sv, FileKind::other, "compressed by bzip2"},
    {"\xfd"
     "7zXZ\0"sv,
     FileKind::other, "compressed by xz"},
    {"\x28\xb5\x2f\xfd"sv, FileKind::other, "compressed by zstd"},
    {"7z\xbc\xaf\x27\x1c"sv, FileKind::other, "a 7z archive"},
    {"Rar!\x1a\7"sv, FileKind::other, "a RAR archive"},
    {"%PDF-"sv, FileKind::other, "a PDF document"},
    {"\x89HDF\r\n\x1a\n"sv, FileKind::other, "a HDF5 file, a Keras model perhaps"},
    {"!<arch>\n"sv, FileKind::other, "a library of object files"},
    {"UF2\n"sv, FileKind::other, "a UF2 file"},
    {"SQLite format 3\0"sv, FileKind::other, "an SQLite database"},
    {"LUKS\xba\xbe"sv, FileKind::other, "an encrypted disk"},
    {"QFI\xfb"sv, FileKind::other, "a disk image of QEMU"},
    {kSnapshotBeginning, FileKind::snapshot, "a snapshot"},
});

std::optional<RecognizedFile> recognize_container(std::string_view text) {
    if (text.starts_with("RIFF"sv) && text.size() >= 12) {
        if (text.substr(8, 4) == "WAVE"sv) return RecognizedFile{FileKind::other, "a WAV recording"};
        if (text.substr(8, 4) == "WEBP"sv) return RecognizedFile{FileKind::other, "a WebP picture"};
        if (text.substr(8, 4) == "AVI "sv) return RecognizedFile{FileKind::other, "an AVI film"};
    }
    if (text.size() >= 12 && text.substr(4, 4) == "ftyp"sv) return RecognizedFile{FileKind::other, "an MP4 film"};
    if (text.size() >= 8 && text.substr(4, 4) == "TFL3"sv)
        return RecognizedFile{FileKind::other, "a TensorFlow Lite model"};
    if (text.size() >= 512 && text.substr(257, 5) == "ustar"sv) return RecognizedFile{FileKind::other, "a tar archive"};
    return {};
}

// Two letters are too few: the header behind them has to make sense.
bool is_bmp(std::span<const std::uint8_t> bytes) {
    constexpr std::uint32_t kFileHeaderBytes = 14;
    constexpr std::array<std::uint32_t, 6> kHeaderBytes = {12, 40, 52, 56, 108, 124};
    const std::uint32_t pixels = word(bytes, 10), header = word(bytes, kFileHeaderBytes);
    return bytes.size() > kFileHeaderBytes && bytes[0] == 'B' && bytes[1] == 'M' && word(bytes, 6) == 0 &&
           std::ranges::find(kHeaderBytes, header) != kHeaderBytes.end() && pixels >= kFileHeaderBytes + header;
}

bool is_pnm(std::string_view text) {
    if (text.size() < 4 || text[0] != 'P' || (text[1] != '5' && text[1] != '6')) return false;
    const std::size_t at = text.find_first_not_of(" \t\r\n", 2);
    return at != text.npos && at > 2 && (text[at] == '#' || (text[at] >= '0' && text[at] <= '9'));
}

// A partition table, a FAT or an ext file system. [doc] their on-disk formats
std::string_view disk_of(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kTable = 446, kEntryBytes = 16, kEntries = 4, kSignature = 510, kExtMagic = 1080;
    if (bytes.size() > kExtMagic + 1 && bytes[kExtMagic] == 0x53 && bytes[kExtMagic + 1] == 0xef && word(bytes, 0) == 0)
        return "the image of an ext file system";
    if (bytes.size() < 512 || bytes[kSignature] != 0x55 || bytes[kSignature + 1] != 0xaa) return {};
    if (bytes[0] == 0xeb || bytes[0] == 0xe9) return "the image of a FAT file system";
    bool any = false;
    for (std::size_t entry = 0; entry < kEntries; ++entry) {
        const std::size_t at = kTable + entry * kEntryBytes;
        if (bytes[at] != 0 && bytes[at] != 0x80) return {};
        any = any || bytes[at + 4] != 0;
    }
    return any && word(bytes, 0) == 0 ? "the image of a disk with partitions" : "";
}

bool is_text(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf"sv)) text.remove_prefix(3);
    for (std::size_t at = 0; at < text.size();) {
        const bool blank = text[at] == '\n' || text[at] == '\r' || text[at] == '\t' || text[at] == '\f';
        const std::size_t size = blank ? 1 : printable_character_at(text, at);
        if (size == 0) return false;
        at += size;
    }
    return !text.empty();
}

}  // namespace

RecognizedFile recognize_file(std::span<const std::uint8_t> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (RecognizedFile model = recognize_kmodel(bytes); model.kind != FileKind::unknown) return model;
    for (const Format& format : kFormats)
        if (text.starts_with(format.beginning)) return {format.kind, std::string(format.name)};
    if (is_bmp(bytes)) return {FileKind::picture, "a BMP picture"};
    if (is_pnm(text)) return {FileKind::picture, "a PPM or PGM picture"};
    if (const auto container = recognize_container(text)) return *container;
    if (const auto disk = disk_of(bytes); !disk.empty()) return {FileKind::other, std::string(disk)};
    if (is_text(text)) {
        const std::size_t begin = text.find_first_not_of("\xef\xbb\xbf \t\r\n");
        if (begin != text.npos && (text[begin] == '{' || text[begin] == '[')) return {FileKind::json, "JSON"};
        return {FileKind::text, "text"};
    }
    if (!bytes.empty() && std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0xff; }))
        return {FileKind::erased, "nothing but erased flash"};
    return {};
}

std::vector<std::uint8_t> swap_words(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> turned;
    turned.reserve(bytes.size());
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4)
        for (std::size_t i = 4; i-- > 0;) turned.push_back(bytes[at + i]);
    return turned;
}

}  // namespace k210
