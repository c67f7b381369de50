#include "kmodel/recognize.hpp"

#include <bit>

#include <fmt/format.h>

namespace k210::kmodel {
namespace {

constexpr std::uint32_t kIdentifier = 0x4b4d'444c;     // "LDMK" in the file: nncase model.h [sdk]
constexpr std::uint32_t kZipIdentifier = 0x0403'4b50;  // "PK\3\4"
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

Recognized recognize_words(std::uint32_t first, std::uint32_t second) {
    if (first == 3) return {FileKind::kmodel, 3};
    if (first == 1 || first == 2) return {FileKind::old_kmodel, first};
    if (first != kIdentifier) return {};
    if (second == 4 || second == 5) return {FileKind::kmodel, second};
    return {FileKind::new_kmodel, second};
}

}  // namespace

Recognized recognize(std::span<const std::uint8_t> bytes) {
    const std::uint32_t first = word(bytes, 0), second = word(bytes, 4);
    if (const Recognized plain = recognize_words(first, second); plain.kind != FileKind::unknown) return plain;
    if (const Recognized other = recognize_words(swapped(first), swapped(second)); other.kind == FileKind::kmodel)
        return {FileKind::word_swapped, other.version};
    if (first == kSmodelIdentifier && second == bytes.size() - kSmodelHeaderBytes) return {FileKind::smodel, 0};
    if (first == kZipIdentifier) return {FileKind::zip, 0};
    return {};
}

std::string complaint_about(const Recognized& file) {
    switch (file.kind) {
        case FileKind::kmodel: return {};
        case FileKind::old_kmodel:
            return fmt::format("is a kmodel of version {}, which only the first SDK takes", file.version);
        case FileKind::new_kmodel: return fmt::format("is a kmodel of unknown version {}", file.version);
        case FileKind::smodel: return "is an .smodel: encrypted for one chip";
        case FileKind::word_swapped:
            return fmt::format("is a version {} kmodel with swapped words, for kpu.load_flash()", file.version);
        case FileKind::zip: return "is a package (kfpkg or zip), not a model";
        case FileKind::unknown: break;
    }
    return "is not a kmodel";
}

std::vector<std::uint8_t> swap_words(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> turned;
    turned.reserve(bytes.size());
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4)
        for (std::size_t i = 4; i-- > 0;) turned.push_back(bytes[at + i]);
    return turned;
}

}  // namespace k210::kmodel
