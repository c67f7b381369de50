// What a file is that was handed in as a kmodel.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace k210::kmodel {

enum class FileKind : std::uint8_t {
    kmodel,        // a version that Kmodel::parse() takes
    old_kmodel,    // version 1 or 2: the first SDK's
    new_kmodel,    // a version after 5
    smodel,        // encrypted for one chip
    word_swapped,  // bytes of each 32-bit word reversed, for MaixPy's kpu.load_flash()
    zip,           // a kfpkg, most likely
    unknown,
};

struct Recognized {
    FileKind kind = FileKind::unknown;
    std::uint32_t version = 0;  // of a kmodel, swapped or not
};
Recognized recognize(std::span<const std::uint8_t> bytes);

// One line on why Kmodel::parse() does not take it; empty when it does.
std::string complaint_about(const Recognized& file);

// The bytes of every 32-bit word reversed; what is left over at the end is dropped.
std::vector<std::uint8_t> swap_words(std::span<const std::uint8_t> bytes);

}  // namespace k210::kmodel
